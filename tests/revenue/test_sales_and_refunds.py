"""A sale down to each household's fen, and refunds that take back exactly their share."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.payments.models import Payment
from shop.revenue import ledger, payouts
from shop.revenue.models import Account, Division, Entry, Posting, Share
from tests.make import NOW
from tests.revenue import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fee_rule() -> None:
    world.rule()


def balance(account: str, **which: object) -> int:
    return sum(Posting.objects.filter(account=account, **which).values_list("fen", flat=True))


def test_a_payment_and_its_fee_are_booked_once_however_often_they_are_told() -> None:
    of = world.order((world.lot(1), 1, 5000))
    payment = Payment.objects.get(order=of)

    payment.fee_fen = 30
    ledger.post_payment(payment=payment, at=NOW)
    ledger.post_payment(payment=payment, at=NOW + timedelta(days=1))

    assert (balance(Account.GATEWAY), balance(Account.GATEWAY_FEES), balance(Account.BUYERS)) == (4970, 30, -5000)
    assert Entry.objects.count() == 2


def test_a_sale_is_divided_down_to_each_household() -> None:
    line = world.sold(1, 2, 3, price_fen=3990)

    made, shares = Division.objects.get(line=line), world.shares(line)
    others = made.supplier_fen + made.platform_fen + made.transport_fen + made.tax_fen

    assert made.price_fen == others + made.households_fen == 3990
    assert [share.fen for share in shares] == [355, 710, 1065]
    assert [share.weight for share in shares] == [1, 2, 3]
    assert all(world.owed_fen(share.household) == share.fen for share in shares)
    assert balance(Account.BUYERS) == 0
    assert balance(Account.SUPPLIERS) == -made.supplier_fen


def test_a_line_over_two_lots_is_divided_by_what_it_took_of_each() -> None:
    product = world.make.product()
    first, second = world.lot(1, of=product), world.lot(1, of=product)
    of = world.order((first, 1, 10_000))
    line = world.line_of(of)
    line.lots.model.objects.create(line=line, lot=second, consignment=of.consignments.get(), units=3)

    world.deliver(of)

    one, three = world.shares(line)
    assert (one.weight, three.weight) == (1, 3)
    assert (one.fen, three.fen) == (1335, 4005)


def test_a_sale_told_twice_is_booked_once() -> None:
    line = world.sold(1, 2)

    again = ledger.post_sale(line=line, at=NOW + timedelta(days=3))

    assert again == Division.objects.get(line=line)
    assert Entry.objects.filter(kind="sale").count() == 1


def test_the_rule_is_the_one_the_buyer_ordered_under() -> None:
    of = world.order((world.lot(1), 1, 10_000))
    world.rule(2, platform_bp=2000, valid_from=NOW + timedelta(hours=1))

    [made] = world.deliver(of, at=NOW + timedelta(days=4))

    assert made.rule.version == 1
    assert made.platform_fen == 300


def test_goods_nobody_paid_are_not_booked_as_sold() -> None:
    of = world.order((world.lot(1), 1, 10_000), status="placed")

    with pytest.raises(ledger.NotPaid, match="holds 0 fen"):
        ledger.post_sale(line=world.line_of(of), at=NOW)

    assert not Division.objects.exists()
    assert not Share.objects.exists()


def test_freight_is_earned_once() -> None:
    of = world.order((world.lot(1), 1, 10_000), freight_fen=800)
    parcel = of.consignments.get()

    first = ledger.post_freight(consignment=parcel, at=NOW)

    assert ledger.post_freight(consignment=parcel, at=NOW + timedelta(days=1)) == first
    assert balance(Account.TRANSPORT) == -800
    assert ledger.held_fen(of) == 10_000


def test_freight_given_back_is_not_earned_and_leaves_the_goods_paid() -> None:
    of = world.order((world.lot(1), 1, 10_000), freight_fen=800)
    ledger.post_order_refund(order=of, amount_fen=800, reference="freight", at=NOW)

    assert ledger.post_freight(consignment=of.consignments.get(), at=NOW) is None
    assert ledger.held_fen(of) == 10_000


def test_no_more_goes_back_than_the_order_holds() -> None:
    of = world.order((world.lot(1), 1, 10_000))

    with pytest.raises(ledger.RefundTooLarge, match="10000"):
        ledger.post_order_refund(order=of, amount_fen=10_001, reference="all", at=NOW)

    assert ledger.post_order_refund(order=of, amount_fen=10_000, reference="all", at=NOW)


def test_a_refund_before_acceptance_returns_the_buyers_own_money() -> None:
    of = world.order((world.lot(1, 1), 1, 10_001))
    world.refund(world.line_of(of), 1001)

    [made] = world.deliver(of)

    assert made.price_fen == 9000
    assert sum(share.fen for share in world.shares(made.line)) == made.households_fen
    assert balance(Account.BUYERS) == 0


def test_a_line_refunded_whole_before_acceptance_is_divided_into_nothing() -> None:
    of = world.order((world.lot(1, 1), 1, 10_001))
    world.refund(world.line_of(of), 10_001)

    [made] = world.deliver(of)

    assert made.price_fen == 0
    assert not Entry.objects.filter(kind="sale").exists()
    assert {share.state for share in world.shares(made.line)} == {"closed"}


@pytest.mark.parametrize("steps", [[10_007], [3335, 3336, 3336], [1, 10_005, 1], [5000, 7, 5000]])
def test_a_full_refund_returns_exactly_the_original_parts_in_any_steps(steps: list[int]) -> None:
    line = world.sold(1, 2, 4, price_fen=10_007)

    for fen in steps:
        world.refund(line, fen)

    assert all(balance(account) == 0 for account in Account if account not in (Account.GATEWAY_FEES,))
    assert all(share.reversed_fen == share.fen and share.state == "closed" for share in world.shares(line))


def test_the_same_amount_twice_on_purpose_is_two_refunds() -> None:
    line = world.sold(1, 2)

    world.refund(line, 500, "first")
    world.refund(line, 500, "second")

    assert ledger.refunded_fen(line) == 1000


def test_a_refund_told_twice_is_booked_once() -> None:
    line = world.sold(1, 2)
    first = world.refund(line, 500, "R 1")

    again = ledger.post_refund(line=line, amount_fen=500, reference="R 1", at=NOW)

    assert again == first
    assert ledger.refunded_fen(line) == 500
    with pytest.raises(ledger.ReferenceReused):
        ledger.post_refund(line=line, amount_fen=501, reference="R 1", at=NOW)


@pytest.mark.parametrize("fen", [0, -1, 10_008])
def test_a_refund_of_nothing_or_of_more_than_was_paid_is_refused(fen: int) -> None:
    line = world.sold(1, 2, price_fen=10_007)

    with pytest.raises(ledger.RefundTooLarge):
        ledger.post_refund(line=line, amount_fen=fen, reference="too much", at=NOW)

    assert ledger.refunded_fen(line) == 0


def test_what_refunds_leave_is_the_most_that_can_be_refunded() -> None:
    line = world.sold(1, 2, price_fen=1000)
    world.refund(line, 999)

    with pytest.raises(ledger.RefundTooLarge, match="1 fen are left"):
        ledger.post_refund(line=line, amount_fen=2, reference="too much", at=NOW)


def test_a_refund_after_the_payout_is_borne_by_the_reserve() -> None:
    line = world.sold(1, 2, price_fen=10_007)
    world.paid_out()
    paid = [share.paid_fen for share in world.shares(line)]

    world.refund(line, 10_007)

    assert [share.borne_fen for share in world.shares(line)] == paid
    assert [share.reversed_fen for share in world.shares(line)] == [0, 0]
    assert balance(Account.REFUND_RESERVE) == sum(paid)
    assert balance(Account.HOUSEHOLDS) == 0


def test_a_refund_while_the_payout_is_under_way_is_borne_too() -> None:
    line = world.sold(1, 2)
    batch = payouts.draft(by=world.person(), at=NOW)

    world.refund(line, 4000)

    assert sum(share.reversed_fen for share in world.shares(line)) == 0
    assert sum(share.borne_fen for share in world.shares(line)) == balance(Account.REFUND_RESERVE) > 0
    assert batch.total_fen == -balance(Account.HOUSEHOLDS)


def test_after_a_failed_payout_a_refund_takes_the_unpaid_share_again() -> None:
    line = world.sold(1)
    batch = world.released()
    payouts.fail(item=batch.items.get(), reason="account closed", by=world.person(), at=NOW)

    world.refund(line, 4000)

    [share] = world.shares(line)
    assert share.borne_fen == 0 < share.reversed_fen
    assert world.owed_fen(share.household) == share.due_fen


STEP = st.tuples(st.sampled_from(["refund", "pay", "draft", "fail", "return"]), st.integers(1, 4000))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=9), st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_no_household_ever_owes_whatever_is_refunded_and_paid(steps: list[tuple[str, int]], grams: list[int]) -> None:
    line = world.sold(*grams, price_fen=9973)
    batches = []

    for step, fen in steps:
        left = line.price_fen - ledger.refunded_fen(line)
        due = Share.objects.filter(line=line, state="payable").exists()
        if step == "refund" and left:
            world.refund(line, min(fen, left))
        elif step in ("pay", "draft") and due:
            batches.append(world.paid_out() if step == "pay" else world.released())
        elif batches and step in ("fail", "return"):
            wanted = "waiting" if step == "fail" else "paid"
            for item in batches[-1].items.filter(state=wanted):
                payouts.fail(item=item, reason=step, by=world.person(), at=NOW)
        for share in world.shares(line):
            assert world.owed_fen(share.household) == share.due_fen >= 0
            assert share.borne_fen + share.reversed_fen <= share.fen

    assert sum(Posting.objects.values_list("fen", flat=True)) == 0
    Share.objects.filter(line=line).exclude(state__in=["paid", "closed"]).update(state="disputed")  # out of later draws
