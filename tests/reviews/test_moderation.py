"""What is written is read before it is published; a refusal reaches the writer; nobody decides in their own cause."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalogue.models import Product
from shop.order import numbers
from shop.reviews import moderation, published, replies, tasks
from shop.reviews.models import ProductReview
from tests import make
from tests.reviews.conftest import Shop, operator
from tests.rooms import client_of, queries

LIST = "/en/dashboard/reviews/"


def decide_at(words: Any) -> str:
    kind = "review" if isinstance(words, ProductReview) else "reply"
    return reverse("dashboard:reviews-update", args=[kind, words.pk])


def seen(page: Any) -> str:
    return str(page.context["form"]["seen"].value())


def test_an_operator_reads_and_publishes(shop: Any) -> None:
    review, desk = shop.said(), client_of(shop.reader)
    assert decide_at(review) in desk.get(LIST).content.decode()

    page = desk.get(decide_at(review))
    desk.post(decide_at(review), {"seen": seen(page), "publish": "1"})

    review.refresh_from_db()
    assert review.is_published and review.decided_by == shop.reader
    assert "Very good" in Client().get(shop.product.get_absolute_url()).content.decode()
    assert decide_at(review) not in desk.get(LIST).content.decode()


def test_a_refusal_needs_a_reason_which_reaches_the_writer(shop: Any) -> None:
    review, desk = shop.said(), client_of(shop.reader)
    said = {"seen": seen(desk.get(decide_at(review))), "refuse": "1"}

    without = desk.post(decide_at(review), said)
    desk.post(decide_at(review), said | {"reason": "It names a person."})

    tasks.refused(review.pk)
    order_page = Client().get(numbers.link_for(review.line.order)).content.decode()
    assert without.status_code == 422
    assert "It names a person." in order_page
    (letter,) = mail.outbox
    assert letter.to == ["guest@example.org"] and "It names a person." in str(letter.body)


def test_no_letter_goes_out_about_words_that_were_changed_since(shop: Any) -> None:
    line = shop.received()
    review = shop.refuse(shop.said(line))
    shop.said(line, title="Changed")

    tasks.refused(review.pk)

    assert mail.outbox == []


def test_nobody_decides_about_their_own_words_or_goods(shop: Any) -> None:
    buyer, seller = operator(), operator()
    make.supplier_of(shop.product).users.add(seller)
    review = shop.said(shop.received(by=buyer))

    for own in (buyer, seller):
        with pytest.raises(moderation.OwnWords):
            moderation.publish(review, seen_at=review.written_at, by=own, at=timezone.now())

    assert shop.publish(review).is_published


def test_words_changed_while_they_were_read_are_not_decided(shop: Any) -> None:
    line = shop.received()
    read = shop.said(line)
    shop.said(line, title="Changed", at=timezone.now() + timedelta(minutes=1))

    with pytest.raises(moderation.Changed):
        shop.publish(read)

    assert not ProductReview.objects.get().is_published


def test_a_supplier_s_people_reply_to_what_is_said_of_their_goods_alone(shop: Any) -> None:
    mine, other = make.user(), make.user()
    make.supplier_of(shop.product).users.add(mine)
    make.supplier_of(make.product()).users.add(other)
    review = shop.published()
    url = reverse("supplier:review", args=[review.pk])

    stranger = client_of(other).post(url, {"text": "Hello"})
    client_of(mine).post(url, {"text": "Thank you."})

    assert stranger.status_code == 404
    assert review.reply.text == "Thank you." and not review.reply.is_published
    assert "Thank you." not in Client().get(shop.product.get_absolute_url()).content.decode()


def test_a_published_reply_stands_below_its_review(shop: Any) -> None:
    reply = replies.write(review=shop.published(), text="Thank you.", by=make.user(), at=timezone.now())

    shop.publish(reply)

    assert "Thank you." in Client().get(shop.product.get_absolute_url()).content.decode()


def test_what_is_not_published_is_not_answered(shop: Any) -> None:
    review = shop.said()

    with pytest.raises(replies.NotPublished):
        replies.write(review=review, text="Thank you.", by=make.user(), at=timezone.now())


def test_the_supplier_is_not_told_who_wrote(shop: Any) -> None:
    seller = make.user()
    make.supplier_of(shop.product).users.add(seller)
    review = shop.published(shop.received(by=make.user("li@example.org")), name="王**")

    said = client_of(seller).get("/en/supplier/reviews/").content.decode()

    assert "王**" in said
    assert review.line.order.number not in said and "li@example.org" not in said and "王小明" not in said


@pytest.mark.parametrize("room", ["/en/supplier/reviews/", LIST, "/en/account/reviews/"])
def test_a_list_takes_as_many_queries_for_one_as_for_five(shop: Any, room: str) -> None:
    buyer = operator()
    made = [make.supplier_of(shop.product)]
    made[0].users.add(buyer)
    client = client_of(buyer)
    write = shop.said if room == LIST else shop.published

    write(shop.received(by=buyer))
    one = queries(client, room)
    for number in range(4):
        write(shop.received(email=f"guest{number}@example.org"))
    five = queries(client, room)

    assert one == five


class Scores(TestCase):
    """Whatever is written, decided, changed and taken back, the rating is the mean of what is published."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["wait", "publish", "refuse", "gone"])), max_size=5))
    def test_the_rating_is_the_mean_of_what_is_published(self, steps: list[tuple[int, str]]) -> None:
        shop = Shop()
        kept = []
        for number, (score, then) in enumerate(steps):
            review = shop.said(shop.received(email=f"g{number}@example.org"), score=score)
            if then in ("publish", "gone"):
                shop.publish(review)
            if then == "refuse":
                shop.refuse(review)
            if then == "gone":
                ProductReview.objects.filter(pk=review.pk).delete()
            if then == "publish":
                kept.append(score)

        product = Product.objects.get(pk=shop.product.pk)

        assert product.rating == (pytest.approx(sum(kept) / len(kept)) if kept else None)
        assert published.of(product).count == len(kept)
