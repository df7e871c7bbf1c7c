"""Parcels: planned with their way, scanned out of one node and into the next, delivered with a proof.

A parcel lies where its first hop without an in-scan begins; once that hop is scanned out, it is on its way along it.
Each scan locks the parcel, then (as it leaves its first node) the stock records of its contents in key order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from certification.provenance.models import Lot
from logistics import hops, signals, stock, waybills
from logistics.models import Hop, Node, Shipment, ShipmentContent

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

State = Shipment.State
SAME_SCAN = timedelta(seconds=60)  # a scanner's second beep within this is the first scan once more
PROOF_MOST = 200


class ReferenceReused(Exception):
    """The reference already stands for another parcel."""


class ScanRefused(Exception):
    """Nothing was changed; the message says why and what to do."""


class Misread(ScanRefused):
    """What was read cannot be a waybill number."""


class NotHere(ScanRefused):
    """No parcel with that number passes the person's nodes; whether it exists elsewhere is not said."""


class NotYourNode(ScanRefused):
    """The person does not work at that node."""


class NotReserved(ScanRefused):
    """The goods in the parcel are not kept for a paid order; it must not leave."""


class WrongOrder(ScanRefused):
    """The parcel is somewhere else on its way, delivered or cancelled."""


@dataclass(frozen=True, slots=True)
class Scan:
    """repeated: this is the scan before once more; nothing was changed. hop: the one left or ended by it."""

    shipment: Shipment
    done: Literal["in", "out"]
    hop: Hop
    repeated: bool = False


@transaction.atomic
def plan(
    *,
    reference: str,
    quote_way: list[dict[str, Any]],
    temperature: str,
    contents: Sequence[tuple[Lot, int, str]],
    promised_at: datetime,
    at: datetime,
) -> Shipment:
    """Give a consignment its waybill and its hops.

    reference: of the consignment; a second call with it returns the first parcel
    quote_way: `Quote.hops`
    contents: (lot, packs, reference of the order line), at least one

    Raises hops.BrokenWay, ReferenceReused (the same reference with another way or other contents).
    """
    if not contents or any(units < 1 for _lot, units, _line in contents):
        raise ValueError(f"{reference} holds nothing, or a lot without packs; give packs above zero.")
    legs = hops.from_way(quote_way)
    shipment, is_new = _enter(
        reference=reference,
        temperature=temperature,
        grams=sum(lot.product.net_content_g * units for lot, units, _line in contents if lot.product),
        origin=legs[0].origin,
        destination=legs[-1].destination,
        promised_at=promised_at,
        made_at=at,
    )
    if not is_new:
        return _same(shipment, legs, contents)
    for hop in legs:
        hop.shipment = shipment
    Hop.objects.bulk_create(legs)
    ShipmentContent.objects.bulk_create(
        ShipmentContent(shipment=shipment, lot=lot, units=units, reference=line) for lot, units, line in contents
    )
    return shipment


@transaction.atomic
def scan_out(*, waybill: str, node: Node, by: AbstractBaseUser, at: datetime) -> Shipment:
    """The parcel leaves a node. The first time, what was reserved for it leaves the stock, and `shipment_left` is sent.

    Scanned out here already and still under way: nothing changes.

    Raises ScanRefused (Misread, NotYourNode, NotHere, WrongOrder, NotReserved).
    """
    shipment, way = _locked(waybill, _at_own(node, by))
    hop = _current(shipment, way)
    if hop.origin_id != node.pk:
        raise _elsewhere(shipment, hop)
    if hop.out_at is None:
        _send(shipment, hop, by, at)
    return shipment


@transaction.atomic
def scan_in(*, waybill: str, node: Node, by: AbstractBaseUser, at: datetime) -> Shipment:
    """The parcel arrives at the next node of its way. Scanned in here already and not gone: nothing changes.

    Raises ScanRefused (Misread, NotYourNode, NotHere, WrongOrder).
    """
    shipment, way = _locked(waybill, _at_own(node, by))
    hop = _current(shipment, way)
    if hop.out_at is None and hop.origin_id == node.pk and hop is not way[0]:
        return shipment
    if hop.out_at is None or hop.destination_id != node.pk or hop is way[-1]:
        raise _elsewhere(shipment, hop)
    _take_in(hop, by, at)
    return shipment


@transaction.atomic
def scan(*, waybill: str, by: AbstractBaseUser, at: datetime) -> Scan:
    """In or out by where the parcel is, at whichever of the person's nodes it is at or on its way to.

    A second scan by the same person within SAME_SCAN is the first once more.

    Raises ScanRefused (Misread, NotHere, WrongOrder, NotReserved).
    """
    nodes = nodes_of(by)
    shipment, way = _locked(waybill, nodes)
    hop, mine = _current(shipment, way), {node.pk for node in nodes}
    before = _last_scan(shipment, way, hop, by)
    if before and before[1] > at - SAME_SCAN:
        return before[0]
    if hop.out_at is None and hop.origin_id in mine:
        _send(shipment, hop, by, at)
        return Scan(shipment, "out", hop)
    if hop.out_at is not None and hop.destination_id in mine and hop is not way[-1]:
        _take_in(hop, by, at)
        return Scan(shipment, "in", hop)
    raise _elsewhere(shipment, hop)


@transaction.atomic
def deliver(*, waybill: str, proof: str, by: AbstractBaseUser, at: datetime) -> Shipment:
    """The parcel is in the buyer's hands; `shipment_delivered` is sent. By an operator of either end of the last hop.

    proof: how we know (signature, pick-up code, photo number), at most PROOF_MOST characters

    A second call with the same proof changes nothing.

    Raises ScanRefused (Misread, NotHere, NotYourNode, WrongOrder), ValueError for a proof that is none.
    """
    proof = proof.strip()
    if not 1 <= len(proof) <= PROOF_MOST:
        raise ValueError(_("Say in 1 to %(most)d characters how you know it was delivered.") % {"most": PROOF_MOST})
    nodes = nodes_of(by)
    shipment, way = _locked(waybill, nodes)
    last = way[-1]
    if not {last.origin_id, last.destination_id} & {node.pk for node in nodes}:
        raise NotYourNode(_("%(waybill)s is delivered from %(node)s; leave it to them.") % _facts(shipment, last))
    if shipment.state == State.DELIVERED and shipment.proof == proof:
        return shipment
    if (hop := _current(shipment, way)) is not last or hop.out_at is None:
        raise _elsewhere(shipment, hop)
    _take_in(last, by, at)
    shipment.state, shipment.delivered_at, shipment.proof = State.DELIVERED, at, proof
    shipment.save(update_fields=["state", "delivered_at", "proof"])
    signals.shipment_delivered.send(sender=Shipment, shipment=shipment, at=at, by=by)
    return shipment


@transaction.atomic
def cancel(*, reference: str, at: datetime) -> Shipment | None:
    """Stop a parcel that has not left. A second call changes nothing; None: no parcel was planned.

    The stock it was to carry is released by whoever reserved it.

    Raises WrongOrder once it has left.
    """
    shipment = Shipment.objects.select_for_update(no_key=True).filter(reference=reference).first()
    if shipment is None or shipment.state == State.CANCELLED:
        return shipment
    if shipment.state != State.READY:
        raise WrongOrder(_("%(waybill)s has left; it can only be returned.") % {"waybill": shipment})
    shipment.state, shipment.cancelled_at = State.CANCELLED, at
    shipment.save(update_fields=["state", "cancelled_at"])
    return shipment


def nodes_of(user: AbstractBaseUser) -> QuerySet[Node]:
    """Where a person works."""
    return Node.objects.filter(operators__user_id=user.pk).order_by("code")


def visible_to(user: AbstractBaseUser) -> QuerySet[Shipment]:
    """The parcels whose way touches a node where the person works."""
    return Shipment.objects.filter(_touches(nodes_of(user)))


def at_node(node: Node) -> QuerySet[Shipment]:
    """The parcels that lie at a node now."""
    return Shipment.objects.filter(pk__in=hops.waiting_at([node]).values("shipment"))


def _touches(nodes: Iterable[Node]) -> Exists:
    here = Q(origin__in=nodes) | Q(destination__in=nodes)
    return Exists(Hop.objects.filter(here, shipment=OuterRef("pk")))


def _enter(**fields: Any) -> tuple[Shipment, bool]:
    """The parcel of this reference, and whether it is new. Another call with the reference is waited for."""
    while True:
        number = waybills.draw()
        Shipment.objects.bulk_create([Shipment(waybill=number, **fields)], ignore_conflicts=True)
        found = Shipment.objects.filter(reference=fields["reference"]).first()
        if found:  # otherwise the number is another parcel's: draw again
            return found, found.waybill == number


def _same(shipment: Shipment, legs: list[Hop], contents: Sequence[tuple[Lot, int, str]]) -> Shipment:
    planned = list(shipment.hops.values_list("leg", "planned_depart_at", "planned_arrive_at"))
    held = set(shipment.contents.values_list("lot", "units", "reference"))
    wanted = {(lot.pk, units, line) for lot, units, line in contents}
    if planned != [(hop.leg_id, hop.planned_depart_at, hop.planned_arrive_at) for hop in legs] or held != wanted:
        raise ReferenceReused(f"{shipment.reference} is parcel {shipment} with another way or other contents.")
    return shipment


def _at_own(node: Node, by: AbstractBaseUser) -> list[Node]:
    if not nodes_of(by).filter(pk=node.pk).exists():
        raise NotYourNode(_("You do not work at %(node)s; sign in as one who does.") % {"node": node})
    return [node]


def _locked(waybill: str, nodes: Iterable[Node]) -> tuple[Shipment, list[Hop]]:
    try:
        number = waybills.read(waybill)
    except waybills.Misread:
        raise Misread(
            _("“%(text)s” is no waybill number: scan it again, or type its two letters and eleven digits.")
            % {"text": waybill.strip()[:40]}
        ) from None
    shipment = Shipment.objects.select_for_update(no_key=True).filter(_touches(nodes), waybill=number).first()
    if shipment is None:
        raise NotHere(
            _("%(waybill)s is not here and not on its way here. Put it aside and tell the county centre.")
            % {"waybill": number}
        )
    return shipment, list(shipment.hops.select_related("origin", "destination").order_by("position"))


def _current(shipment: Shipment, way: list[Hop]) -> Hop:
    if shipment.state == State.CANCELLED:
        words = _("%(waybill)s is cancelled: keep it here and put the goods back on the shelf.")
        raise WrongOrder(words % {"waybill": shipment})
    if shipment.state == State.DELIVERED:
        words = _("%(waybill)s is delivered; there is nothing left to scan.")
        raise WrongOrder(words % {"waybill": shipment})
    return next(hop for hop in way if hop.in_at is None)


def _elsewhere(shipment: Shipment, hop: Hop) -> WrongOrder:
    if hop.out_at is None:
        words = _("%(waybill)s is booked at %(node)s and has not left; have it scanned out there first.")
    elif hop.destination_id == shipment.destination_id:
        words = _("%(waybill)s has left %(node)s for the buyer; note the delivery with its proof.")
    else:
        words = _("%(waybill)s has left %(node)s for %(next)s; have it scanned in there first.")
    return WrongOrder(words % _facts(shipment, hop))


def _facts(shipment: Shipment, hop: Hop) -> dict[str, str]:
    return {"waybill": shipment.waybill, "node": str(hop.origin), "next": str(hop.destination)}


def _last_scan(shipment: Shipment, way: list[Hop], hop: Hop, by: AbstractBaseUser) -> tuple[Scan, datetime] | None:
    """The parcel's last scan and its moment, if this person made it."""
    if hop.out_at:
        return (Scan(shipment, "out", hop, repeated=True), hop.out_at) if hop.out_by_id == by.pk else None
    arrived = way[way.index(hop) - 1] if hop is not way[0] else None
    if arrived and arrived.in_at and arrived.in_by_id == by.pk:
        return Scan(shipment, "in", arrived, repeated=True), arrived.in_at
    return None


def _send(shipment: Shipment, hop: Hop, by: AbstractBaseUser, at: datetime) -> None:
    hop.out_at, hop.out_by_id = at, by.pk
    hop.save(update_fields=["out_at", "out_by"])
    if shipment.state == State.MOVING:
        return
    contents = list(shipment.contents.select_related("lot__product").order_by("pk"))
    stock.lock(products=[content.lot.product for content in contents if content.lot.product])
    for content in contents:
        _ship(shipment, content, hop.origin, at)
    shipment.state = State.MOVING
    shipment.save(update_fields=["state"])
    signals.shipment_left.send(sender=Shipment, shipment=shipment, at=at, by=by)


def _ship(shipment: Shipment, content: ShipmentContent, node: Node, at: datetime) -> None:
    facts = {"waybill": shipment, "line": content.reference, "lot": content.lot, "units": content.units}
    try:
        shipped = stock.ship(reference=content.reference, at=at, node=node, lot=content.lot)
    except stock.ReservationGone as gone:
        words = _("%(waybill)s must not leave: no %(lot)s is kept for %(line)s. Put it aside and tell the seller.")
        raise NotReserved(words % facts) from gone
    if shipped != content.units:
        words = _("%(waybill)s must not leave: it holds %(units)d of %(lot)s for %(line)s, but %(kept)d are kept.")
        raise NotReserved(words % (facts | {"kept": shipped}))


def _take_in(hop: Hop, by: AbstractBaseUser, at: datetime) -> None:
    hop.in_at, hop.in_by_id = at, by.pk
    hop.save(update_fields=["in_at", "in_by"])
