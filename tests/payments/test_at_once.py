"""Double clicks, two tabs and two workers: one order, one intent."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest

from logistics.models import LotStock
from shop.order import lifecycle, placing
from shop.order.models import Order
from shop.payments import collect
from shop.payments.models import Payment, Refund
from shop.revenue.models import Entry
from tests import make
from tests.order import world
from tests.payments.till import Till, begin

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW


def place_and_pay(basket_id: int, submission: str) -> Any:
    """One request of the checkout button."""
    from oscar.core.loading import get_model

    order = world.place(get_model("basket", "Basket").objects.get(pk=basket_id), submission=submission)
    return order.pk, begin(order)[0].intent_id


def test_ten_clicks_at_once_make_one_order_and_one_intent(till: Till) -> None:
    nodes = world.open_network()
    basket, submission = world.basket((world.on_sale(nodes["village"]), 2)), uuid.uuid4().hex

    results = world.at_once(*(partial(place_and_pay, basket.pk, submission) for _ in range(10)))

    assert len(set(results)) == 1, results
    assert Order.objects.count() == Payment.objects.count() == 1
    assert len(till.events("payment_intent.created")) == 1
    assert LotStock.objects.get().reserved_units == 2


def test_two_tabs_with_the_same_basket_make_one_order_and_one_refusal(till: Till) -> None:
    nodes = world.open_network()
    basket = world.basket((world.on_sale(nodes["village"]), 1))

    results = world.at_once(*(partial(place_and_pay, basket.pk, uuid.uuid4().hex) for _ in range(4)))

    assert sorted(type(result).__name__ for result in results) == ["CannotPlace"] * 3 + ["tuple"]
    assert Order.objects.count() == 1


def test_twelve_buyers_of_the_last_seven_packs_get_exactly_seven(till: Till) -> None:
    nodes = world.open_network()
    product, other = world.on_sale(nodes["village"], units=7), world.on_sale(nodes["village"], units=100)
    baskets = [world.basket(*((product, 1), (other, 1))[:: 1 if n % 2 else -1]) for n in range(12)]

    results = world.at_once(*(partial(world.place, basket) for basket in baskets))

    assert sum(isinstance(result, Order) for result in results) == 7
    assert sum(isinstance(result, placing.CannotPlace) for result in results) == 5
    assert LotStock.objects.get(lot__product=product).reserved_units == 7


def test_the_last_certified_grams_are_sold_once(till: Till) -> None:
    nodes = world.open_network()
    product = world.on_sale(nodes["village"], units=50)
    product.certificates.update(cap_g=3 * 500)
    baskets = [world.basket((product, 1)) for _ in range(8)]

    results = world.at_once(*(partial(world.place, basket) for basket in baskets))

    assert sum(isinstance(result, Order) for result in results) == 3
    assert product.certificates.get().taken_g == 1500


def test_settling_by_sixteen_at_once_books_once(till: Till) -> None:
    nodes = world.open_network()
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)))
    payment, page = begin(order)
    till.pay(page)

    results = world.at_once(*(partial(collect.settle, payment=Payment.objects.get(), at=NOW) for _ in range(16)))

    assert {result.state for result in results} == {"succeeded"}
    assert Entry.objects.filter(reference=f"payment {payment.pk}").count() == 1
    assert not Refund.objects.exists()


def test_expiry_and_payment_at_once_end_in_one_of_two_honest_states(till: Till) -> None:
    nodes = world.open_network()
    product = world.on_sale(nodes["village"], units=50)
    for _ in range(4):
        order = world.place(world.basket((product, 1)))
        payment, page = begin(order)
        till.pay(page)

        late = NOW + lifecycle.GRACE + placing.RESERVED
        results = world.at_once(
            partial(lifecycle.expire_unpaid, at=late),
            partial(collect.settle, payment=Payment.objects.get(pk=payment.pk), at=late),
        )

        assert not [result for result in results if isinstance(result, Exception)], results
        order.refresh_from_db()
        payment.refresh_from_db()
        kept = (order.status, payment.refunded_fen)
        assert kept in [("paid", 0), ("cancelled", payment.received_fen)]
