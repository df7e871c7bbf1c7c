"""The database itself keeps the ledger: each forbidden change is refused in plain SQL, its well-formed twin passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from shop.reports.models import MonthClose
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

ENTRY = """
    INSERT INTO revenue_entry (kind, reference, body_hash, booked_at, booked_date, transaction)
    VALUES ('payment', %s, '', %s, %s, 0) RETURNING id
"""
POSTING = "INSERT INTO revenue_posting (entry_id, account, fen) VALUES (%s, %s, %s)"


def sql(statement: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0] if cursor.description else cursor.rowcount


def entry(reference: str, *fen: int, day: str = "2026-09-10") -> int:
    """An entry with postings of so many fen, in one transaction of its own, its deferred check run."""
    with transaction.atomic():
        key = sql(ENTRY, reference, NOW, day)
        for each in fen:
            sql(POSTING, key, "gateway", each)
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("SET CONSTRAINTS ALL DEFERRED")
    return key


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        yield


def count(table: str) -> int:
    return sql(f"SELECT count(*) FROM {table}")


def test_a_balanced_entry_is_kept() -> None:
    entry("e 1", 500, -500)

    assert count("revenue_entry") == 1
    assert count("revenue_posting") == 2


def test_an_unbalanced_entry_is_refused() -> None:
    with refused("add up to 1 fen"):
        entry("e 1", 501, -500)

    assert count("revenue_entry") == 0


def test_an_empty_entry_is_refused() -> None:
    with refused("has 0 postings"):
        entry("e 1")

    assert count("revenue_entry") == 0


def test_a_posting_of_nothing_is_refused() -> None:
    with refused("posting_not_zero"):
        entry("e 1", 500, -500, 0)


def test_a_reference_is_booked_once() -> None:
    entry("e 1", 500, -500)

    with refused("reference"):
        entry("e 1", 500, -500)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revenue_posting SET fen = fen + 1",
        "UPDATE revenue_entry SET booked_date = '2026-08-01'",
        "DELETE FROM revenue_posting",
        "DELETE FROM revenue_entry",
        "TRUNCATE revenue_posting",
        "TRUNCATE revenue_entry CASCADE",
    ],
)
def test_no_row_is_changed_or_deleted(statement: str) -> None:
    entry("e 1", 500, -500)

    with refused("never changed or deleted|pending trigger"):
        sql(statement)

    assert (count("revenue_entry"), count("revenue_posting")) == (1, 2)
    assert sql("SELECT max(fen) FROM revenue_posting") == 500


@pytest.mark.parametrize("statement", ["UPDATE revenue_payoutpart SET fen = 1", "TRUNCATE revenue_payoutpart CASCADE"])
def test_parts_of_payouts_stay(statement: str) -> None:
    from tests.revenue import world

    world.rule()
    world.sold(1, 1)
    world.released()

    with refused("never changed or deleted|pending trigger"):
        sql(statement)


def test_nothing_is_booked_into_a_closed_month() -> None:
    MonthClose.objects.create(month="2026-08-01", figures={}, root_hash="", closed_by=make.user(), closed_at=NOW)

    with refused("its month is closed"):
        entry("e 1", 500, -500, day="2026-08-31")
    entry("e 1", 500, -500, day="2026-09-01")

    assert count("revenue_entry") == 1


def test_a_closed_month_is_not_changed_or_deleted() -> None:
    MonthClose.objects.create(month="2026-08-01", figures={}, root_hash="", closed_by=make.user(), closed_at=NOW)

    for statement in ("UPDATE reports_monthclose SET root_hash = 'x'", "DELETE FROM reports_monthclose"):
        with refused("never changed or deleted"):
            sql(statement)


@pytest.mark.django_db(transaction=True)
class TestLatePostings:
    """With real commits: postings join an entry only in the transaction that wrote it."""

    def test_a_late_posting_is_refused(self) -> None:
        key = entry("e 1", 500, -500)

        with refused("is complete"):
            sql(POSTING, key, "platform", 7)

        assert count("revenue_posting") == 2

    def test_a_late_balanced_pair_is_refused(self) -> None:
        key = entry("e 1", 500, -500)

        with refused("is complete"):
            sql(POSTING, key, "platform", 7)
            sql(POSTING, key, "tax", -7)

        assert count("revenue_posting") == 2

    def test_the_balance_is_checked_at_commit_at_the_latest(self) -> None:
        with refused("add up to 500 fen"):
            sql(POSTING, sql(ENTRY, "e 1", NOW, "2026-09-10"), "gateway", 500)

        assert count("revenue_entry") == 0

    def test_a_pair_in_the_entrys_own_transaction_is_kept(self) -> None:
        with transaction.atomic():
            key = sql(ENTRY, "e 1", datetime(2026, 9, 10, tzinfo=UTC), "2026-09-10")
            with transaction.atomic():
                sql(POSTING, key, "gateway", 500)
            sql(POSTING, key, "buyers", -500)

        assert count("revenue_posting") == 2
