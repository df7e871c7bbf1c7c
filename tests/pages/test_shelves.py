"""Shelves show what is certified now, whatever an editor wrote."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Category, Product
from shop.pages import shelves
from shop.pages.shelves import Shelf
from tests import make
from tests.pages import site


def titles(shelf: Shelf) -> list[str]:
    return [card.title for card in shelves.fill({"one": shelf}, at=timezone.now())["one"]]


def test_a_hand_picked_product_without_a_certificate_stands_on_no_shelf(door: Any) -> None:
    bare, good = make.product(title="没有证书"), site.certified(title="有证书")

    site.body(door, site.shelf(products=[bare.pk, good.pk]))

    shown = site.read("/")
    assert "有证书" in shown
    assert "没有证书" not in shown


def test_a_product_leaves_the_shelf_when_its_certificate_ends(door: Any) -> None:
    product = site.certified(title="到期的核桃")
    site.body(door, site.shelf())
    before = site.read("/")

    Product.objects.filter(pk=product.pk).update(certified_until=timezone.now() - timedelta(seconds=1))

    assert "到期的核桃" in before
    assert "到期的核桃" not in site.read("/")


def test_a_product_that_is_not_public_stands_on_no_shelf(door: Any) -> None:
    product = site.certified(title="收起的核桃")
    Product.objects.filter(pk=product.pk).update(is_public=False)

    site.body(door, site.shelf(products=[product.pk]))

    assert "收起的核桃" not in site.read("/")


def test_an_empty_shelf_says_so(door: Any) -> None:
    site.body(site.english(door), site.shelf(title="Winter"))

    shown = site.read("/en/")

    assert "Winter" in shown
    assert "None of these goods holds a valid certificate now." in shown


@pytest.mark.django_db
def test_a_hand_decides_the_order_and_the_number_counts_what_is_shown() -> None:
    first, second, third = (site.certified(title=title) for title in ("甲", "乙", "丙"))
    bare = make.product()

    assert titles(Shelf(products=(bare.pk, third.pk, first.pk, second.pk), number=2)) == ["丙", "甲"]


@pytest.mark.django_db
def test_a_shelf_narrows_by_county_supplier_category_and_price() -> None:
    pishan, yecheng = make.partner("a", make.PISHAN), make.partner("b", make.YECHENG)
    site.certified(supplier=pishan, title="皮山便宜", price="10.00")
    dear = site.certified(supplier=pishan, title="皮山贵", price="90.00")
    site.certified(supplier=yecheng, title="叶城", price="50.00")
    nuts = Category.add_root(name="坚果", slug="nuts")
    walnuts = Category.objects.get(pk=nuts.pk).add_child(name="核桃", slug="walnuts")
    Product.categories.through.objects.create(product=dear, category=walnuts)

    assert sorted(titles(Shelf(county=make.PISHAN))) == ["皮山便宜", "皮山贵"]
    assert titles(Shelf(supplier="b")) == ["叶城"]
    assert titles(Shelf(category="nuts")) == ["皮山贵"]
    assert titles(Shelf(category="no-such")) == []
    assert sorted(titles(Shelf(from_yuan=10, to_yuan=50))) == ["叶城", "皮山便宜"]
    assert titles(Shelf(county=make.PISHAN, from_yuan=11)) == ["皮山贵"]


@pytest.mark.django_db
def test_one_of_each_commodity_comes_before_a_second_of_any() -> None:
    for number in range(3):
        site.certified(title=f"核桃{number}")
    site.certified(title="红枣", commodity=make.commodity("jujube", name="红枣"))

    shown = titles(Shelf(number=2))

    assert "红枣" in shown
    assert len(shown) == 2


@pytest.mark.django_db
def test_who_comes_first_changes_with_the_day_and_not_within_it() -> None:
    for number in range(8):
        site.certified(title=f"核桃{number}")
    noon = timezone.now().replace(hour=4)

    drawn = [
        [card.title for card in shelves.fill({"one": Shelf(number=8)}, at=noon + step)["one"]]
        for step in (timedelta(0), timedelta(hours=1), timedelta(days=1), timedelta(days=2))
    ]

    assert drawn[0] == drawn[1]
    assert len({tuple(order) for order in drawn}) > 1


@pytest.mark.django_db
def test_three_shelves_of_many_products_take_as_many_queries_as_one_of_one() -> None:
    site.certified()
    with CaptureQueriesContext(connection) as small:
        shelves.fill({"one": Shelf()}, at=timezone.now())
    for _number in range(6):
        site.certified()

    with CaptureQueriesContext(connection) as large:
        shelves.fill({"one": Shelf(), "two": Shelf(county=make.PISHAN), "three": Shelf(to_yuan=99)}, at=timezone.now())

    assert len(small) == len(large) == 2
