"""The ledger: what happened to the money of orders, each thing once: payment, sale, freight, refund.

Whatever is booked is written by `journal.post`, which stands here as `post` with its postings `P`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from shop.order.models import Consignment, Line, Order
from shop.payments.models import Payment
from shop.revenue import division
from shop.revenue.journal import MonthClosed, NotBalanced, P, ReferenceReused, is_closed, post
from shop.revenue.models import Account, Division, Entry, Posting, Share

__all__ = [
    "MonthClosed",
    "NotBalanced",
    "NotPaid",
    "P",
    "ReferenceReused",
    "RefundTooLarge",
    "held_fen",
    "is_closed",
    "post",
    "post_freight",
    "post_order_refund",
    "post_payment",
    "post_refund",
    "post_sale",
    "refunded_fen",
]


class NotPaid(Exception):
    """The order's buyer has not paid, or has been given back, what is to be booked."""


class RefundTooLarge(Exception):
    """A refund exceeds what is left of what was paid."""


def post_payment(*, payment: Payment, at: datetime) -> Entry:
    """Book what the gateway received and, once it is known, what it kept as its fee; safe to call again."""
    received = payment.received_fen
    entry = post(
        kind=Entry.Kind.PAYMENT,
        reference=f"payment {payment.pk}",
        at=at,
        postings=[P(Account.GATEWAY, received), P(Account.BUYERS, -received)],
        order=payment.order,
    )
    if payment.fee_fen:
        fee = [P(Account.GATEWAY_FEES, payment.fee_fen), P(Account.GATEWAY, -payment.fee_fen)]
        post(kind=Entry.Kind.PAYMENT, reference=f"payment {payment.pk} fee", at=at, postings=fee, order=payment.order)
    return entry


@transaction.atomic
def post_sale(*, line: Line, at: datetime) -> Division:
    """Divide an accepted line down to each household, once; a second call gives back the first division.

    The fee rule is the one in force when the order was placed; a line refunded before acceptance is divided on what
    is left of its price (with nothing left there is a division of zero and no entry).
    Raises NotPaid, division.NoFeeRule, MonthClosed.
    """
    line = _lock(line)
    if found := Division.objects.filter(line=line).first():
        return found
    price = line.price_fen - refunded_fen(line)
    if (held := held_fen(line.order)) < price:
        raise NotPaid(
            _("%(line)s costs %(fen)d fen; its order holds %(held)d fen of its buyer's money.")
            % {"line": line.reference, "fen": price, "held": held}
        )
    weights = division.weights_of(line)
    rule = division.rule_at(line.order.date_placed)
    parts = division.divide(price, rule, weights)
    shares = [
        Share(
            line=line, household_id=each.household_id, agreement_id=each.agreement_id, partner=line.partner, position=n,
            weight=each.weight, fen=fen, state=Share.State.PAYABLE if fen else Share.State.CLOSED,
        )
        for n, (each, fen) in enumerate(zip(weights, parts.each_fen, strict=True))
    ]  # fmt: skip
    if price:
        post(
            kind=Entry.Kind.SALE,
            reference=f"{line.reference} sale",
            at=at,
            postings=_sale_postings(line.partner_id, parts, shares),
            order=line.order,
            line=line,
        )
    Share.objects.bulk_create(shares)
    return Division.objects.create(
        line=line, rule=rule, price_fen=price, supplier_fen=parts.supplier_fen, households_fen=parts.households_fen,
        platform_fen=parts.platform_fen, transport_fen=parts.transport_fen, tax_fen=parts.tax_fen, divided_at=at,
    )  # fmt: skip


@transaction.atomic
def post_freight(*, consignment: Consignment, at: datetime) -> Entry | None:
    """The carrier has earned a consignment's freight: booked once, at delivery.

    Freight that was given back before is not booked, and never touches what the order's open lines need; None where
    nothing is left.
    """
    reference = f"{consignment.reference} freight"
    if found := Entry.objects.filter(reference=reference).first():
        return found
    order = consignment.order
    amount = min(consignment.freight_fen, held_fen(order) - _open_lines_fen(order))
    if amount <= 0:
        return None
    postings = [P(Account.BUYERS, amount), P(Account.TRANSPORT, -amount)]
    return post(kind=Entry.Kind.FREIGHT, reference=reference, at=at, postings=postings, order=order)


@transaction.atomic
def post_refund(*, line: Line, amount_fen: int, reference: str, at: datetime) -> Entry:
    """Money of one line goes back to the payer; a second call with the reference gives back the first entry.

    Before acceptance the buyer's own money is returned. Afterwards every part gives its share of all refunds so far
    minus what it gave before; a household part that is in a payout or paid stays with the household, and the refund
    reserve bears it.
    Raises RefundTooLarge, ReferenceReused, MonthClosed.
    """
    line = _lock(line)
    reference = f"refund {reference}"
    if found := Entry.objects.filter(reference=reference).first():
        return _same_refund(found, line, amount_fen)
    before = refunded_fen(line)
    if not 0 < amount_fen <= line.price_fen - before:
        raise RefundTooLarge(_too_large(line.reference, line.price_fen - before, amount_fen))
    divided = Division.objects.filter(line=line).first()
    postings = (
        [P(Account.BUYERS, amount_fen), P(Account.GATEWAY, -amount_fen)]
        if divided is None
        else _taken_back(divided, line, before - (line.price_fen - divided.price_fen), amount_fen)
    )
    return post(kind=Entry.Kind.REFUND, reference=reference, at=at, postings=postings, order=line.order, line=line)


@transaction.atomic
def post_order_refund(*, order: Order, amount_fen: int, reference: str, at: datetime) -> Entry:
    """Money that belongs to no line goes back: freight of an order called off, or a payment too many or too late.

    Raises RefundTooLarge, ReferenceReused, MonthClosed.
    """
    reference = f"refund {reference}"
    if found := Entry.objects.filter(reference=reference).first():
        return _same_refund(found, None, amount_fen)
    if not 0 < amount_fen <= (held := held_fen(order)):
        raise RefundTooLarge(_too_large(order.number, held, amount_fen))
    postings = [P(Account.BUYERS, amount_fen), P(Account.GATEWAY, -amount_fen)]
    return post(kind=Entry.Kind.REFUND, reference=reference, at=at, postings=postings, order=order)


def held_fen(order: Order) -> int:
    """What is still held of the buyer's money for an order: paid, not yet earned by anybody, not given back."""
    return -_sum(account=Account.BUYERS, entry__order=order)


def refunded_fen(line: Line) -> int:
    """All refunds of a line so far, before and after acceptance."""
    return -_sum(account=Account.GATEWAY, entry__line=line, entry__kind=Entry.Kind.REFUND)


def _sum(**which: object) -> int:
    return Posting.objects.filter(**which).aggregate(total=Sum("fen"))["total"] or 0


def _open_lines_fen(order: Order) -> int:
    open_lines = Line.objects.filter(order=order, division__isnull=True)
    return sum(line.price_fen - refunded_fen(line) for line in open_lines)


def _lock(line: Line) -> Line:
    return Line.objects.select_for_update(of=("self",)).select_related("order", "partner").get(pk=line.pk)  # type: ignore[no-any-return]


def _too_large(what: str, left: int, wanted: int) -> str:
    words = _("%(what)s: %(left)d fen are left; %(wanted)d cannot go back.")
    return words % {"what": what, "left": left, "wanted": wanted}


def _same_refund(entry: Entry, line: Line | None, amount_fen: int) -> Entry:
    booked = -_sum(account=Account.GATEWAY, entry=entry)
    if entry.line_id != (line.pk if line else None) or booked != amount_fen:
        raise ReferenceReused(_("“%s” is booked with another content; use a new reference.") % entry.reference)
    return entry


def _sale_postings(partner: int, parts: division.Parts, shares: Sequence[Share]) -> list[P]:
    """The buyer's posting carries the supplier: sales are counted in the supplier's county of that day."""
    return [
        P(Account.BUYERS, parts.price_fen, partner=partner),
        P(Account.SUPPLIERS, -parts.supplier_fen, partner=partner),
        P(Account.PLATFORM, -parts.platform_fen),
        P(Account.TRANSPORT, -parts.transport_fen),
        P(Account.TAX, -parts.tax_fen),
        *(P(Account.HOUSEHOLDS, -share.fen, partner=partner, household=share.household_id) for share in shares),
    ]


def _taken_back(divided: Division, line: Line, before: int, amount: int) -> list[P]:
    """The postings of a refund after acceptance; writes what each share gave or the reserve bore for it."""
    shares = list(Share.objects.select_for_update().filter(line=line).order_by("position"))
    common = [divided.supplier_fen, divided.platform_fen, divided.transport_fen, divided.tax_fen]
    parts = division.take_back([*common, *(share.fen for share in shares)], before, before + amount)
    supplier, platform, transport, tax = parts[:4]
    postings = [
        P(Account.GATEWAY, -amount, partner=line.partner_id),
        P(Account.SUPPLIERS, supplier, partner=line.partner_id),
        P(Account.PLATFORM, platform),
        P(Account.TRANSPORT, transport),
        P(Account.TAX, tax),
    ]
    for share, fen in zip(shares, parts[4:], strict=True):
        account = Account.REFUND_RESERVE if share.is_out_of_reach else Account.HOUSEHOLDS
        postings.append(P(account, fen, partner=line.partner_id, household=share.household_id))
        share.give_back(fen)
    Share.objects.bulk_update(shares, ["reversed_fen", "borne_fen", "state"])
    return postings
