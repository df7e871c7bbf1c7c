"""What an order's page shows: its lines, and each parcel's way as steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from logistics.models import Hop, Node, Shipment
from shop.order.models import Consignment, Order


def consignments(order: Order) -> list[dict[str, Any]]:
    """Each parcel with its waybill, promise and steps for components/path.html."""
    rows = list(order.consignments.select_related("origin", "destination").order_by("position"))
    shipments = {
        shipment.reference: shipment
        for shipment in Shipment.objects.filter(reference__in=[row.reference for row in rows]).prefetch_related(
            "hops__origin", "hops__destination"
        )
    }
    codes = {code for row in rows for hop in row.way for code in (hop["origin"], hop["destination"])}
    nodes = Node.objects.in_bulk(codes, field_name="code")
    return [_shown(row, shipments.get(row.reference), nodes) for row in rows]


def _shown(row: Consignment, shipment: Shipment | None, nodes: dict[str, Node]) -> dict[str, Any]:
    return {
        "waybill": shipment.waybill if shipment else "",
        "state": shipment.get_state_display() if shipment else _("waiting for payment"),
        "promised_at": row.promised_at,
        "freight_fen": row.freight_fen,
        "grams": row.grams,
        "steps": moved(list(shipment.hops.all())) if shipment else planned(row.way, nodes),
    }


def planned(way: list[dict[str, Any]], nodes: dict[str, Node]) -> list[dict[str, Any]]:
    """Steps of a way nobody has begun."""
    stops = [
        (nodes[way[0]["origin"]], way[0]["depart_at"]),
        *((nodes[hop["destination"]], hop["arrive_at"]) for hop in way),
    ]
    return [_step(node, "next", datetime.fromisoformat(at), _("planned")) for node, at in stops]


def moved(hops: list[Hop]) -> list[dict[str, Any]]:
    """Steps of a parcel on its way: what both scans proved, where it is now, what is planned."""
    steps = [
        _step(
            hops[0].origin,
            "done" if hops[0].out_at else "now",
            hops[0].out_at or hops[0].planned_depart_at,
            _("leaves"),
        )
    ]
    for hop, following in zip(hops, [*hops[1:], None], strict=True):
        if hop.in_at is None:
            state, at, note = "next", hop.planned_arrive_at, _("on its way here") if hop.out_at else _("planned")
        elif following is None or following.out_at is not None:
            state, at, note = "done", hop.in_at, _("arrived")
        else:
            state, at, note = "now", hop.in_at, _("arrived")
        steps.append(_step(hop.destination, state, at, note))
    return steps


def _step(node: Node, state: str, at: datetime, note: str) -> dict[str, Any]:
    return {"label": node.get_tier_display(), "place": str(node), "state": state, "at": at, "note": note}
