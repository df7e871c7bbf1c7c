"""The whole walk in a browser: a certifier issues, a buyer on a phone pays, centres scan, money is shared out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from certification.households import access
from logistics.models import Shipment
from shop.order.models import Order
from shop.payments.testgateway import process
from shop.reports import selfcheck
from shop.reports.models import MonthClose
from shop.revenue import days
from shop.revenue.models import PayoutBatch, Share
from shop.templatetags.shop_format import yuan
from tests import make
from tests.browser.steps import press
from tests.walk import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gateway(tmp_path: Path, settings: Any, live_server: Any) -> Iterator[process.Running]:
    webhook = f"{live_server.url}/payments/stripe/webhook"
    secret = settings.STRIPE_WEBHOOK_SECRET
    with process.running(state=tmp_path / "gateway.sqlite3", webhook_url=webhook, webhook_secret=secret) as running:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = running.url, running.api_key
        yield running


def sql(query: str, *values: object) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def sign_in(page: Page, server: str, user: Any, room: str) -> None:
    page.goto(f"{server}/en/account/sign-in/?next=/en{room}")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(world.PASSWORD)
    press(page.get_by_role("main").get_by_role("button", name="Sign in"))


def issue(page: Page, server: str, made: world.World) -> None:
    """The certifier issues both certificates; the products appear on the shelf."""
    page.goto(f"{server}/en/products/")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    sign_in(page, server, made.decider, "/certificates/room/")
    for one in made.suppliers:
        page.goto(f"{server}/en/certificates/room/")
        press(page.get_by_role("link", name=one.product.title_en).first)
        press(page.get_by_role("button", name="Issue"))
    page.goto(f"{server}/en/products/")
    for one in made.suppliers:
        expect(page.get_by_role("link", name=one.product.title_en)).to_be_visible()


def buy(page: Page, server: str, made: world.World) -> Order:
    """On a phone, as a guest, paying by Alipay on the test gateway's page."""
    for one, packs in zip(made.suppliers, ("3", "2"), strict=True):
        page.goto(f"{server}/en/products/")
        press(page.get_by_role("link", name=one.product.title_en))
        expect(page.get_by_role("heading", name="Where each yuan goes")).to_be_visible()
        page.get_by_label("Quantity").fill(packs)
        press(page.get_by_role("button", name="Put in the basket"))
    press(page.get_by_role("link", name="Go to checkout"))
    page.get_by_label("E-mail").fill("buyer@example.org")
    page.get_by_label("Recipient").fill("收件人")
    page.get_by_label("Mobile number").fill("13800000000")
    page.get_by_label("Street").fill("人民路1号")
    for label, code in (("Province", "31"), ("City", "3101"), ("County or district", "310101")):
        page.get_by_label(label, exact=True).select_option(code)
        page.wait_for_load_state("networkidle")
    expect(page.get_by_text("At your door by").first).to_be_visible()
    expect(page.get_by_label("Street")).to_have_value("人民路1号")
    press(page.get_by_role("button", name="Place the order and pay"))
    expect(page.get_by_text("TEST").first).to_be_visible()
    press(page.get_by_role("button", name="Pay", exact=False).first)
    order = Order.objects.get()
    expect(page.get_by_role("heading", name=order.number)).to_be_visible()
    expect(page.get_by_text("paid", exact=True).first).to_be_visible()
    expect(page.get_by_text(yuan(order.total_fen)).first).to_be_visible()
    return order


def carry(page: Page, server: str, made: world.World) -> None:
    """Each centre's operator scans each parcel in and out on the centre's page."""
    for shipment in Shipment.objects.order_by("pk"):
        for hop in list(shipment.hops.all()):
            people = [made.sending[hop.origin_id]]
            if hop.destination.tier != "door":
                people.append(made.receiving[hop.destination_id])
            for person in people:
                page.context.clear_cookies()
                sign_in(page, server, person, "/centre/scan/")
                scan(page, shipment.waybill)
        page.context.clear_cookies()
        sign_in(page, server, made.sending[hop.origin_id], "/centre/")
        page.goto(f"{server}/en/centre/parcels/{shipment.waybill}/")
        page.get_by_label("Proof of delivery").fill("signed at the door")
        press(page.get_by_role("button", name="delivered"))


def scan(page: Page, waybill: str) -> None:
    page.locator("#scan-code").fill(waybill)
    page.locator("#scan-code").press("Enter")
    expect(page.locator(".scan__result--done")).to_contain_text(waybill)


def pay_out(page: Page, server: str, made: world.World) -> PayoutBatch:
    """Drafted, approved and released by three people; a fourth records the proof of each payment."""
    for what, button in (("draft_payout", "Draft"), ("approve_payout", "Approve"), ("release_payout", "Release")):
        page.context.clear_cookies()
        sign_in(page, server, made.people[what], "/settlement/")
        if what != "draft_payout":
            press(page.get_by_role("link", name=PayoutBatch.objects.get().reference).first)
        press(page.get_by_role("button", name=button).first)
    batch = PayoutBatch.objects.get()
    page.context.clear_cookies()
    sign_in(page, server, made.people["evidence_payout"], "/settlement/")
    for item in batch.items.all():
        page.goto(f"{server}/en/settlement/items/{item.pk}/evidence/")
        page.get_by_label("bank receipt").check()
        page.get_by_label("Number on the proof").fill(f"B{item.pk:06d}")
        press(page.get_by_role("button", name="Record").first)
    return batch


def test_the_walk_in_a_browser(live_server: Any, gateway: process.Running, visitors: Any) -> None:
    server = live_server.url
    made = world.build(timezone.now())
    phone, desk = visitors(width=360).page, visitors(width=1280).page

    issue(desk, server, made)
    order = buy(phone, server, made)
    desk.context.clear_cookies()
    carry(desk, server, made)

    phone.reload()
    expect(phone.get_by_text("delivered", exact=True).first).to_be_visible()
    due = phone.get_by_text("due, not yet paid")
    expect(due).to_have_count(sql("SELECT count(*) FROM revenue_share"))

    pay_out(desk, server, made)
    phone.reload()
    expect(due).to_have_count(0)
    for share in Share.objects.all():
        expect(phone.get_by_text(yuan(share.fen)).first).to_be_visible()

    refund(desk, server, made, order)
    phone.reload()
    expect(phone.get_by_text("was refunded to you")).to_be_visible()
    dispute(desk, server, made)

    desk.context.clear_cookies()
    sign_in(desk, server, made.people["official"], "/official/")
    sales = int(
        sql(
            "SELECT sum(fen) FROM revenue_posting p JOIN revenue_entry e ON e.id = p.entry_id"
            " WHERE e.kind = 'sale' AND p.account = 'buyers'"
        )
    )
    assert sales == order.goods_fen
    expect(desk.get_by_text(yuan(sales - 1001)).first).to_be_visible()

    close_month(desk, server, made, sales)
    assert selfcheck.run(at=timezone.now()) == []


def refund(page: Page, server: str, made: world.World, order: Order) -> None:
    """Part of the first line goes back to the buyer; its households keep what they were paid."""
    page.context.clear_cookies()
    sign_in(page, server, made.people["add_refund"], "/settlement/orders/")
    page.get_by_label("Order number").fill(order.number)
    press(page.get_by_role("button", name="Find the order"))
    page.get_by_label("Amount in yuan").first.fill("10.01")
    page.get_by_label("Reason").first.fill("one pack was damp")
    press(page.get_by_role("button", name="Refund this amount").first)
    expect(page.get_by_text("¥10.01 goes back to the buyer.")).to_be_visible()
    assert sql("SELECT sum(borne_fen) FROM revenue_share") > 0
    assert sql("SELECT sum(reversed_fen) FROM revenue_share") == 0


def dispute(page: Page, server: str, made: world.World) -> None:
    """A household opens its statement with its printed code, disputes a share, and is answered."""
    household = made.suppliers[1].households[0]
    share = Share.objects.get(household=household)
    code = access.issue_slip(household=household, by=make.user(), at=timezone.now())
    page.context.clear_cookies()
    page.goto(f"{server}/en/household/enter/")
    page.get_by_label("Reference").fill(household.reference)
    page.get_by_label("Printed code").fill(code)
    press(page.get_by_role("main").get_by_role("button").first)
    expect(page.get_by_text(yuan(share.fen)).first).to_be_visible()
    page.get_by_text("Something is wrong").click()
    page.get_by_label("What is wrong?").fill("one bag is missing")
    press(page.get_by_label("What is wrong?").locator("xpath=ancestor::form").get_by_role("button"))
    expect(page.get_by_text("Your words are noted")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, server, made.people["decide_dispute"], "/settlement/disputes/")
    press(page.get_by_role("link", name=household.reference).first)
    page.get_by_label("upheld: the household is right").check()
    page.get_by_label("The supplier owes the household more").fill("1.23")
    page.get_by_label("Answer to the household").fill("the slip was found")
    press(page.get_by_role("button", name="Answer the dispute"))
    share.refresh_from_db()
    assert share.due_fen == 123


def close_month(page: Page, server: str, made: world.World, sales: int) -> None:
    """On the first day of the next month the official closes this one; its figures stay and carry their hash."""
    month = days.day(timezone.now()).replace(day=1)
    later = timezone.now() + timedelta(days=31)
    with mock.patch("django.utils.timezone.now", lambda: later):
        page.context.clear_cookies()
        sign_in(page, server, made.people["official"], "/official/")
        page.goto(f"{server}/en/official/?month={month:%Y-%m}")
        press(page.get_by_role("button", name=f"Close {month:%Y-%m}"))
        expect(page.get_by_text("Its figures stay as they are")).to_be_visible()
        expect(page.get_by_text(MonthClose.objects.get().root_hash[:12]).first).to_be_visible()
        expect(page.get_by_text(yuan(sales - 1001)).first).to_be_visible()
