"""PostgreSQL itself holds the review's rules and keeps the history."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.listings import history, revisions
from catalogue.listings.models import ArticleChange, Revision, RevisionMove
from catalogue.models import Product
from catalogue.partner.models import StockRecord
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, InternalError)
STATES = Revision.State.values
ALLOWED = {
    ("draft", "submitted"), ("draft", "withdrawn"), ("submitted", "draft"), ("submitted", "question"),
    ("submitted", "accepted"), ("submitted", "in_force"), ("submitted", "refused"), ("submitted", "withdrawn"),
    ("question", "submitted"), ("question", "refused"), ("question", "withdrawn"), ("accepted", "in_force"),
    ("accepted", "draft"), ("accepted", "withdrawn"),
}  # fmt: skip
WAYS = {
    "draft": [], "submitted": ["submitted"], "question": ["submitted", "question"],
    "accepted": ["submitted", "accepted"], "in_force": ["submitted", "in_force"], "refused": ["submitted", "refused"],
    "withdrawn": ["withdrawn"],
}  # fmt: skip


def at(state: str, **fields: Any) -> Revision:
    """A revision brought to a state by the allowed steps."""
    article = fields.pop("product", None) or make.product(is_public=False)
    row = Revision.objects.create(product=article, partner=make.supplier_of(article), lists=True, **fields)
    for step in ("draft", *WAYS[state]):
        put(row, step)
    return row


def put(row: Revision, state: str) -> None:
    """Into a state, with its note, past the functions that know the rules."""
    Revision.objects.filter(pk=row.pk).update(state=state, submitted_at=NOW)
    row.refresh_from_db()
    revisions.note([row], "test", by=None, at=NOW)


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_a_state_follows_from_the_one_before_or_not_at_all(before: str, after: str) -> None:
    row = at(before)
    if before == after:
        return

    if (before, after) in ALLOWED:
        put(row, after)
        assert row.state == after
    else:
        with pytest.raises(REFUSED), transaction.atomic():
            put(row, after)


@pytest.mark.parametrize("state", STATES)
def test_what_is_proposed_changes_as_a_draft_or_under_a_question_only(state: str) -> None:
    row = at(state)
    proposed = Revision.objects.filter(pk=row.pk)

    if state in ("draft", "question"):
        assert proposed.update(values={"grade": "特级"}) == 1
    else:
        with pytest.raises(REFUSED), transaction.atomic():
            proposed.update(values={"grade": "特级"})


@pytest.mark.parametrize("state", STATES)
def test_no_revision_is_deleted(state: str) -> None:
    row = at(state)

    with pytest.raises(REFUSED), transaction.atomic():
        row.delete()


def test_no_revision_begins_anywhere_but_as_a_draft() -> None:
    with pytest.raises(REFUSED), transaction.atomic():
        Revision.objects.create(
            product=make.product(), partner=make.partner(), lists=True, state="submitted", submitted_at=NOW
        )


def test_an_article_has_one_open_revision() -> None:
    row = at("submitted")

    with pytest.raises(IntegrityError, match="revision_one_open"), transaction.atomic():
        at("draft", product=row.product)
    put(row, "refused")
    assert at("draft", product=row.product)


def test_a_move_past_its_note_does_not_last() -> None:
    article = make.product(is_public=False)
    [row] = revisions.draft(products=[article.pk], partner=make.supplier_of(article), by=None, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the control: what the domain does stands
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    Revision.objects.filter(pk=row.pk).update(state="submitted", submitted_at=NOW)

    with pytest.raises(REFUSED, match="last move says draft"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    revisions.note([Revision.objects.get(pk=row.pk)], "submit", by=None, at=NOW)


@pytest.mark.parametrize("state", ["draft", "submitted", "question"])
def test_nothing_is_listed_past_its_review(state: str) -> None:
    row = at(state)

    with pytest.raises(REFUSED, match="reviewer"), transaction.atomic():
        Product.objects.filter(pk=row.product_id).update(is_public=True)
    assert Product.objects.filter(pk=at("in_force").product_id).update(is_public=True) == 1


@pytest.mark.parametrize("model", [RevisionMove, ArticleChange])
def test_history_stays(model: Any) -> None:
    article = make.product(is_public=False)
    revisions.draft(products=[article.pk], partner=make.supplier_of(article), by=None, at=NOW)
    Product.objects.filter(pk=article.pk).update(title="新")
    assert model.objects.count() == 1

    with pytest.raises(REFUSED), transaction.atomic():
        model.objects.update(at=NOW)
    with pytest.raises(REFUSED), transaction.atomic():
        model.objects.all().delete()


def test_a_price_is_noted_whoever_changes_it_and_stock_is_not() -> None:
    article = make.product(price="39.90")
    person = make.user()

    StockRecord.objects.filter(product=article).update(num_in_stock=7)
    StockRecord.objects.filter(product=article).update(price=Decimal("41.00"))
    history.signed(by=person, at=NOW)
    record = article.stockrecords.get()
    record.price = Decimal("42.00")
    record.save()

    told = ArticleChange.objects.order_by("pk").values_list("field", "before", "after", "by", "partner")
    supplier = make.supplier_of(article).pk
    assert list(told) == [
        ("price", "39.90", "41.00", None, supplier), ("price", "41.00", "42.00", person.pk, supplier),
    ]  # fmt: skip


def test_a_supplier_sees_no_price_of_another_that_offers_the_same() -> None:
    article = make.product(price="39.90")
    other = make.partner()
    StockRecord.objects.create(product=article, partner=other, partner_sku="B", price=Decimal("1"))
    StockRecord.objects.filter(product=article).update(price=Decimal("2"))

    own = history.changes_of(article, partner=other)

    assert [change.before for change in own] == ["1.00"]
    assert history.changes_of(article).count() == 2


LINES = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(titles=st.lists(LINES, min_size=1, max_size=6), net=st.integers(1, 10**6))
def test_the_noted_changes_lead_from_the_first_value_to_the_last(titles: list[str], net: int) -> None:
    article = make.product(title="核桃")
    for title in titles:
        Product.objects.filter(pk=article.pk).update(title=title, net_content_g=net)

    noted = list(ArticleChange.objects.filter(product=article, field="title").order_by("pk"))
    chain = ["核桃", *(change.after for change in noted)]

    assert [change.before for change in noted] == chain[:-1]
    assert chain[-1] == titles[-1]
    assert all(change.before != change.after for change in noted)
