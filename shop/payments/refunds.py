"""Money back to the payer: reserved and booked under locks, then asked of the gateway by a job, once per reference."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shop import jobs
from shop.order import lifecycle
from shop.order.models import Line, Order
from shop.payments import gateway
from shop.payments.models import Payment, Refund
from shop.payments.signals import refund_done
from shop.revenue import ledger

logger = logging.getLogger(__name__)
State = Refund.State
REFERENCE = re.compile(r"[!-~][ -~]{0,79}")  # it is sent as an idempotency key: printable ASCII


class RefundRefused(Exception):
    """More than is left of the line or the payment, nothing at all, or a reference that cannot be used."""


class ReferenceReused(Exception):
    """The reference already stands for another refund."""


@transaction.atomic
def refund_line(*, line: Line, amount_fen: int, reason: str, reference: str, by: Any, at: datetime) -> Refund:
    """Give back part or all of a line's price. The amount is taken from line and payment at once, whoever else refunds.

    reference: ours, unique, printable ASCII; a second call with it and the same content gives the same refund
    by: the officer; None: the shop itself

    Raises RefundRefused, ReferenceReused, and what `ledger.post_refund` raises; then nothing was kept.
    """
    order = lifecycle.lock(line.order)
    if found := _again(reference, amount_fen, line=line):
        return found
    _check(reference, amount_fen)
    payment = _payment_of(order, amount_fen)
    free = Line.objects.filter(pk=line.pk, refunded_fen__lte=F("price_fen") - amount_fen)
    if not free.update(refunded_fen=F("refunded_fen") + amount_fen):
        line.refresh_from_db(fields=["price_fen", "refunded_fen"])
        raise RefundRefused(_too_much(line.price_fen - line.refunded_fen, amount_fen))
    made = _reserve(payment, line=line, amount_fen=amount_fen, reason=reason, reference=reference, by=by, at=at)
    ledger.post_refund(line=line, amount_fen=amount_fen, reference=reference, at=at)
    line.refresh_from_db(fields=["refunded_fen"])
    return made


@transaction.atomic
def refund_order(*, order: Order, reason: str, by: Any, at: datetime) -> list[Refund]:
    """Give back all that is left of an order: every line, and the freight of parcels that were not delivered.

    A second call gives back nothing more. Raises what `refund_line` raises.
    """
    order = lifecycle.lock(order)
    made = []
    for line in order.lines.select_related("order").order_by("pk"):
        rest = line.price_fen - line.refunded_fen
        if rest:
            reference = f"{line.reference} rest {line.refunded_fen}"
            made.append(refund_line(line=line, amount_fen=rest, reason=reason, reference=reference, by=by, at=at))
    freight = _freight_left(order)
    if freight:
        reference = f"order {order.number} freight"
        payment = _payment_of(order, freight)
        made.append(_reserve(payment, line=None, amount_fen=freight, reason=reason, reference=reference, by=by, at=at))
        ledger.post_order_refund(order=order, amount_fen=freight, reference=reference, at=at)
    return made


def _freight_left(order: Order) -> int:
    """What the order's payer still has with us once no line is left: the freight nobody has earned."""
    payments = Payment.objects.filter(order=order, state=Payment.State.SUCCEEDED)
    left = sum(payment.received_fen - payment.refunded_fen for payment in payments)
    return min(left, order.freight_fen, max(ledger.held_fen(order), 0))


@transaction.atomic
def return_payment(*, payment: Payment, reason: str, at: datetime) -> Refund | None:
    """Give back all that is left of a payment that was too late or too many; None when nothing is left."""
    order = lifecycle.lock(payment.order)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    rest = payment.received_fen - payment.refunded_fen
    if rest <= 0 or payment.state != Payment.State.SUCCEEDED:
        return None
    reference = f"order {order.number} payment {payment.pk} returned"
    made = _reserve(payment, line=None, amount_fen=rest, reason=reason, reference=reference, by=None, at=at)
    ledger.post_order_refund(order=order, amount_fen=rest, reference=reference, at=at)
    return made


def settle_refund(*, refund: Refund, at: datetime) -> Refund:
    """Ask the gateway for the refund, or how it stands, and write down the answer; safe to repeat and to run twice.

    Raises GatewayUnsure: the answer was lost; the same reference asks again and is never paid twice.
    """
    refund.refresh_from_db()
    try:
        answer = _ask(refund)
    except gateway.GatewayRefused as refusal:
        logger.error("refund %s was refused: %s", refund.reference, refusal)
        _fail(refund)
    else:
        _note(refund, answer, at)
    refund.refresh_from_db()
    return refund


def _ask(refund: Refund) -> gateway.Returned:
    if refund.refund_id:
        return gateway.current().read_refund(refund.refund_id)
    return gateway.current().refund(
        intent_id=refund.payment.intent_id or "", amount_fen=refund.amount_fen, reference=refund.reference
    )


@transaction.atomic
def _note(refund: Refund, answer: gateway.Returned, at: datetime) -> None:
    """asked -> done or failed; done -> failed when the payer's bank sent it back."""
    row = Refund.objects.select_for_update(no_key=True).get(pk=refund.pk)
    row.refund_id = answer.id
    if answer.status == "succeeded" and answer.amount == row.amount_fen and row.state != State.DONE:
        row.state, row.done_at = State.DONE, at
        refund_done.send(sender=Refund, refund=row, at=at)
        _tell_buyer(row, "refunded")
    elif answer.status in ("failed", "canceled") or answer.amount != row.amount_fen:
        if row.state != State.FAILED:
            _tell_buyer(row, "refund_checked")
        row.state = State.FAILED
        logger.error("refund %s: the gateway says %s over %s fen", row.reference, answer.status, answer.amount)
    row.save(update_fields=["refund_id", "state", "done_at"])


@transaction.atomic
def _fail(refund: Refund) -> None:
    if Refund.objects.filter(pk=refund.pk, state=State.ASKED).update(state=State.FAILED):
        _tell_buyer(refund, "refund_checked")


def _tell_buyer(refund: Refund, kind: str) -> None:
    jobs.defer("order.mail", order_id=refund.payment.order_id, kind=kind, refund_id=refund.pk)


def _again(reference: str, amount_fen: int, *, line: Line) -> Refund | None:
    found = Refund.objects.filter(reference=reference).first()
    if found and (found.amount_fen, found.line_id) != (amount_fen, line.pk):
        raise ReferenceReused(
            _("%(reference)s already stands for a refund of %(fen)d fen; use a new reference.")
            % {"reference": reference, "fen": found.amount_fen}
        )
    return found


def _check(reference: str, amount_fen: int) -> None:
    if not REFERENCE.fullmatch(reference):
        raise RefundRefused(_("A refund's reference has 1 to 80 printable ASCII signs."))
    if amount_fen <= 0:
        raise RefundRefused(_("A refund is at least 1 fen."))


def _payment_of(order: Order, amount_fen: int) -> Payment:
    """The payment that paid the order. The order's lock keeps other refunds away."""
    found = Payment.objects.filter(order=order, state=Payment.State.SUCCEEDED, refunded_fen__lt=F("received_fen"))
    payment = found.order_by("succeeded_at", "pk").first()
    left = payment.received_fen - payment.refunded_fen if payment else 0
    if payment is None or left < amount_fen:
        raise RefundRefused(_too_much(left, amount_fen))
    return payment


def _reserve(
    payment: Payment, *, line: Line | None, amount_fen: int, reason: str, reference: str, by: Any, at: datetime
) -> Refund:
    """Take the amount from the payment and enqueue the request, in the caller's transaction."""
    free = Payment.objects.filter(pk=payment.pk, refunded_fen__lte=F("received_fen") - amount_fen)
    if not free.update(refunded_fen=F("refunded_fen") + amount_fen):
        raise RefundRefused(_too_much(payment.received_fen - payment.refunded_fen, amount_fen))
    made = Refund.objects.create(
        payment=payment, line=line, reference=reference, amount_fen=amount_fen, reason=reason[:200],
        asked_by=by, asked_at=at,
    )  # fmt: skip
    jobs.defer("payments.refund", refund_id=made.pk)
    return made


def _too_much(left: int, wanted: int) -> str:
    return _("%(left)d fen are left; %(wanted)d cannot be given back.") % {"left": left, "wanted": wanted}
