"""What somebody would like one day: one list an account, kept from shared pages, moved to the basket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from oscar.core.loading import get_model

from catalogue.models import Product
from logistics.models import LotStock
from shop.wishes import wishes
from tests import make
from tests.order import world
from tests.rooms import client_of, queries
from tests.storefront import goods

HERE = {"Sec-Fetch-Site": "same-origin"}
LIST = "/en/account/wish-list/"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def village(db: None) -> Any:
    return world.open_network()["village"]


@pytest.fixture
def product(village: Any) -> Product:
    return goods.on_sale(village, title_en="Walnuts")


def wished(person: Any) -> list[str]:
    return [each.product.title_en for each in wishes.of_account(person, at=timezone.now())]


def lists() -> int:
    return int(get_model("wishlists", "WishList").objects.count())


def test_a_product_is_kept_from_its_page_once(product: Product) -> None:
    person = make.user()
    client = client_of(person)

    for _click in range(2):
        answer = client.post(f"{LIST}{product.pk}/", headers=HERE)

    assert answer["Location"] == product.get_absolute_url()
    assert wished(person) == ["Walnuts"]


def test_a_visitor_signs_in_and_comes_back_with_the_wish_kept(product: Product) -> None:
    person, client = make.user("li@example.org"), Client()

    sent = client.post(f"{LIST}{product.pk}/", headers=HERE)
    way = sent["Location"].partition("next=")[2]
    asked = {"email": "li@example.org", "password": "a long password", "next": way}
    back = client.post("/en/account/sign-in/", asked, follow=True)

    assert sent["Location"].startswith("/en/account/sign-in/?next=/en/account/wish-list/")
    assert back.redirect_chain[-1][0] == product.get_absolute_url()
    assert wished(person) == ["Walnuts"]


def test_a_link_or_a_form_of_another_site_keeps_nothing(product: Product) -> None:
    person = make.user()
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    link = client.get(f"{LIST}{product.pk}/")
    forged = client.post(f"{LIST}{product.pk}/", headers={"Sec-Fetch-Site": "cross-site"})

    assert (link.status_code, forged.status_code) == (302, 403)
    assert wished(person) == []


def test_a_stranger_s_form_of_another_site_is_not_kept_at_sign_in(product: Product) -> None:
    person, client = make.user("li@example.org"), Client()

    client.post(f"{LIST}{product.pk}/", headers={"Sec-Fetch-Site": "cross-site"})
    asked = {"email": "li@example.org", "password": "a long password", "next": f"{LIST}{product.pk}/"}
    client.post("/en/account/sign-in/", asked, follow=True)

    assert wished(person) == []


def test_the_list_shows_price_and_stock_of_this_moment_and_what_is_not_for_sale(village: Any, product: Product) -> None:
    person = make.user()
    out, gone = goods.on_sale(village, title_en="Dates"), goods.on_sale(village, title_en="Figs")
    for each in (product, out, gone):
        wishes.add(product=each, by=person)
    product.stockrecords.update(price="45.50")
    LotStock.objects.filter(lot__product=out).update(reserved_units=40)
    Product.objects.filter(pk=gone.pk).update(certified_until=None)

    said = client_of(person).get(LIST).content.decode()

    assert "¥45.50" in said and "Sold out" in said and "Not for sale now" in said
    assert said.count("Move to the basket") == 1


def test_moved_to_the_basket_it_is_off_the_list(product: Product) -> None:
    person = make.user()
    client = client_of(person)
    wishes.add(product=product, by=person)

    answer = client.post(f"{LIST}{product.pk}/buy/", follow=True)

    assert [row.title for row in answer.context["rows"]] == ["Walnuts"]
    assert wished(person) == []


def test_what_is_sold_out_stays_on_the_list_with_the_reason(product: Product) -> None:
    person = make.user()
    wishes.add(product=product, by=person)
    LotStock.objects.update(reserved_units=40)

    answer = client_of(person).post(f"{LIST}{product.pk}/buy/", follow=True)

    assert "Walnuts is sold out." in answer.content.decode()
    assert wished(person) == ["Walnuts"]


def test_taken_off_it_is_gone_and_another_s_list_is_untouched(product: Product) -> None:
    mine, other = make.user(), make.user()
    for person in (mine, other):
        wishes.add(product=product, by=person)

    client_of(mine).post(f"{LIST}{product.pk}/remove/", headers=HERE)

    assert (wished(mine), wished(other)) == ([], ["Walnuts"])


def test_a_full_list_says_so(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make.user()
    wishes.add(product=product, by=person)
    monkeypatch.setattr(wishes, "MOST", 1)

    answer = client_of(person).post(f"{LIST}{make.product().pk}/", headers=HERE, follow=True)

    assert answer.status_code in (200, 410)
    assert wished(person) == ["Walnuts"]


def test_one_wish_and_five_take_as_many_queries(village: Any, product: Product) -> None:
    person = make.user()
    client = client_of(person)

    wishes.add(product=product, by=person)
    one = queries(client, LIST)
    for _number in range(4):
        wishes.add(product=goods.on_sale(village), by=person)

    assert queries(client, LIST) == one


def test_the_shared_page_is_the_same_and_the_visitor_s_bits_say_what_is_wished(product: Product) -> None:
    person = make.user()
    wishes.add(product=product, by=person)
    client, address = client_of(person), product.get_absolute_url()

    bits = [who.get(f"/en/visitor/?wished={product.pk}").json() for who in (client, Client())]

    assert client.get(address).content == Client().get(address).content
    assert [each["wished"] for each in bits] == [True, False]
    assert "wished" not in client.get("/en/visitor/?wished=x").json()


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_make_one_list_and_one_wish() -> None:
    product, person = make.product(), make.user()

    world.at_once(*[lambda: wishes.add(product=product, by=person)] * 4)

    assert lists() == 1
    assert wished(person) == [product.title_en]
