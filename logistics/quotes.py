"""What a parcel costs, which way it takes and when it is promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from catalogue.models import Place
from logistics import network, routing
from logistics.models import Node

Choice = Literal["cheapest", "fastest"]


class NoDoor(routing.NoWay):
    """Nobody in the network delivers in the buyer's province."""

    def __init__(self, *, origin: Node, division: Place, temperature: routing.Temperature) -> None:
        province = division.province_code
        super().__init__(origin=origin.code, destination=province, temperature=temperature, ruled_out=())
        facts = {"division": division, "province": province}
        words = _("No node delivers in %(division)s (province %(province)s); choose an address in another province.")
        self.args = (words % facts,)


@dataclass(frozen=True, slots=True)
class Quote:
    """One parcel's way as it would be sold now.

    stops: the nodes on the way, first to last
    hops: as kept with an order: leg, origin, destination (codes), depart_at, arrive_at (ISO 8601 UTC), cost_fen,
        distance_km
    """

    origin: Node
    stops: tuple[Node, ...]
    way: routing.Way
    freight_fen: int
    promised_at: datetime
    hops: list[dict[str, Any]]

    @property
    def destination(self) -> Node:
        return self.stops[-1]


def quote(
    *, origin: Node, division: Place, grams: int, temperature: str, at: datetime, choice: Choice = "cheapest"
) -> Quote:
    """The way from a node to the door of the division's province, through exactly one county centre.

    division: at any level; its province decides the door
    grams: above zero
    temperature: every stop and leg of the way can hold it
    at: when the goods are handed in at the origin

    One query while the network has not changed.

    Raises NoWay naming the legs and nodes that stand in the way (NoDoor: nobody delivers in that province).
    """
    if choice not in ("cheapest", "fastest"):
        raise ValueError(f"A way is chosen as cheapest or fastest, not as {choice!r}.")
    wanted = routing.Temperature(temperature)
    rows = network.rows()
    destination = _door_of(division, rows.nodes.values())
    if destination is None:
        raise NoDoor(origin=origin, division=division, temperature=wanted)
    ways = routing.find(
        rows.network,
        origin=origin.code,
        destination=destination.code,
        grams=grams,
        temperature=wanted,
        ready_at=at,
    )
    way = ways.cheapest if choice == "cheapest" else ways.fastest
    return Quote(
        origin=origin,
        stops=(origin, *(rows.nodes[hop.destination] for hop in way.hops)),
        way=way,
        freight_fen=way.cost_fen,
        promised_at=way.arrive_at,
        hops=[_row(hop) for hop in way.hops],
    )


def _door_of(division: Place, nodes: Iterable[Node]) -> Node | None:
    """The node that stands for the doors of the division's province, the first by code; None: nobody delivers there."""
    province = division.province_code
    return next((node for node in nodes if node.tier == Node.Tier.DOOR and node.place_id == province), None)


def _row(hop: routing.Hop) -> dict[str, Any]:
    return {
        "leg": hop.leg,
        "origin": hop.origin,
        "destination": hop.destination,
        "depart_at": hop.depart_at.isoformat(),
        "arrive_at": hop.arrive_at.isoformat(),
        "cost_fen": hop.cost_fen,
        "distance_km": hop.distance_km,
    }
