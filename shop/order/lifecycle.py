"""What happens to an order after it is placed: paid, cancelled, expired, on its way, delivered.

Each function locks the order's row first, so an order makes one move at a time; then stock records, then certificates.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from oscar.apps.order.signals import order_status_changed

from catalogue.compiled import compiled
from certification import certificates
from logistics import hops, quotes, refusals, routing, shipments, stock
from logistics.models import Shipment
from shop import jobs
from shop.order.models import Consignment, Line, Order
from shop.order.numbers import LinkNotValid, link_for, order_from, token_for
from shop.revenue import ledger

__all__ = [
    "CannotKeep",
    "LinkNotValid",
    "WrongStatus",
    "cancel",
    "expire_unpaid",
    "link_for",
    "mark_paid",
    "order_from",
    "parcel_delivered",
    "parcel_left",
    "token_for",
]

GRACE = timedelta(hours=2)  # how long an order waits on for a gateway that does not answer
NOT_PAID_IN_TIME = gettext_noop("not paid in time")


class WrongStatus(Exception):
    """The order's status does not allow this move."""


class CannotKeep(Exception):
    """What was ordered can no longer be delivered as it was sold: a certificate, the reservation or the way is gone."""


def lock(order: Order) -> Order:
    """The order's row, held until the transaction ends."""
    found = _locked(order.pk)
    if not found:
        raise Order.DoesNotExist(f"Order {order.number} is gone.")
    return found[0]


@compiled
def _locked(order: int) -> QuerySet[Order]:
    """order: its key"""
    return Order.objects.select_for_update(no_key=True).filter(pk=order)


@transaction.atomic
def mark_paid(*, order: Order, at: datetime) -> Order:
    """Keep what the order reserved and plan its parcels. A second call changes nothing.

    Only `payments.collect` calls it, when the money is there. The certificates must be valid at `at`: what was revoked
    or has expired since the order was placed is not sold.

    Raises CannotKeep (then nothing was changed), WrongStatus.
    """
    order = lock(order)
    if order.paid_at is not None:
        return order
    lines = _lines(order)
    _check_certificates(lines, at)
    for line in lines:
        try:
            stock.keep(reference=line.reference, at=at)
        except stock.ReservationGone as gone:
            raise CannotKeep(str(gone)) from gone
    for consignment in order.consignments.select_related("origin", "order").order_by("position"):
        try:
            _plan(consignment, order, at)
        except hops.BrokenWay as broken:
            raise CannotKeep(str(broken)) from broken
    order.paid_at = at
    _move(order, "paid", at, "paid_at")
    return order


def certificate_problems(order: Order, at: datetime) -> list[str]:
    """Why the order can no longer be paid: certificates not valid at that moment."""
    return [
        _("%(product)s: certificate %(number)s is no longer valid.")
        % {"product": line.title, "number": line.certificate.number if line.certificate else "-"}
        for line in _certified(order.pk)
        if line.certificate is None or not certificates.is_valid(line.certificate, at)
    ]


@compiled
def _certified(order: int) -> QuerySet[Line]:
    """An order's lines with what says whether their certificates are valid. order: its key"""
    rows = Line.objects.filter(order=order).select_related("certificate").order_by("product_id", "pk")
    facts = ("number", "state", "valid_from", "valid_until")
    return rows.only("title", "certificate", *(f"certificate__{fact}" for fact in facts))


def _check_certificates(lines: list[Line], at: datetime) -> None:
    for line in lines:
        if line.certificate is None or not certificates.is_valid(line.certificate, at):
            words = _("Certificate %s was no longer valid when the payment came.")
            raise CannotKeep(words % (line.certificate.number if line.certificate else "-"))


def _plan(consignment: Consignment, order: Order, at: datetime) -> None:
    """Hand the parcel to the network; if its first departure has passed meanwhile, on a new way at the old price."""
    if datetime.fromisoformat(consignment.way[0]["depart_at"]) <= at:
        _reroute(consignment, order, at)
    rows = consignment.lots.select_related("lot__product", "line__order").order_by("line_id", "lot_id")
    shipments.plan(
        reference=consignment.reference,
        quote_way=consignment.way,
        temperature=consignment.temperature,
        contents=[(row.lot, row.units, row.line.reference) for row in rows],
        promised_at=consignment.promised_at,
        at=at,
    )


def _reroute(consignment: Consignment, order: Order, at: datetime) -> None:
    try:
        quote = quotes.quote(
            origin=consignment.origin,
            division=order.shipping_address.division,
            grams=consignment.grams,
            temperature=consignment.temperature,
            at=at,
        )
    except routing.NoWay as refusal:
        raise CannotKeep(refusals.in_words(refusal)) from refusal
    consignment.way, consignment.promised_at = quote.hops, quote.promised_at
    consignment.save(update_fields=["way", "promised_at"])


@transaction.atomic
def cancel(*, order: Order, reason: str, at: datetime) -> Order:
    """End an order of which nothing has left: stock, certified grams and whatever was paid go back.

    reason: in English, shown translated; a second call changes nothing
    The money follows by a job enqueued in this transaction, as does the closing of payments still open.

    Raises WrongStatus when a parcel has left.
    """
    _stop_parcels(order, at)  # before the order's lock: a scan locks the parcel first, then the order
    order = lock(order)
    if order.status == "cancelled":
        return order
    if order.status not in ("placed", "paid"):
        raise WrongStatus(_("Order %s is on its way or delivered; refund its lines instead.") % order.number)
    _stop_parcels(order, at)  # and those planned while we waited
    _give_back(_lines(order), at)
    order.cancelled_reason = reason[:200]
    _move(order, "cancelled", at, "cancelled_reason")
    jobs.defer("payments.after_cancelling", order_id=order.pk)
    return order


def _stop_parcels(order: Order, at: datetime) -> None:
    try:
        for consignment in order.consignments.select_related("order").order_by("position"):
            shipments.cancel(reference=consignment.reference, at=at)
    except shipments.WrongOrder as left:
        raise WrongStatus(str(left)) from left


def _give_back(lines: Any, at: datetime) -> None:
    """Stock first, then certified grams, each in the order of their keys."""
    stock.lock(products=[line.product for line in lines if line.product])
    try:
        for line in lines:
            stock.release(reference=line.reference, at=at)
    except stock.AlreadyShipped as left:
        raise WrongStatus(str(left)) from left
    for line in sorted(lines, key=lambda line: (line.certificate_id or 0, line.pk)):
        certificates.give_back(reference=line.reference, at=at)


def expire_unpaid(*, at: datetime) -> int:
    """Cancel the orders whose 30 minutes are over; returns how many.

    An order with a payment still open at the gateway waits until that is closed, or two hours at most: money that is
    already on its way should find its goods. One transaction per order; what somebody else holds is left for next time.
    """
    due = Order.objects.filter(status="placed", reserved_until__lte=at)
    waiting = Q(payments__state__in=["created", "pending"], reserved_until__gt=at - GRACE)
    unlocked = Order.objects.select_for_update(no_key=True, skip_locked=True)
    ended = 0
    for key in due.exclude(pk__in=due.filter(waiting).values("pk")).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            order = unlocked.filter(pk=key, status="placed").first()
            if order is not None:
                cancel(order=order, reason=NOT_PAID_IN_TIME, at=at)
                ended += 1
    return ended


@transaction.atomic
def parcel_left(*, shipment: Shipment, at: datetime) -> None:
    """A parcel has left its first node: the order is on its way, and the buyer is told of this parcel."""
    consignment = consignment_of(shipment)
    if consignment is None:
        return
    order = lock(consignment.order)
    if order.status == "paid":
        _move(order, "shipping", at)
    jobs.defer("order.mail", order_id=order.pk, kind="shipping", parcel=consignment.position)


@transaction.atomic
def parcel_delivered(*, shipment: Shipment, at: datetime) -> None:
    """A parcel is in the buyer's hands: its freight is earned, and lines that have all their packs are accepted."""
    consignment = consignment_of(shipment)
    if consignment is None:
        return
    order = lock(consignment.order)
    ledger.post_freight(consignment=consignment, at=at)
    missing = set(_undelivered(order).values_list("pk", flat=True))
    for line in _lines(order).filter(accepted_at=None).exclude(lots__consignment__in=missing):
        line.accepted_at, line.status = at, "delivered"
        line.save(update_fields=["accepted_at", "status"])
        ledger.post_sale(line=line, at=at)
    if order.status == "paid":
        _move(order, "shipping", at)
    if not missing:
        _move(order, "delivered", at)


def consignment_of(shipment: Shipment) -> Consignment | None:
    """The consignment a shipment's reference names; None when it carries no order of ours."""
    words = shipment.reference.split(" ")
    if len(words) != 4 or words[0] != "order" or words[2] != "consignment" or not words[3].isdecimal():
        return None
    found = Consignment.objects.select_related("order").filter(order__number=words[1], position=int(words[3]))
    return found.first()


def _undelivered(order: Order) -> QuerySet[Consignment]:
    here = [row.reference for row in order.consignments.select_related("order")]
    done = Shipment.objects.filter(reference__in=here, state=Shipment.State.DELIVERED)
    positions = [int(shipment.reference.rsplit(" ", 1)[1]) for shipment in done]
    return Consignment.objects.filter(order=order).exclude(position__in=positions)


def _lines(order: Order) -> Any:
    """By product key: the order in which locks are taken everywhere."""
    return order.lines.select_related("order", "product", "certificate").order_by("product_id", "pk")


def _move(order: Order, to: str, at: datetime, *fields: str) -> None:
    """One step along the pipeline, noted; the buyer is told."""
    if to not in order.available_statuses():
        raise WrongStatus(_("Order %(number)s is %(status)s.") % {"number": order.number, "status": order.status})
    before, order.status = order.status, to
    order.save(update_fields=["status", *fields])
    change = order.status_changes.create(old_status=before, new_status=to)
    type(change).objects.filter(pk=change.pk).update(date_created=at)
    if to != "delivered":
        order.lines.filter(accepted_at=None).update(status=to)
    if to != "shipping":  # each parcel that leaves has a letter of its own
        jobs.defer("order.mail", order_id=order.pk, kind=to)
    order_status_changed.send(sender=Order, order=order, old_status=before, new_status=to, at=at)
