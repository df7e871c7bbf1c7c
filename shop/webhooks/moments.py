"""What happens in the house, as events for those who may hear of it: numbers, amounts and states, never a person.

A supplier hears of its own lines alone, a purchasing unit of its own orders, the platform of everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from certification.models import Certificate
from logistics.models import Shipment
from shop.order import lifecycle
from shop.order.models import Consignment, Line, Order
from shop.payments.models import Refund
from shop.webhooks import deliveries, subscriptions
from shop.webhooks.models import Kind, Subscription

Data = dict[str, Any]
ORDER_MOVES = {"paid": Kind.ORDER_PAID, "cancelled": Kind.ORDER_CANCELLED, "delivered": Kind.ORDER_DELIVERED}
CERTIFICATE_MOVES = {
    "issue": Kind.CERTIFICATE_ISSUED,
    "suspend": Kind.CERTIFICATE_SUSPENDED,
    "restore": Kind.CERTIFICATE_RESTORED,
    "revoke": Kind.CERTIFICATE_REVOKED,
    "expire": Kind.CERTIFICATE_EXPIRED,
}


def order_moved(*, order: Order, new_status: str, at: datetime, **more: Any) -> None:
    """An order that ends without ever having been paid is no event: nobody was told that it began."""
    kind = ORDER_MOVES.get(new_status)
    if kind is None or order.paid_at is None or not subscriptions.exist(kind):
        return
    _tell_of_order(kind, order, list(_lines(order)), lambda lines, whole: _order(order, lines, whole), at)


def parcel_left(*, shipment: Shipment, at: datetime, **more: Any) -> None:
    _parcel_moved(Kind.PARCEL_LEFT, shipment, at)


def parcel_delivered(*, shipment: Shipment, at: datetime, **more: Any) -> None:
    _parcel_moved(Kind.PARCEL_DELIVERED, shipment, at)


def _parcel_moved(kind: Kind, shipment: Shipment, at: datetime) -> None:
    """A parcel that carries no order of ours is no event."""
    consignment = lifecycle.consignment_of(shipment)
    if consignment is None or not subscriptions.exist(kind):
        return
    order, packs = consignment.order, _packs(consignment)
    inside = list(_lines(order).filter(pk__in=packs))
    _tell_of_order(kind, order, inside, lambda lines, _whole: _parcel(consignment, shipment, lines, packs), at)


def refund_done(*, refund: Refund, at: datetime, **more: Any) -> None:
    """Money is back with the payer. Freight, and a payment that came too late, concern no supplier."""
    order, line = refund.payment.order, refund.line
    lines = [line] if line is not None else []
    _tell_of_order(Kind.REFUND_MADE, order, lines, lambda _lines, _whole: _refund(refund, order, line), at)


def certificate_moved(*, certificate: Certificate, action: str, at: datetime, **more: Any) -> None:
    """The register is public, so every purchasing unit may hear of every certificate."""
    kind = CERTIFICATE_MOVES[action]
    heard = subscriptions.heard_by(kind=kind, partners=[certificate.partner_id], unit=None, everyone=True)
    deliveries.tell(kind=kind, to=heard, facts=lambda _each: _certificate(certificate), at=at)


def _tell_of_order(
    kind: Kind, order: Order, lines: list[Line], facts: Callable[[list[Line], bool], Data], at: datetime
) -> None:
    """lines: those the moment concerns

    facts: of the lines a reader may see, and whether it may see the order's own amounts
    """
    partners = sorted({line.partner_id for line in lines if line.partner_id})

    def seen_by(each: Subscription) -> Data:
        if each.partner_id is None:
            return facts(lines, True)
        return facts([line for line in lines if line.partner_id == each.partner_id], False)

    heard = subscriptions.heard_by(kind=kind, partners=partners, unit=order.unit_id, everyone=False)
    deliveries.tell(kind=kind, to=heard, facts=seen_by, at=at)


def _lines(order: Order) -> Any:
    return order.lines.select_related("partner").order_by("pk")


def _order(order: Order, lines: Iterable[Line], whole: bool) -> Data:
    data: Data = {
        "order": order.number,
        "status": order.status,
        "channel": order.channel,
        "lines": [
            _line(line) | {"quantity": line.quantity, "price_fen": line.price_fen, "refunded_fen": line.refunded_fen}
            for line in lines
        ],
    }
    if whole:
        data |= {"goods_fen": order.goods_fen, "freight_fen": order.freight_fen, "total_fen": order.total_fen}
    return data


def _line(line: Line) -> Data:
    supplier = line.partner.code if line.partner else ""
    return {"line": line.pk, "product": line.product_id, "sku": line.partner_sku, "supplier": supplier}


def _packs(consignment: Consignment) -> dict[int, int]:
    """Packs in a parcel by the key of their line; a line's packs may travel in several parcels."""
    packs: dict[int, int] = {}
    for row in consignment.lots.all():
        packs[row.line_id] = packs.get(row.line_id, 0) + row.units
    return packs


def _parcel(consignment: Consignment, shipment: Shipment, lines: Iterable[Line], packs: dict[int, int]) -> Data:
    return {
        "order": consignment.order.number,
        "parcel": consignment.position,
        "waybill": shipment.waybill,
        "promised_at": _utc(shipment.promised_at),
        "lines": [_line(line) | {"packs": packs[line.pk]} for line in lines],
    }


def _refund(refund: Refund, order: Order, line: Line | None) -> Data:
    data: Data = {"order": order.number, "refund": refund.pk, "amount_fen": refund.amount_fen}
    return data | (_line(line) | {"refunded_fen": line.refunded_fen} if line is not None else {"line": None})


def _certificate(certificate: Certificate) -> Data:
    return {
        "certificate": certificate.number,
        "state": certificate.state,
        "product": certificate.product_id,
        "supplier": certificate.partner.code,
        "scheme": certificate.scheme.code,
        "season": certificate.season,
        "valid_from": _utc(certificate.valid_from),
        "valid_until": _utc(certificate.valid_until),
        "cap_g": certificate.cap_g,
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
