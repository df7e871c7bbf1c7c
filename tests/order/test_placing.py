"""Placing an order: all of it in one transaction, or nothing and every reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Place, Product
from certification.models import Certificate, Consumption
from logistics.models import Leg, LotStock, Reservation
from shop.order import placing
from shop.order.models import Consignment, Line, LineLot, Order
from shop.revenue.models import FeeRule
from tests import make
from tests.order import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def nodes() -> dict[str, Any]:
    return world.open_network()


def nothing_kept(basket: Any) -> bool:
    basket.refresh_from_db()
    rows = [Order, Line, LineLot, Consignment, Reservation, Consumption]
    held = LotStock.objects.exclude(reserved_units=0).exists() or Certificate.objects.exclude(taken_g=0).exists()
    return basket.status == "Open" and not held and not any(model.objects.exists() for model in rows)


def refusal(basket: Any, **changes: Any) -> str:
    with pytest.raises(placing.CannotPlace) as caught:
        world.place(basket, **changes)
    return " ".join(caught.value.reasons)


def test_an_order_holds_stock_and_certified_grams_and_says_what_it_costs(nodes: dict[str, Any]) -> None:
    product = world.on_sale(nodes["village"])

    order = world.place(world.basket((product, 3)))

    line, consignment = order.lines.get(), order.consignments.get()
    assert (line.price_fen, line.grams, order.goods_fen) == (11970, 1500, 11970)
    assert order.freight_fen == consignment.freight_fen > 0
    assert order.total_fen == order.goods_fen + order.freight_fen
    assert int(order.total_incl_tax * 100) == order.total_fen
    assert line.certificate.taken_g == 1500
    assert Reservation.objects.get(reference=line.reference).units == 3
    assert line.lots.get().units == 3
    assert order.basket.status == "Submitted"
    assert order.reserved_until == make.NOW + timedelta(minutes=30)
    assert consignment.way[0]["origin"] == "village"


def test_the_preview_promises_what_the_order_then_says(nodes: dict[str, Any]) -> None:
    near, far = nodes["village"], make.node("village-2", "village", "653223101")
    make.leg(far, nodes["township"])
    product = world.on_sale(near, units=2, expires=make.TODAY + timedelta(days=20))
    make.stock(make.packed_lot(product, units=5, expires=make.TODAY + timedelta(days=10)), far)
    basket = world.basket((product, 6))

    seen = placing.preview(basket=basket, division=Place.objects.get(code="310101"), choice="cheapest", at=make.NOW)

    order = world.place(basket)
    parcels = list(order.consignments.all())
    assert [(p.origin.code, p.grams, p.freight_fen, p.promised_at) for p in seen.consignments] == [
        (c.origin.code, c.grams, c.freight_fen, c.promised_at) for c in parcels
    ]
    assert (seen.goods_fen, seen.freight_fen, seen.total_fen) == (order.goods_fen, order.freight_fen, order.total_fen)
    assert sorted(order.lines.get().lots.values_list("units", flat=True)) == [1, 5]


def test_a_preview_writes_nothing(nodes: dict[str, Any]) -> None:
    basket = world.basket((world.on_sale(nodes["village"]), 3))

    placing.preview(basket=basket, division=Place.objects.get(code="310101"), choice="fastest", at=make.NOW)

    assert nothing_kept(basket)


def test_goods_of_two_temperature_classes_travel_apart(nodes: dict[str, Any]) -> None:
    walnuts, milk = world.on_sale(nodes["village"]), world.on_sale(nodes["village"], temperature="chilled")

    order = world.place(world.basket((walnuts, 1), (milk, 1)))

    assert sorted(order.consignments.values_list("temperature", flat=True)) == ["ambient", "chilled"]
    assert order.freight_fen == sum(order.consignments.values_list("freight_fen", flat=True))


def test_the_same_submission_gives_the_same_order(nodes: dict[str, Any]) -> None:
    basket = world.basket((world.on_sale(nodes["village"]), 1))
    first = world.place(basket, submission="a-form-of-its-own-1")

    again = world.place(world.basket(), submission="a-form-of-its-own-1")

    assert again == first
    assert Order.objects.count() == 1


def test_somebody_elses_submission_opens_nothing(nodes: dict[str, Any]) -> None:
    world.place(world.basket((world.on_sale(nodes["village"]), 1)), submission="a-form-of-its-own-1")

    assert "out of date" in refusal(world.basket(), submission="a-form-of-its-own-1", user=make.user())


def test_another_form_cannot_order_the_same_basket_again(nodes: dict[str, Any]) -> None:
    basket = world.basket((world.on_sale(nodes["village"]), 1))
    world.place(basket)

    assert "already ordered" in refusal(basket)
    assert Order.objects.count() == 1


def test_what_is_put_into_the_basket_later_is_not_in_the_order(nodes: dict[str, Any]) -> None:
    product = world.on_sale(nodes["village"])
    basket = world.basket((product, 1))
    order = world.place(basket, submission="a-form-of-its-own-1")
    basket.lines.update(quantity=9)

    again = world.place(basket, submission="a-form-of-its-own-1")

    assert again.lines.get().quantity == 1
    assert again.total_fen == order.total_fen


def test_too_few_packs_are_named_and_nothing_is_kept(nodes: dict[str, Any]) -> None:
    plenty, few = world.on_sale(nodes["village"]), world.on_sale(nodes["village"], units=2)
    basket = world.basket((plenty, 1), (few, 3))

    said = refusal(basket)

    assert few.name in said and "2" in said and "3" in said
    assert nothing_kept(basket)


def test_an_expired_lot_is_named_and_nothing_is_kept(nodes: dict[str, Any]) -> None:
    product = world.on_sale(nodes["village"], units=7, expires=make.TODAY)
    basket = world.basket((product, 1))

    said = refusal(basket)

    assert "7 packs are past their date" in said
    assert nothing_kept(basket)


def test_a_lot_that_expires_tomorrow_is_still_sold(nodes: dict[str, Any]) -> None:
    product = world.on_sale(nodes["village"], expires=make.TODAY + timedelta(days=1))

    assert world.place(world.basket((product, 1))).pk


@pytest.mark.parametrize("state", ["revoked", "suspended", "expired"])
def test_a_certificate_that_is_not_valid_is_refused_even_where_the_list_does_not_know_yet(
    nodes: dict[str, Any], state: str
) -> None:
    good, bad = world.on_sale(nodes["village"]), world.on_sale(nodes["village"])
    bad.certificates.update(state=state)
    basket = world.basket((good, 1), (bad, 1))

    said = refusal(basket)

    assert bad.name in said and "valid certificate" in said
    assert nothing_kept(basket)


def test_a_certificate_over_at_this_moment_is_refused(nodes: dict[str, Any]) -> None:
    product = world.on_sale(nodes["village"])
    Product.objects.filter(pk=product.pk).update(certified_until=make.NOW)
    basket = world.basket((product, 1))

    assert product.name in refusal(basket)
    assert nothing_kept(basket)


def test_more_than_the_certified_grams_is_refused(nodes: dict[str, Any]) -> None:
    product = world.on_sale(nodes["village"])
    product.certificates.update(cap_g=1400)
    basket = world.basket((product, 3))

    said = refusal(basket)

    assert "1400" in said and "1500" in said
    assert nothing_kept(basket)


def test_no_way_names_the_leg_and_nothing_is_kept(nodes: dict[str, Any]) -> None:
    product = world.on_sale(nodes["village"], temperature="frozen")
    Leg.objects.filter(code="county-hub").update(temperatures=["ambient"])
    basket = world.basket((product, 1))

    assert "county → hub cannot keep the goods cold enough" in refusal(basket)
    assert nothing_kept(basket)


def test_a_province_nobody_delivers_in_is_refused(nodes: dict[str, Any]) -> None:
    make.place("440103")
    basket = world.basket((world.on_sale(nodes["village"]), 1))

    assert "440103" in refusal(basket, address=world.address(division_code="440103")) or "44" in refusal(
        basket, address=world.address(division_code="440103")
    )
    assert nothing_kept(basket)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"country": "JP"}, "mainland"),
        ({"division_code": "810101"}, "mainland"),
        ({"division_code": "710101"}, "mainland"),
        ({"division_code": ""}, "county"),
        ({"division_code": "31"}, "county"),
        ({"division_code": "999999"}, "county"),
        ({"name": "  "}, "recipient"),
        ({"street": "a\x00b"}, "signs"),
        ({"phone": "１３８００１３８０００"}, "telephone"),
        ({"phone": "110"}, "telephone"),
        ({"street": "路" * 201}, "too long"),
    ],
)
def test_an_address_we_cannot_deliver_to_is_refused(nodes: dict[str, Any], changes: dict[str, str], word: str) -> None:
    basket = world.basket((world.on_sale(nodes["village"]), 1))

    assert word in refusal(basket, address=world.address(**changes))
    assert nothing_kept(basket)


@pytest.mark.parametrize("quantity", [0, 1_000, 1_000_000_000])
def test_a_quantity_out_of_range_is_refused(nodes: dict[str, Any], quantity: int) -> None:
    basket = world.basket((world.on_sale(nodes["village"]), quantity))

    assert "from 1 to 999" in refusal(basket)
    assert nothing_kept(basket)


def test_an_empty_basket_is_refused(nodes: dict[str, Any]) -> None:
    basket = world.basket()

    assert "empty" in refusal(basket)
    assert nothing_kept(basket)


def test_every_reason_is_told_at_once(nodes: dict[str, Any]) -> None:
    few, bad = world.on_sale(nodes["village"], units=1), world.on_sale(nodes["village"])
    bad.certificates.update(state="revoked")
    basket = world.basket((few, 5), (bad, 1))

    said = refusal(basket)

    assert few.name in said and bad.name in said


def test_a_failure_at_the_last_step_keeps_nothing(nodes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    basket = world.basket((world.on_sale(nodes["village"]), 1))
    monkeypatch.setattr(placing.jobs, "defer", lambda *a, **k: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        world.place(basket)

    assert nothing_kept(basket)


def test_what_an_order_costs_in_queries_grows_by_a_known_number_per_line(nodes: dict[str, Any]) -> None:
    counts = []
    for lines in (1, 5):
        products = [world.on_sale(nodes["village"]) for _ in range(lines)]
        basket = world.basket(*((product, 1) for product in products))
        world.place(world.basket((world.on_sale(nodes["village"]), 1)))
        with CaptureQueriesContext(connection) as queries:
            world.place(basket)
        counts.append(len(queries))

    print(f"queries of place(): {counts[0]} for 1 line, {counts[1]} for 5 lines")
    assert counts[0] <= 55
    assert (counts[1] - counts[0]) / 4 <= 20


def test_nothing_is_sold_while_no_fee_rule_could_divide_it(nodes: dict[str, Any]) -> None:
    basket = world.basket((world.on_sale(nodes["village"]), 1))
    with connection.cursor() as cursor:  # rules stay for good, so only a test can take one away
        cursor.execute("SET LOCAL session_replication_role = replica")
        FeeRule.objects.all().delete()
        cursor.execute("SET LOCAL session_replication_role = origin")

    assert "no fee rule is in force" in refusal(basket)
    assert nothing_kept(basket)
