"""The visitor's own bits: what they say, whom they say it to, and how little they ask of the database."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage, MessageEncoder
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from shop import visitor
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db: None) -> Any:
    made = make.product()
    make.certificate(made, at=timezone.now())
    lot = make.packed_lot(made, units=50, expires=timezone.localdate() + timezone.timedelta(days=100))
    make.stock(lot, make.node("county", "county"))
    return made


def put(client: Client, product: Any, quantity: int) -> None:
    answer = client.post(
        f"/basket/add/{product.pk}/", {"quantity": quantity}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 302


def bits(client: Client) -> Any:
    answer = client.get("/visitor/")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.json()


def test_a_stranger_costs_the_database_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert bits(client) == {"basket": 0, "name": "", "messages": []}


def test_packs_of_a_guest_are_counted(client: Client, product: Any) -> None:
    put(client, product, 3)

    said = bits(client)

    assert said["basket"] == 3


def test_packs_of_an_account_are_counted_in_three_queries(
    client: Client, product: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    person = make.user("li@example.org")
    client.force_login(person)
    put(client, product, 2)
    bits(client)  # what was said on the way

    with django_assert_max_num_queries(3):
        said = bits(client)

    assert (said["basket"], said["name"]) == (2, "li@example.org")


def test_a_basket_cookie_made_up_by_somebody_counts_nothing(client: Client, product: Any) -> None:
    put(client, product, 3)
    other = Client()
    number = client.cookies["oscar_open_basket"].value.split(":")[0]
    other.cookies["oscar_open_basket"] = f"{number}:forged"

    assert bits(other)["basket"] == 0


def test_what_was_said_to_a_visitor_is_told_once(client: Client) -> None:
    storage = CookieStorage(request=None)
    said = Message(constants.ERROR, "words", extra_tags="")
    client.cookies["messages"] = storage.signer.sign_object([said], serializer=_Serializer)

    first, second = bits(client), bits(client)

    assert first["messages"] == [{"level": "error", "text": "words"}]
    assert second["messages"] == []


class _Serializer:
    def dumps(self, said: Any) -> bytes:
        return MessageEncoder(separators=(",", ":")).encode(said).encode("latin-1")


def test_a_form_cannot_be_sent_there(client: Client) -> None:
    assert client.post("/visitor/").status_code == 405


@pytest.mark.parametrize("address", ["/basket/", "/checkout/"])
def test_a_page_that_is_one_visitor_s_own_says_the_bits_itself(client: Client, product: Any, address: str) -> None:
    put(client, product, 3)

    page = client.get(address).content.decode()

    assert re.search(r"<body[^>]* data-visitor-known", page)
    assert re.search(r'data-visitor-basket [^>]*title="3 [^>]*>3</span>', page)


@pytest.mark.parametrize(("address", "counts"), [("/basket/", 0), ("/visitor/", 1)])
def test_the_basket_s_page_counts_the_packs_by_its_own_lines(
    client: Client, product: Any, address: str, counts: int
) -> None:
    put(client, product, 3)

    with mock.patch.object(visitor, "_packs", wraps=visitor._packs) as counted:
        client.get(address)

    assert counted.call_count == counts


def test_a_shared_page_leaves_them_to_be_asked_for(client: Client, product: Any) -> None:
    put(client, product, 3)

    page = client.get("/products/").content.decode()

    assert "data-visitor-known" not in page
    assert re.search(r"data-visitor-basket [^>]* hidden></span>", page)
