"""What a product costs and whether it can be bought now, as Oscar's baskets ask."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from oscar.core.loading import get_class

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from catalogue.partner.strategy import Certified, Selector
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.NOW


def sellable(**fields: Any) -> Product:
    product = make.product(price="39.90", **fields)
    make.certificate(product)
    product.stockrecords.update(num_in_stock=5, num_allocated=2)
    return product


def info(product: Product, at: Any = NOW) -> Any:
    return Certified(at=at).fetch_for_product(Product.objects.get(pk=product.pk))


def test_oscar_finds_our_strategy() -> None:
    assert get_class("partner.strategy", "Selector") is Selector


def test_the_price_includes_tax_as_it_stands_on_the_stock_record() -> None:
    price = info(sellable()).price

    assert (price.incl_tax, price.currency, price.is_tax_known) == (Decimal("39.90"), "CNY", True)


def test_what_is_left_can_be_bought_and_no_more() -> None:
    availability = info(sellable()).availability

    assert availability.is_purchase_permitted(3)[0]
    assert not availability.is_purchase_permitted(4)[0]


@pytest.mark.parametrize("fields", [{"is_public": False}, {"certified_until": None}, {"certified_until": NOW}])
def test_what_is_not_certified_or_not_public_cannot_be_bought(fields: dict[str, Any]) -> None:
    product = sellable()
    Product.objects.filter(pk=product.pk).update(**fields)

    availability = info(product).availability

    assert not availability.is_available_to_buy
    assert availability.code == "notcertified"


def test_a_certificate_that_ends_ends_the_sale_at_that_moment() -> None:
    product = sellable()
    Product.objects.filter(pk=product.pk).update(certified_until=NOW + timedelta(seconds=1))

    assert info(product).availability.is_available_to_buy
    assert not info(product, NOW + timedelta(seconds=1)).availability.is_available_to_buy


def test_without_a_price_or_a_stock_record_nothing_can_be_bought() -> None:
    unpriced, unlisted = sellable(), sellable()
    StockRecord.objects.filter(product=unpriced).update(price=None)
    StockRecord.objects.filter(product=unlisted).delete()

    assert not info(unpriced).price.exists and not info(unpriced).availability.is_available_to_buy
    assert not info(unlisted).price.exists and not info(unlisted).availability.is_available_to_buy
