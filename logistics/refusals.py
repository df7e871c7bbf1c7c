"""Why there is no way, in the reader's language: the nodes and legs that stand in it, by name, and the way on."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from catalogue.models import Temperature
from logistics import network
from logistics.models import Node
from logistics.quotes import NoDoor
from logistics.routing import NoWay, Reason, RuledOut

MOST_NAMED = 3
# What somebody can change tomorrow comes before what was built so.
RANK = {Reason.CLOSED: 0, Reason.NO_DEPARTURE: 1, Reason.TOO_LATE: 2, Reason.COLD_CHAIN: 3}


def in_words(refusal: NoWay) -> str:
    """One sentence for the page of whoever asked for the way; three queries at most."""
    if isinstance(refusal, NoDoor):
        return str(refusal)
    told = _worth_telling(refusal)
    codes = {refusal.origin, refusal.destination} | {code for each in told for code in _stops_of(each)}
    nodes = Node.objects.in_bulk(codes, field_name="code")
    why = "; ".join(_said(each, nodes) for each in told[:MOST_NAMED])
    return _(
        "There is no way from %(origin)s to %(destination)s for %(temperature)s goods now: %(why)s. Choose another "
        "address, take these goods out of the basket, or try again later."
    ) % {
        "origin": nodes.get(refusal.origin, refusal.origin),
        "destination": nodes.get(refusal.destination, refusal.destination),
        "temperature": Temperature(refusal.temperature.value).label,
        "why": why or _("no road joins them past exactly one county centre"),
    }


def _worth_telling(refusal: NoWay) -> list[RuledOut]:
    """Closed places first. A leg is left out where its stop is named, or where one beside it holds the class."""
    legs = network.load().legs
    closed = {each.code for each in refusal.ruled_out if each.kind == "stop"}
    cold = refusal.temperature.value
    carried = {(leg.origin, leg.destination) for leg in legs.values() if cold in leg.temperatures}
    kept = [
        each
        for each in refusal.ruled_out
        if each.kind == "stop"
        or each.code in legs
        and not closed & {legs[each.code].origin, legs[each.code].destination}
        and not (each.reason == Reason.COLD_CHAIN and (legs[each.code].origin, legs[each.code].destination) in carried)
    ]
    return sorted(kept, key=lambda each: (RANK[each.reason], each.kind != "stop", each.code))


def _stops_of(each: RuledOut) -> Iterable[str]:
    if each.kind == "stop":
        return [each.code]
    leg = network.load().legs[each.code]
    return [leg.origin, leg.destination]


def _said(each: RuledOut, nodes: dict[str, Node]) -> str:
    places = [str(nodes.get(code, code)) for code in _stops_of(each)]
    facts = {"place": " → ".join(places), "reason": ""}
    if each.kind == "stop" and each.reason == Reason.CLOSED:
        node = nodes.get(each.code)
        if node is not None and node.closed_reason:
            return _("%(place)s is closed (%(reason)s)") % (facts | {"reason": node.closed_reason})
    words = {
        Reason.CLOSED: _("%(place)s is closed"),
        Reason.NO_DEPARTURE: _("%(place)s has no departure in time"),
        Reason.TOO_LATE: _("%(place)s arrives too late"),
        Reason.COLD_CHAIN: _("%(place)s cannot keep the goods cold enough"),
    }
    return words[each.reason] % facts
