"""An order is paid once, for exactly what it costs, whatever is repeated, lost, late or too much."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum

from certification.models import Certificate
from logistics import stock
from logistics.models import LotStock, Reservation, Shipment
from shop.order import lifecycle
from shop.order.models import Order
from shop.payments import collect, tasks
from shop.payments.models import Payment, Refund
from shop.revenue.models import Entry, Posting
from tests import make
from tests.order import world
from tests.payments.till import BACK, Till, begin, pay

pytestmark = pytest.mark.django_db
NOW = make.NOW
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def order(nodes: dict[str, Any]) -> Order:
    return world.place(world.basket((world.on_sale(nodes["village"]), 2)))


def balance(account: str) -> int:
    return Posting.objects.filter(account=account).aggregate(total=Sum("fen"))["total"] or 0


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize("method", ["card", "alipay", "wechat_pay"])
def test_a_payment_by_each_method_makes_the_order_paid(till: Till, order: Order, method: str) -> None:
    payment = pay(till, order, method)

    assert (payment.state, payment.received_fen) == ("succeeded", order.total_fen)
    assert fresh(order).status == "paid"
    assert Reservation.objects.get().state == "kept"
    assert Shipment.objects.get().reference == order.consignments.get().reference
    assert balance("buyers") == -order.total_fen
    assert balance("gateway") == order.total_fen - (payment.fee_fen or 0)
    assert payment.fee_fen and balance("gateway_fees") == payment.fee_fen


def test_settling_again_changes_nothing(till: Till, order: Order) -> None:
    payment = pay(till, order)
    entries = Entry.objects.count()

    for _ in range(3):
        collect.settle(payment=payment, at=LATER)

    assert Entry.objects.count() == entries
    assert fresh(order).paid_at == NOW
    assert not Refund.objects.exists()


def test_without_the_guard_a_second_settling_would_give_the_money_back(
    till: Till, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = pay(till, order)
    monkeypatch.setattr(collect, "DECIDED", ())

    collect.settle(payment=payment, at=LATER)

    assert Refund.objects.exists()


def test_nothing_is_paid_before_the_buyer_pays(till: Till, order: Order) -> None:
    payment, page = begin(order)

    settled = collect.settle(payment=payment, at=NOW)

    assert page.startswith(till.url)
    assert settled.state == "pending"
    assert fresh(order).status == "placed"


def test_beginning_again_leads_to_the_same_intent(till: Till, order: Order) -> None:
    first, page = begin(order)

    second, again = begin(order, return_url="http://shop.test/elsewhere")

    assert (second.pk, second.intent_id, again) == (first.pk, first.intent_id, page)
    assert len(till.events("payment_intent.created")) == 1


def test_an_attempt_the_buyer_broke_off_can_be_followed_by_another(till: Till, order: Order) -> None:
    first, page = begin(order)
    till.pay(page, "fail")
    failed = collect.settle(payment=first, at=NOW)

    second = pay(till, order, "card")

    assert failed.state == "failed" and failed.last_word
    assert second.state == "succeeded" and second.pk != first.pk
    till.run_jobs()
    assert till.client().v1.payment_intents.retrieve(first.intent_id or "").status == "canceled"


def test_a_failed_attempt_that_is_paid_after_all_counts(till: Till, order: Order) -> None:
    payment, page = begin(order)
    till.pay(page, "fail")
    collect.settle(payment=payment, at=NOW)
    till.client().v1.payment_intents.confirm(
        payment.intent_id or "", {"payment_method_data": {"type": "alipay"}, "return_url": BACK}
    )
    till.pay(page)

    settled = collect.settle(payment=payment, at=NOW)

    assert settled.state == "succeeded"
    assert fresh(order).status == "paid"


@pytest.mark.parametrize(
    "fault",
    [{"drop": True, "after_effect": True}, {"drop": True}, {"status": 500, "after_effect": True}, {"status": 503}],
)
def test_a_lost_answer_to_the_first_request_is_asked_for_again_with_the_same_key(
    till: Till, order: Order, fault: dict[str, Any]
) -> None:
    till.fail(path_prefix="/v1/payment_intents", method="POST", **fault)

    with pytest.raises(collect.PaymentBeingChecked) as caught:
        begin(order)
    assert Payment.objects.get().state == "created"
    settled = collect.settle(payment=caught.value.payment, at=NOW)

    assert settled.state == "pending" and settled.intent_id
    assert len(till.events("payment_intent.created")) == 1


def test_a_time_out_leaves_a_payment_being_checked_that_the_worker_finds(
    till: Till, order: Order, settings: Any
) -> None:
    settings.PAYMENT_TIMEOUT_S = 1
    till.control("behaviour", {"delay_next_seconds": 2})

    with pytest.raises(collect.PaymentBeingChecked, match="do not pay again"):
        begin(order)
    settings.PAYMENT_TIMEOUT_S = 5
    till.run_jobs()

    assert Payment.objects.get().state == "pending"
    assert len(till.events("payment_intent.created")) == 1


def test_while_the_gateway_is_silent_settling_says_so_and_changes_nothing(till: Till, order: Order) -> None:
    payment, page = begin(order)
    till.pay(page)
    till.fail(status=500)

    with pytest.raises(collect.PaymentBeingChecked):
        collect.settle(payment=payment, at=NOW)

    assert fresh(order).status == "placed"
    assert collect.settle(payment=payment, at=NOW).state == "succeeded"


@pytest.mark.parametrize(("amount", "currency"), [(-1, "cny"), (1, "cny"), (10_000, "cny"), (0, "usd"), (0, "jpy")])
def test_another_amount_or_currency_is_held_and_pays_nothing(
    till: Till, order: Order, amount: int, currency: str, caplog: pytest.LogCaptureFixture
) -> None:
    payment, _page = begin(order)
    other = till.client().v1.payment_intents.create(
        {"amount": order.total_fen + amount, "currency": currency, "payment_method": "pm_card_visa", "confirm": True}
    )
    Payment.objects.filter(pk=payment.pk).update(intent_id=other.id)

    settled = collect.settle(payment=payment, at=NOW)

    assert settled.state == "mismatch" and settled.last_word
    assert fresh(order).status == "placed"
    assert not Entry.objects.exists()
    assert "held" in caplog.text


def test_an_order_that_expired_gets_its_late_money_sent_back_whole(till: Till, order: Order) -> None:
    payment, page = begin(order)
    assert lifecycle.expire_unpaid(at=LATER) == 1
    till.pay(page)

    settled = collect.settle(payment=payment, at=LATER + timedelta(days=3))
    till.run_jobs()

    assert (settled.state, settled.refunded_fen) == ("succeeded", order.total_fen)
    assert fresh(order).status == "cancelled"
    assert Refund.objects.get().state == "done"
    assert till.books()["intents"][payment.intent_id]["amount_refunded"] == order.total_fen
    assert balance("buyers") == 0
    assert not LotStock.objects.exclude(reserved_units=0).exists()


def test_of_two_payments_that_both_succeed_the_second_is_sent_back(till: Till, order: Order) -> None:
    first, first_page = begin(order, "alipay")
    second, second_page = begin(order, "wechat_pay")
    till.pay(second_page)
    till.pay(first_page)

    collect.settle(payment=second, at=NOW)
    collect.settle(payment=first, at=NOW)
    till.run_jobs()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.refunded_fen, first.refunded_fen) == (0, order.total_fen)
    assert fresh(order).status == "paid"
    assert balance("buyers") == -order.total_fen
    assert Refund.objects.get().state == "done"


def test_once_an_order_is_paid_its_other_payments_are_closed(till: Till, order: Order) -> None:
    other, _page = begin(order, "wechat_pay")

    pay(till, order, "alipay")
    till.run_jobs()

    other.refresh_from_db()
    assert other.state == "failed"
    assert till.client().v1.payment_intents.retrieve(other.intent_id or "").status == "canceled"


@pytest.mark.parametrize("state", ["revoked", "suspended"])
def test_a_certificate_revoked_while_the_buyer_pays_ends_the_order_and_returns_the_money(
    till: Till, order: Order, state: str
) -> None:
    payment, page = begin(order)
    Certificate.objects.update(state=state)
    till.pay(page)

    settled = collect.settle(payment=payment, at=NOW)

    assert settled.refunded_fen == order.total_fen
    assert fresh(order).status == "cancelled"
    assert not LotStock.objects.exclude(reserved_units=0).exists()
    assert not Shipment.objects.exists()


def test_a_reservation_given_away_meanwhile_returns_the_money(till: Till, order: Order) -> None:
    payment, page = begin(order)
    stock.release_expired(at=LATER)
    till.pay(page)

    settled = collect.settle(payment=payment, at=LATER)

    assert settled.refunded_fen == order.total_fen
    assert fresh(order).status == "cancelled"


def test_an_order_whose_certificate_ended_is_not_sent_to_pay(till: Till, order: Order) -> None:
    Certificate.objects.update(state="revoked")

    with pytest.raises(collect.CannotPay, match="no longer valid"):
        begin(order)

    assert not Payment.objects.exists()


def test_an_order_past_its_time_or_cancelled_is_not_sent_to_pay(till: Till, order: Order) -> None:
    with pytest.raises(collect.CannotPay):
        begin(order, at=NOW + timedelta(minutes=30))
    lifecycle.cancel(order=order, reason="test", at=NOW)
    with pytest.raises(collect.CannotPay):
        begin(order)

    assert not Payment.objects.exists()


def test_a_payment_past_its_time_that_was_just_made_still_counts(till: Till, order: Order) -> None:
    _payment, page = begin(order)
    till.pay(page)

    tasks.every_minute.func(0)  # today is long after the order's 30 minutes

    assert fresh(order).status == "paid"


def test_an_order_nobody_paid_ends_and_its_payment_is_closed(till: Till, order: Order) -> None:
    payment, _page = begin(order)

    tasks.every_minute.func(0)

    assert fresh(order).status == "cancelled"
    assert till.client().v1.payment_intents.retrieve(payment.intent_id or "").status == "canceled"
    assert not LotStock.objects.exclude(reserved_units=0).exists()
    assert Certificate.objects.get().taken_g == 0


def test_an_open_payment_keeps_the_order_until_the_gateway_answers_or_two_hours_are_over(
    till: Till, order: Order
) -> None:
    begin(order)

    assert lifecycle.expire_unpaid(at=NOW + timedelta(minutes=31)) == 0
    assert lifecycle.expire_unpaid(at=NOW + timedelta(minutes=151)) == 1


def test_a_paid_order_that_is_cancelled_gets_everything_back(till: Till, order: Order) -> None:
    payment = pay(till, order)

    lifecycle.cancel(order=order, reason="test", at=NOW)
    till.run_jobs()

    payment.refresh_from_db()
    assert payment.refunded_fen == order.total_fen
    assert till.books()["intents"][payment.intent_id]["amount_refunded"] == order.total_fen
    assert balance("buyers") == 0
    assert Shipment.objects.get().state == "cancelled"
    assert not LotStock.objects.exclude(reserved_units=0).exists()
    assert Certificate.objects.get().taken_g == 0


def test_the_gateway_is_told_no_name_and_no_address(till: Till, order: Order) -> None:
    payment, _page = begin(order)

    told = str(till.client().v1.payment_intents.retrieve(payment.intent_id or "").to_dict())

    assert order.number in told
    assert not any(word in told for word in ("王小明", "13800138000", "南京东路", "guest@example.org"))
