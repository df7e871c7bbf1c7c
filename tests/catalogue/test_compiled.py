"""A compiled query gives what its queryset gives, whatever it is asked, and asks the database for nothing more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import F, QuerySet
from django.db.transaction import TransactionManagementError

from catalogue.compiled import among, compiled
from catalogue.models import Product
from catalogue.partner.models import StockRecord
from logistics.models import LotStock, Node
from tests import make

pytestmark = pytest.mark.django_db
ON = date(2026, 1, 1)


def plain(products: list[int], on: date) -> QuerySet[LotStock]:
    rows = LotStock.objects.filter(lot__product__in=products, lot__expires_date__gt=on, units__gt=F("reserved_units"))
    return rows.select_related("lot__product", "node").order_by("lot__expires_date", "node_id")


@compiled
def sellable(products: list[int], on: date) -> QuerySet[LotStock]:
    rows = LotStock.objects.filter(among("lot__product", products), lot__expires_date__gt=on)
    rows = rows.filter(units__gt=F("reserved_units")).select_related("lot__product", "node")
    return rows.order_by("lot__expires_date", "node_id")


@compiled
def records(product: int, price: Decimal) -> QuerySet[StockRecord]:
    return StockRecord.objects.filter(product=product, price__lte=price)


@compiled
def locked(product: int) -> QuerySet[Product]:
    return Product.objects.select_for_update(no_key=True).filter(pk=product)


@pytest.fixture
def stocked() -> list[Product]:
    place, products = make.node("county", "county"), [make.product(), make.product()]
    for days, product in enumerate(products):
        make.stock(make.packed_lot(product, units=9, expires=ON + timedelta(days=days)), place)
    return products


def contents(rows: Any) -> list[Any]:
    """Every column of the rows and of what was selected with them."""

    def of(row: Any) -> Any:
        own = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        return own, [of(other) for _name, other in sorted(row._state.fields_cache.items()) if other is not None]

    return [of(row) for row in rows]


@pytest.mark.parametrize("on", [ON - timedelta(days=1), ON, ON + timedelta(days=1)])
def test_the_rows_and_all_that_is_selected_with_them_are_those_of_the_queryset(
    stocked: list[Product], on: date
) -> None:
    keys = [product.pk for product in stocked]

    found = sellable(keys, on)

    assert contents(found) == contents(plain(keys, on))
    assert len(found) == 1 - (on - ON).days


def test_each_call_reads_anew_by_its_own_values(stocked: list[Product], django_assert_num_queries: Any) -> None:
    first, second = stocked
    before = ON - timedelta(days=1)

    with django_assert_num_queries(3):
        keys = [[row.lot.product_id for row in sellable([each.pk], on=before)] for each in (first, second)]
        nothing = sellable([], before)
    LotStock.objects.filter(lot__product=first).update(reserved_units=F("units"))

    assert keys == [[first.pk], [second.pk]]
    assert nothing == []
    assert sellable([first.pk], before) == []


def test_only_what_was_asked_for_is_read(stocked: list[Product], django_assert_num_queries: Any) -> None:
    @compiled
    def named(key: int) -> QuerySet[Product]:
        return Product.objects.filter(pk=key).only("title")

    [found] = named(stocked[0].pk)

    assert found.get_deferred_fields() >= {"slug", "origin_id"}
    with django_assert_num_queries(0):
        assert found.title == stocked[0].title
    assert found.slug == stocked[0].slug


def test_values_come_as_values(stocked: list[Product]) -> None:
    @compiled
    def codes(tier: str) -> QuerySet[Node, str]:
        return Node.objects.filter(tier=tier).order_by("code").values_list("code", flat=True)

    assert codes("county") == list(Node.objects.filter(tier="county").values_list("code", flat=True)) != []
    assert codes("hub") == []


def test_what_is_read_can_be_changed_and_saved(stocked: list[Product]) -> None:
    [found] = records(stocked[0].pk, Decimal("1e6"))

    found.price = Decimal("12.30")
    found.save()

    assert [record.price for record in records(stocked[0].pk, Decimal("12.30"))] == [Decimal("12.30")]
    assert records(stocked[0].pk, Decimal("12.29")) == []


def test_an_argument_that_looks_like_sql_is_a_value(stocked: list[Product]) -> None:
    @compiled
    def titled(title: str) -> QuerySet[Product]:
        return Product.objects.filter(title=title)

    assert titled("' OR 1=1 --") == []
    assert titled(stocked[0].title) != []


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_inside_of_a_transaction_only() -> None:
    product = make.product()

    with transaction.atomic():
        assert locked(product.pk) == [product]

    with pytest.raises(TransactionManagementError):
        locked(product.pk)


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection() -> None:
    product = make.product()

    def elsewhere() -> tuple[list[StockRecord], bool]:
        try:
            return records(product.pk, Decimal("1e6")), connection.connection is own
        finally:
            connections.close_all()

    here, own = records(product.pk, Decimal("1e6")), connection.connection
    with ThreadPoolExecutor(1) as other:
        there, same = other.submit(elsewhere).result(timeout=60)

    assert here == there != []
    assert not same


@pytest.mark.parametrize(
    "build",
    [
        lambda key: Product.objects.filter(pk=key).prefetch_related("images"),
        lambda key: Product.objects.filter(pk=key).order_by("origin__name").distinct().values_list("pk", flat=True),
    ],
    ids=["prefetched", "ordered by what is not selected"],
)
def test_what_cannot_be_compiled_is_refused(build: Any) -> None:
    with pytest.raises(ValueError, match="compiled query"):
        compiled(build)(1)
