"""From the basket to the form: packs from several windows add up, and no list of places is longer than it may be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from catalogue.models import Place
from shop.basket import lines
from shop.checkout.forms import CheckoutForm
from tests import make
from tests.storefront import goods

pytestmark = pytest.mark.django_db


def test_packs_put_in_from_two_windows_at_once_add_up(village: Any) -> None:
    product, record = lines.offered(goods.on_sale(village, price="12.50").pk)
    assert product is not None and record is not None
    basket = get_model("basket", "Basket").objects.create()
    one, other = (get_model("basket", "Basket").objects.get(pk=basket.pk) for _window in range(2))
    seen = lines.quantity(one, product), lines.quantity(other, product)

    lines.put(one, record, 2, at=timezone.now())
    lines.put(other, record, 3, at=timezone.now())

    assert seen == (0, 0)
    assert lines.quantity(basket, product) == 5
    (line,) = basket.lines.all()
    assert (line.price_incl_tax, line.price_excl_tax, line.price_currency) == (Decimal("12.50"),) * 2 + ("CNY",)


def test_a_line_is_the_one_that_oscar_would_have_made(village: Any) -> None:
    product, record = lines.offered(goods.on_sale(village).pk)
    assert product is not None and record is not None
    basket = get_model("basket", "Basket")()

    lines.put(basket, record, 1, at=timezone.now())

    (line,) = basket.lines.all()
    assert line.line_reference == basket._create_line_reference(product, record, None)
    assert (line.product, line.stockrecord) == (product, record)


def test_a_product_that_is_not_public_is_not_offered(village: Any) -> None:
    product = goods.on_sale(village)
    offered = lines.offered(product.pk)
    type(product).objects.filter(pk=product.pk).update(is_public=False)

    assert offered[0] == product
    assert lines.offered(product.pk)[0] is None


def codes(answers: dict[str, str]) -> list[list[str]]:
    form = CheckoutForm(answers)
    return [[code for code, _name in form.fields[name].choices if code] for name in ("province", "city", "county")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answers", "cities", "counties"),
    [
        ({}, [], []),
        ({"province": "31"}, ["3101"], []),
        ({"province": "31", "city": "3101"}, ["3101"], ["310101"]),
        ({"province": "65", "city": "3101"}, ["6532"], []),
        ({"province": "nowhere", "city": "3101"}, [], []),
        ({"province": "", "city": "3101"}, [], []),
    ],
    ids=["nothing", "province", "city", "city of another province", "no province", "city alone"],
)
def test_a_list_of_places_opens_under_what_is_chosen_above_it(
    village: Any, answers: dict[str, str], cities: list[str], counties: list[str]
) -> None:
    make.place(make.PISHAN)
    assert Place.objects.filter(level="province").count() >= 2

    offered = codes(answers)

    assert {"31", "65"} <= set(offered[0])
    assert offered[1:] == [cities, counties]
