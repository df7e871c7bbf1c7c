"""The network as the search needs it, read from the rows and kept in the process until a node or leg changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from catalogue.compiled import compiled
from catalogue.days import day_of
from logistics import routing
from logistics.models import Leg, NetworkStamp, Node


@dataclass(frozen=True)
class Rows:
    """The rows as they stood under a stamp. nodes: by code, in the order of their codes; shared, so never changed"""

    stamp: UUID
    network: routing.Network
    nodes: Mapping[str, Node]


_kept: Rows | None = None


def load() -> routing.Network:
    """The network of the rows as they stand now. As `rows`."""
    return rows().network


def rows() -> Rows:
    """The network with its nodes, as they stand now.

    One query while nothing has changed. The stamp is read before and after the rows, so what is kept under it is
    exactly what the rows were; a change committed by any process, or made by this transaction, has another stamp.

    Raises BadNetwork naming a row that cannot be part of a network.
    """
    global _kept
    stamp, kept = _stamp(), _kept
    if kept and kept.stamp == stamp:
        return kept
    read = _read(stamp)
    while (after := _stamp()) != read.stamp:
        read = _read(after)
    _kept = read
    return read


@transaction.atomic
def close_node(*, node: Node, reason: str, at: datetime) -> Node:
    """Close a node from the Shanghai day of `at` on: no new way leads through it; parcels on their way keep theirs.

    reason: for the people who ask why, at most 200 characters
    """
    if not reason.strip():
        raise ValueError(f"{node.code} is closed only with a reason; say why.")
    kept = Node.objects.select_for_update(no_key=True).get(pk=node.pk)
    closing = max(day_of(at), kept.open_from or date.min)
    node.open_until = min(closing, kept.open_until or date.max)
    node.closed_reason = reason
    node.save(update_fields=["open_until", "closed_reason"])
    return node


@transaction.atomic
def open_node(*, node: Node, until: date | None = None) -> Node:
    """Open a closed node again.

    until: the first day it is closed once more, for a season that ends; None: no such day
    """
    node.open_until = until
    node.closed_reason = ""
    node.save(update_fields=["open_until", "closed_reason"])
    return node


def _stamp() -> UUID:
    (stamp,) = _stamps()
    return stamp


@compiled
def _stamps() -> QuerySet[NetworkStamp, UUID]:
    return NetworkStamp.objects.values_list("stamp", flat=True)


def _read(stamp: UUID) -> Rows:
    nodes = {node.code: node for node in Node.objects.order_by("code")}
    legs = Leg.objects.select_related("origin", "destination").order_by("code")
    return Rows(stamp, routing.Network(map(_stop, nodes.values()), map(_leg, legs)), nodes)


def _stop(node: Node) -> routing.Stop:
    return routing.Stop(
        code=node.code,
        tier=routing.Tier(node.tier),
        temperatures=frozenset(node.temperatures),
        cut_off_minute=node.cut_off_minute,
        handling_minutes=node.handling_minutes,
        closed_dates=frozenset(node.closed_dates),
        open_from=node.open_from,
        open_until=node.open_until,
    )


def _leg(leg: Leg) -> routing.Leg:
    return routing.Leg(
        code=leg.code,
        origin=leg.origin.code,
        destination=leg.destination.code,
        distance_km=leg.distance_km,
        minutes=leg.minutes,
        fixed_fen=leg.fixed_fen,
        fen_per_kg=leg.fen_per_kg,
        temperatures=frozenset(leg.temperatures),
        weekdays=frozenset(leg.weekdays),
        depart_minute=leg.depart_minute,
        open_from=leg.open_from,
        open_until=leg.open_until,
    )
