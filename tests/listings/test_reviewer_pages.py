"""The reviewers' room: oldest first, both values side by side, many new articles at once; for operators alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.listings import revisions
from catalogue.listings.models import Revision
from catalogue.models import Product
from tests import make, rooms
from tests.make import NOW
from tests.rooms import client_of, queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with rooms.clock("listings"):
        yield


@pytest.fixture
def mine() -> Any:
    return make.partner()


@pytest.fixture
def reviewer() -> Client:
    return client_of(make.reviewer())


def submitted(mine: Any, *, minutes: int = 0, **fields: Any) -> Revision:
    article, clerk = make.product(mine, is_public=False, **fields), make.member(mine)
    revisions.submit(products=[article.pk], partner=mine, by=clerk, at=NOW + timedelta(minutes=minutes))
    return Revision.objects.get(product=article)


def changed(mine: Any, **values: Any) -> Revision:
    article, clerk = make.product(mine, title="核桃"), make.member(mine)
    revisions.propose(values={article.pk: values}, partner=mine, by=clerk, at=NOW)
    revisions.submit(products=[article.pk], partner=mine, by=clerk, at=NOW)
    return Revision.objects.get(product=article)


def names(page: Any) -> list[str]:
    return [row[0]["text"] for row in page.context["table"]["rows"]]


def decide(client: Client, row: Revision, name: str, **data: Any) -> Any:
    return client.post(reverse("listings:decide", args=[row.pk, name]), data)


def test_only_operators_find_the_room(mine: Any, reviewer: Client) -> None:
    row = submitted(mine)
    for url in (reverse("listings:queue"), reverse("listings:revision", args=[row.pk])):
        assert reviewer.get(url).status_code == 200
        assert client_of(make.member(mine)).get(url).status_code == 404
        assert Client().get(url).status_code == 302


def test_the_queue_is_oldest_first_and_by_supplier(mine: Any, reviewer: Client) -> None:
    late, early, other = submitted(mine, minutes=9), submitted(mine), submitted(make.partner(), minutes=5)

    everything = reviewer.get(reverse("listings:queue"))
    of_one = reviewer.get(reverse("listings:queue"), {"supplier": mine.code})

    assert names(everything) == [row.product.name for row in (early, other, late)]
    assert names(of_one) == [row.product.name for row in (early, late)]


def test_the_queue_takes_as_many_queries_for_one_as_for_many(mine: Any, reviewer: Client) -> None:
    submitted(mine)
    few = queries(reviewer, reverse("listings:queue"))
    for _ in range(5):
        submitted(mine)

    assert queries(reviewer, reverse("listings:queue")) == few <= 12


def test_an_operator_who_belongs_to_the_supplier_has_nothing_to_decide(mine: Any) -> None:
    row, person = submitted(mine), make.reviewer()
    mine.users.add(person)
    client = client_of(person)

    assert names(client.get(reverse("listings:queue"))) == []
    assert not client.get(reverse("listings:revision", args=[row.pk])).context["may_decide"]
    decide(client, row, "accept", edition=row.edition)
    assert Revision.objects.get().state == "submitted"


def test_both_values_stand_side_by_side_with_the_certificate_that_holds_them(mine: Any, reviewer: Client) -> None:
    row = changed(mine, title="薄皮核桃")
    certificate = make.certificate(row.product)

    page = reviewer.get(reverse("listings:revision", args=[row.pk]))

    assert [cell["text"] for cell in page.context["proposal"]["rows"][0]] == ["Title", "核桃", "薄皮核桃"]
    assert [certificate.number in hold for hold in page.context["holds"]] == [True]
    told = [[cell["text"] for cell in row][2:] for row in page.context["events"]["rows"]]
    assert ["Submitted for review", "Title: 核桃", "Title: 薄皮核桃"] in told


def test_accepting_is_for_the_edition_that_was_shown(mine: Any, reviewer: Client) -> None:
    row = changed(mine, title="薄皮核桃")

    decide(reviewer, row, "accept", edition=row.edition + 1)
    assert Product.objects.get().title == "核桃"
    decide(reviewer, row, "accept", edition=row.edition)

    assert Product.objects.get().title == "薄皮核桃"


def test_accepting_nothing_is_not_said_to_be_done(mine: Any, reviewer: Client) -> None:
    row = submitted(mine)

    of_one = decide(reviewer, row, "accept", edition="x")
    of_many = reviewer.post(reverse("listings:accept_many"), {}, follow=True)

    assert of_one["Location"] == reverse("listings:revision", args=[row.pk])
    assert "Nothing was chosen" in of_many.content.decode()
    assert Revision.objects.get().state == "submitted"


def test_a_question_and_a_refusal_need_words(mine: Any, reviewer: Client) -> None:
    asked, refused = submitted(mine), submitted(mine)

    assert decide(reviewer, asked, "ask").status_code == 422
    assert decide(reviewer, refused, "refuse").status_code == 422
    decide(reviewer, asked, "ask", **{"ask-text": "Which harvest?"})
    decide(reviewer, refused, "refuse", **{"refuse-text": "No label."})

    assert dict(Revision.objects.values_list("pk", "state")) == {asked.pk: "question", refused.pk: "refused"}


def test_many_new_articles_are_listed_at_once_and_a_change_is_not_among_them(mine: Any, reviewer: Client) -> None:
    first, second, change = submitted(mine), submitted(mine), changed(mine, title="薄皮核桃")
    marks = [f"{row.pk}:{row.edition}" for row in (first, second, change)]

    reviewer.post(reverse("listings:accept_many"), {"pick": [*marks, "x", "1:2:3", "9:x"]})

    assert [Revision.objects.get(pk=row.pk).state for row in (first, second, change)] == [
        "in_force", "in_force", "submitted",
    ]  # fmt: skip
    picks = [row[0]["pick"] for row in reviewer.get(reverse("listings:queue")).context["table"]["rows"]]
    assert picks == [None]


def test_there_is_no_other_decision(mine: Any, reviewer: Client) -> None:
    assert decide(reviewer, submitted(mine), "burn").status_code == 404
