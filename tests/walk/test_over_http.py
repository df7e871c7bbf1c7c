"""The whole walk over HTTP: two suppliers of two counties in one basket, from the shelf to the closed month.

Every sum a page shows is compared with SQL.
"""

from __future__ import annotations

import csv
import io
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certification.households import access
from logistics.models import Shipment
from shop.money import to_yuan
from shop.order.models import Order
from shop.payments import refunds
from shop.payments.models import Payment, Refund
from shop.payments.testgateway import process
from shop.reports import closing, selfcheck
from shop.revenue import days
from shop.revenue.models import Dispute, PayoutBatch, PayoutItem, Share
from tests import make
from tests.walk import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gateway(tmp_path: Path, settings: Any) -> Iterator[process.Running]:
    with process.running(state=tmp_path / "gateway.sqlite3") as running:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = running.url, running.api_key
        yield running


def sql(query: str, *values: object) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def account(name: str, number: str) -> int:
    """What stands on an account for one order, debits positive."""
    return int(
        sql(
            "SELECT coalesce(sum(p.fen), 0) FROM revenue_posting p JOIN revenue_entry e ON e.id = p.entry_id"
            " JOIN order_order o ON o.id = e.order_id WHERE p.account = %s AND o.number = %s",
            name,
            number,
        )
    )


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def press(url: str, action: str) -> str:
    """Press a button of the gateway's page; gives the address it sends the buyer back to."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: Any, **kwargs: Any) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(url, urllib.parse.urlencode({"action": action}).encode(), timeout=10)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError("the gateway's page sent nobody back")


def buy(made: world.World) -> Order:
    """Basket, checkout, payment page and back, as a guest."""
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    first, second = (one.product for one in made.suppliers)
    client.post(reverse("basket:add", args=[first.pk]), {"quantity": "3"})
    client.post(reverse("basket:add", args=[second.pk]), {"quantity": "2"})
    page = client.get(reverse("checkout:index"))
    answers = {
        "submission": page.context["form"]["submission"].value(),
        "email": "buyer@example.org", "name": "收件人", "phone": "13800000000", "street": "人民路1号",
        "province": "31", "city": "3101", "county": "310101", "choice": "cheapest", "method": "alipay",
    }  # fmt: skip
    quoted = client.post(reverse("checkout:index"), answers | {"step": "places"})
    assert len(quoted.context["preview"].consignments) == 2
    unseen = client.post(reverse("checkout:index"), answers | {"step": "pay"})
    assert unseen.status_code == 409, "nobody pays a total they were not shown"
    outdated = client.post(reverse("checkout:index"), answers | {"step": "pay", "shown_fen": "1"})
    assert outdated.status_code == 409, "nor another one than they were shown"
    assert not Order.objects.exists()
    answers["shown_fen"] = str(quoted.context["preview"].total_fen)
    sent = client.post(reverse("checkout:index"), answers | {"step": "pay"})
    assert sent.status_code == 302, sent.context["problems"] or sent.context["form"].errors
    again = client.post(reverse("checkout:index"), answers | {"step": "pay"})
    order = Order.objects.get()
    assert order.number in again["Location"], "the same form sent twice is the same order"
    assert order.total_fen == quoted.context["preview"].total_fen
    back = press(sent["Location"], "pay")
    shown = client.get(back, follow=True)
    assert order.number in shown.content.decode()
    order.refresh_from_db()
    return order


def carry(made: world.World, order: Order) -> None:
    """Scan every parcel out and in at each node of its way, then deliver it."""
    for shipment in Shipment.objects.all():
        hops = list(shipment.hops.all())
        for hop in hops:
            signed_in(made.sending[hop.origin_id]).post(reverse("centre:scan"), {"code": shipment.waybill})
            if hop is not hops[-1]:
                signed_in(made.receiving[hop.destination_id]).post(reverse("centre:scan"), {"code": shipment.waybill})
        signed_in(made.sending[hops[-1].origin_id]).post(
            reverse("centre:deliver", args=[shipment.waybill]), {"proof": "signature 1"}
        )
    order.refresh_from_db()


def pay_out(made: world.World) -> PayoutBatch:
    people = made.people
    signed_in(people["draft_payout"]).post(reverse("settlement:draft"))
    batch = PayoutBatch.objects.latest("pk")
    signed_in(people["approve_payout"]).post(reverse("settlement:approve", args=[batch.reference]))
    signed_in(people["release_payout"]).post(reverse("settlement:release", args=[batch.reference]))
    for item in batch.items.all():
        signed_in(people["evidence_payout"]).post(
            reverse("settlement:evidence", args=[item.pk]),
            {"kind": "bank_receipt", "reference": f"B{item.pk:06d}", "paid_on": days.day(timezone.now()).isoformat()},
        )
    return batch


@pytest.fixture
def made() -> world.World:
    return world.build(timezone.now())


def test_nothing_is_on_the_shelf_before_its_certificate(made: world.World) -> None:
    before = Client().get("/api/v1/products").json()

    world.certify(made, timezone.now())

    assert before == {"items": [], "count": 0}
    assert Client().get("/api/v1/products").json()["count"] == 2


def test_the_walk(made: world.World, gateway: process.Running) -> None:
    now = timezone.now()
    world.certify(made, now)

    order = buy(made)
    assert order.status == "paid"
    assert account("gateway", order.number) == order.total_fen - Payment.objects.get().fee_fen
    assert account("buyers", order.number) == -order.total_fen

    carry(made, order)
    assert order.status == "delivered"
    assert account("buyers", order.number) == 0
    divided(order)

    batch = pay_out(made)
    assert {item.state for item in batch.items.all()} == {PayoutItem.State.PAID}
    assert sql("SELECT sum(fen) FROM revenue_share") == sum(item.fen for item in batch.items.all())

    part_refund(made, order)
    dispute_and_decide(made, now)
    receipt_and_statement(made, order)
    close_and_report(made, now)

    assert selfcheck.run(at=timezone.now()) == []


def divided(order: Order) -> None:
    """Each line's parts add up to its price, and the ledger holds exactly these parts."""
    for line in order.lines.all():
        parts = line.division
        assert parts.price_fen == line.price_fen
        assert sum(share.fen for share in line.shares.all()) == parts.households_fen
    assert account("households", order.number) == -sql("SELECT sum(households_fen) FROM revenue_division")
    assert account("suppliers", order.number) == -sql("SELECT sum(supplier_fen) FROM revenue_division")
    assert (
        account("transport", order.number)
        == -sql("SELECT sum(transport_fen) FROM revenue_division") - order.freight_fen
    )


def part_refund(made: world.World, order: Order) -> None:
    """A third of the first line goes back after its households were paid: they keep theirs, the reserve bears it."""
    line = order.lines.order_by("pk").first()
    paid = sql("SELECT sum(paid_fen) FROM revenue_share WHERE line_id = %s", line.pk)
    amount = line.price_fen // 3

    desk = signed_in(made.people["add_refund"])
    url = reverse("settlement:refund-line", args=[order.number, line.pk])
    answers = {"amount": str(to_yuan(amount)), "reason": "one pack was damp", "reference": "walk-refund-number-1"}
    desk.post(url, answers)
    desk.post(url, answers)  # a doubled press is one refund
    too_much = desk.post(url, answers | {"amount": "9999", "reference": "walk-refund-number-2"}, follow=True)
    refund = refunds.settle_refund(refund=Refund.objects.get(), at=timezone.now())

    assert too_much.context["messages"], "a refund of more than is left is refused with words"
    assert (refund.state, refund.amount_fen) == ("done", amount)
    assert sql("SELECT sum(paid_fen) FROM revenue_share WHERE line_id = %s", line.pk) == paid
    assert account("refund_reserve", order.number) == sql("SELECT sum(borne_fen) FROM revenue_share")
    assert account("refund_reserve", order.number) > 0


def dispute_and_decide(made: world.World, now: datetime) -> None:
    """A household disputes its share on its own page; somebody independent upholds it, and the money follows."""
    household = made.suppliers[0].households[0]
    share = Share.objects.get(household=household)
    code = access.issue_slip(household=household, by=make.user(), at=now)
    home = Client()
    home.post(reverse("household:enter"), {"reference": household.reference, "code": code})
    home.post(reverse("household:dispute"), {"share": share.pk, "text": "一袋没有算进去"})
    dispute = Dispute.objects.get(share=share)

    signed_in(made.people["decide_dispute"]).post(
        reverse("settlement:dispute", args=[dispute.pk]),
        {"decision": "upheld", "adjustment": "1.23", "answer": "scale slip found"},
    )

    share.refresh_from_db()
    assert (share.adjusted_fen, share.due_fen) == (123, 123)
    statement = home.get(reverse("household:statement"))
    assert statement.status_code == 200


def receipt_and_statement(made: world.World, order: Order) -> None:
    """The buyer's receipt and every household's statement show what the ledger holds."""
    from shop.order import impact
    from shop.revenue import statements

    receipt = impact.of_order(order)
    assert sum(part["fen"] for part in receipt.parts) == receipt.total_fen == order.total_fen
    for one in made.suppliers:
        for household in one.households:
            credit = sql(
                "SELECT -coalesce(sum(fen), 0) FROM revenue_posting WHERE account = 'households' AND household_id = %s",
                household.pk,
            )
            assert statements.for_household(household).due_fen == credit


def close_and_report(made: world.World, now: datetime) -> None:
    """The month is closed; its figures are the ledger's, small cells are hidden, and a second print is the same."""
    month = days.day(now).replace(day=1)
    later = timezone.make_aware(datetime.combine(world.month_after(month), datetime.min.time())) + timedelta(hours=1)
    closing.close(month=month, by=made.people["official"], at=later)

    first, second = report(month), report(month)

    assert first == second
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(first))}
    total = sql(
        "SELECT sum(p.fen) FROM revenue_posting p JOIN revenue_entry e ON e.id = p.entry_id WHERE"
        " (e.kind = 'sale' AND p.account = 'buyers') OR (e.kind = 'refund' AND p.account = 'gateway')"
    )
    assert sum(int(row["sales_fen"]) for row in rows.values()) == total
    assert set(rows) == {"653126", "653223"}
    assert rows["653223"]["households"] == "", "three households are too few to be shown"
    assert rows["653126"]["households"] == "", "and five would be found by subtraction from the total"


def report(month: Any) -> str:
    out = io.StringIO()
    call_command("report", "income", "--month", f"{month:%Y-%m}", "--by", "county", "--format", "csv", stdout=out)
    return out.getvalue()
