"""What an order's page shows: its lines, and each parcel's way as steps."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.models import Temperature
from certification.households.models import Household
from certification.provenance import trace
from logistics.models import Hop, Node, Shipment
from shop.drawn import order_map, seats
from shop.order.models import Consignment, LineLot, Order


def consignments(order: Order) -> list[dict[str, Any]]:
    """Each parcel for components/way_picture.html and components/order_map.html.

    Keys: waybill, state, promised_at, freight_fen, grams, temperature (empty where goods need none), reason, steps,
    households (list of {county, number}), map (None where the way does not begin in the south of Xinjiang).
    """
    rows = list(order.consignments.select_related("origin", "destination").order_by("position"))
    shipments = {
        shipment.reference: shipment
        for shipment in Shipment.objects.filter(reference__in=[row.reference for row in rows]).prefetch_related(
            "hops__origin__place", "hops__destination__place", "hops__leg"
        )
    }
    codes = {code for row in rows for hop in row.way for code in (hop["origin"], hop["destination"])}
    nodes = Node.objects.select_related("place").in_bulk(codes, field_name="code")
    growers = households(order)
    return [_shown(row, shipments.get(row.reference), nodes, growers[row.pk]) for row in rows]


def households(order: Order) -> dict[int, list[dict[str, Any]]]:
    """Households behind each parcel's lots, counted by county: consignment key to [{county, number}]; three queries."""
    packed = list(LineLot.objects.filter(consignment__order=order).values_list("consignment_id", "lot_id"))
    behind = trace.weights_of_lots({lot for _parcel, lot in packed})
    members: defaultdict[int, set[int]] = defaultdict(set)
    for parcel, lot in packed:
        members[parcel] |= {weight.household_id for weight in behind[lot]}
    everyone = {key for keys in members.values() for key in keys}
    county = {home.pk: home.county for home in Household.objects.filter(pk__in=everyone).select_related("county")}
    counted: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for parcel, keys in members.items():
        numbers = Counter(county[key] for key in keys)
        counted[parcel] = [{"county": place, "number": numbers[place]} for place in sorted(numbers, key=lambda p: p.pk)]
    return counted


def _shown(
    row: Consignment, shipment: Shipment | None, nodes: dict[str, Node], growers: list[dict[str, Any]]
) -> dict[str, Any]:
    steps = moved(list(shipment.hops.all())) if shipment else planned(row.way, nodes)
    cold = Temperature(row.temperature).label if row.temperature != Temperature.AMBIENT else ""
    return {
        "waybill": shipment.waybill if shipment else "",
        "state": shipment.get_state_display() if shipment else _("waiting for payment"),
        "promised_at": row.promised_at,
        "freight_fen": row.freight_fen,
        "grams": row.grams,
        "temperature": cold,
        "reason": _reason(steps, str(Temperature(row.temperature).label)),
        "steps": steps,
        "households": growers,
        "map": order_map.lay_out(tuple(_stop(step) for step in steps)) if steps else None,
    }


def planned(way: list[dict[str, Any]], nodes: dict[str, Node]) -> list[dict[str, Any]]:
    """Steps of a way nobody has begun."""
    if not way:
        return []
    stops = [
        (nodes[way[0]["origin"]], way[0]["depart_at"], 0),
        *((nodes[hop["destination"]], hop["arrive_at"], hop["distance_km"]) for hop in way),
    ]
    return [_step(node, "next", datetime.fromisoformat(at), _("planned"), km) for node, at, km in stops]


def moved(hops: list[Hop]) -> list[dict[str, Any]]:
    """Steps of a parcel on its way: what both scans proved, where it is now, what is planned."""
    steps = [
        _step(
            hops[0].origin,
            "done" if hops[0].out_at else "now",
            hops[0].out_at or hops[0].planned_depart_at,
            _("leaves") if hops[0].out_at else _("planned to leave"),
        )
    ]
    for hop, following in zip(hops, [*hops[1:], None], strict=True):
        if hop.in_at is None:
            state, at, note = "next", hop.planned_arrive_at, _("on its way here") if hop.out_at else _("planned")
        elif following is None or following.out_at is not None:
            state, at, note = "done", hop.in_at, _("arrived")
        else:
            state, at, note = "now", hop.in_at, _("arrived")
        steps.append(_step(hop.destination, state, at, note, hop.leg.distance_km))
    return steps


def _step(node: Node, state: str, at: datetime, note: str, km: int = 0) -> dict[str, Any]:
    """One stop. km: of the leg that leads here, 0 for the first."""
    return {
        "label": node.get_tier_display(),
        "place": str(node),
        "state": state,
        "at": at,
        "note": note,
        "km": km,
        "tier": node.tier,
        "node": node,
    }


def _stop(step: dict[str, Any]) -> order_map.Stop:
    """A stop for the map, named by its county; outside the sketch by its province."""
    place = step["node"].place
    seat = seats.county_of(place.code)
    name = seats.short(seats.name_of(seat, english=(get_language() or "").startswith("en"))) if seat else str(place)
    return order_map.Stop(code=place.code, name=name, state=step["state"], km=step["km"])


def _reason(steps: list[dict[str, Any]], temperature: str) -> str:
    """Why the parcel goes this way; empty while there is none."""
    centre = next((step["place"] for step in steps if step["tier"] == Node.Tier.COUNTY), "")
    if not centre:
        return ""
    return _(
        "Chosen when you ordered, among the ways open then for %(temperature)s goods: it starts where your packs lay "
        "and passes one county centre, %(centre)s, as every order does. %(legs)s legs, about %(km)s km."
    ) % {
        "temperature": temperature,
        "centre": centre,
        "legs": len(steps) - 1,
        "km": f"{sum(step['km'] for step in steps):,}",
    }
