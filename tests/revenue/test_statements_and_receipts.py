"""What a household reads of its own, and a buyer of where the money went, are the ledger's figures."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from certification.households.models import Household
from shop.revenue import disputes, receipts, statements
from tests import make
from tests.make import NOW, TODAY
from tests.revenue import world
from tests.revenue.world import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fee_rule() -> None:
    world.rule()


def in_ledger(household: Household) -> dict[str, int]:
    """Fen by kind of entry on the households account, straight from SQL; what raises the debt is positive."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.kind, -sum(p.fen) FROM revenue_posting p JOIN revenue_entry e ON e.id = p.entry_id"
            " WHERE p.account = 'households' AND p.household_id = %s GROUP BY e.kind",
            [household.pk],
        )
        return {kind: int(fen) for kind, fen in cursor.fetchall()}


def busy_household() -> Household:
    """Sold, partly refunded, paid, refunded again, adjusted, sold again by a second cooperative."""
    home = make.household()
    for price in (10_007, 3_333):
        product = make.product()
        lot = make.packed_lot(product, deliveries={home: 30_000, make.household(): 30_000})
        of = world.order((lot, 1, price))
        world.deliver(of)
        world.refund(world.line_of(of), 1_001)
    world.paid_out()
    world.refund(world.line_of(of), 500)
    disputed = home.shares.order_by("pk")[0]
    disputes.decide(
        dispute=disputes.open_for(share=disputed, text="too little", at=NOW), uphold=True, adjustment_fen=77,
        answer="right", by=person(), at=NOW,
    )  # fmt: skip
    world.deliver(world.order((lot, 1, 999)))
    return home


def test_totals_of_a_statement_are_those_of_the_ledger() -> None:
    home = busy_household()

    statement = statements.for_household(home)

    booked = in_ledger(home)
    assert statement.earned_fen == booked["sale"]
    assert statement.reversed_fen == -booked["refund"]
    assert statement.adjusted_fen == booked["adjustment"] == 77
    assert statement.paid_fen == -booked["payout"]
    assert statement.due_fen == sum(booked.values()) == world.owed_fen(home)


def test_every_row_adds_up_and_shows_its_proof() -> None:
    home = busy_household()

    statement = statements.for_household(home)

    assert len(statement.rows) == 3
    for row in statement.rows:
        assert row.earned_fen + row.adjusted_fen - row.reversed_fen == row.paid_fen + row.due_fen
        assert sum(proof.fen for proof in row.proofs) == row.paid_fen
    assert {proof.paid_date for row in statement.rows for proof in row.proofs} == {TODAY}


def test_a_statement_shows_no_other_household() -> None:
    home = busy_household()

    statement = statements.for_household(home)

    assert {row.share.household for row in statement.rows} == {home}


def test_a_longer_statement_asks_the_database_no_more_often(django_assert_max_num_queries: Any) -> None:
    home = busy_household()

    with django_assert_max_num_queries(5):
        statements.for_household(home)


def test_a_receipt_says_what_is_paid_and_what_is_due_by_county_only() -> None:
    line = world.sold(1, 2)
    before = receipts.for_line(line)
    world.paid_out()

    after = receipts.for_line(line)

    assert before and after
    assert (before.paid_fen, before.due_fen) == (0, before.division.households_fen)
    assert (after.paid_fen, after.due_fen) == (before.due_fen, 0)
    assert [part.paid_dates for part in after.households] == [(TODAY,), (TODAY,)]
    assert {part.county.code for part in after.households} == {make.PISHAN}
    assert not any(share.household.reference in repr(after.households) for share in world.shares(line))


def test_there_is_no_receipt_before_acceptance() -> None:
    of = world.order((world.lot(1), 1, 1000))

    assert receipts.for_line(world.line_of(of)) is None
