"""The picture of a parcel's way and the buyer's receipt say what scans and ledger say, and name nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from logistics import shipments
from logistics.models import Shipment
from shop.order import impact, lifecycle, numbers, tracking
from shop.order.models import Order
from tests import make
from tests.make import NOW
from tests.order import world as shopping
from tests.revenue import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def bought(**fields: Any) -> tuple[Order, dict[str, Any]]:
    nodes = shopping.open_network()
    product = shopping.on_sale(nodes["village"], **fields)
    return shopping.place(shopping.basket((product, 2))), nodes


def paid(order: Order) -> Shipment:
    lifecycle.mark_paid(order=order, at=NOW)
    return Shipment.objects.get()


def parcel_of(order: Order) -> dict[str, Any]:
    (parcel,) = tracking.consignments(order)
    return parcel


def picture(parcel: dict[str, Any]) -> str:
    return render_to_string("components/way_picture.html", {"label": "The way", **parcel})


def test_before_payment_every_stop_is_planned_at_the_hours_of_the_quote() -> None:
    order, _nodes = bought()

    parcel = parcel_of(order)

    way = order.consignments.get().way
    assert [step["tier"] for step in parcel["steps"]] == ["village", "township", "county", "hub", "warehouse", "door"]
    assert {step["state"] for step in parcel["steps"]} == {"next"}
    assert [step["at"].isoformat() for step in parcel["steps"][1:]] == [hop["arrive_at"] for hop in way]
    assert [step["km"] for step in parcel["steps"]] == [0, *(hop["distance_km"] for hop in way)]


def test_a_scanned_hop_shows_the_moment_of_its_scan() -> None:
    order, nodes = bought()
    shipment = paid(order)
    by = make.operator(nodes["village"])
    left, came = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
    shipments.scan_out(waybill=shipment.waybill, node=nodes["village"], by=by, at=left)
    shipments.scan_in(
        waybill=shipment.waybill, node=nodes["township"], by=make.operator(nodes["township"]), at=came
    )  # fmt: skip

    steps = parcel_of(order)["steps"]

    assert [(step["state"], step["at"]) for step in steps[:2]] == [("done", left), ("now", came)]
    assert [step["state"] for step in steps[2:]] == ["next"] * 4


def test_households_are_counted_by_county_and_never_named() -> None:
    order, _nodes = bought()

    parcel = parcel_of(order)
    page = picture(parcel)

    assert [(str(part["county"]), part["number"]) for part in parcel["households"]] == [("Place 653223", 3)]
    assert "3 households, Place 653223" in page
    assert re.findall(r"H-\d+", page) == []


def test_the_picture_has_a_scene_for_the_households_and_each_stop() -> None:
    page = picture(parcel_of(bought()[0]))

    assert page.count('class="scene"') == 7
    assert page.count("<time") == 6


def test_the_reason_names_the_one_county_centre_and_the_length() -> None:
    order, nodes = bought()

    reason = parcel_of(order)["reason"]

    assert str(nodes["county"]) in reason
    assert "250 km" in reason


@pytest.mark.parametrize(("temperature", "said"), [("ambient", False), ("chilled", True)])
def test_the_temperature_is_said_where_it_matters(temperature: str, said: bool) -> None:
    parcel = parcel_of(bought(temperature=temperature)[0])

    assert ("0 to 8 °C" in picture(parcel)) is said


def test_the_page_draws_way_and_map_without_style_or_script_of_its_own() -> None:
    order, _nodes = bought()

    page = Client().get(numbers.link_for(order)).content.decode()

    assert 'class="trail"' in page
    assert 'class="order-map"' in page
    assert re.findall(r"<(?!html)[^>]*\sstyle=", page) == []


def test_more_households_cost_no_more_queries() -> None:
    few, _nodes = bought()
    with CaptureQueriesContext(connection) as before:
        tracking.consignments(few)
    product = make.product()
    many = world.order((make.packed_lot(product, deliveries={make.household(): 10_000 for _ in range(9)}), 1, 900))

    with CaptureQueriesContext(connection) as after:
        tracking.consignments(many)

    assert len(after) <= len(before)


def helped_in_ledger(user: Any) -> tuple[int, int]:
    """(owed, paid) of the households' account for one buyer's lines, straight from SQL; payouts by their parts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT -sum(p.fen) FROM revenue_posting p JOIN revenue_entry e ON e.id = p.entry_id"
            " JOIN order_line l ON l.id = e.line_id JOIN order_order o ON o.id = l.order_id"
            " WHERE p.account = 'households' AND o.user_id = %s AND e.kind <> 'payout'",
            [user.pk],
        )
        owed = cursor.fetchone()[0]
        cursor.execute(
            "SELECT coalesce(sum(part.fen), 0) FROM revenue_payoutpart part"
            " JOIN revenue_payoutitem item ON item.id = part.item_id JOIN revenue_share s ON s.id = part.share_id"
            " JOIN order_line l ON l.id = s.line_id JOIN order_order o ON o.id = l.order_id"
            " WHERE item.state = 'paid' AND o.user_id = %s",
            [user.pk],
        )
        return int(owed or 0), int(cursor.fetchone()[0])


def busy_buyer() -> Any:
    """Three deliveries from two counties: one refunded before its payout, one paid out, one paid out then refunded."""
    world.rule()
    user = world.person()
    for price, county in ((10_007, make.PISHAN), (3_333, make.YECHENG)):
        of = world.order((world.lot(1, 2, 4, county=county), 1, price))
        Order.objects.filter(pk=of.pk).update(user=user)
        world.deliver(of)
        world.refund(world.line_of(of), 501)
    world.paid_out()
    world.refund(world.line_of(of), 300)
    last = world.order((world.lot(3, 1), 1, 999))
    Order.objects.filter(pk=last.pk).update(user=user)
    world.deliver(last)
    world.sold(1, 1)  # somebody else's
    return user


def test_what_my_purchases_helped_equals_the_ledger() -> None:
    user = busy_buyer()

    helped = impact.helped(user)

    assert (helped.owed_fen, helped.paid_fen) == helped_in_ledger(user)
    assert helped.due_fen == helped.owed_fen - helped.paid_fen > 0
    assert sum(row["paid_fen"] + row["due_fen"] for row in helped.counties) == helped.owed_fen
    assert [row["households"] for row in helped.counties] == [3, 5]


def test_who_bought_nothing_helped_nobody() -> None:
    helped = impact.helped(world.person())

    assert (helped.households, helped.owed_fen, helped.counties) == (0, 0, [])


def test_the_account_page_shows_the_total_and_no_household() -> None:
    user = busy_buyer()
    client = Client()
    client.force_login(user)

    page = client.get(reverse("customer:summary")).content.decode()

    helped = impact.helped(user)
    assert f"¥{helped.paid_fen // 100}.{helped.paid_fen % 100:02d}" in page
    assert "8 households" in page
    assert re.findall(r"H-\d+", page) == []


def receipt_page(order: Order) -> str:
    receipt = impact.of_order(order)
    return render_to_string(
        "components/receipt.html",
        {"number": "1", "at": NOW, "lines": receipt.lines, "total_fen": receipt.total_fen, "shares": receipt.shares,
         "shares_paid_fen": receipt.shares_paid_fen, "shares_due_fen": receipt.shares_due_fen},
    )  # fmt: skip


def test_the_receipt_sums_what_is_paid_and_due_and_dates_each_payment() -> None:
    world.rule()
    line = world.sold(1, 2, 4)
    world.paid_out()

    receipt = impact.of_order(line.order)

    assert receipt.shares_due_fen == 0
    assert receipt.shares_paid_fen == sum(share["fen"] for share in receipt.shares) > 0
    assert all(share["paid_days"] == "10 September 2026" for share in receipt.shares)
    assert "paid on 10 September 2026" in receipt_page(line.order)


def test_a_share_not_yet_paid_is_due_on_the_receipt() -> None:
    world.rule()
    line = world.sold(1, 2)

    receipt = impact.of_order(line.order)

    assert receipt.shares_paid_fen == 0
    assert receipt.shares_due_fen == sum(share["fen"] for share in receipt.shares) > 0
    assert receipt_page(line.order).count("due, not yet paid") == 2


def test_shares_stand_under_the_product_they_come_from() -> None:
    world.rule()
    order = world.order((world.lot(1, 1), 1, 900), (world.lot(2, 1), 1, 800))
    world.deliver(order)

    page = receipt_page(order)

    products = [str(line.product.name) for line in order.lines.order_by("id")]
    assert re.findall(r'class="receipt__line"[^>]*>([^<]+)<', page) == products
