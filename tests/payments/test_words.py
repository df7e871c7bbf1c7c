"""A buyer reads why a payment was not made in our words, never in the gateway's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shop.order.models import Order
from shop.payments import words
from shop.payments.models import Payment
from tests import make
from tests.order import world
from tests.payments.till import Till, begin

pytestmark = pytest.mark.django_db


def order_page(order: Order) -> str:
    from shop.order import numbers

    return Client().get(numbers.link_for(order)).content.decode()


def payment(state: str, last_word: str) -> Payment:
    return Payment(state=state, last_word=last_word)


@pytest.mark.parametrize("code", sorted(words.BY_CODE))
def test_a_known_code_has_its_words(code: str) -> None:
    said = payment("failed", code).explanation

    assert said and code not in said and said != str(words.GENERAL)


@pytest.mark.parametrize("code", ["unknown", "no_such_code", "Your card was declined."])
def test_any_other_code_has_a_general_sentence(code: str) -> None:
    assert payment("failed", code).explanation == str(words.GENERAL)


@pytest.mark.parametrize("code", ["lost_card", "stolen_card"])
def test_a_card_reported_lost_is_declined_like_any_other(code: str) -> None:
    assert payment("failed", code).explanation == payment("failed", "card_declined").explanation


@pytest.mark.parametrize(("state", "last_word"), [("failed", ""), ("pending", "x"), ("succeeded", "")])
def test_where_nothing_went_wrong_nothing_is_said(state: str, last_word: str) -> None:
    assert payment(state, last_word).explanation == ""


def test_a_held_payment_shows_no_figures_of_the_difference() -> None:
    assert payment("mismatch", "asked 100 cny, got 99 cny by pi_1").explanation == str(words.HELD)


def test_the_orders_page_says_that_the_buyer_came_back_without_paying(till: Till, nodes: dict[str, Any]) -> None:
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)), language="en")
    tried, page = begin(order)
    till.pay(page, "cancel")
    from shop.payments import collect

    collect.settle(payment=tried, at=make.NOW)

    html = order_page(order)
    assert Payment.objects.get().last_word == "payment_method_customer_decline"
    assert str(words.WENT_BACK) in html and "The buyer went back" not in html
