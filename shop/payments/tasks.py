"""The worker's part of payments. Each job may run twice or late: what it calls is idempotent."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from logistics import stock
from shop.order import lifecycle
from shop.order.models import Order
from shop.payments import collect, gateway, refunds, webhook
from shop.payments.models import Payment, Refund

logger = logging.getLogger(__name__)
UNANSWERED = (collect.PaymentBeingChecked, gateway.GatewayUnsure)
RETRY = RetryStrategy(max_attempts=12, exponential_wait=2, retry_exceptions=set(UNANSWERED))
EVERY_MINUTE = "* * * * *"
BATCH = 200


@app.task(name="payments.settle", retry=RETRY)
def settle(payment_id: int) -> None:
    """Ask once more about a payment somebody began."""
    collect.settle(payment=Payment.objects.get(pk=payment_id), at=timezone.now())


@app.task(name="payments.close", retry=RETRY)
def close(payment_id: int) -> None:
    """See to it that a payment nobody needs any more cannot be made."""
    collect.close(payment=Payment.objects.get(pk=payment_id), at=timezone.now())


@app.task(name="payments.fee", retry=RETRY)
def fee(payment_id: int) -> None:
    """Book the gateway's fee of a payment where it was not known at once."""
    collect.keep_fee(payment=Payment.objects.get(pk=payment_id), at=timezone.now())


@app.task(name="payments.refund", retry=RETRY)
def refund(refund_id: int) -> None:
    """Ask the gateway for one refund."""
    refunds.settle_refund(refund=Refund.objects.get(pk=refund_id), at=timezone.now())


@app.task(name="payments.after_cancelling", retry=RETRY)
def after_cancelling(order_id: int) -> None:
    """A cancelled order's money: what was paid goes back, what is open is closed."""
    order, at = Order.objects.get(pk=order_id), timezone.now()
    if order.paid_at is not None:
        refunds.refund_order(order=order, reason=order.cancelled_reason, by=None, at=at)
    for payment in Payment.objects.filter(order=order).order_by("pk"):
        if payment.state in collect.OPEN:
            collect.close(payment=payment, at=at)
        refunds.return_payment(payment=payment, reason=order.cancelled_reason, at=at)


@app.task(name="payments.drain")
def drain() -> None:
    """Look again at events that came before their payment was known."""
    webhook.drain(at=timezone.now())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="payments.every_minute", queueing_lock="payments.every_minute")
def every_minute(timestamp: int) -> None:
    """What no event told us: open payments, parked events, orders past their time."""
    _each_open_payment()
    webhook.drain(at=timezone.now())
    release()


@app.periodic(cron="*/5 * * * *")
@app.task(name="payments.retry_refunds", queueing_lock="payments.retry_refunds")
def retry_refunds(timestamp: int) -> None:
    """Refunds still asked for: their job was lost, or the payer's bank takes its time."""
    for row in Refund.objects.filter(state=Refund.State.ASKED).order_by("pk")[:BATCH]:
        try:
            refunds.settle_refund(refund=row, at=timezone.now())
        except gateway.GatewayUnsure:
            logger.warning("refund %s waits: the gateway gave no answer", row.reference)


def _each_open_payment() -> None:
    """Settle what is open; of orders past their time close it, so that they can end."""
    open_now = Payment.objects.filter(state__in=collect.OPEN).select_related("order").order_by("pk")
    for payment in open_now[:BATCH]:
        at = timezone.now()
        due = payment.order.status != "placed" or (payment.order.reserved_until or at) <= at
        try:
            (collect.close if due else collect.settle)(payment=payment, at=at)
        except UNANSWERED:
            logger.warning("order %s: its payment is not known, the gateway gave no answer", payment.order.number)


def release() -> None:
    """Give back what orders past their time hold, and any reservation that has no order any more."""
    at = timezone.now()
    ended = lifecycle.expire_unpaid(at=at)
    stray = stock.release_expired(at=at - lifecycle.GRACE)
    if ended or stray:
        logger.info("%d orders were not paid in time; %d stray reservations were released", ended, stray)
