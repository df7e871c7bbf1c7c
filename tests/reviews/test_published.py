"""What everybody reads: published words alone, their mean, on the page within a second, for few queries."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shop.reviews import replies
from shop.storefront import sheet
from tests import make
from tests.order import world
from tests.pagecache.site import running, until
from tests.reviews.conftest import Shop
from tests.storefront import goods


def data_of(html: str) -> dict[str, Any]:
    """What the page says to machines, by its kind."""
    found = [json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)]
    return {each["@type"]: each for each in found}


def page(product: Any) -> str:
    return Client().get(product.get_absolute_url()).content.decode()


def test_a_published_review_names_a_month_and_as_much_of_a_name_as_was_chosen(shop: Any) -> None:
    shop.published(shop.received(by=make.user("li@example.org")), name="王**", title="Very <good>")

    said = page(shop.product)

    assert f"王** · bought here in {timezone.localdate():%B %Y}" in said
    assert "Very &lt;good&gt;" in said
    assert "li@example.org" not in said and "王小明" not in said


def test_the_mean_is_said_to_people_and_machines_once_there_is_one(shop: Any) -> None:
    before = page(shop.product)
    for number, score in enumerate((5, 4, 4)):
        shop.published(shop.received(email=f"g{number}@example.org"), score=score)
    shop.said(shop.received(email="waiting@example.org"), score=1)

    after = page(shop.product)

    assert "Nobody has written about it yet." in before and "aggregateRating" not in data_of(before)["Product"]
    assert "4.3 of 5" in after and "the mean of 3 reviews" in after
    rating = data_of(after)["Product"]["aggregateRating"]
    assert (rating["ratingValue"], rating["reviewCount"]) == (4.3, 3)


def test_the_newest_few_stand_on_the_product_s_page_and_all_on_their_own(shop: Any) -> None:
    for number in range(7):
        moment = timezone.now() - timedelta(days=number)
        shop.published(shop.received(email=f"g{number}@example.org"), title=f"Title {number}", at=moment)

    first = page(shop.product)
    everything = Client().get(reverse("catalogue:reviews", args=[shop.product.pk])).content.decode()

    assert re.findall(r"Title \d", first) == [f"Title {number}" for number in range(5)]
    assert re.findall(r"Title \d", everything) == [f"Title {number}" for number in range(7)]
    assert "Read all 7 reviews" in first


@pytest.mark.parametrize("page", ["0", "2", "x"])
def test_a_page_of_reviews_that_is_not_there_is_no_page(shop: Any, page: str) -> None:
    shop.published()

    assert Client().get(reverse("catalogue:reviews", args=[shop.product.pk]), {"page": page}).status_code == 404


def test_a_product_page_takes_at_most_fifteen_queries_with_all_it_can_hold(shop: Any) -> None:
    product = shop.product
    for position in range(3):
        goods.picture(product, position)
        make.certificate(product, at=timezone.now())
        lot = make.packed_lot(product, units=5, expires=timezone.localdate() + timedelta(days=40 + position))
        make.stock(lot, shop.village)
    for number in range(6):
        review = shop.published(shop.received(email=f"g{number}@example.org"))
        shop.publish(replies.write(review=review, text="Thank you.", by=make.user(), at=timezone.now()))

    with CaptureQueriesContext(connection) as asked:
        said = page(product)

    assert "The supplier replies" in said
    assert len(asked) <= 15


def test_ten_reviews_take_as_many_queries_as_one(shop: Any) -> None:
    counts = []
    for first, last in ((0, 1), (1, 10)):
        for number in range(first, last):
            shop.published(shop.received(email=f"g{number}@example.org"))
        with CaptureQueriesContext(connection) as asked:
            sheet.of(shop.product.pk, at=timezone.now())
        counts.append(len(asked))

    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_a_review_and_its_reply_are_on_the_page_within_a_second() -> None:
    with running() as site:
        shop = Shop()
        url = shop.product.get_absolute_url()
        review = shop.said()
        site.keep(url)

        shop.publish(review)
        until(lambda: "Very good" in site.get(url).text, "the review is not on the page")
        reply = replies.write(review=review, text="Thank you.", by=make.user(), at=timezone.now())
        site.keep(url)
        shop.publish(reply)
        until(lambda: "Thank you." in site.get(url).text, "the reply is not on the page")
        shop.refuse(review)
        until(lambda: "Very good" not in site.get(url).text, "the review is still on the page")


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_see_each_other() -> None:
    shop = Shop()
    said = [shop.said(shop.received(email=f"g{score}@example.org"), score=score) for score in (1, 2, 3, 4)]

    outcomes = world.at_once(*(lambda each=each: shop.publish(each) for each in said))  # type: ignore[misc]

    shop.product.refresh_from_db()
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert shop.product.rating == pytest.approx(2.5)
