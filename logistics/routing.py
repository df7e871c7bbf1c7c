"""The ways a parcel can take through the county's own network: the cheapest, the fastest, and what stands in the way.

`find` is a label-setting search over time. A label is a way so far: its cost and when a stop took its goods in.
Every way passes exactly one county centre, and every stop and leg on it can hold the goods' temperature class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import heappop, heappush
from typing import Final, Literal

from logistics.graph import UNREACHED, BadNetwork, Network, ToGo, UnknownStop
from logistics.timetable import DAY, NEVER, Leg, Place, Road, Stop, Temperature, Tier, clock_text, from_clock, to_clock

__all__ = [
    "BadNetwork",
    "Hop",
    "Leg",
    "Network",
    "NoWay",
    "Reason",
    "RuledOut",
    "Stop",
    "Temperature",
    "Tier",
    "UnknownStop",
    "Way",
    "Ways",
    "find",
]

_Kind = Literal["stop", "leg"]
# at least this dear at the goal, hops, roads by index, cost so far, taken in, where, state
_Label = tuple[int, int, tuple[int, ...], int, int, Place, int]


class Reason(StrEnum):
    """Why a stop or leg was refused."""

    COLD_CHAIN = "cannot hold the temperature class"
    CLOSED = "is closed"
    NO_DEPARTURE = "has no departure in time"
    TOO_LATE = "arrives too late"


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A stop or leg that was refused every time the search came to it.

    detail: COLD_CHAIN: the classes it can hold; CLOSED: its open days, or those of the stop a leg leaves, "from/until";
        NO_DEPARTURE: from when the goods could leave; TOO_LATE: when they would have been there (both ISO 8601, UTC)
    """

    kind: _Kind
    code: str
    reason: Reason
    detail: str

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.reason} ({self.detail})"


@dataclass(frozen=True, slots=True)
class Hop:
    """One leg of a way.

    arrive_at: when the destination takes the goods in; if it is closed as they come, 00:00 of its next open day
    """

    leg: str
    origin: str
    destination: str
    depart_at: datetime
    arrive_at: datetime
    cost_fen: int
    distance_km: int


@dataclass(frozen=True, slots=True)
class Way:
    hops: tuple[Hop, ...]
    cost_fen: int
    arrive_at: datetime
    distance_km: int


@dataclass(frozen=True, slots=True)
class Ways:
    """What `find` found.

    frontier: every (cost, arrival) that no other way betters in both, cheapest first; of equal ways the one with
        fewer hops, then the first by its leg codes
    ruled_out: what the search came to and refused, by kind and code; it does not look where no better way can be
    """

    cheapest: Way
    fastest: Way
    frontier: tuple[Way, ...]
    ruled_out: tuple[RuledOut, ...]


class NoWay(Exception):
    """No way leads there in time; `ruled_out` is what stood in the way, empty if the legs themselves lead nowhere."""

    def __init__(
        self, *, origin: str, destination: str, temperature: Temperature, ruled_out: tuple[RuledOut, ...]
    ) -> None:
        self.origin: Final = origin
        self.destination: Final = destination
        self.temperature: Final = temperature
        self.ruled_out: Final = ruled_out
        why = "; ".join(map(str, ruled_out[:5])) or "no legs join them past exactly one county centre"
        if len(ruled_out) > 5:
            why += f"; and {len(ruled_out) - 5} more"
        super().__init__(f"No way from {origin} to {destination} for {temperature} goods: {why}.")


def find(
    network: Network,
    *,
    origin: str,
    destination: str,
    grams: int,
    temperature: Temperature,
    ready_at: datetime,
    latest_at: datetime | None = None,
    horizon_days: int = 30,
) -> Ways:
    """Find every way worth choosing for one parcel.

    grams: above zero
    ready_at: when the goods are handed in at the origin; its opening, cut-off and handling come after
    latest_at: the destination must take the goods in at or before it (from expiry and the shelf life that must remain);
        None leaves only the horizon
    horizon_days: how long after `ready_at` a delivery may still be

    The answer depends on nothing but the arguments; the order of the network's rows does not matter.

    Raises NoWay, UnknownStop; ValueError for a naive moment, a weight or horizon below 1, an unknown temperature class,
    or an origin that is the destination.
    """
    _check(grams, horizon_days, ready_at=ready_at, latest_at=latest_at)
    start, goal = network.place(origin), network.place(destination)
    if start is goal:
        raise ValueError(f"The parcel is already at {destination}; choose another destination.")
    ready = to_clock(ready_at)
    limit = ready + horizon_days * DAY
    if latest_at is not None:
        limit = min(limit, to_clock(latest_at))
    search = _Search(network.to_go(goal), goal, grams, Temperature(temperature), limit)
    paths = search.run(start, ready)
    ruled_out = search.ruled_out()
    if not paths:
        raise NoWay(origin=origin, destination=destination, temperature=search.temperature, ruled_out=ruled_out)
    frontier = tuple(_walk(start, [network.roads[index] for index in path], ready, grams) for path in paths)
    return Ways(cheapest=frontier[0], fastest=frontier[-1], frontier=frontier, ruled_out=ruled_out)


class _Search:
    """One search over states (see `ToGo`).

    Why a label may be dropped when another of the same state costs no more and was taken in no later:
    - legs and stops are first-in-first-out. Opening, cut-off, handling, departure days and journey are each a function
      of the moment that never falls, so goods taken in earlier are never delivered later by the same legs, and meet any
      limit the later ones meet;
    - a leg costs the same whoever comes to it, so what costs more stays as much dearer;
    - which legs may follow (cold chain, county rule) depends on the state alone.
    Hence whatever completes the dropped label completes the kept one at least as well.

    Labels are taken in the order of (least cost at the goal, hops, leg codes). No leg lowers it, because the bound
    never falls by more than the leg costs; within one state it is the order of (cost, hops, leg codes), and further
    legs keep it. So the first of equals is the one the tie-break wants, and one number per state, the earliest moment
    so far, decides.
    """

    def __init__(self, to_go: ToGo, goal: Place, grams: int, temperature: Temperature, limit: int) -> None:
        self.temperature: Final = temperature
        self._to_go: Final = to_go
        self._goal: Final = 2 * goal.index + 1
        self._grams: Final = grams
        self._limit: Final = limit
        self._earliest: Final[dict[int, int]] = {}
        self._labels: Final[list[_Label]] = []
        self._refused: Final[dict[tuple[_Kind, str], RuledOut]] = {}
        self._used: Final[set[tuple[_Kind, str]]] = set()

    def run(self, origin: Place, ready: int) -> list[tuple[int, ...]]:
        """The roads, by index, of every way on the frontier, cheapest first."""
        taken_in = origin.takes_in(ready)
        start = 2 * origin.index + origin.is_county
        if self._to_go.time[start] < UNREACHED and self._admits(origin, taken_in):
            self._labels.append((0, 0, (), 0, taken_in, origin, start))
        arrived: list[tuple[int, tuple[int, ...]]] = []
        while self._labels:
            _, _, path, cost, taken_in, place, state = heappop(self._labels)
            if self._is_beaten(state, taken_in):
                continue
            self._earliest[state] = taken_in
            if state == self._goal:
                arrived.append((cost, path))
            else:
                self._extend(state, path, cost, place.releases(taken_in))
        return list(dict(arrived).values())  # each came sooner and no cheaper than the one before; of one cost the last

    def _is_beaten(self, state: int, taken_in: int) -> bool:
        """Whether a label taken before, in this state or at the goal, is at least as good as this one can become."""
        earliest = self._earliest
        if state in earliest and taken_in >= earliest[state]:
            return True
        return self._goal in earliest and taken_in + self._to_go.time[state] >= earliest[self._goal]

    def _extend(self, state: int, path: tuple[int, ...], cost: int, released: int) -> None:
        for road, then in self._to_go.onward[state]:
            if self._is_beaten(then, released + road.minutes):
                continue
            reached = road.destination
            departs = road.departs(released)
            if not self._carries(road, released, departs):
                continue
            taken_in = reached.takes_in(departs + road.minutes)
            if self._admits(reached, taken_in) and not self._is_beaten(then, taken_in):
                cost_then = cost + road.leg.cost_fen(self._grams)
                at_least = cost_then + self._fen_to_go(then)
                path_then = (*path, road.index)
                heappush(self._labels, (at_least, len(path_then), path_then, cost_then, taken_in, reached, then))

    def _fen_to_go(self, state: int) -> int:
        return self._to_go.fixed_fen[state] + self._grams * self._to_go.fen_per_kg[state] // 1000

    def _carries(self, road: Road, released: int, departs: int) -> bool:
        leg = road.leg
        if self.temperature not in leg.temperatures:
            return self._refuse("leg", leg.code, Reason.COLD_CHAIN, ", ".join(sorted(leg.temperatures)))
        if departs > self._limit:
            for days in (road.own_days, road.origin.days):
                if days.end <= released // DAY or days.first > self._limit // DAY:
                    return self._refuse("leg", leg.code, Reason.CLOSED, str(days))
            return self._refuse("leg", leg.code, Reason.NO_DEPARTURE, clock_text(released))
        if departs + road.minutes > self._limit:
            return self._refuse("leg", leg.code, Reason.TOO_LATE, clock_text(departs + road.minutes))
        self._used.add(("leg", leg.code))
        return True

    def _admits(self, place: Place, taken_in: int) -> bool:
        stop = place.stop
        if self.temperature not in stop.temperatures:
            return self._refuse("stop", stop.code, Reason.COLD_CHAIN, ", ".join(sorted(stop.temperatures)))
        if taken_in >= NEVER * DAY:
            return self._refuse("stop", stop.code, Reason.CLOSED, str(place.days))
        if taken_in > self._limit:
            return self._refuse("stop", stop.code, Reason.TOO_LATE, clock_text(taken_in))
        self._used.add(("stop", stop.code))
        return True

    def _refuse(self, kind: _Kind, code: str, reason: Reason, detail: str) -> bool:
        self._refused.setdefault((kind, code), RuledOut(kind, code, reason, detail))
        return False

    def ruled_out(self) -> tuple[RuledOut, ...]:
        """What was refused and never used, by kind and code."""
        return tuple(self._refused[key] for key in sorted(self._refused.keys() - self._used))


def _walk(origin: Place, roads: list[Road], ready: int, grams: int) -> Way:
    taken_in = origin.takes_in(ready)
    hops = []
    for road in roads:
        leg = road.leg
        departs = road.departs(road.origin.releases(taken_in))
        taken_in = road.destination.takes_in(departs + road.minutes)
        depart_at, arrive_at = from_clock(departs), from_clock(taken_in)
        cost_fen = leg.cost_fen(grams)
        hops.append(Hop(leg.code, leg.origin, leg.destination, depart_at, arrive_at, cost_fen, leg.distance_km))
    return Way(
        hops=tuple(hops),
        cost_fen=sum(hop.cost_fen for hop in hops),
        arrive_at=from_clock(taken_in),
        distance_km=sum(hop.distance_km for hop in hops),
    )


def _check(grams: int, horizon_days: int, **moments: datetime | None) -> None:
    if grams < 1:
        raise ValueError(f"A parcel of {grams} g cannot be sent; give its weight in whole grams above zero.")
    if horizon_days < 1:
        raise ValueError(f"The horizon is {horizon_days} days; give 1 or more.")
    for name, at in moments.items():
        if at is not None and at.utcoffset() is None:
            raise ValueError(f"{name} is {at.isoformat()} without an offset; give an aware moment.")
