"""The multiplied goods are as whole as those they come from: on sale, shared with households, clean by the check."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from bench.storefront import goods
from catalogue import search
from catalogue.models import Product
from certification import certificates
from certification.households import consents
from certification.models import Certificate
from certification.provenance import lots
from certification.provenance.models import Lot
from logistics import stock
from shop.reports import selfcheck
from tests import make
from tests.make import NOW, TODAY

pytestmark = pytest.mark.django_db
SOME = 30


@pytest.fixture
def base() -> Product:
    """One product on sale, with households that agreed and consented."""
    product = make.product(supplier=make.partner(township=make.place("653223100")))
    text = make.consent_text()
    deliveries = {make.household(): 20_000 for _number in range(3)}
    for household in deliveries:
        consents.record(household=household, text=text, decision="given", how="signed on paper", at=household.joined_at)
    make.certificate(product)
    make.stock(make.packed_lot(product, units=100, deliveries=deliveries), make.node("village", "village", "653223100"))
    return product


@pytest.fixture
def multiplied(base: Product) -> list[Product]:
    goods.multiply(SOME, at=NOW)
    return list(Product.objects.on_sale(NOW).order_by("pk"))


def test_exactly_so_many_products_are_on_sale(multiplied: list[Product], base: Product) -> None:
    assert len(multiplied) == SOME
    assert base not in multiplied


def test_the_house_is_in_order_afterwards(multiplied: list[Product]) -> None:
    assert selfcheck.run(at=NOW) == []


def test_each_is_certified_in_stock_and_its_own(multiplied: list[Product]) -> None:
    numbers = {str(valid) for each in multiplied if (valid := certificates.valid_for(each, NOW))}

    assert len(numbers) == SOME
    assert {stock.available(each, TODAY) for each in multiplied} == {goods.UNITS}
    assert len({each.title for each in multiplied} | {each.slug for each in multiplied}) == 2 * SOME


def test_each_lot_leads_back_to_households_that_delivered(multiplied: list[Product], base: Product) -> None:
    lot = multiplied[-1].lots.get()

    weights = lots.household_weights([(lot.pk, 1)])

    assert len(weights) == 3
    assert Lot.objects.filter(kind="graded").aggregate(left=Sum("grams") - Sum("used_g"))["left"] == 0


def test_each_is_found_by_each_of_its_codes(multiplied: list[Product]) -> None:
    last, on_sale = multiplied[-1], Product.objects.on_sale(NOW)

    codes = last.title.split()[-len(goods.CODES) :]

    assert set(codes) <= set(goods.words())
    assert [list(search.narrow(on_sale, code)) for code in codes] == [[last]] * len(codes)


def test_the_database_gives_new_keys_after_those_written_here(multiplied: list[Product]) -> None:
    later = make.certificate(make.product())

    assert later.pk > Certificate.objects.get(product=multiplied[-1]).pk
    assert later.product_id > multiplied[-1].pk


def test_a_database_without_goods_is_refused() -> None:
    with pytest.raises(goods.NothingToMultiply):
        goods.multiply(SOME, at=NOW)
