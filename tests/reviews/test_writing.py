"""Who received goods says once what they are like, changes it, takes it back; the database agrees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shop.order import numbers
from shop.reviews import replies, reviews
from shop.reviews.models import ProductReview, Reply
from tests import make
from tests.order import world
from tests.rooms import client_of

GOOD = {"score": "4", "title": "Fine nuts", "text": "Thin shells, well packed.", "name": "王**"}


def address(line: Any) -> str:
    return reverse("order:review", args=[numbers.token_for(line.order), line.pk])


def test_a_guest_writes_by_the_order_s_link_and_it_waits_to_be_read(shop: Any) -> None:
    line = shop.received()

    answer = Client().post(address(line), GOOD)

    made = ProductReview.objects.get()
    assert answer.status_code == 302
    assert (made.score, made.title, made.name, made.state) == (4, "Fine nuts", "王**", "waiting to be read")
    assert (made.user, made.email, made.line) == (None, "", line)
    assert "guest@example.org" not in made.writer
    assert "Fine nuts" not in Client().get(shop.product.get_absolute_url()).content.decode()


def test_an_account_s_order_asks_for_that_account(shop: Any) -> None:
    buyer = make.user()
    line = shop.received(by=buyer)

    stranger, other, own = (who.get(address(line)) for who in (Client(), client_of(make.user()), client_of(buyer)))

    assert stranger.status_code == 302 and stranger["Location"].startswith("/en/account/sign-in/?next=")
    assert other.status_code == 404
    assert own.status_code == 200


def test_what_has_not_arrived_cannot_be_reviewed(shop: Any) -> None:
    order = world.place(world.basket((shop.product, 1)), at=timezone.now())
    line = order.lines.get()

    answer = Client().post(address(line), GOOD)

    assert answer.status_code == 404
    with pytest.raises(reviews.NotReceived):
        shop.said(line)


def test_a_second_order_of_the_same_goods_changes_the_one_review(shop: Any) -> None:
    buyer = make.user()
    shop.said(shop.received(by=buyer), title="First")

    shop.said(shop.received(by=buyer), title="Second thoughts")

    assert [row.title for row in ProductReview.objects.all()] == ["Second thoughts"]


def test_a_guest_who_orders_twice_is_one_person_and_another_guest_another(shop: Any) -> None:
    for email in ("li@example.org", "LI@example.org ", "other@example.org"):
        shop.said(shop.received(email=email.strip()))

    assert ProductReview.objects.count() == 2


def test_a_change_is_read_again_and_so_is_its_reply(shop: Any) -> None:
    line = shop.received()
    review = shop.published(line)
    shop.publish(replies.write(review=review, text="Thank you.", by=make.user(), at=timezone.now()))

    shop.said(line, title="On second thoughts", at=timezone.now() + timedelta(minutes=1))

    assert ProductReview.objects.get().state == Reply.objects.get().state == "waiting to be read"


def test_taken_back_it_is_gone_with_its_reply_and_its_score(shop: Any) -> None:
    line = shop.received()
    review = shop.published(line)
    replies.write(review=review, text="Thank you.", by=make.user(), at=timezone.now())

    Client().post(address(line), {"take_back": "1"})

    shop.product.refresh_from_db()
    assert not ProductReview.objects.exists() and not Reply.objects.exists()
    assert shop.product.rating is None


@pytest.mark.parametrize(
    "wrong",
    [{"score": "6"}, {"score": "0"}, {"title": " "}, {"title": "x" * 61}, {"text": "x" * 1001}, {"name": "王小明"}],
)
def test_what_is_out_of_bounds_is_asked_again(shop: Any, wrong: dict[str, str]) -> None:
    answer = Client().post(address(shop.received()), GOOD | wrong)

    assert answer.status_code == 422
    assert not ProductReview.objects.exists()


def test_nothing_is_written_when_the_last_step_fails(shop: Any) -> None:
    line = shop.received()
    review = shop.published(line)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reviews_reply ADD CONSTRAINT no_more CHECK (status <> 0)")
    replied = {"review": review, "text": "x", "written_by": shop.reader, "written_at": timezone.now()}
    Reply.objects.create(**replied, status=1, decided_by=shop.reader, decided_at=timezone.now())

    with pytest.raises(IntegrityError), transaction.atomic():
        shop.said(line, title="Changed")

    assert ProductReview.objects.get().title == "Very good"


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


class Order:
    """As much of an order as names ask for."""

    def __init__(self, name: str) -> None:
        self.shipping_address = type("Address", (), {"first_name": name})()


@given(NAMES)
def test_no_name_is_offered_in_full(name: str) -> None:
    offered = reviews.names(Order(name))  # type: ignore[arg-type]

    assert offered[0] == ""
    assert all(len(each.replace("**", "")) == 1 for each in offered[1:])


def row(of: Any, **fields: Any) -> ProductReview:
    whole: dict[str, Any] = {"line": of, "product": of.product, "user": of.order.user, "writer": "guest x", "score": 5}
    return ProductReview(**(whole | {"title": "t", "body": "b", "written_at": timezone.now()} | fields))


@pytest.mark.django_db
def test_the_database_takes_a_plain_row(shop: Any) -> None:
    row(shop.received()).save()

    assert ProductReview.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": 0},
        {"score": 6},
        {"name": "王小明"},
        {"email": "li@example.org"},
        {"status": 1},
        {"status": 2},
        {"line": None},
        {"writer": "guest first"},
    ],
    ids=str,
)
def test_the_database_refuses_it_too(shop: Any, wrong: dict[str, Any]) -> None:
    line = shop.received()
    row(line, writer="guest first").save()

    with pytest.raises(IntegrityError), transaction.atomic():
        row(line, **wrong).save()


def test_the_database_refuses_what_was_not_received_or_is_another_s(shop: Any) -> None:
    waiting = world.place(world.basket((shop.product, 1)), at=timezone.now()).lines.get()
    other_goods, arrived = make.product(), shop.received()

    for wrong in (row(waiting), row(arrived, product=other_goods), row(arrived, user=make.user())):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save()


def test_a_review_has_one_reply_in_the_database(shop: Any) -> None:
    review = shop.published()
    replied = {"review": review, "text": "x", "written_by": shop.reader, "written_at": timezone.now()}
    Reply.objects.create(**replied)

    with pytest.raises(IntegrityError), transaction.atomic():
        Reply.objects.create(**replied)
