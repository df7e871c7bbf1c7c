"""Payouts by three people, with proof for every row, and debts that open again when money comes back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from shop.reports.models import MonthClose
from shop.revenue import disputes, payouts
from shop.revenue.models import Entry, PayoutBatch, PayoutItem, PayoutPart, Share
from tests import make
from tests.make import NOW, TODAY
from tests.revenue import world
from tests.revenue.world import person

pytestmark = pytest.mark.django_db
BANK = PayoutItem.Evidence.BANK_RECEIPT


@pytest.fixture(autouse=True)
def fee_rule() -> None:
    world.rule()


def evidence(item: PayoutItem, reference: str = "B-1", **fields: object) -> PayoutItem:
    given = {"kind": BANK, "reference": reference, "paid_on": TODAY, "by": person(), "at": NOW} | fields
    return payouts.evidence(item=item, **given)  # type: ignore[arg-type]


def test_a_draft_takes_all_that_is_due_one_item_per_household_and_supplier() -> None:
    first, second = world.sold(1, 1), world.sold(1)

    batch = payouts.draft(by=person(), at=NOW)

    assert batch.items.count() == 3
    assert batch.total_fen == sum(share.fen for line in (first, second) for share in world.shares(line))
    assert {share.state for share in Share.objects.all()} == {"in_payout"}


def test_several_sales_of_a_household_are_one_item() -> None:
    lot = world.lot(1)
    for _ in range(3):
        world.deliver(world.order((lot, 1, 1000)))

    batch = payouts.draft(by=person(), at=NOW)

    item = batch.items.get()
    assert item.parts.count() == 3
    assert item.fen == sum(Share.objects.values_list("fen", flat=True))


def test_a_draft_for_one_supplier_leaves_the_others() -> None:
    mine, other = world.sold(1), world.sold(1)

    batch = payouts.draft(by=person(), at=NOW, partner=mine.partner)

    assert batch.items.get().partner == mine.partner
    assert world.shares(other)[0].state == "payable"


def test_with_nothing_due_there_is_no_batch() -> None:
    world.sold(1)
    payouts.draft(by=person(), at=NOW)

    with pytest.raises(payouts.NothingToPay):
        payouts.draft(by=person(), at=NOW)

    assert PayoutBatch.objects.count() == 1


def test_a_disputed_share_waits() -> None:
    line = world.sold(1, 1)
    held, free = world.shares(line)
    disputes.open_for(share=held, text="too little", at=NOW)

    batch = payouts.draft(by=person(), at=NOW)

    assert [part.share for part in PayoutPart.objects.filter(item__batch=batch)] == [free]


def test_who_drafted_does_not_approve() -> None:
    world.sold(1)
    maker = person()
    batch = payouts.draft(by=maker, at=NOW)

    with pytest.raises(payouts.SeparationOfDuties):
        payouts.approve(batch=batch, by=maker, at=NOW)

    assert payouts.approve(batch=batch, by=person(), at=NOW).state == "approved"


def test_neither_drafter_nor_approver_releases() -> None:
    world.sold(1)
    maker, checker = person(), person()
    batch = payouts.approve(batch=payouts.draft(by=maker, at=NOW), by=checker, at=NOW)

    for each in (maker, checker):
        with pytest.raises(payouts.SeparationOfDuties):
            payouts.release(batch=batch, by=each, at=NOW)

    assert payouts.release(batch=batch, by=person(), at=NOW).state == "released"


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ("approved_by_id = drafted_by_id, approved_at = now(), state = 'approved'", "payout_by_three_people"),
        ("released_by_id = drafted_by_id, released_at = now(), state = 'released'", "payout_by_three_people"),
        ("released_by_id = approved_by_id, released_at = now(), state = 'released'", "payout_by_three_people"),
        ("approved_by_id = NULL, state = 'released'", "payout_released_after_approval"),
    ],
)
def test_the_database_refuses_two_steps_of_one_person(changes: str, constraint: str) -> None:
    world.sold(1)
    batch = payouts.approve(batch=payouts.draft(by=person(), at=NOW), by=person(), at=NOW)

    with pytest.raises(DatabaseError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE revenue_payoutbatch SET {changes} WHERE id = %s", [batch.pk])

    assert payouts.release(batch=batch, by=person(), at=NOW).state == "released"


def test_a_batch_is_not_released_before_it_is_approved() -> None:
    world.sold(1)
    batch = payouts.draft(by=person(), at=NOW)

    with pytest.raises(payouts.WrongState):
        payouts.release(batch=batch, by=person(), at=NOW)


@pytest.mark.parametrize("changed", ["total_fen", "item", "household"])
def test_a_batch_that_was_changed_after_approval_is_not_released(changed: str) -> None:
    world.sold(1, 1)
    batch = payouts.approve(batch=payouts.draft(by=person(), at=NOW), by=person(), at=NOW)
    if changed == "total_fen":
        PayoutBatch.objects.update(total_fen=batch.total_fen + 1)
    elif changed == "item":
        PayoutItem.objects.filter(pk=batch.items.order_by("pk")[0].pk).update(fen=1)
    else:
        PayoutItem.objects.filter(pk=batch.items.order_by("pk")[0].pk).update(household=make.household())

    with pytest.raises(payouts.ContentChanged):
        payouts.release(batch=batch, by=person(), at=NOW)


def test_proof_pays_the_share_and_books_the_payout_on_its_day() -> None:
    line = world.sold(1)
    item = world.released(at=NOW - timedelta(days=5)).items.get()

    evidence(item, paid_on=TODAY - timedelta(days=2))

    [share] = world.shares(line)
    entry = Entry.objects.get(kind="payout")
    assert (share.state, share.due_fen, world.owed_fen(share.household)) == ("paid", 0, 0)
    assert (entry.booked_date, entry.reference) == (TODAY - timedelta(days=2), f"payout item {item.pk}")


def test_the_same_proof_again_changes_nothing() -> None:
    world.sold(1)
    item = world.released().items.get()
    evidence(item)

    assert evidence(item).state == "paid"
    assert Entry.objects.filter(kind="payout").count() == 1


def test_another_proof_of_a_paid_item_is_refused() -> None:
    world.sold(1)
    item = world.released().items.get()
    evidence(item)

    with pytest.raises(payouts.WrongState):
        evidence(item, "B-2")


def test_one_proof_does_not_pay_two_households() -> None:
    world.sold(1, 1)
    one, two = world.released().items.order_by("pk")
    evidence(one, "B-1")

    with pytest.raises(payouts.EvidenceRefused, match="B-1"):
        evidence(two, "B-1")

    assert evidence(two, "B-2").state == "paid"


def test_the_database_refuses_one_proof_for_two_households() -> None:
    world.sold(1, 1)
    one, two = world.released().items.order_by("pk")
    evidence(one, "B-1")

    with pytest.raises(DatabaseError, match="payout_evidence_once"), transaction.atomic():
        PayoutItem.objects.filter(pk=two.pk).update(evidence=BANK, evidence_reference="B-1")


def test_who_released_the_money_does_not_check_the_proof() -> None:
    world.sold(1)
    batch = world.released()
    item = batch.items.get()

    with pytest.raises(payouts.SeparationOfDuties):
        evidence(item, by=batch.released_by)

    assert evidence(item).state == "paid"


@pytest.mark.parametrize("days", [-1, 1])
def test_proof_from_before_the_release_or_from_tomorrow_is_refused(days: int) -> None:
    world.sold(1)
    item = world.released().items.get()

    with pytest.raises(payouts.EvidenceRefused, match="does not lie between"):
        evidence(item, paid_on=TODAY + timedelta(days=days))


@pytest.mark.parametrize("fields", [{"reference": "  "}, {"kind": "word of mouth"}])
def test_proof_without_kind_or_number_is_refused(fields: dict[str, str]) -> None:
    world.sold(1)
    item = world.released().items.get()

    with pytest.raises(payouts.EvidenceRefused, match="needs a kind"):
        evidence(item, **{"reference": "B-1"} | fields)  # type: ignore[arg-type]


def test_nothing_is_proved_before_the_release() -> None:
    world.sold(1)
    batch = payouts.draft(by=person(), at=NOW)

    with pytest.raises(payouts.WrongState):
        evidence(batch.items.get())


def test_proof_of_a_payment_in_a_closed_month_is_booked_in_the_open_one() -> None:
    before = NOW - timedelta(days=20)
    world.sold(1, at=before)
    item = world.released(at=before).items.get()
    MonthClose.objects.create(month="2026-08-01", figures={}, root_hash="", closed_by=person(), closed_at=NOW)

    evidence(item, paid_on=date(2026, 8, 25))

    item.refresh_from_db()
    assert item.paid_date == date(2026, 8, 25)
    assert Entry.objects.get(kind="payout").booked_date == TODAY


def test_a_failed_payment_opens_the_debt_for_the_next_batch() -> None:
    line = world.sold(1)
    item = world.released().items.get()

    payouts.fail(item=item, reason="account closed", by=person(), at=NOW)
    again = payouts.draft(by=person(), at=NOW)

    assert again.total_fen == item.fen
    assert world.owed_fen(world.shares(line)[0].household) == item.fen
    assert not Entry.objects.filter(kind="payout").exists()


def test_money_the_bank_returned_is_booked_back_and_owed_again() -> None:
    line = world.sold(1)
    item = world.paid_out().items.get()

    payouts.fail(item=item, reason="returned", by=person(), at=NOW)

    [share] = world.shares(line)
    assert (share.state, share.paid_fen) == ("payable", 0)
    assert world.owed_fen(share.household) == share.fen
    assert world.paid_out().total_fen == share.fen


def test_failing_twice_changes_nothing() -> None:
    line = world.sold(1)
    item = world.paid_out().items.get()
    payouts.fail(item=item, reason="returned", by=person(), at=NOW)
    world.paid_out()

    payouts.fail(item=item, reason="returned", by=person(), at=NOW)

    assert world.shares(line)[0].due_fen == 0


def test_the_household_confirms_what_it_received() -> None:
    line = world.sold(1)
    world.paid_out()

    payouts.confirm(share=world.shares(line)[0], at=NOW)

    [share] = world.shares(line)
    assert (share.state, share.confirmed_at) == ("confirmed", NOW)


def test_nothing_is_confirmed_before_it_is_paid() -> None:
    line = world.sold(1)

    with pytest.raises(payouts.WrongState):
        payouts.confirm(share=world.shares(line)[0], at=NOW)


def test_what_the_household_confirmed_does_not_fail() -> None:
    line = world.sold(1)
    item = world.paid_out().items.get()
    payouts.confirm(share=world.shares(line)[0], at=NOW)

    with pytest.raises(payouts.WrongState, match="confirmed"):
        payouts.fail(item=item, reason="returned", by=person(), at=NOW)


@pytest.mark.parametrize("approved", [False, True])
def test_nothing_fails_before_it_was_released(approved: bool) -> None:
    """Otherwise the same debt could stand in two batches that are both released."""
    world.sold(1)
    batch = payouts.draft(by=person(), at=NOW)
    if approved:
        payouts.approve(batch=batch, by=person(), at=NOW)

    with pytest.raises(payouts.WrongState, match="not released"):
        payouts.fail(item=batch.items.get(), reason="changed my mind", by=person(), at=NOW)

    with pytest.raises(payouts.NothingToPay):
        payouts.draft(by=person(), at=NOW)


@pytest.mark.parametrize("other", ["b-1", " B-1 ", "Ｂ-1", "B－1"])
def test_one_proof_written_otherwise_is_the_same_proof(other: str) -> None:
    world.sold(1, 1)
    first, second = world.released().items.all()
    evidence(first, "B-1")

    with pytest.raises(payouts.EvidenceRefused):
        evidence(second, other)
