"""One statement reads what a product's page shows, by the same rules as the sale behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.days import day_of
from catalogue.models import Product
from certification import certificates
from certification.provenance.models import Lot, LotInput
from logistics import stock
from logistics.models import LotStock
from shop.pagecache import watch
from shop.storefront import breakdown, cards, packs, sheet
from shop.storefront.availability import State
from tests import make
from tests.make import NOW, TODAY
from tests.storefront import goods

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[None]:
    """Changes are heard, so that names are kept in memory."""
    with mock.patch.object(watch, "clock", lambda tag: 4711):
        yield


def lying(product: Product, at: Any, *, units: int, reserved: int, expires: date) -> LotStock:
    row = make.stock(make.packed_lot(product, units=units, expires=expires), at)
    LotStock.objects.filter(pk=row.pk).update(reserved_units=reserved)
    return row


def test_while_changes_are_heard_a_product_never_asked_for_costs_one_query(village: Any, heard: None) -> None:
    first, second = goods.on_sale(village), goods.on_sale(village)
    Product.objects.update(origin=first.origin)
    seller = make.supplier_of(first)
    second.stockrecords.update(partner=seller, partner_sku="another")
    second.certificates.update(scheme=first.certificates.get().scheme)
    at = timezone.now()
    sheet.of(first.pk, at=at)

    with CaptureQueriesContext(connection) as asked:
        shown = sheet.of(second.pk, at=at)

    assert len(asked) == 1
    assert (shown.product, shown.supplier) == (second, seller)
    assert shown.can_be_bought and shown.parts and shown.journey


def test_packs_are_those_that_stock_would_sell(village: Any) -> None:
    product, town = make.product(), make.node("another", "township")
    tomorrow = TODAY + timedelta(days=1)
    lying(product, village, units=9, reserved=0, expires=TODAY)
    lying(product, village, units=9, reserved=9, expires=tomorrow)
    lying(product, village, units=9, reserved=0, expires=tomorrow + timedelta(days=1))
    lying(product, town, units=9, reserved=5, expires=tomorrow)
    make.stock(make.packed_lot(make.product(), units=9), village)

    ready = packs.of([product.pk], on=TODAY)[product.pk]
    left = stock.available(product, TODAY)
    [held] = stock.reserve(product=product, units=1, reference="a line", at=NOW, expires_at=NOW + timedelta(hours=1))

    assert ready.left == left == 13
    assert ready.next == ready.shown == held.stock.lot


def test_equal_days_fall_to_the_first_lot_as_in_stock(village: Any) -> None:
    product = make.product()
    for units in (3, 4):
        make.stock(make.packed_lot(product, units=units, expires=TODAY + timedelta(days=1)), village)

    ready = packs.of([product.pk], on=TODAY)[product.pk]
    [held] = stock.reserve(product=product, units=1, reference="a line", at=NOW, expires_at=NOW + timedelta(hours=1))

    assert ready.next == held.stock.lot


def test_what_is_sold_out_is_priced_with_the_newest_packed_lot(village: Any) -> None:
    product, other = make.product(), make.product()
    for units in (3, 4):
        lying(product, village, units=units, reserved=units, expires=TODAY + timedelta(days=1))

    ready = packs.of([product.pk, other.pk], on=TODAY)

    newest = Lot.objects.filter(product=product).latest("pk")
    assert ready == {product.pk: packs.Packs(0, None, newest), other.pk: packs.Packs(0, None, None)}


@pytest.mark.parametrize("units", [0, 5, 40])
def test_sheet_card_and_sale_say_the_same_of_a_product(village: Any, units: int) -> None:
    product = goods.on_sale(village, units=units, price="39.93")
    goods.picture(product, 0)
    make.certificate(product, cap_g=2_000_000, at=timezone.now())
    at = timezone.now()

    shown = sheet.of(product.pk, at=at)
    [card] = cards.of([product.pk], at=at)
    ready = packs.of([product.pk], on=day_of(at))[product.pk]

    assert shown.certificate == certificates.valid_for(product, at)
    assert shown.fen == card.fen == 3993
    assert shown.state == card.state == {0: State.SOLD_OUT, 5: State.FEW, 40: State.ENOUGH}[units]
    assert (shown.unit, shown.pictures[0].small) == (card.unit, card.picture_url)
    assert shown.parts == breakdown.of_product(product, at) != []
    assert [row["value"] for row in shown.lot_facts[:1]] == ([ready.next.code] if ready.next else [])
    assert bool(shown.journey) is bool(units)


def test_a_lot_reached_by_two_ways_is_told_once(village: Any) -> None:
    product = goods.on_sale(village, units=0)
    packed = make.packed_lot(product, units=20, expires=timezone.localdate() + timedelta(days=9))
    bulk = packed.inputs.get().source
    assert bulk is not None
    graded = Lot.objects.create(
        code="G-1", kind="graded", partner=bulk.partner, commodity=bulk.commodity, origin=bulk.origin, grams=100,
        harvest_date=bulk.harvest_date, made_date=bulk.made_date,
    )  # fmt: skip
    LotInput.objects.create(lot=graded, source=bulk, grams=100)
    LotInput.objects.create(lot=packed, source=graded, grams=100)
    make.stock(packed, village)

    told = [step.what for step in sheet.of(product.pk, at=timezone.now()).journey]

    assert len(told) == len(set(told)) == 5


def test_what_is_not_public_has_no_sheet(village: Any) -> None:
    product = goods.on_sale(village)
    Product.objects.filter(pk=product.pk).update(is_public=False)

    with pytest.raises(Product.DoesNotExist):
        sheet.of(product.pk, at=timezone.now())
