"""A supplier drafts and submits, a reviewer asks and decides; what is listed stays on sale meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from catalogue import search
from catalogue.listings import reviews, revisions
from catalogue.listings.models import ArticleChange, Revision, RevisionMove
from catalogue.models import Product
from certification import applications, certificates
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


class Desk:
    """A supplier with a clerk and a listed, certified article; and a reviewer."""

    def __init__(self) -> None:
        self.supplier = make.partner()
        self.clerk = make.member(self.supplier)
        self.reviewer = make.reviewer()
        self.article = make.product(self.supplier, title="核桃", grade="一级")

    def propose(self, article: Product | None = None, **values: Any) -> Revision:
        article = article or self.article
        revisions.propose(values={article.pk: values}, partner=self.supplier, by=self.clerk, at=NOW)
        return self.newest(article)

    def submit(self, *articles: Product) -> int:
        keys = [article.pk for article in articles or [self.article]]
        return revisions.submit(products=keys, partner=self.supplier, by=self.clerk, at=NOW)

    def proposed(self, **values: Any) -> Revision:
        self.propose(**values)
        self.submit()
        return self.newest()

    def newest(self, article: Product | None = None) -> Revision:
        return Revision.objects.filter(product=article or self.article).latest("pk")

    def accept(self, *rows: Revision, at: Any = NOW) -> list[Revision]:
        return reviews.accept(seen={row.pk: row.edition for row in rows}, by=self.reviewer, at=at)

    def draft(self, **fields: Any) -> Product:
        made = make.product(self.supplier, is_public=False, **fields)
        revisions.draft(products=[made.pk], partner=self.supplier, by=self.clerk, at=NOW)
        return made


@pytest.fixture
def desk() -> Desk:
    return Desk()


def now(row: Revision | Product) -> Any:
    row.refresh_from_db()
    return row


def test_a_draft_is_listed_when_a_reviewer_accepts_it(desk: Desk) -> None:
    article = desk.draft()
    assert desk.submit(article) == 1

    desk.accept(desk.newest(article))

    assert now(article).is_public
    assert list(desk.newest(article).moves.values_list("action", "to_state")) == [
        ("draft", "draft"), ("submit", "submitted"), ("accept", "in_force"),
    ]  # fmt: skip


def test_a_listed_article_that_is_not_certified_is_not_on_sale(desk: Desk) -> None:
    article = desk.draft()
    desk.submit(article)
    desk.accept(desk.newest(article))

    assert not Product.objects.on_sale(NOW).filter(pk=article.pk).exists()
    make.certificate(article)
    assert Product.objects.on_sale(NOW).filter(pk=article.pk).exists()


def test_the_listed_values_stay_until_the_reviewer_accepts(desk: Desk) -> None:
    row = desk.proposed(title="薄皮核桃")
    assert now(desk.article).title == "核桃" and desk.article.is_public

    desk.accept(row)

    assert now(desk.article).title == "薄皮核桃"
    assert now(row).state == "in_force"
    assert desk.article.pk in search.keys("薄皮")


def test_a_question_is_answered_and_the_revision_waits_again(desk: Desk) -> None:
    row = desk.proposed(grade="特级")

    reviews.ask(revision=row, text="Who graded it?", by=desk.reviewer, at=NOW)
    assert now(row).state == "question" and not reviews.waiting_for(desk.reviewer).exists()
    revisions.answer(revision=row, text="The township centre.", by=desk.clerk, at=LATER)

    assert list(reviews.waiting_for(desk.reviewer)) == [row]
    assert list(row.moves.values_list("action", "text"))[-2:] == [
        ("ask", "Who graded it?"), ("answer", "The township centre."),
    ]  # fmt: skip


def test_a_refused_revision_leaves_the_article_as_it_was(desk: Desk) -> None:
    row = desk.proposed(grade="特级")

    reviews.refuse(revision=row, text="No test report.", by=desk.reviewer, at=NOW)

    assert now(row).state == "refused" and now(desk.article).grade == "一级" and desk.article.is_public


def test_a_supplier_takes_its_revision_back(desk: Desk) -> None:
    row = desk.proposed(grade="特级")

    revisions.withdraw(revision=row, by=desk.clerk, at=NOW)

    assert now(row).state == "withdrawn"
    assert desk.propose(grade="特级").pk != row.pk


def test_an_article_taken_off_the_pages_comes_back_by_a_review(desk: Desk) -> None:
    row = desk.proposed(grade="特级")
    revisions.take_off(product=desk.article, partner=desk.supplier, by=desk.clerk, at=NOW)
    assert not now(desk.article).is_public and now(row).state == "withdrawn"

    assert desk.submit() == 1
    assert not now(desk.article).is_public
    desk.accept(desk.newest())

    assert now(desk.article).is_public


def test_an_article_that_others_offer_too_is_not_taken_off_by_one_of_them(desk: Desk) -> None:
    other = make.partner()
    record = desk.article.stockrecords.get()
    record.pk, record.partner, record.partner_sku = None, other, "B-1"
    record.save(force_insert=True)

    with pytest.raises(revisions.NotYours, match="2 suppliers"):
        revisions.take_off(product=desk.article, partner=desk.supplier, by=desk.clerk, at=NOW)

    assert now(desk.article).is_public


def test_many_drafts_are_submitted_and_accepted_at_once(desk: Desk, django_assert_max_num_queries: Any) -> None:
    articles = [desk.draft() for _ in range(12)]

    with django_assert_max_num_queries(21):
        assert desk.submit(*articles) == 12
    rows = list(reviews.waiting_for(desk.reviewer))
    with django_assert_max_num_queries(21):
        desk.accept(*rows)

    assert Product.objects.filter(is_public=True).count() == 13


def test_one_that_cannot_be_accepted_keeps_all_others_waiting(desk: Desk) -> None:
    articles = [desk.draft(), desk.draft()]
    desk.submit(*articles)
    first, second = reviews.waiting_for(desk.reviewer)
    reviews.ask(revision=second, text="Which grade?", by=desk.reviewer, at=NOW)

    with pytest.raises(revisions.WrongState, match="question"):
        desk.accept(first, second)

    assert now(first).state == "submitted" and not now(articles[0]).is_public


def test_what_changed_after_the_reviewer_looked_is_not_accepted(desk: Desk) -> None:
    seen = desk.proposed(grade="特级")
    desk.propose(grade="二级")
    assert desk.newest().state == "draft"
    desk.submit()

    with pytest.raises(reviews.ReadAgain, match="read it again"):
        desk.accept(seen)

    assert now(desk.article).grade == "一级"


def test_an_article_changed_beneath_its_revision_is_not_overwritten_unseen(desk: Desk) -> None:
    row = desk.proposed(grade="特级", title="新")
    Product.objects.filter(pk=desk.article.pk).update(grade="二级")

    with pytest.raises(reviews.ReadAgain, match="Grade|等级"):
        desk.accept(row)

    assert now(desk.article).grade == "二级"


def test_nobody_else_submits_answers_or_withdraws(desk: Desk) -> None:
    row, stranger = desk.proposed(grade="特级"), make.member(make.partner())

    with pytest.raises(revisions.NotYours):
        revisions.withdraw(revision=row, by=stranger, at=NOW)
    with pytest.raises(revisions.NotYours):
        revisions.submit(products=[desk.article.pk], partner=desk.supplier, by=stranger, at=NOW)
    reviews.ask(revision=row, text="Why?", by=desk.reviewer, at=NOW)
    with pytest.raises(revisions.NotYours):
        revisions.answer(revision=row, text="Because.", by=stranger, at=NOW)


def test_a_supplier_submits_its_own_articles_only(desk: Desk) -> None:
    other = Desk()
    foreign = other.draft()

    assert desk.submit(foreign) == 0
    assert other.newest(foreign).state == "draft"


@pytest.mark.parametrize("who", ["clerk", "buyer", "staff of the supplier", "staff who proposed it"])
def test_only_a_reviewer_with_no_hand_in_it_decides(desk: Desk, who: str) -> None:
    reviewer = {"clerk": desk.clerk, "buyer": make.user()}.get(who) or make.reviewer()
    if who == "staff of the supplier":
        desk.supplier.users.add(reviewer)
    if who == "staff who proposed it":
        revisions.propose(values={desk.article.pk: {"title": "新"}}, partner=desk.supplier, by=reviewer, at=NOW)
    row = desk.proposed(grade="特级")

    for decide in (
        lambda: reviews.accept(seen={row.pk: row.edition}, by=reviewer, at=NOW),
        lambda: reviews.ask(revision=row, text="Why?", by=reviewer, at=NOW),
        lambda: reviews.refuse(revision=row, text="No.", by=reviewer, at=NOW),
    ):
        with pytest.raises(reviews.NotAReviewer):
            decide()
    assert now(row).state == "submitted"
    assert desk.accept(now(row))


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001])
def test_a_question_a_refusal_and_an_answer_say_something(desk: Desk, text: str) -> None:
    row = desk.proposed(grade="特级")

    with pytest.raises(revisions.WordsMissing):
        reviews.ask(revision=row, text=text, by=desk.reviewer, at=NOW)
    with pytest.raises(revisions.WordsMissing):
        reviews.refuse(revision=row, text=text, by=desk.reviewer, at=NOW)
    reviews.ask(revision=row, text="Why?", by=desk.reviewer, at=NOW)
    with pytest.raises(revisions.WordsMissing):
        revisions.answer(revision=row, text=text, by=desk.clerk, at=NOW)


def test_what_no_certificate_speaks_of_needs_no_revision(desk: Desk) -> None:
    with pytest.raises(ValueError, match="storage"):
        desk.propose(storage="阴凉处")


def test_when_the_last_step_fails_nothing_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    row = desk.proposed(grade="特级")
    monkeypatch.setattr(search, "refresh", lambda keys: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        desk.accept(row)

    assert now(row).state == "submitted" and now(desk.article).grade == "一级"
    assert not RevisionMove.objects.filter(action="accept").exists()


def test_accepted_facts_wait_while_a_certificate_speaks_of_the_old_ones(desk: Desk) -> None:
    certificate = make.certificate(desk.article)
    row = desk.proposed(grade="特级")

    desk.accept(row)
    assert now(row).state == "accepted"
    assert now(desk.article).grade == "一级" and desk.article.is_on_sale(NOW)
    certificates.revoke(certificate=certificate, reason="new goods", by=make.officer(), at=LATER)

    assert now(row).state == "in_force" and now(desk.article).grade == "特级"
    assert not desk.article.is_on_sale(LATER)


def test_a_suspended_certificate_holds_them_too_for_it_may_stand_again(desk: Desk) -> None:
    certificate = make.certificate(desk.article)
    certificates.suspend(certificate=certificate, reason="a check", by=make.officer(), at=NOW)
    row = desk.proposed(grade="特级")

    desk.accept(row)

    assert now(row).state == "accepted"


def test_accepted_facts_are_in_force_when_the_certificate_has_run_out(desk: Desk) -> None:
    make.certificate(desk.article, until=LATER)
    row = desk.proposed(grade="特级")
    desk.accept(row)

    assert certificates.expire_due(at=NOW) == 0
    assert now(row).state == "accepted"
    assert certificates.expire_due(at=LATER) == 1

    assert now(row).state == "in_force" and now(desk.article).grade == "特级"


def applied(desk: Desk) -> applications.Application:
    wish = {"scheme": make.scheme(), "season": "2026", "quantity_g": 1000, "output_value_fen": 0}
    return applications.submit(product=desk.article, partner=desk.supplier, by=desk.clerk, at=NOW, **wish)  # type: ignore[arg-type]


def test_what_an_officer_is_reading_stays_as_it_is(desk: Desk) -> None:
    application = applied(desk)
    row = desk.proposed(grade="特级")

    desk.accept(row)
    assert now(row).state == "accepted" and now(desk.article).grade == "一级"
    applications.withdraw(application=application, by=desk.clerk, at=LATER)

    assert now(row).state == "in_force" and now(desk.article).grade == "特级"


def test_nobody_applies_for_goods_that_are_about_to_be_others(desk: Desk) -> None:
    make.certificate(desk.article)
    desk.accept(desk.proposed(grade="特级"))

    with pytest.raises(applications.CannotApply, match="waits"):
        applied(desk)


def test_an_article_changed_while_its_accepted_facts_waited_is_looked_at_again(desk: Desk) -> None:
    certificate = make.certificate(desk.article)
    row = desk.proposed(grade="特级")
    desk.accept(row)
    Product.objects.filter(pk=desk.article.pk).update(grade="二级")

    certificates.revoke(certificate=certificate, reason="new goods", by=make.officer(), at=LATER)

    assert now(row).state == "draft" and now(desk.article).grade == "二级"
    assert row.moves.last().text


def test_the_history_names_who_accepted_and_both_values(desk: Desk) -> None:
    desk.accept(desk.proposed(grade="特级"), at=LATER)

    [change] = ArticleChange.objects.filter(product=desk.article)
    assert (change.field, change.before, change.after) == ("grade", "一级", "特级")
    assert (change.by, change.at) == (desk.reviewer, LATER)
