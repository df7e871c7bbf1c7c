"""An order that ends gives back what it held; an order's link opens that order and no other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from oscar.apps.order.exceptions import InvalidLineStatus, InvalidOrderStatus
from procrastinate.contrib.django.models import ProcrastinateJob

from certification.models import Certificate
from logistics.models import LotStock, Reservation
from shop.order import lifecycle, numbers
from shop.order.models import Order
from tests import make
from tests.order import world

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture
def order() -> Order:
    nodes = world.open_network()
    return world.place(world.basket((world.on_sale(nodes["village"]), 2), (world.on_sale(nodes["village"]), 1)))


def nothing_held() -> bool:
    stock = LotStock.objects.exclude(reserved_units=0).exists()
    return not stock and not Certificate.objects.exclude(taken_g=0).exists()


def test_cancelling_gives_back_stock_and_certified_grams(order: Order) -> None:
    ended = lifecycle.cancel(order=order, reason="cancelled by the buyer", at=NOW)

    assert (ended.status, ended.cancelled_reason) == ("cancelled", "cancelled by the buyer")
    assert nothing_held()
    assert set(Reservation.objects.values_list("state", flat=True)) == {"released"}
    assert ended.status_changes.get().date_created == NOW


def test_cancelling_twice_gives_back_once(order: Order) -> None:
    lifecycle.cancel(order=order, reason="one", at=NOW)

    again = lifecycle.cancel(order=order, reason="two", at=NOW)

    assert again.cancelled_reason == "one"
    assert nothing_held()
    assert order.status_changes.count() == 1


def test_a_failure_while_cancelling_keeps_everything_as_it_was(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle.jobs, "defer", lambda *a, **k: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        lifecycle.cancel(order=order, reason="test", at=NOW)

    order.refresh_from_db()
    assert order.status == "placed"
    assert set(Reservation.objects.values_list("state", flat=True)) == {"held"}


def test_an_unpaid_order_ends_after_thirty_minutes_and_not_before(order: Order) -> None:
    early = lifecycle.expire_unpaid(at=NOW + timedelta(minutes=30, seconds=-1))
    late = lifecycle.expire_unpaid(at=NOW + timedelta(minutes=30))
    again = lifecycle.expire_unpaid(at=NOW + timedelta(days=1))

    assert (early, late, again) == (0, 1, 0)
    order.refresh_from_db()
    assert order.cancelled_reason == "not paid in time"
    assert nothing_held()


def test_what_an_expired_order_held_can_be_ordered_again(order: Order) -> None:
    product = order.lines.first().product
    lifecycle.expire_unpaid(at=NOW + timedelta(hours=1))

    again = world.place(world.basket((product, 10)), at=NOW + timedelta(hours=1))

    assert again.lines.get().quantity == 10


def test_every_step_enqueues_its_letter_in_the_same_transaction(order: Order) -> None:
    lifecycle.cancel(order=order, reason="test", at=NOW)

    letters = ProcrastinateJob.objects.filter(task_name="order.mail").order_by("pk")
    assert [job.args["kind"] for job in letters] == ["placed", "cancelled"]


def test_an_order_number_is_random_and_long_enough_not_to_be_guessed() -> None:
    made = {numbers.new() for _ in range(2_000)}

    assert len(made) == 2_000
    assert numbers.BITS == 60
    assert all(len(number) == 12 and set(number) <= set(numbers.ALPHABET) for number in made)
    assert {number[0] for number in made} == set(numbers.ALPHABET)


def test_a_link_opens_its_order(order: Order) -> None:
    assert numbers.order_from(numbers.token_for(order)) == order
    assert numbers.token_for(order) in numbers.link_for(order)


@pytest.mark.parametrize(
    "change", ["", "{number}", "{number}:", "{number}:AAAA", "x{token}", "{token}x", "\x00", "é:é"]
)
def test_any_other_link_opens_nothing_with_the_same_words(order: Order, change: str) -> None:
    token = change.format(number=order.number, token=numbers.token_for(order))

    with pytest.raises(numbers.LinkNotValid, match="opens no order"):
        numbers.order_from(token)


def test_another_orders_signature_does_not_fit(order: Order) -> None:
    product = order.lines.first().product
    other = world.place(world.basket((product, 1)))
    signature = numbers.token_for(other).split(":")[1]

    with pytest.raises(numbers.LinkNotValid):
        numbers.order_from(f"{order.number}:{signature}")


def test_baskets_are_never_frozen(order: Order) -> None:
    statuses: set[Any] = {order.basket.status}
    lifecycle.cancel(order=order, reason="test", at=NOW)
    order.basket.refresh_from_db()
    statuses.add(order.basket.status)

    assert statuses == {"Submitted"}


def test_the_dashboards_way_of_moving_an_order_is_refused(order: Order) -> None:
    with pytest.raises(InvalidOrderStatus):
        order.set_status("paid")
    with pytest.raises(InvalidLineStatus):
        order.lines.first().set_status("paid")


@pytest.mark.parametrize("status", ["paid", "shipping", "delivered"])
def test_the_database_keeps_an_unpaid_order_where_it_is(order: Order, status: str) -> None:
    with pytest.raises(IntegrityError, match="order_moves_only_when_paid"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(status=status)
    Order.objects.filter(pk=order.pk).update(status="cancelled")  # the control: this move needs no money
