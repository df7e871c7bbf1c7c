"""Imports of one supplier take turns, and none is applied by half."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier, Event

import pytest
from django.db import IntegrityError, connection, transaction

from catalogue.imports import goods
from catalogue.imports.goods import Outcome
from catalogue.models import Category, Product
from catalogue.partner.models import Partner, StockRecord
from tests import make
from tests.imports import tables

pytestmark = pytest.mark.django_db(transaction=True)
WAIT_S = 60


@pytest.fixture
def seller() -> Partner:
    make.commodity("walnut")
    Category.add_root(name="核桃", slug="walnuts")
    return make.partner("ps-e01")


def load(supplier: Partner, prices: dict[str, str]) -> Outcome:
    file = tables.as_csv(tables.of(*({"sku": sku, "price_fen": price} for sku, price in prices.items())))
    return goods.load(file=io.BytesIO(file), supplier=supplier, at=make.NOW)


def test_two_imports_at_once_leave_one_whole_table(seller: Partner) -> None:
    dear = {f"A-{number}": "20" for number in range(30)}
    cheap = {f"a-{number}": "10" for number in reversed(range(30))}
    start = Barrier(2)

    def import_one(prices: dict[str, str]) -> Outcome:
        try:
            start.wait(WAIT_S)
            return load(seller, prices)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(import_one, (dear, cheap)))

    assert [outcome.problems.count for outcome in outcomes] == [0, 0]
    assert sorted((outcome.new, len(outcome.changed)) for outcome in outcomes) == [(0, 30), (30, 0)]
    assert StockRecord.objects.count() == Product.objects.count() == 30
    assert len(set(StockRecord.objects.values_list("price", flat=True))) == 1


def test_an_import_waits_for_the_one_before_it(seller: Partner) -> None:
    locked, finish = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Partner.objects.select_for_update(no_key=True).get(pk=seller.pk)
                locked.set()
                finish.wait(WAIT_S)
        finally:
            connection.close()

    def import_one() -> Outcome:
        try:
            return load(seller, {"A-1": "10"})
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        holding = threads.submit(hold)
        assert locked.wait(WAIT_S)
        waiting = threads.submit(import_one)
        until_blocked()
        assert not waiting.done() and not Product.objects.exists()
        finish.set()
        holding.result(WAIT_S)

        assert waiting.result(WAIT_S).new == 1


def until_blocked() -> None:
    """Until some connection to this database waits for a lock."""
    for _attempt in range(WAIT_S * 100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
    pytest.fail("Nobody waits.")


def test_a_change_that_came_in_between_is_told_and_nothing_is_written(
    seller: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = goods._make

    def meanwhile(*given: object) -> list[int]:
        plain(*given)  # type: ignore[arg-type]
        raise IntegrityError("duplicate key value violates unique constraint")

    monkeypatch.setattr(goods, "_make", meanwhile)
    outcome = load(seller, {"A-1": "10"})

    assert "at the same moment" in tables.told(outcome.problems)[0][3]
    assert not outcome.written and not Product.objects.exists()


def test_the_page_cache_hears_of_every_article_that_changes(seller: Partner) -> None:
    load(seller, {"A-1": "10"})
    key = Product.objects.get().pk
    with connection.cursor() as cursor:
        cursor.execute("LISTEN pagecache")

    load(seller, {"A-1": "11", "A-2": "12"})

    connection.ensure_connection()
    told = {tag for note in connection.connection.notifies(timeout=5, stop_after=1) for tag in note.payload.split()}
    told |= {tag for note in connection.connection.notifies(timeout=0) for tag in note.payload.split()}
    assert f"product:{key}" in told and "shelf" in told
    assert StockRecord.objects.get(product=key).price == Decimal("11")
