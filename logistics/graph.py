"""The network as a whole: its rows checked once and indexed for the search in `logistics.routing`.

Plain Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from logistics.timetable import DAY, NEVER, Leg, Place, Road, Stop, Temperature

UNREACHED: Final = NEVER * DAY


class BadNetwork(ValueError):
    """A row that cannot be part of a network; the message names it."""


class UnknownStop(ValueError):
    """A code that is no stop of the network."""


@dataclass(frozen=True, slots=True)
class ToGo:
    """What lies between every state and one destination, clock and cold chain aside.

    The state of a stop is twice its index, plus 1 once a county centre has been passed (its own stop included). A way
    passes exactly one: no leg leads from a state that has passed one to another.

    onward: the legs that lead on towards the destination, in the order of their codes, with the state each leads to
    time, fixed_fen, fen_per_kg: lower bounds on handling and journey and on the parts of the price; UNREACHED where no
        legs lead there
    """

    onward: tuple[tuple[tuple[Road, int], ...], ...]
    time: tuple[int, ...]
    fixed_fen: tuple[int, ...]
    fen_per_kg: tuple[int, ...]


class Network:
    """Stops and legs, checked and indexed once; reusable by any number of searches and never changed.

    Raises BadNetwork naming the row: a code twice, a leg from or to an unknown stop, a number out of its range.
    """

    __slots__ = ("_by_index", "_entering", "_to_go", "legs", "places", "roads", "stops")

    def __init__(self, stops: Iterable[Stop], legs: Iterable[Leg]) -> None:
        stop_rows = sorted(stops, key=lambda row: row.code)
        leg_rows = sorted(legs, key=lambda row: row.code)
        _check(stop_rows, leg_rows)
        self.stops: Final[Mapping[str, Stop]] = MappingProxyType({row.code: row for row in stop_rows})
        self.legs: Final[Mapping[str, Leg]] = MappingProxyType({row.code: row for row in leg_rows})
        places = {row.code: Place(index, row) for index, row in enumerate(stop_rows)}
        self.places: Final[Mapping[str, Place]] = MappingProxyType(places)
        self.roads: Final = tuple(
            Road(index, row, places[row.origin], places[row.destination]) for index, row in enumerate(leg_rows)
        )
        leaving: dict[str, list[Road]] = {code: [] for code in places}
        for road in self.roads:
            leaving[road.leg.origin].append(road)
        for code, roads in leaving.items():
            places[code].leaving = tuple(roads)
        entering: list[list[Road]] = [[] for _ in places]
        for road in self.roads:
            entering[road.destination.index].append(road)
        self._entering: Final = entering
        self._by_index: Final = tuple(places.values())
        self._to_go: Final[dict[str, ToGo]] = {}

    def place(self, code: str) -> Place:
        """The stop of that code. Raises UnknownStop."""
        if code not in self.places:
            raise UnknownStop(f"There is no stop {code!r} in the network; give the code of one of its stops.")
        return self.places[code]

    def to_go(self, destination: Place) -> ToGo:
        """The least that is still ahead in each state on the way to `destination`; worked out once per destination."""
        code = destination.stop.code
        if code not in self._to_go:
            time = self._look_back(destination, lambda road: road.origin.handling + road.minutes)
            self._to_go[code] = ToGo(
                onward=tuple(self._onward(state, time) for state in range(len(time))),
                time=time,
                fixed_fen=self._look_back(destination, lambda road: road.leg.fixed_fen),
                fen_per_kg=self._look_back(destination, lambda road: road.leg.fen_per_kg),
            )
        return self._to_go[code]

    def _onward(self, state: int, time: tuple[int, ...]) -> tuple[tuple[Road, int], ...]:
        place, passed = self._by_index[state // 2], state % 2
        legs = [
            (road, 2 * road.destination.index + (passed or road.destination.is_county))
            for road in place.leaving
            if not (passed and road.destination.is_county)
        ]
        return tuple((road, state_then) for road, state_then in legs if time[state_then] < UNREACHED)

    def _look_back(self, destination: Place, weight: Callable[[Road], int]) -> tuple[int, ...]:
        """The least sum of weights from each state to `destination` (Dijkstra, from its end)."""
        least = [UNREACHED] * (2 * len(self.places))
        waiting = [(0, destination.index, 1)]
        while waiting:
            total, index, passed = heappop(waiting)
            if total >= least[2 * index + passed]:
                continue
            least[2 * index + passed] = total
            before = 0 if self._by_index[index].is_county else passed
            for road in self._entering[index]:
                if before or not road.origin.is_county:
                    heappush(waiting, (total + weight(road), road.origin.index, before))
        return tuple(least)


def _check(stops: list[Stop], legs: list[Leg]) -> None:
    codes = {row.code for row in stops}
    _check_unique("Stop", [row.code for row in stops])
    _check_unique("Leg", [row.code for row in legs])
    for stop in stops:
        _check_row(f"Stop {stop.code}", stop, ("handling_minutes",))
        if not 1 <= stop.cut_off_minute <= 1440:
            raise BadNetwork(f"Stop {stop.code}: cut_off_minute is {stop.cut_off_minute}; it must be 1 to 1440.")
    for leg in legs:
        _check_row(f"Leg {leg.code}", leg, ("distance_km", "minutes", "fixed_fen", "fen_per_kg", "depart_minute"))
        for end in (leg.origin, leg.destination):
            if end not in codes:
                raise BadNetwork(f"Leg {leg.code}: there is no stop {end!r}; add the stop or correct the leg.")
        if leg.origin == leg.destination:
            raise BadNetwork(f"Leg {leg.code}: it leaves {leg.origin} and arrives there; a leg joins two stops.")
        if leg.depart_minute > 1439:
            raise BadNetwork(f"Leg {leg.code}: depart_minute is {leg.depart_minute}; it must be 0 to 1439.")
        if not leg.weekdays <= frozenset(range(7)):
            raise BadNetwork(f"Leg {leg.code}: weekdays are {sorted(leg.weekdays)}; they must be 0 (Monday) to 6.")


def _check_unique(kind: str, ordered_codes: list[str]) -> None:
    for code, following in pairwise(ordered_codes):
        if code == following:
            raise BadNetwork(f"{kind} {code}: the code stands twice; every {kind.lower()} needs its own.")


def _check_row(name: str, row: Stop | Leg, numbers: tuple[str, ...]) -> None:
    for field in numbers:
        value = getattr(row, field)
        if not isinstance(value, int) or value < 0:
            raise BadNetwork(f"{name}: {field} is {value}; it must be a whole number, 0 or more.")
    unknown = sorted(row.temperatures - frozenset(Temperature))
    if unknown:
        raise BadNetwork(f"{name}: temperature class {unknown[0]!r} is unknown; use one of {', '.join(Temperature)}.")
    if row.open_from and row.open_until and row.open_from > row.open_until:
        raise BadNetwork(f"{name}: it opens on {row.open_from}, after it closes on {row.open_until}.")
