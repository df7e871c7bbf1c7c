"""Pages about something past say the places of its day, read as their readers read them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.models import Place, Product
from shop.order import numbers
from shop.order.models import Order
from shop.storefront import facts, sheet
from tests import make
from tests.order import world
from tests.places.tables import ABOVE, load, load_old

pytestmark = pytest.mark.django_db
OLD_NAME, NEW_NAME = "黄浦区", "浦新区"


@pytest.fixture
def order() -> Order:
    nodes = world.open_network()
    return world.place(world.basket((world.on_sale(nodes["village"]), 1)))


def read(address: str) -> str:
    answer = Client(HTTP_ACCEPT_LANGUAGE="zh-hans").get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_order_s_page_names_the_county_as_its_buyer_read_it(order: Order) -> None:
    make.rename(make.SHANGHAI_HUANGPU, NEW_NAME, at=order.date_placed + timedelta(seconds=1))

    html = read(numbers.link_for(order))

    assert OLD_NAME in html and NEW_NAME not in html


def test_an_order_of_a_later_day_names_it_anew(order: Order) -> None:
    make.rename(make.SHANGHAI_HUANGPU, NEW_NAME, at=order.date_placed)

    html = read(numbers.link_for(order))

    assert NEW_NAME in html and OLD_NAME not in html


@pytest.mark.parametrize(("seconds", "named"), [(1, "皮山县"), (0, "皮山市")])
def test_a_certificate_s_page_names_its_county_as_it_was_issued(seconds: int, named: str) -> None:
    certificate = make.certificate(make.product())
    make.rename(make.PISHAN, "皮山市", at=certificate.issued_at + timedelta(seconds=seconds))

    html = read(reverse("certificates:detail", args=[certificate.number]))

    assert ("皮山市" in html) == (named == "皮山市")


def test_a_product_s_page_goes_on_naming_the_township_it_is_from_when_another_bears_its_code() -> None:
    load_old()
    product = make.product(origin=Place.objects.get(pk="653223101"))
    before = _origin(product.pk)

    load(*ABOVE, ("653223101", "新镇"))
    after, other = _origin(product.pk), make.product(origin=Place.objects.get(pk="653223b101"))

    assert before == after == "和田地区 · 皮山县 · 杜瓦镇 (653223101)"
    assert _origin(other.pk) == "和田地区 · 皮山县 · 新镇 (653223101)"


def _origin(key: int) -> str:
    return facts.origin(sheet._places(Product.objects.get(pk=key).origin_id))
