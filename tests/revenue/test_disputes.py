"""Disputes: a clock, an independent answer, and money that follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from shop.accounts.models import User
from shop.revenue import disputes, payouts
from shop.revenue.models import Account, Dispute, Posting
from tests.make import NOW, TODAY
from tests.revenue import world
from tests.revenue.world import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fee_rule() -> None:
    world.rule()


def decide(
    dispute: Dispute, *, uphold: bool = True, fen: int = 0, by: User | None = None, answer: str = "yes"
) -> Dispute:
    return disputes.decide(dispute=dispute, uphold=uphold, adjustment_fen=fen, answer=answer, by=by or person(), at=NOW)


def test_a_dispute_has_a_day_by_which_it_is_answered() -> None:
    share = world.shares(world.sold(1))[0]

    dispute = disputes.open_for(share=share, text="my walnuts were grade one", at=NOW)

    assert dispute.due_date == TODAY + timedelta(days=settings.DISPUTE_ANSWER_DAYS)


def test_a_share_has_one_open_dispute() -> None:
    share = world.shares(world.sold(1))[0]
    first = disputes.open_for(share=share, text="too little", at=NOW)

    with pytest.raises(disputes.AlreadyOpen):
        disputes.open_for(share=share, text="too little", at=NOW)
    decide(first, uphold=False)

    assert disputes.open_for(share=share, text="still too little", at=NOW)


def test_a_dispute_says_something() -> None:
    with pytest.raises(disputes.AnswerRefused):
        disputes.open_for(share=world.shares(world.sold(1))[0], text="  ", at=NOW)


def test_upheld_the_supplier_owes_the_household_more() -> None:
    line = world.sold(1)
    share = world.shares(line)[0]
    dispute = disputes.open_for(share=share, text="too little", at=NOW)

    decide(dispute, fen=250)

    share.refresh_from_db()
    assert (share.state, share.adjusted_fen) == ("payable", 250)
    assert world.owed_fen(share.household) == share.fen + 250
    assert Posting.objects.get(entry__kind="adjustment", account=Account.SUPPLIERS).fen == 250


def test_upheld_after_the_payout_only_the_difference_is_paid_later() -> None:
    line = world.sold(1)
    world.paid_out()
    dispute = disputes.open_for(share=world.shares(line)[0], text="too little", at=NOW)

    decide(dispute, fen=250)
    second = world.paid_out()

    [share] = world.shares(line)
    assert second.total_fen == 250
    assert (share.state, share.paid_fen, world.owed_fen(share.household)) == ("paid", share.fen + 250, 0)


def test_upheld_while_the_money_is_on_its_way_the_difference_is_left_to_pay() -> None:
    line = world.sold(1)
    item = world.released().items.get()
    dispute = disputes.open_for(share=world.shares(line)[0], text="too little", at=NOW)

    decide(dispute, fen=250)
    world.prove(item)

    [share] = world.shares(line)
    assert (share.state, share.due_fen) == ("payable", 250)


def test_money_that_arrives_during_a_dispute_leaves_it_open() -> None:
    line = world.sold(1)
    item = world.released().items.get()
    dispute = disputes.open_for(share=world.shares(line)[0], text="too little", at=NOW)
    world.prove(item)

    assert world.shares(line)[0].state == "disputed"
    decide(dispute, uphold=False)
    assert world.shares(line)[0].state == "paid"


def test_not_upheld_the_share_is_due_as_before() -> None:
    line = world.sold(1)
    dispute = disputes.open_for(share=world.shares(line)[0], text="too little", at=NOW)

    decide(dispute, uphold=False, answer="the scale slip says 40 kg")

    assert world.shares(line)[0].state == "payable"
    assert payouts.draft(by=person(), at=NOW).total_fen == world.shares(line)[0].fen


@pytest.mark.parametrize(("uphold", "fen", "answer"), [(False, 1, "no"), (True, -1, "yes"), (True, 5, "  ")])
def test_an_answer_that_does_not_fit_is_refused(uphold: bool, fen: int, answer: str) -> None:
    dispute = disputes.open_for(share=world.shares(world.sold(1))[0], text="too little", at=NOW)

    with pytest.raises(disputes.AnswerRefused):
        decide(dispute, uphold=uphold, fen=fen, answer=answer)


def test_a_decision_stands() -> None:
    dispute = disputes.open_for(share=world.shares(world.sold(1))[0], text="too little", at=NOW)
    decide(dispute, fen=250)

    with pytest.raises(disputes.AlreadyDecided):
        decide(dispute, fen=250)

    assert Posting.objects.filter(entry__kind="adjustment").count() == 2


@pytest.mark.parametrize("part", ["drafted_by", "approved_by", "released_by", "evidenced_by"])
def test_nobody_decides_who_had_a_part_in_the_payout(part: str) -> None:
    line = world.sold(1)
    item = world.paid_out().items.get()
    dispute = disputes.open_for(share=world.shares(line)[0], text="too little", at=NOW)

    with pytest.raises(disputes.NotIndependent):
        decide(dispute, by=getattr(item if part == "evidenced_by" else item.batch, part))

    assert decide(dispute).state == "upheld"


def test_nobody_of_the_supplier_decides() -> None:
    line = world.sold(1)
    theirs = person()
    line.partner.users.add(theirs)
    dispute = disputes.open_for(share=world.shares(line)[0], text="too little", at=NOW)

    with pytest.raises(disputes.NotIndependent):
        decide(dispute, by=theirs)


def test_no_decision_adds_more_than_the_whole_line_cost() -> None:
    line = world.sold(1)
    share = world.shares(line)[0]
    dispute = disputes.open_for(share=share, text="too little", at=NOW)

    with pytest.raises(disputes.AnswerRefused, match="whole price"):
        decide(dispute, fen=line.price_fen + 1)
    decide(dispute, fen=line.price_fen)  # the control: just the price is within the rule

    share.refresh_from_db()
    assert share.adjusted_fen == line.price_fen
