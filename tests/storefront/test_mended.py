"""Words and marks of the buyer's pages: the basket that stays open, the address, the way, the parts of a price."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.models import Product
from logistics.models import Shipment
from shop.order import addresses, lifecycle, numbers, tracking
from shop.order.models import Order
from shop.storefront import breakdown
from tests import make
from tests.order import world
from tests.storefront import goods

pytestmark = pytest.mark.django_db


def basket_with(product: Product, quantity: int) -> tuple[Client, str]:
    """A visitor with so many packs, and where the line is changed."""
    client = Client()
    add = reverse("basket:add", args=[product.pk])
    client.post(add, {"quantity": str(quantity)}, headers={"Sec-Fetch-Site": "same-origin"})
    row = client.get(reverse("basket:summary")).context["rows"][0]
    return client, reverse("basket:change", args=[row.id])


def ordered() -> Order:
    product = world.on_sale(world.open_network()["village"])
    return world.place(world.basket((product, 2)))


@pytest.mark.parametrize("typed", ["0", "41"])
def test_a_mistyped_number_leaves_the_way_to_checkout_open(village: Any, typed: str) -> None:
    client, address = basket_with(goods.on_sale(village, units=40), 2)

    answer = client.post(address, {"quantity": typed}, headers={"HX-Request": "true"})

    assert answer.context["rows"][0].problem
    assert "Go to checkout" in answer.content.decode()


def test_a_mistyped_number_opens_no_way_for_what_cannot_be_bought(village: Any) -> None:
    product = goods.on_sale(village)
    client, address = basket_with(product, 2)
    Product.objects.filter(pk=product.pk).update(certified_until=None)

    answer = client.post(address, {"quantity": "0"}, headers={"HX-Request": "true"})

    assert "Go to checkout" not in answer.content.decode()


def test_the_basket_holds_the_words_for_a_lost_network_out_of_sight(village: Any) -> None:
    client, _address = basket_with(goods.on_sale(village), 1)

    page = client.get(reverse("basket:summary"))

    row, html = page.context["rows"][0], page.content.decode()
    assert 'data-offline-words="The network did not answer. Nothing was changed; press Change again." hidden>' in html
    assert html.index("data-offline-words") < html.index('id="basket"')
    assert f'id="change-{row.id}"' in html


def test_the_address_names_province_city_and_county() -> None:
    guangzhou = make.place("440106", name="天河区")
    with translation.override("zh-hans"):
        names = addresses.place_names(guangzhou, at=make.NOW)

    assert names == ["地44", "地4401", "天河区"]


@pytest.mark.parametrize("between", ["市辖区", "上海市"])
def test_a_municipality_is_named_once(between: str) -> None:
    make.place("3101", name=between)
    with translation.override("zh-hans"):
        assert addresses.place_names(make.place(make.SHANGHAI_HUANGPU), at=make.NOW) == ["上海市", "黄浦区"]


def test_an_order_s_page_says_where_it_goes() -> None:
    order = ordered()

    html = Client().get(numbers.link_for(order)).content.decode()

    assert "To: 王小明, Place 31 Place 310101 南京东路 100 号" in html


def test_a_parcel_that_has_not_left_is_planned_to_leave() -> None:
    order = ordered()
    lifecycle.mark_paid(order=order, at=make.NOW)
    hops = list(Shipment.objects.get().hops.all())

    before = tracking.moved(hops)[0]["note"]
    hops[0].out_at = make.NOW
    after = tracking.moved(hops)[0]["note"]

    assert (before, after) == ("planned to leave", "leaves")


def test_kilometres_of_a_way_stand_in_groups_of_three() -> None:
    step = {"label": "Hub", "place": "Hotan", "state": "next", "at": make.NOW, "note": "planned", "km": 4123}

    html = render_to_string("components/way_picture.html", {"label": "The way", "steps": [step | {"tier": "hub"}]})

    assert "4,123 km" in html


def test_transport_in_the_price_and_to_the_door_have_names_of_their_own() -> None:
    totals = dict.fromkeys(breakdown.KINDS, 0) | {"transport": 5}

    of_price, of_receipt = breakdown.named(totals), breakdown.named(totals, with_freight=True)

    assert [row["label"] for row in of_price] == ["Transport, in the price"]
    assert [row["label"] for row in of_receipt] == ["Transport, with that to your door"]


def test_the_harvest_is_the_supplier_s_word(village: Any) -> None:
    html = Client().get(goods.on_sale(village).get_absolute_url()).content.decode()

    assert "harvested, as the supplier says" in html


def test_the_day_of_a_certificate_is_kept_on_one_line(village: Any) -> None:
    goods.on_sale(village)

    html = Client().get(reverse("catalogue:index")).content.decode()

    assert 'Certified until <span class="number">' in html


def test_the_checkout_says_how_to_choose_a_county_without_scripts(village: Any) -> None:
    client, _address = basket_with(goods.on_sale(village), 1)

    html = client.get(reverse("checkout:index")).content.decode()

    assert "<noscript>" in html and "press again, then the county" in html
    assert html.index("<noscript>") < html.index('id="id_province"')


def test_chinese_weights_are_written_in_chinese(village: Any) -> None:
    product = goods.on_sale(village, net_content_g=2500)
    with translation.override("zh-hans"):
        html = Client().get(product.get_absolute_url()).content.decode()

    assert "2.5 公斤" in html
    assert "2.5 kg" not in html
