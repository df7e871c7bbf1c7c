"""The hops of parcels: made from a quoted way, and found by the node that has to act on them next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from logistics.models import Hop, Leg, Node, Shipment

ON_THE_WAY = (Shipment.State.READY, Shipment.State.MOVING)


class BrokenWay(ValueError):
    """The hops do not lead from one node to a door along legs of the network."""


def from_way(way: list[dict[str, Any]]) -> list[Hop]:
    """Hops, not saved and without their parcel, from `Quote.hops`; their legs and nodes are loaded.

    Raises BrokenWay.
    """
    legs = Leg.objects.filter(code__in=[row["leg"] for row in way]).select_related("origin", "destination")
    by_code = {leg.code: leg for leg in legs}
    hops = [_hop(position, row, by_code.get(row["leg"])) for position, row in enumerate(way, start=1)]
    if not hops or hops[-1].destination.tier != Node.Tier.DOOR:
        raise BrokenWay("The way ends before the buyer's door; quote anew.")
    for one, following in pairwise(hops):
        if one.destination_id != following.origin_id:
            raise BrokenWay(f"The way breaks off between {one.leg} and {following.leg}; quote anew.")
    return hops


def waiting_at(nodes: Iterable[Node]) -> QuerySet[Hop]:
    """What parcels lying at these nodes have to take next."""
    before = Hop.objects.filter(shipment=OuterRef("shipment"), position__lt=OuterRef("position"), in_at__isnull=True)
    return _open().filter(~Exists(before), origin__in=nodes, out_at__isnull=True)


def coming_to(nodes: Iterable[Node], *, before: datetime) -> QuerySet[Hop]:
    """What is planned to reach these nodes before a moment and has not, whether or not it is under way yet."""
    return _open().filter(destination__in=nodes, planned_arrive_at__lt=before).exclude(_to_the_door())


def with_courier_of(nodes: Iterable[Node]) -> QuerySet[Hop]:
    """What has left for the buyer's door from or to these nodes."""
    return _open().filter(_to_the_door(), Q(origin__in=nodes) | Q(destination__in=nodes), out_at__isnull=False)


def _open() -> QuerySet[Hop]:
    return Hop.objects.filter(in_at__isnull=True, shipment__state__in=ON_THE_WAY)


def _to_the_door() -> Q:
    return Q(destination__tier=Node.Tier.DOOR)


def _hop(position: int, row: dict[str, Any], leg: Leg | None) -> Hop:
    if leg is None or (leg.origin.code, leg.destination.code) != (row["origin"], row["destination"]):
        raise BrokenWay(f"Leg {row['leg']} does not lead from {row['origin']} to {row['destination']}; quote anew.")
    return Hop(
        position=position,
        leg=leg,
        origin=leg.origin,
        destination=leg.destination,
        planned_depart_at=datetime.fromisoformat(row["depart_at"]),
        planned_arrive_at=datetime.fromisoformat(row["arrive_at"]),
    )
