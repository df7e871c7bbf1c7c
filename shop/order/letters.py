"""What the letter at each step says, in the language active now. It carries no name and no address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalogue.compiled import compiled
from logistics.models import Shipment
from shop.order.models import Consignment, Line, Order
from shop.payments.models import Payment, Refund
from shop.templatetags.shop_format import shanghai, yuan


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class Row:
    """Goods. yuan: their price, empty where the letter is not about prices."""

    title: str
    quantity: int
    yuan: str = ""


@dataclass(frozen=True)
class Letter:
    """facts: what to know, one a line; rows and sums: the goods and what they come to"""

    subject: str
    lead: str
    facts: list[Fact] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    sums: list[Fact] = field(default_factory=list)


def of(order: Order, *, kind: str, refund_id: int = 0, parcel: int = 0) -> Letter:
    """kind: one of KINDS; refund_id, parcel: what a letter about a refund or one parcel (by its position) speaks of"""
    if kind in REFUNDS:
        return REFUNDS[kind](order, Refund.objects.select_related("payment", "line__product").get(pk=refund_id))
    if kind == "shipping":
        return _shipping(order, parcel)
    return STEPS[kind](order)


def _placed(order: Order) -> Letter:
    until = shanghai(order.reserved_until)
    return Letter(
        _("Your order %s") % order.number,
        _("We hold your goods until %s. Please pay on the order's page.") % until,
        _promises(order),
        _goods(order),
        _sums(order, _("To pay")),
    )


def _paid(order: Order) -> Letter:
    paid = order.payments.filter(state=Payment.State.SUCCEEDED).order_by("pk").first()
    by = [Fact(_("Paid by"), str(paid.get_method_display()))] if paid else []
    return Letter(
        _("Order %s is paid") % order.number,
        _("Thank you. Your payment has arrived and the goods are being prepared."),
        [*by, *_promises(order)],
        _goods(order),
        _sums(order, _("Paid")),
    )


def _shipping(order: Order, parcel: int) -> Letter:
    """parcel: its position in the order; 0: of the whole order"""
    parcels = list(order.consignments.select_related("origin", "order"))
    mine = next((row for row in parcels if row.position == parcel), None)
    lead = _("The goods have left. The order's page shows where they are.")
    if mine is None or len(parcels) == 1:
        subject = _("Order %s is on its way") % order.number
    else:
        named = {"parcel": parcel, "parcels": len(parcels), "order": order.number}
        subject = _("Parcel %(parcel)d of %(parcels)d of order %(order)s is on its way") % named
    if mine is None:
        return Letter(subject, lead, _promises(order), _goods(order, prices=False))
    lead = _("It has left %s. The order's page shows where it is.") % mine.origin
    facts = [Fact(_("Promised by"), shanghai(mine.promised_at))]
    waybill = Shipment.objects.filter(reference=mine.reference).values_list("waybill", flat=True).first()
    return Letter(subject, lead, [*([Fact(_("Waybill"), waybill)] if waybill else []), *facts], _inside(mine))


def _delivered(order: Order) -> Letter:
    return Letter(
        _("Order %s is delivered") % order.number,
        _("All parcels have arrived. The order's page shows who shares in it."),
        [],
        _goods(order),
        _sums(order, _("Paid")),
    )


def _cancelled(order: Order) -> Letter:
    """Whether money was taken is asked of the payments: one may have come for an order that could not be kept."""
    was_paid = order.payments.filter(received_fen__gt=0).exists()
    if was_paid:
        lead = _("The order has ended. What you paid goes back to you by itself; a letter says when it was sent.")
    else:
        lead = _("The order has ended. Nothing was paid; a payment that was just under way goes back by itself.")
    reason = [Fact(_("Reason"), _(order.cancelled_reason))] if order.cancelled_reason else []
    sums = _sums(order, _("Paid") if was_paid else _("Total, not paid"))
    return Letter(_("Order %s is cancelled") % order.number, lead, reason, _goods(order), sums)


def _checked(order: Order) -> Letter:
    return Letter(
        _("The payment of order %s is being checked") % order.number,
        _(
            "A payment came that does not fit the order, so a person is looking at it. Please do not pay again; "
            "the order's page shows what was decided."
        ),
        [],
        _goods(order),
        _sums(order, _("Total")),
    )


def _refunded(order: Order, refund: Refund) -> Letter:
    return Letter(
        _("Refund for order %s") % order.number,
        _("We have sent money back to the card or wallet you paid with."),
        [Fact(_("Sent back"), yuan(refund.amount_fen)), *_of_refund(refund)],
    )


def _refund_checked(order: Order, refund: Refund) -> Letter:
    return Letter(
        _("The refund for order %s is being checked") % order.number,
        _("The money could not be sent back the usual way, so a person is looking at it. You need not do anything."),
        [Fact(_("To be sent back"), yuan(refund.amount_fen)), *_of_refund(refund)],
    )


def _of_refund(refund: Refund) -> list[Fact]:
    """A refund without a line gives back freight, or a whole payment that could not be used."""
    about = [Fact(_("For the goods"), _title(refund.line))] if refund.line else []
    return [*about, Fact(_("Back to"), str(refund.payment.get_method_display()))]


def _promises(order: Order) -> list[Fact]:
    """One line where all parcels are promised for the same moment."""
    parcels = _promised(order.pk)
    if len({at for _position, at in parcels}) == 1:
        return [Fact(_("Promised by"), shanghai(parcels[0][1]))]
    return [Fact(_("Parcel %d, promised by") % position, shanghai(at)) for position, at in parcels]


@compiled
def _promised(order: int) -> QuerySet[Consignment, tuple[int, datetime]]:
    """order: its key"""
    return Consignment.objects.filter(order=order).order_by("position").values_list("position", "promised_at")


def _goods(order: Order, *, prices: bool = True) -> list[Row]:
    return [Row(_title(line), line.quantity, yuan(line.price_fen) if prices else "") for line in _lines(order.pk)]


@compiled
def _lines(order: int) -> QuerySet[Line]:
    """order: its key"""
    lines = Line.objects.filter(order=order).select_related("product").order_by("pk")
    return lines.only("title", "quantity", "price_fen", "product__title", "product__title_en")


def _inside(parcel: Consignment) -> list[Row]:
    """The packs of one parcel, whatever lots they are of."""
    packs: dict[Line, int] = {}
    for row in parcel.lots.select_related("line__product").order_by("line_id"):
        packs[row.line] = packs.get(row.line, 0) + row.units
    return [Row(_title(line), units) for line, units in packs.items()]


def _sums(order: Order, label: str) -> list[Fact]:
    return [Fact(_("Transport to your door"), yuan(order.freight_fen)), Fact(label, yuan(order.total_fen))]


def _title(line: Line) -> str:
    return str(line.product.name if line.product else line.title)


STEPS: dict[str, Callable[[Order], Letter]] = {
    "placed": _placed,
    "paid": _paid,
    "delivered": _delivered,
    "cancelled": _cancelled,
    "checked": _checked,
}
REFUNDS: dict[str, Callable[[Order, Refund], Letter]] = {"refunded": _refunded, "refund_checked": _refund_checked}
KINDS = (*STEPS, *REFUNDS, "shipping")
