"""Packs are promised first expired first out, once per reference, and come back when they are not paid for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Sum

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from logistics import stock
from logistics.models import LotStock, Node, Reservation, StockMove
from tests import make
from tests.make import NOW, TODAY

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=30)


def reserve(product: Product, units: int, reference: str = "order 1 line 1", **fields: Any) -> list[Reservation]:
    return stock.reserve(
        product=product, units=units, reference=reference, **({"at": NOW, "expires_at": LATER} | fields)
    )


def assert_totals_equal_rows(product: Product) -> None:
    """The stock record's totals are the rows' sums, and each lot's moves add up to what lies there."""
    record = StockRecord.objects.get(product=product)
    rows = LotStock.objects.filter(lot__product=product)
    sums = rows.aggregate(units=Sum("units", default=0), reserved=Sum("reserved_units", default=0))
    live = Reservation.objects.filter(stock__lot__product=product, state__in=["held", "kept"])
    assert (record.num_in_stock, record.num_allocated) == (sums["units"], sums["reserved"])
    assert sums["reserved"] == live.aggregate(units=Sum("units", default=0))["units"]
    for row in rows:
        moves = StockMove.objects.filter(lot=row.lot, node=row.node)
        assert moves.aggregate(units=Sum("units", default=0))["units"] == row.units


@pytest.fixture
def village() -> Node:
    return make.node("village", "village")


@pytest.fixture
def county() -> Node:
    return make.node("county", "county")


def test_received_packs_are_on_hand_and_may_be_promised(village: Node) -> None:
    lot = make.packed_lot(make.product(), units=10)

    row = stock.receive(lot=lot, node=village, units=10, reference="lot 1", at=NOW)

    assert (row.units, row.reserved_units) == (10, 0)
    assert stock.available(lot.product, TODAY) == 10
    assert_totals_equal_rows(lot.product)


def test_the_same_receipt_is_counted_once(village: Node) -> None:
    lot = make.packed_lot(make.product(), units=10)
    stock.receive(lot=lot, node=village, units=4, reference="lot 1", at=NOW)

    row = stock.receive(lot=lot, node=village, units=4, reference="lot 1", at=NOW)

    assert row.units == 4
    assert_totals_equal_rows(lot.product)


def test_a_receipt_with_other_units_under_the_same_reference_is_refused(village: Node) -> None:
    lot = make.packed_lot(make.product(), units=10)
    stock.receive(lot=lot, node=village, units=4, reference="lot 1", at=NOW)

    with pytest.raises(stock.ReferenceReused, match="received 4 packs"):
        stock.receive(lot=lot, node=village, units=5, reference="lot 1", at=NOW)

    assert_totals_equal_rows(lot.product)


def test_no_more_packs_are_received_than_the_lot_was_packed_into(village: Node, county: Node) -> None:
    lot = make.packed_lot(make.product(), units=10)
    stock.receive(lot=lot, node=village, units=6, reference="lot 1", at=NOW)

    with pytest.raises(stock.TooManyUnits, match="10 packs, 6 are received"):
        stock.receive(lot=lot, node=county, units=5, reference="lot 1", at=NOW)

    assert stock.receive(lot=lot, node=county, units=4, reference="lot 1", at=NOW).units == 4
    assert_totals_equal_rows(lot.product)


def test_what_expires_first_goes_out_first_over_lots_and_nodes(village: Node, county: Node) -> None:
    product = make.product()
    late = make.packed_lot(product, units=10, expires=date(2027, 3, 1))
    early = make.packed_lot(product, units=10, expires=date(2026, 12, 1))
    make.stock(late, village, 10)
    make.stock(early, village, 3)
    make.stock(early, county, 4)

    made = reserve(product, 9)

    assert [(row.stock.lot, row.stock.node, row.units) for row in made] == [
        (early, village, 3), (early, county, 4), (late, village, 2),
    ]  # fmt: skip
    assert stock.available(product, TODAY) == 8
    assert_totals_equal_rows(product)


def test_a_lot_is_not_sold_on_its_expiry_day_but_the_day_before(village: Node) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=5, expires=TODAY), village)
    make.stock(make.packed_lot(product, units=2, expires=TODAY + timedelta(days=1)), village)

    with pytest.raises(stock.NotEnoughStock) as refused:
        reserve(product, 3)

    assert (refused.value.left, refused.value.wanted) == (2, 3)
    assert sum(row.units for row in reserve(product, 2)) == 2


def test_the_expiry_day_is_the_shanghai_day(village: Node) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=5, expires=date(2026, 9, 11)), village)
    last_second = NOW.replace(hour=15, minute=59)  # 23:59 in Shanghai

    with pytest.raises(stock.NotEnoughStock):
        reserve(product, 1, "too late", at=last_second + timedelta(minutes=1))

    assert reserve(product, 1, "in time", at=last_second)


def test_a_refusal_names_the_product_and_what_is_left_and_keeps_nothing(village: Node) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=5), village)

    with pytest.raises(stock.NotEnoughStock) as refused:
        reserve(product, 6)

    assert all(word in str(refused.value) for word in (product.name, "5", "6"))
    assert not Reservation.objects.exists()
    assert stock.available(product, TODAY) == 5
    assert_totals_equal_rows(product)


def test_the_same_reference_reserves_once(village: Node) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=10), village)
    first = reserve(product, 4)

    second = reserve(product, 4)

    assert [row.pk for row in second] == [row.pk for row in first]
    assert stock.available(product, TODAY) == 6
    assert_totals_equal_rows(product)


def test_the_same_reference_for_another_quantity_or_product_is_refused(village: Node) -> None:
    product, other = make.product(), make.product()
    make.stock(make.packed_lot(product, units=10), village)
    make.stock(make.packed_lot(other, units=10), village)
    reserve(product, 4)

    with pytest.raises(stock.ReferenceReused):
        reserve(product, 5)
    with pytest.raises(stock.ReferenceReused):
        reserve(other, 4)

    assert_totals_equal_rows(product)
    assert_totals_equal_rows(other)


def test_what_is_not_paid_in_time_comes_back(village: Node) -> None:
    product, other = make.product(), make.product()
    for one in (product, other):
        make.stock(make.packed_lot(one, units=10, expires=TODAY + timedelta(days=9)), village, 3)
        make.stock(make.packed_lot(one, units=10), village)
        reserve(one, 5, f"due {one.pk}")
        reserve(one, 2, f"not yet due {one.pk}", expires_at=LATER + timedelta(seconds=1))

    count = stock.release_expired(at=LATER)

    assert count == 2
    for one in (product, other):
        assert stock.available(one, TODAY) == 11
        assert_totals_equal_rows(one)
    assert stock.release_expired(at=LATER) == 0


def test_giving_back_takes_the_same_number_of_queries_for_one_and_for_many(
    village: Node, django_assert_num_queries: Any
) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=10), village)
    reserve(product, 1, "alone")
    with django_assert_num_queries(8):
        stock.release_expired(at=LATER)
    for number in range(5):
        reserve(product, 1, f"order {number} line 1")

    with django_assert_num_queries(8):
        stock.release_expired(at=LATER)

    assert_totals_equal_rows(product)


def test_what_is_kept_does_not_expire(village: Node) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=10), village)
    reserve(product, 5)

    stock.keep(reference="order 1 line 1", at=NOW)
    stock.keep(reference="order 1 line 1", at=NOW)

    assert stock.release_expired(at=LATER) == 0
    assert stock.available(product, TODAY) == 5
    assert_totals_equal_rows(product)


def test_a_payment_after_the_release_is_told_that_the_goods_are_gone(village: Node) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=10), village)
    reserve(product, 5)
    stock.release_expired(at=LATER)

    with pytest.raises(stock.ReservationGone, match="5 packs were given back"):
        stock.keep(reference="order 1 line 1", at=LATER)
    with pytest.raises(stock.ReservationGone, match="Nothing is reserved"):
        stock.keep(reference="never heard of", at=LATER)

    assert Reservation.objects.get().state == "released"


def test_a_payment_after_the_expiry_but_before_the_release_keeps_the_goods(village: Node) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=10), village)
    reserve(product, 5)

    stock.keep(reference="order 1 line 1", at=LATER + timedelta(minutes=1))

    assert Reservation.objects.get().state == "kept"


def test_a_release_gives_back_what_is_held_or_kept_once(village: Node) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=10), village)
    reserve(product, 5)
    stock.keep(reference="order 1 line 1", at=NOW)

    given_back = [stock.release(reference="order 1 line 1", at=NOW) for _ in range(2)]

    assert given_back == [5, 0]
    assert stock.available(product, TODAY) == 10
    assert_totals_equal_rows(product)


def test_what_is_shipped_has_left_the_stock_and_cannot_be_released(village: Node) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=10), village)
    reserve(product, 4)
    stock.keep(reference="order 1 line 1", at=NOW)

    shipped = [stock.ship(reference="order 1 line 1", at=NOW) for _ in range(2)]

    assert shipped == [4, 0]
    row = LotStock.objects.get()
    assert (row.units, row.reserved_units) == (6, 0)
    assert_totals_equal_rows(product)
    with pytest.raises(stock.AlreadyShipped):
        stock.release(reference="order 1 line 1", at=NOW)


def test_what_is_not_paid_does_not_leave(village: Node) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=10), village)
    reserve(product, 4)

    with pytest.raises(stock.ReservationGone, match="not paid"):
        stock.ship(reference="order 1 line 1", at=NOW)

    assert_totals_equal_rows(product)


def test_only_the_packs_of_the_node_the_parcel_leaves_are_shipped(village: Node, county: Node) -> None:
    product = make.product()
    lot = make.packed_lot(product, units=10)
    make.stock(lot, village, 3)
    make.stock(lot, county, 7)
    reserve(product, 5)
    stock.keep(reference="order 1 line 1", at=NOW)

    shipped = stock.ship(reference="order 1 line 1", at=NOW, node=village)

    assert shipped == 3
    left = {row.node: (row.units, row.reserved_units) for row in LotStock.objects.all()}
    assert left == {village: (0, 0), county: (7, 2)}
    assert_totals_equal_rows(product)


def test_when_the_last_step_fails_nothing_is_reserved(village: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    product = make.product()
    make.stock(make.packed_lot(product, units=10), village)

    def fail(*_args: object, **_fields: object) -> None:
        raise RuntimeError("the last step fails")

    monkeypatch.setattr(Reservation.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError):
        reserve(product, 4)

    assert stock.available(product, TODAY) == 10
    assert_totals_equal_rows(product)


@pytest.mark.parametrize("units", [0, -1])
def test_less_than_one_pack_is_refused(village: Node, units: int) -> None:
    lot = make.packed_lot(make.product(), units=10)

    with pytest.raises(ValueError, match="above zero"):
        stock.receive(lot=lot, node=village, units=units, reference="lot 1", at=NOW)
    with pytest.raises(ValueError, match="above zero"):
        reserve(lot.product, units)
