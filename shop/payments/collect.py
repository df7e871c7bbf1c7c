"""Collecting an order's money: begin a payment, and settle it. `settle` is the only way an order becomes paid.

The gateway is asked outside of every transaction; what it says is applied under the locks of the order and then the
payment, once. The webhook, the buyer's return and the sweep all call the same function, in any order and number.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.compiled import compiled
from shop import jobs
from shop.order import lifecycle
from shop.order.models import Order
from shop.payments import gateway, refunds
from shop.payments.gateway import GatewayRefused, GatewayUnsure, Intent
from shop.payments.models import GatewayEvent, Payment
from shop.revenue import ledger

logger = logging.getLogger(__name__)
State = Payment.State
OPEN = (State.CREATED, State.PENDING)
DECIDED = (State.SUCCEEDED, State.MISMATCH)
ASK_AGAIN = timedelta(seconds=20)
LAST_WORD_MOST = 300
NEWEST = 1_000  # events; more do not come while an intent is made
TOO_LATE = gettext_noop("the order had ended before the payment came")
TWICE = gettext_noop("the order was already paid")
UNDELIVERABLE = gettext_noop("the order could no longer be delivered")


class CannotPay(Exception):
    """The order does not wait for a payment, or may no longer be sold. The message says why."""


class PaymentBeingChecked(Exception):
    """The gateway gave no answer: the payment may or may not exist. A job asks again; nobody should pay twice."""

    def __init__(self, payment: Payment) -> None:
        self.payment = payment
        super().__init__(_("The payment is being checked. Please do not pay again; this page will show the result."))


def begin(*, order: Order, method: str, return_url: str, at: datetime) -> tuple[Payment, str]:
    """One open payment of the order by this method, and the page where the buyer pays it (empty: it is decided).

    return_url: where the gateway sends the buyer afterwards

    However often and from however many requests it is called, an attempt has one idempotency key and so one intent.
    Raises CannotPay, PaymentBeingChecked.
    """
    payment = _attempt(order=order, method=method, return_url=return_url, at=at)
    intent = _ask(payment)
    if intent is None:
        payment.refresh_from_db()
        return payment, ""
    payment = _apply(payment, intent, at)
    return payment, intent.redirect_url if payment.state == State.PENDING else ""


def settle(*, payment: Payment, at: datetime) -> Payment:
    """Ask the gateway for the truth about a payment and act on it once.

    Paid in full and the order still waits: the order is paid. Paid, but the order is cancelled, expired, already paid
    or may no longer be sold: all of it is given back. Another amount, currency or intent: MISMATCH, for a person.

    Raises PaymentBeingChecked.
    """
    payment.refresh_from_db()
    if payment.state in DECIDED or (payment.state == State.FAILED and not payment.intent_id):
        return payment
    intent = _ask(payment)
    if intent is not None:
        return _apply(payment, intent, at)
    payment.refresh_from_db()
    return payment


def close(*, payment: Payment, at: datetime) -> Payment:
    """Make sure that nobody can pay it any more; if somebody just did, settle that. Raises PaymentBeingChecked."""
    payment = settle(payment=payment, at=at)
    if payment.state in DECIDED or not payment.intent_id:
        return payment
    try:
        intent = gateway.current().cancel_intent(payment.intent_id)
    except GatewayRefused:
        return settle(payment=payment, at=at)  # closed already, or paid in this very moment
    except GatewayUnsure as problem:
        raise PaymentBeingChecked(payment) from problem
    return _apply(payment, intent, at)


@transaction.atomic
def _attempt(*, order: Order, method: str, return_url: str, at: datetime) -> Payment:
    """The open payment by this method, made if there is none."""
    locked = lifecycle.lock(order)
    if locked.status != "placed" or locked.reserved_until is None or locked.reserved_until <= at:
        raise CannotPay(_("Order %s does not wait for a payment.") % locked.number)
    if problems := lifecycle.certificate_problems(locked, at):
        raise CannotPay(" ".join(problems))
    attempts = _of_order(locked.pk)
    if open_now := [each for each in attempts if each.method == method and each.state in OPEN]:
        return open_now[0]
    number = len(attempts) + 1
    made = Payment.objects.create(
        order=locked, method=Payment.Method(method), amount_fen=locked.total_fen, made_at=at,
        return_url=return_url, idempotency_key=f"order {locked.number} payment {number}",
    )  # fmt: skip
    jobs.defer("payments.settle", payment_id=made.pk, at=at + ASK_AGAIN)
    return made


@compiled
def _of_order(order: int) -> QuerySet[Payment]:
    """order: its key"""
    return Payment.objects.filter(order=order).order_by("pk")


def _ask(payment: Payment) -> Intent | None:
    """What the gateway says; None when it refused to make the intent, which ends the payment.

    Raises PaymentBeingChecked.
    """
    try:
        if payment.intent_id:
            return gateway.current().read_intent(payment.intent_id)
        made = gateway.current().create_intent(
            amount_fen=payment.amount_fen, method=payment.method, order=payment.order.number,
            return_url=payment.return_url, key=payment.idempotency_key,
        )  # fmt: skip
    except GatewayUnsure as problem:
        raise PaymentBeingChecked(payment) from problem
    except GatewayRefused as refusal:
        _note_refusal(payment, refusal.code or "unknown")
        return None
    _keep_intent(payment, made)
    return made


def _keep_intent(payment: Payment, made: Intent) -> None:
    """The payment's intent, for good; events that came before it are looked at again.

    An event is written down before its payment is looked for: either it finds this intent, or it is found here. Should
    we end between the two lines, the minute's sweep finds it.
    """
    mine = Payment.objects.filter(pk=payment.pk, intent_id=None)
    if mine.update(intent_id=made.id, state=State.PENDING) and _parked(made.id):
        jobs.defer("payments.drain")


@compiled
def _parked(intent: str) -> QuerySet[GatewayEvent, int]:
    """Events of an intent made just now; they are among the newest."""
    newest = Subquery(GatewayEvent.objects.order_by("-pk").values("pk")[:1])
    waiting = GatewayEvent.objects.filter(object_id=intent, settled_at=None, pk__gt=newest - NEWEST)
    return waiting.values_list("pk", flat=True)


def _note_refusal(payment: Payment, code: str) -> None:
    if payment.intent_id:
        logger.error("order %s: the gateway does not know its payment %s", payment.order.number, payment.pk)
        return
    undecided = Payment.objects.filter(pk=payment.pk, state__in=OPEN, intent_id=None)
    undecided.update(state=State.FAILED, last_word=code[:LAST_WORD_MOST])


def _apply(payment: Payment, intent: Intent, at: datetime) -> Payment:
    """Act on what the gateway said, once. It says nothing yet while the payer is still at it."""
    if intent.status == "succeeded" or _ended(intent):
        return _act(payment, intent, at)
    (now,) = _by_key(payment.pk)
    return now


@compiled
def _by_key(payment: int) -> QuerySet[Payment]:
    return Payment.objects.filter(pk=payment)


def _ended(intent: Intent) -> bool:
    return intent.status == "canceled" or bool(intent.problem)


@transaction.atomic
def _act(payment: Payment, intent: Intent, at: datetime) -> Payment:
    order = lifecycle.lock(payment.order)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if payment.state in DECIDED:
        return payment
    if intent.status == "succeeded":
        return _take(payment, order, intent, at)
    if payment.state != State.FAILED:
        payment.state, payment.last_word = State.FAILED, intent.problem[:LAST_WORD_MOST]
        payment.save(update_fields=["state", "last_word"])
        if intent.status != "canceled":  # its page must not take money while the buyer begins anew
            jobs.defer("payments.close", payment_id=payment.pk)
    return payment


def _take(payment: Payment, order: Order, intent: Intent, at: datetime) -> Payment:
    """The money has come: book it, then give it to the order or back to the payer. Order and payment are locked."""
    wrong = _difference(payment, intent)
    payment.received_fen = intent.received if intent.currency == gateway.CURRENCY else 0
    payment.state, payment.last_word = (State.MISMATCH if wrong else State.SUCCEEDED), wrong[:LAST_WORD_MOST]
    payment.fee_fen, payment.succeeded_at = intent.fee_fen, at
    payment.save(update_fields=["received_fen", "state", "last_word", "fee_fen", "succeeded_at"])
    if wrong:
        logger.error("order %s: payment %s is held, %s", order.number, payment.pk, wrong)
        jobs.defer("order.mail", order_id=order.pk, kind="checked")
        return payment
    ledger.post_payment(payment=payment, at=at)
    if payment.fee_fen is None:
        jobs.defer("payments.fee", payment_id=payment.pk, at=at + ASK_AGAIN)
    why_not = _use(order, at)
    if why_not:
        refunds.return_payment(payment=payment, reason=why_not, at=at)
    payment.refresh_from_db()
    return payment


def _difference(payment: Payment, intent: Intent) -> str:
    """In what the gateway's truth differs from what was asked for; empty when in nothing."""
    asked = (payment.intent_id, payment.amount_fen, payment.amount_fen, gateway.CURRENCY, gateway.is_live())
    got = (intent.id, intent.amount, intent.received, intent.currency, intent.livemode)
    if asked == got:
        return ""
    return f"asked {payment.amount_fen} {gateway.CURRENCY}, got {intent.received} {intent.currency} by {intent.id}"


def _use(order: Order, at: datetime) -> str:
    """Make the order paid; returns why the money must go back instead, empty when it is used."""
    if order.status == "cancelled":
        return TOO_LATE
    if order.status != "placed":
        return TWICE
    try:
        with translation.override(order.language):  # the reason is the buyer's to read
            lifecycle.mark_paid(order=order, at=at)
    except lifecycle.CannotKeep as problem:
        lifecycle.cancel(order=order, reason=str(problem), at=at)
        return UNDELIVERABLE
    for other in Payment.objects.filter(order=order, state__in=OPEN):
        jobs.defer("payments.close", payment_id=other.pk)
    return ""


def keep_fee(*, payment: Payment, at: datetime) -> Payment:
    """Book the gateway's fee of a payment where it was not known at once. Raises GatewayUnsure."""
    if payment.fee_fen is None and payment.state == State.SUCCEEDED and payment.intent_id:
        payment.fee_fen = gateway.current().fee(payment.intent_id)
        payment.save(update_fields=["fee_fen"])
        ledger.post_payment(payment=payment, at=at)
    return payment
