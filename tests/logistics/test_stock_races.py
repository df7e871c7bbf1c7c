"""64 buyers on 64 connections: exactly what is there is sold, nobody deadlocks; without the guard it is oversold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.models import F

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from logistics import stock
from logistics.models import LotStock, Node, Reservation
from tests import make
from tests.logistics.test_stock_reservations import assert_totals_equal_rows
from tests.make import NOW, TODAY

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=30)


def race(attempt: Callable[[int], Any], threads: int = 64) -> list[Any]:
    """Run `attempt(number)` on that many threads at once, each with its own connection; errors are results."""
    start = Barrier(threads)

    def run(number: int) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return attempt(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def buy(product: Product, number: int, units: int = 1) -> int:
    made = stock.reserve(product=product, units=units, reference=f"order {number} line 1", at=NOW, expires_at=LATER)
    return sum(row.units for row in made)


def stocked(units: int, *, lots: int = 1) -> Product:
    """A product whose packs lie in several lots, each at two nodes."""
    product = make.product()
    nodes = [Node.objects.filter(code=code).first() or make.node(code, code) for code in ("village", "county")]
    spread = [units // (2 * lots) + (place < units % (2 * lots)) for place in range(2 * lots)]
    for index in range(lots):
        lot = make.packed_lot(product, units=max(1, spread[2 * index] + spread[2 * index + 1]))
        for node, here in zip(nodes, spread[2 * index :], strict=False):
            if here:
                make.stock(lot, node, here)
    return product


@pytest.mark.parametrize(("left", "lots"), [(1, 1), (7, 2), (100, 3)])
def test_64_buyers_of_the_last_packs_get_exactly_what_is_there(left: int, lots: int) -> None:
    product = stocked(left, lots=lots)
    each = 2 if left == 100 else 1

    results = race(lambda number: buy(product, number, each))

    kinds = Counter(type(result) for result in results)
    winners = left // each
    assert kinds == {int: winners, stock.NotEnoughStock: 64 - winners}
    assert stock.available(product, TODAY) == 0
    assert_totals_equal_rows(product)


def test_64_buyers_of_ten_packs_each_get_exactly_what_is_there() -> None:
    product = stocked(70, lots=3)

    results = race(lambda number: buy(product, number, 10))

    assert Counter(type(result) for result in results) == {int: 7, stock.NotEnoughStock: 57}
    assert_totals_equal_rows(product)


def test_without_the_guard_the_same_race_oversells() -> None:
    product = stocked(7)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE logistics_lotstock DROP CONSTRAINT lot_stock_never_oversold")
        cursor.execute("ALTER TABLE partner_stockrecord DROP CONSTRAINT stockrecord_never_oversold")
    both_have_looked = Barrier(64)

    def buy_unguarded(number: int) -> int:
        row = LotStock.objects.filter(lot__product=product, units__gt=F("reserved_units")).order_by("pk").first()
        both_have_looked.wait(timeout=60)
        if row is None:
            raise stock.NotEnoughStock(product=product, left=0, wanted=1)
        LotStock.objects.filter(pk=row.pk).update(reserved_units=F("reserved_units") + 1)
        Reservation.objects.create(stock=row, reference=f"order {number}", units=1, reserved_at=NOW, expires_at=LATER)
        return 1

    results = race(buy_unguarded)

    assert sum(result for result in results if isinstance(result, int)) > 7


def test_the_database_refuses_what_the_code_would_oversell() -> None:
    product = stocked(2)

    with pytest.raises(Exception, match="lot_stock_never_oversold"), transaction.atomic():
        LotStock.objects.filter(lot__product=product).update(reserved_units=F("units") + 1)
    with pytest.raises(Exception, match="stockrecord_never_oversold"), transaction.atomic():
        StockRecord.objects.filter(product=product).update(num_allocated=3)

    assert_totals_equal_rows(product)


def test_the_same_reference_on_16_threads_reserves_once() -> None:
    product = stocked(50)

    results = race(lambda _number: buy(product, 1, 3), threads=16)

    assert results == [3] * 16
    assert stock.available(product, TODAY) == 47
    assert_totals_equal_rows(product)


def test_payment_and_expiry_at_once_leave_either_kept_or_given_back() -> None:
    product = stocked(20)
    for number in range(10):
        buy(product, number)

    def attempt(number: int) -> Any:
        if number == 10:
            return stock.release_expired(at=LATER)
        return stock.keep(reference=f"order {number} line 1", at=LATER)

    results = race(attempt, threads=11)

    gone = sum(isinstance(result, stock.ReservationGone) for result in results)
    assert results[10] == gone
    assert Reservation.objects.filter(state="kept").count() == 10 - gone
    assert_totals_equal_rows(product)


def reserve_both(first: Product, second: Product, number: int, pause: Callable[[], object]) -> None:
    with transaction.atomic():
        for product in (first, second):
            stock.reserve(
                product=product, units=1, reference=f"order {number} line {product.pk}", at=NOW, expires_at=LATER
            )
            pause()


def test_opposite_orders_of_products_do_not_deadlock_once_both_are_locked_first() -> None:
    one, two = stocked(200), stocked(200)

    def attempt(number: int) -> None:
        pair = (one, two) if number % 2 else (two, one)
        for turn in range(8):
            with transaction.atomic():
                stock.lock(products=pair)
                reserve_both(*pair, number * 100 + turn, pause=lambda: None)

    results = race(attempt, threads=16)

    assert results == [None] * 16
    for product in (one, two):
        assert stock.available(product, TODAY) == 200 - 16 * 8
        assert_totals_equal_rows(product)


def test_without_locking_first_opposite_orders_deadlock() -> None:
    one, two = stocked(10), stocked(10)
    both_hold_one = Barrier(2)
    waited: Counter[int] = Counter()

    def attempt(number: int) -> None:
        def pause() -> None:
            waited[number] += 1
            if waited[number] == 1:
                both_hold_one.wait(timeout=60)

        reserve_both(*((one, two) if number else (two, one)), number, pause)

    results = race(attempt, threads=2)

    assert sum(isinstance(result, OperationalError) and "deadlock" in str(result) for result in results) == 1
    for product in (one, two):
        assert_totals_equal_rows(product)
