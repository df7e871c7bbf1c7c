"""Money goes back at most once per reference and never more than was paid, whoever asks and whatever is lost."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import F, Sum

from shop.order.models import Line, Order
from shop.payments import gateway, refunds, tasks
from shop.payments.models import Payment, Refund
from shop.revenue import ledger
from shop.revenue.models import Entry, Posting
from tests import make
from tests.order import world
from tests.payments.till import Till, pay

NOW = make.NOW
one_transaction = pytest.mark.django_db
real_commits = pytest.mark.django_db(transaction=True)


def paid_order(till: Till, price: str = "39.90", quantity: int = 1) -> Order:
    nodes = world.open_network()
    order = world.place(world.basket((world.on_sale(nodes["village"], price=price), quantity)))
    pay(till, order)
    till.skip_jobs()
    return order


def give_back(line: Line, amount_fen: int, reference: str = "officer 1", **changes: Any) -> Refund:
    wish: dict[str, Any] = {"reason": "test", "by": None, "at": NOW}
    return refunds.refund_line(line=line, amount_fen=amount_fen, reference=reference, **(wish | changes))


def refunded(order: Order) -> tuple[int, int, int]:
    """(by the lines, by the payments, by the ledger's gateway account)"""
    lines = sum(order.lines.values_list("refunded_fen", flat=True))
    payments = sum(order.payments.values_list("refunded_fen", flat=True))
    booked = Posting.objects.filter(entry__order=order, entry__kind="refund", account="gateway")
    return lines, payments, -(booked.aggregate(total=Sum("fen"))["total"] or 0)


@one_transaction
def test_a_part_of_a_line_goes_back_and_is_booked_at_once(till: Till) -> None:
    order = paid_order(till)
    officer = make.user()

    refund = give_back(order.lines.get(), 1000, by=officer)
    till.run_jobs()

    refund.refresh_from_db()
    assert (refund.state, refund.done_at is not None, refund.asked_by) == ("done", True, officer)
    assert refunded(order) == (1000, 1000, 1000)
    assert till.books()["totals"]["cny"]["amount_refunded"] == 1000


@one_transaction
def test_three_thirds_of_an_odd_sum_give_back_exactly_the_whole(till: Till) -> None:
    order = paid_order(till, price="1.00")
    line = order.lines.get()

    for number, amount in enumerate((33, 33, 34)):
        give_back(line, amount, f"third {number}")
    till.run_jobs()

    assert refunded(order) == (100, 100, 100)
    assert till.books()["totals"]["cny"]["amount_refunded"] == 100
    with pytest.raises(refunds.RefundRefused, match="0 fen are left"):
        give_back(line, 1, "one more")


@one_transaction
def test_the_same_amount_twice_on_purpose_takes_two_references(till: Till) -> None:
    order = paid_order(till)

    give_back(order.lines.get(), 500, "first")
    give_back(order.lines.get(), 500, "second")
    till.run_jobs()

    assert till.books()["totals"]["cny"]["amount_refunded"] == 1000
    assert Refund.objects.filter(state="done").count() == 2


@one_transaction
def test_a_reference_counts_once(till: Till) -> None:
    order = paid_order(till)

    first = give_back(order.lines.get(), 500)
    again = give_back(order.lines.get(), 500)
    till.run_jobs()

    assert first == again
    assert refunded(order) == (500, 500, 500)
    assert till.books()["totals"]["cny"]["amount_refunded"] == 500


@one_transaction
def test_a_reference_cannot_stand_for_another_amount(till: Till) -> None:
    order = paid_order(till)
    give_back(order.lines.get(), 500)

    with pytest.raises(refunds.ReferenceReused):
        give_back(order.lines.get(), 501)

    assert refunded(order) == (500, 500, 500)


@one_transaction
@pytest.mark.parametrize(
    ("amount", "reference"), [(3991, "a"), (0, "a"), (-1, "a"), (10, ""), (10, "退款"), (10, "a\nb"), (10, "x" * 81)]
)
def test_what_cannot_go_back_is_refused_and_nothing_is_kept(till: Till, amount: int, reference: str) -> None:
    order = paid_order(till)

    with pytest.raises(refunds.RefundRefused):
        give_back(order.lines.get(), amount, reference)

    assert refunded(order) == (0, 0, 0)
    assert not Refund.objects.exists()


@one_transaction
def test_freight_is_not_given_back_as_goods(till: Till) -> None:
    order = paid_order(till)
    line = order.lines.get()

    with pytest.raises(refunds.RefundRefused):
        give_back(line, line.price_fen + 1)

    assert order.total_fen > line.price_fen


@one_transaction
def test_an_order_that_was_not_paid_gives_nothing_back(till: Till) -> None:
    nodes = world.open_network()
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)))

    with pytest.raises(refunds.RefundRefused, match="0 fen are left"):
        give_back(order.lines.get(), 1)


@one_transaction
def test_a_failure_in_the_ledger_keeps_nothing(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    order = paid_order(till)
    monkeypatch.setattr(ledger, "post_refund", lambda **facts: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        give_back(order.lines.get(), 500)

    assert refunded(order) == (0, 0, 0)
    assert not Refund.objects.exists()
    assert till.run_jobs() == []


@one_transaction
def test_a_whole_order_goes_back_with_its_freight_once(till: Till) -> None:
    order = paid_order(till)
    give_back(order.lines.get(), 700)

    refunds.refund_order(order=order, reason="test", by=None, at=NOW)
    refunds.refund_order(order=order, reason="test", by=None, at=NOW)
    till.run_jobs()

    payment = Payment.objects.get()
    assert payment.refunded_fen == payment.received_fen == order.total_fen
    assert till.books()["totals"]["cny"]["amount_refunded"] == order.total_fen
    assert ledger.held_fen(order) == 0


@one_transaction
@pytest.mark.parametrize(
    "fault", [{"drop": True, "after_effect": True}, {"status": 500, "after_effect": True}, {"drop": True}]
)
def test_a_lost_answer_is_asked_for_again_and_money_goes_back_once(till: Till, fault: dict[str, Any]) -> None:
    order = paid_order(till)
    refund = give_back(order.lines.get(), 500)
    till.fail(path_prefix="/v1/refunds", method="POST", **fault)

    with pytest.raises(gateway.GatewayUnsure):
        refunds.settle_refund(refund=refund, at=NOW)
    assert Refund.objects.get().state == "asked"
    tasks.retry_refunds.func(0)
    tasks.retry_refunds.func(0)

    assert Refund.objects.get().state == "done"
    assert till.books()["totals"]["cny"]["amount_refunded"] == 500


@one_transaction
def test_with_a_new_key_each_time_and_no_look_a_lost_answer_would_pay_twice(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = paid_order(till)
    refund = give_back(order.lines.get(), 500)

    def careless(self: Any, *, intent_id: str, amount_fen: int, reference: str) -> Any:
        with gateway._translated():
            made = self._client.v1.refunds.create(
                {"payment_intent": intent_id, "amount": amount_fen}, {"idempotency_key": secrets.token_hex(8)}
            )
        return gateway._returned(made.to_dict())

    monkeypatch.setattr(gateway.StripeGateway, "refund", careless)
    till.fail(path_prefix="/v1/refunds", method="POST", drop=True, after_effect=True)
    with pytest.raises(gateway.GatewayUnsure):
        refunds.settle_refund(refund=refund, at=NOW)

    refunds.settle_refund(refund=refund, at=NOW)

    assert till.books()["totals"]["cny"]["amount_refunded"] == 1000


@one_transaction
def test_a_key_the_gateway_has_forgotten_still_pays_once(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    order = paid_order(till)
    refund = give_back(order.lines.get(), 500)
    payment = order.payments.get()
    till.client().v1.refunds.create(  # what was done under a key now forgotten
        {"payment_intent": payment.intent_id or "", "amount": 500, "metadata": {"reference": refund.reference}}
    )

    settled = refunds.settle_refund(refund=refund, at=NOW)

    assert settled.state == "done"
    assert till.books()["totals"]["cny"]["amount_refunded"] == 500


@one_transaction
def test_a_refund_the_gateway_refuses_is_marked_and_stays_reserved(
    till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    order = paid_order(till)
    payment = order.payments.get()
    till.client().v1.refunds.create({"payment_intent": payment.intent_id or ""})  # by hand, past the shop
    refund = give_back(order.lines.get(), 500)

    settled = refunds.settle_refund(refund=refund, at=NOW)

    assert settled.state == "failed"
    assert refunded(order) == (500, 500, 500)
    assert "refused" in caplog.text


@real_commits
def test_two_officers_at_once_never_give_back_more_than_there_is(till: Till) -> None:
    order = paid_order(till)
    line = order.lines.get()

    results = world.at_once(*(partial(give_back, Line.objects.get(pk=line.pk), 2500, f"officer {n}") for n in range(2)))

    assert sorted(type(result).__name__ for result in results) == ["Refund", "RefundRefused"]
    assert refunded(order) == (2500, 2500, 2500)


@real_commits
def test_twelve_officers_at_once_give_back_all_of_it_and_no_fen_more(till: Till) -> None:
    order = paid_order(till, price="10.00")
    line = order.lines.get()

    results = world.at_once(*(partial(give_back, Line.objects.get(pk=line.pk), 100, f"officer {n}") for n in range(12)))

    assert sum(isinstance(result, Refund) for result in results) == 10
    assert refunded(order) == (1000, 1000, 1000)


@real_commits
def test_one_reference_from_eight_requests_at_once_is_one_refund(till: Till) -> None:
    order = paid_order(till)
    line = order.lines.get()

    results = world.at_once(*(partial(give_back, Line.objects.get(pk=line.pk), 300, "same") for _ in range(8)))
    world.at_once(*(partial(refunds.settle_refund, refund=result, at=NOW) for result in results))

    assert len({result.pk for result in results}) == 1
    assert refunded(order) == (300, 300, 300)
    assert till.books()["totals"]["cny"]["amount_refunded"] == 300


@real_commits
def test_without_the_conditional_update_the_database_itself_refuses_the_second(till: Till) -> None:
    order = paid_order(till)
    line = order.lines.get()
    Line.objects.filter(pk=line.pk).update(refunded_fen=2500)

    with pytest.raises(IntegrityError, match="line_refund_at_most_price"):
        Line.objects.filter(pk=line.pk).update(refunded_fen=F("refunded_fen") + 2500)


@one_transaction
def test_after_delivery_a_refund_takes_every_part_back_in_proportion(till: Till) -> None:
    order = paid_order(till)
    line = order.lines.get()
    Line.objects.filter(pk=line.pk).update(accepted_at=NOW)
    ledger.post_sale(line=line, at=NOW)

    refunds.refund_order(order=order, reason="test", by=None, at=NOW)

    sums = dict(Posting.objects.values_list("account").annotate(Sum("fen")))
    assert all(sums.get(account, 0) == 0 for account in ("suppliers", "households", "platform", "transport", "tax"))
    assert Entry.objects.filter(kind="refund", line=line).count() == 1
