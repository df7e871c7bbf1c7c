"""journal.post: once by reference, whole, and only into open months."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from shop.reports.models import MonthClose
from shop.revenue import ledger
from shop.revenue.ledger import P
from shop.revenue.models import Account, Entry, Posting
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
PAIR = [P(Account.GATEWAY, 500), P(Account.BUYERS, -500)]


def post(reference: str = "e 1", postings: list[P] = PAIR, at: datetime = NOW, **fields: date) -> Entry:
    return ledger.post(kind=Entry.Kind.PAYMENT, reference=reference, at=at, postings=postings, **fields)  # type: ignore[arg-type]


def test_a_second_post_with_the_same_content_gives_the_first_entry() -> None:
    first = post()

    again = post(at=datetime(2026, 9, 30, tzinfo=UTC))

    assert again == first
    assert (Entry.objects.count(), Posting.objects.count()) == (1, 2)


def test_a_second_post_with_another_content_is_refused() -> None:
    post()

    with pytest.raises(ledger.ReferenceReused, match="e 1"):
        post(postings=[P(Account.GATEWAY, 501), P(Account.BUYERS, -501)])

    assert Posting.objects.count() == 2


@pytest.mark.parametrize("postings", [[], [P(Account.GATEWAY, 0)], [P(Account.GATEWAY, 5)], [*PAIR, P(Account.TAX, 1)]])
def test_what_does_not_balance_is_refused(postings: list[P]) -> None:
    with pytest.raises(ledger.NotBalanced):
        post(postings=postings)

    assert not Entry.objects.exists()


def test_postings_of_nothing_are_left_out() -> None:
    post(postings=[*PAIR, P(Account.TAX, 0)])

    assert Posting.objects.count() == 2


def test_the_day_is_the_shanghai_day() -> None:
    before = post("e 1", at=datetime(2026, 1, 31, 15, 59, 59, 999999, tzinfo=UTC))
    after = post("e 2", at=datetime(2026, 1, 31, 16, 0, tzinfo=UTC))
    late = post("e 3", at=datetime(2026, 1, 31, 16, 30, tzinfo=UTC))

    assert [entry.booked_date for entry in (before, after, late)] == [
        date(2026, 1, 31),
        date(2026, 2, 1),
        date(2026, 2, 1),
    ]


def test_a_closed_month_is_refused_in_words() -> None:
    MonthClose.objects.create(month="2026-09-01", figures={}, root_hash="", closed_by=make.user(), closed_at=NOW)

    with pytest.raises(ledger.MonthClosed, match="2026-09-10"):
        post()

    assert post(at=datetime(2026, 10, 1, tzinfo=UTC)).booked_date == date(2026, 10, 1)


def test_a_posting_keeps_the_county_of_its_household_or_supplier() -> None:
    home, firm = make.household(make.YECHENG), make.partner(county=make.PISHAN)

    post(
        postings=[
            P(Account.SUPPLIERS, 5, partner=firm.pk),
            P(Account.HOUSEHOLDS, -5, partner=firm.pk, household=home.pk),
        ]
    )

    assert list(Posting.objects.order_by("fen").values_list("county_id", flat=True)) == [make.YECHENG, make.PISHAN]


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_book_one_entry() -> None:
    barrier = threading.Barrier(16)
    seen: list[int] = []

    def one() -> None:
        try:
            barrier.wait()
            with transaction.atomic():
                seen.append(post().pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 16
    assert len(set(seen)) == 1
    assert Posting.objects.count() == 2
