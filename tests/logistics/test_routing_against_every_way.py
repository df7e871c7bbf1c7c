"""`find` against an oracle that tries every way: paths by recursion, the clock walked with dates, no dominance."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.routing import Hop, Leg, Network, NoWay, RuledOut, Stop, Temperature, Tier, Way, Ways, find

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)
TIERS = (Tier.VILLAGE, Tier.COUNTY, Tier.TOWNSHIP, Tier.HUB, Tier.COUNTY, Tier.WAREHOUSE, Tier.DOOR)
RULES = (
    "county",
    "leg temperature",
    "stop temperature",
    "cut-off",
    "handling",
    "closed dates",
    "stop window",
    "leg window",
    "weekdays",
    "latest",
)
many = settings(
    max_examples=2500, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
some = settings(many, max_examples=500)


class Dice:
    """Small choices read off one whole number."""

    def __init__(self, number: int) -> None:
        self.number = number

    def pick(self, *options: Any) -> Any:
        self.number, index = divmod(self.number, len(options))
        return options[index]

    def day(self) -> date:
        return MONDAY + timedelta(days=self.pick(*range(7)))

    def window(self) -> dict[str, date | None]:
        kind = self.pick(*["always"] * 10, "from", "until")
        return {
            "open_from": self.day() if kind == "from" else None,
            "open_until": self.day() if kind == "until" else None,
        }

    def classes(self) -> frozenset[str]:
        cold = self.pick(*[True] * 11, False)
        return frozenset({"ambient", "frozen"}) if cold else frozenset({"ambient"})


@dataclass(frozen=True)
class Case:
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]
    parcel: dict[str, Any]


def case_of(stop_numbers: list[int], leg_numbers: list[int], parcel_number: int) -> Case:
    stops = tuple(stop_of(index, Dice(number)) for index, number in enumerate(stop_numbers))
    legs = tuple(leg_of(index, Dice(number), len(stops)) for index, number in enumerate(leg_numbers))
    dice = Dice(parcel_number)
    ready_at = datetime.combine(MONDAY, time(), SHANGHAI) + timedelta(minutes=dice.pick(*range(0, 2880, 60)))
    latest = dice.pick(None, None, timedelta(days=3), timedelta(days=6))
    parcel = {
        "origin": stops[0].code,
        "destination": stops[-1].code,
        "grams": dice.pick(1, 999, 1000, 2500),
        "temperature": dice.pick(Temperature.FROZEN, Temperature.AMBIENT),
        "ready_at": ready_at,
        "latest_at": None if latest is None else ready_at + latest,
        "horizon_days": dice.pick(12, 12, 5),
    }
    return Case(stops, legs, parcel)


def stop_of(index: int, dice: Dice) -> Stop:
    return Stop(
        code=f"S{index}",
        tier=dice.pick(*[TIERS[index]] * 14, *TIERS),
        temperatures=dice.classes(),
        cut_off_minute=dice.pick(1440, 720, 1, 1020),
        handling_minutes=dice.pick(0, 60, 600),
        closed_dates=dice.pick(frozenset(), frozenset({dice.day()}), frozenset({dice.day(), dice.day()})),
        **dice.window(),
    )


def leg_of(index: int, dice: Dice, stops: int) -> Leg:
    first = dice.pick(*range(stops))
    second = (first + dice.pick(1, 1, 1, 2, 2, -1, *range(1, stops))) % stops
    if first == second:
        second = (first + 1) % stops
    if index < stops - 1 and dice.pick(True, True, False):
        first, second = index, index + 1
    origin, destination = dice.pick((first, second), *[(min(first, second), max(first, second))] * 4)
    return Leg(
        code=f"L{index * 7 % 12:02}",
        origin=f"S{origin}",
        destination=f"S{destination}",
        distance_km=dice.pick(0, 10, 75),
        minutes=dice.pick(60, 0, 240, 1440, 2000),
        fixed_fen=dice.pick(2, 0, 1, 5, 9),
        fen_per_kg=dice.pick(0, 1, 2),
        temperatures=dice.classes(),
        weekdays=dice.pick(
            frozenset(range(7)), frozenset({0, 2, 4}), frozenset({dice.pick(*range(7))}), frozenset(range(7))
        ),
        depart_minute=dice.pick(600, 0, 1439, 720, 900),
        **dice.window(),
    )


numbers = st.integers(0, 2**48)
cases = st.builds(
    case_of, st.lists(numbers, min_size=3, max_size=7), st.lists(numbers, min_size=2, max_size=12), numbers
)


def sampled(count: int) -> Iterator[Case]:
    random = Random(20260302)
    for _ in range(count):
        yield case_of(
            [random.randrange(2**48) for _ in range(random.randint(3, 7))],
            [random.randrange(2**48) for _ in range(12)],
            random.randrange(2**48),
        )


class Oracle:
    """Every way of a parcel; `ignored` names a rule to forget."""

    def __init__(self, case: Case, ignored: str = "") -> None:
        self.stops = {stop.code: stop for stop in case.stops}
        self.legs = case.legs
        self.parcel = case.parcel
        self.ignored = ignored
        self.limit = case.parcel["ready_at"] + timedelta(days=case.parcel["horizon_days"])
        if case.parcel["latest_at"] is not None and ignored != "latest":
            self.limit = min(self.limit, case.parcel["latest_at"])

    def frontier(self) -> list[Way]:
        ways = sorted(
            self.ways(), key=lambda way: (way.cost_fen, way.arrive_at, len(way.hops), [h.leg for h in way.hops])
        )
        kept: list[Way] = []
        for way in ways:
            if all(way.arrive_at < other.arrive_at for other in kept):
                kept.append(way)
        return kept

    def ways(self) -> Iterator[Way]:
        origin = self.stops[self.parcel["origin"]]
        at = self.taken_in(origin, self.parcel["ready_at"].astimezone(SHANGHAI))
        if at is not None and self.stop_holds(origin):
            counties = int(origin.tier == Tier.COUNTY)
            yield from self.ways_from(origin, at, counties, [], {(origin.code, counties)})

    def ways_from(
        self, stop: Stop, at: datetime, counties: int, hops: list[Hop], seen: set[tuple[str, int]]
    ) -> Iterator[Way]:
        done = counties == 1 or self.ignored == "county"
        if stop.code == self.parcel["destination"] and done:
            cost, km = sum(hop.cost_fen for hop in hops), sum(hop.distance_km for hop in hops)
            yield Way(tuple(hops), cost, hops[-1].arrive_at, km)
            return
        for leg in self.legs:
            reached = self.stops[leg.destination]
            passed = counties + (reached.tier == Tier.COUNTY)
            if leg.origin != stop.code or (reached.code, min(passed, 1)) in seen:
                continue
            if passed > 1 and self.ignored != "county":
                continue
            hop_at = self.ride(leg, stop, reached, at)
            if hop_at is not None:
                departs, arrives = hop_at
                weight_fen = self.parcel["grams"] * leg.fen_per_kg
                cost = leg.fixed_fen + weight_fen // 1000 + (weight_fen % 1000 > 0)
                hop = Hop(leg.code, stop.code, reached.code, departs, arrives, cost, leg.distance_km)
                yield from self.ways_from(
                    reached, arrives, passed, [*hops, hop], seen | {(reached.code, min(passed, 1))}
                )

    def ride(self, leg: Leg, stop: Stop, reached: Stop, at: datetime) -> tuple[datetime, datetime] | None:
        if not self.stop_holds(reached):
            return None
        if self.parcel["temperature"] not in leg.temperatures and self.ignored != "leg temperature":
            return None
        departs = self.departs(leg, stop, at)
        if departs is None:
            return None
        arrives = self.taken_in(reached, departs + timedelta(minutes=leg.minutes))
        return None if arrives is None else (departs, arrives)

    def departs(self, leg: Leg, stop: Stop, at: datetime) -> datetime | None:
        released = at
        if self.ignored != "handling":
            released += timedelta(minutes=stop.handling_minutes)
        late = at.hour * 60 + at.minute >= stop.cut_off_minute and self.ignored != "cut-off"
        for days in range(40):
            day = at.date() + timedelta(days=days)
            moment = datetime.combine(day, time(leg.depart_minute // 60, leg.depart_minute % 60), SHANGHAI)
            served = day.weekday() in leg.weekdays or self.ignored == "weekdays"
            runs = within(leg, day) or self.ignored == "leg window"
            if moment >= released and served and runs and self.is_open(stop, day) and not (late and days == 0):
                return moment if moment <= self.limit else None
        return None

    def taken_in(self, stop: Stop, at: datetime) -> datetime | None:
        for _ in range(40):
            if self.is_open(stop, at.date()):
                return at if at <= self.limit else None
            at = datetime.combine(at.date() + timedelta(days=1), time(), SHANGHAI)
        return None

    def is_open(self, stop: Stop, day: date) -> bool:
        closed = day in stop.closed_dates and self.ignored != "closed dates"
        return not closed and (within(stop, day) or self.ignored == "stop window")

    def stop_holds(self, stop: Stop) -> bool:
        return self.parcel["temperature"] in stop.temperatures or self.ignored == "stop temperature"


def within(row: Stop | Leg, day: date) -> bool:
    return (row.open_from is None or row.open_from <= day) and (row.open_until is None or day < row.open_until)


def found(case: Case) -> list[Way]:
    try:
        ways = find(Network(case.stops, case.legs), **case.parcel)
    except NoWay:
        return []
    assert ways.cheapest == ways.frontier[0]
    assert ways.fastest == ways.frontier[-1]
    return list(ways.frontier)


@many
@given(cases)
def test_the_whole_frontier_is_the_one_found_by_trying_every_way(case: Case) -> None:
    expected = Oracle(case).frontier()

    ways = found(case)

    assert ways == expected


@pytest.mark.parametrize("rule", RULES)
def test_a_search_that_ignored_the_rule_would_be_noticed(rule: str) -> None:
    differing = (case for case in sampled(1500) if Oracle(case, ignored=rule).frontier() != found(case))

    noticed = next(differing, None)

    assert noticed is not None


def test_the_generated_networks_have_ways_choices_and_dead_ends() -> None:
    sizes = [len(found(case)) for case in sampled(600)]

    assert sizes.count(0) > 100
    assert sizes.count(1) > 50
    assert sum(size > 1 for size in sizes) > 50


@some
@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(case: Case, random: Random) -> None:
    shuffled = replace(
        case,
        stops=tuple(random.sample(case.stops, len(case.stops))),
        legs=tuple(random.sample(case.legs, len(case.legs))),
    )

    ways, again = answer(case), answer(shuffled)

    assert ways == again


def answer(case: Case) -> Ways | tuple[str, tuple[RuledOut, ...]]:
    try:
        return find(Network(case.stops, case.legs), **case.parcel)
    except NoWay as refusal:
        return str(refusal), refusal.ruled_out


@some
@given(cases)
def test_every_way_passes_one_county_centre_and_keeps_the_cold_chain(case: Case) -> None:
    stops = {stop.code: stop for stop in case.stops}
    legs = {leg.code: leg for leg in case.legs}

    ways = found(case)

    for way in ways:
        visited = [stops[way.hops[0].origin], *(stops[hop.destination] for hop in way.hops)]
        assert sum(stop.tier == Tier.COUNTY for stop in visited) == 1
        assert all(case.parcel["temperature"] in stop.temperatures for stop in visited)
        assert all(case.parcel["temperature"] in legs[hop.leg].temperatures for hop in way.hops)


@some
@given(cases)
def test_closing_a_leg_of_the_best_way_changes_the_way_or_names_the_leg(case: Case) -> None:
    for way in found(case)[:1]:
        for hop in way.hops:
            legs = tuple(
                replace(leg, open_from=None, open_until=date(2026, 1, 1)) if leg.code == hop.leg else leg
                for leg in case.legs
            )

            outcome = answer(replace(case, legs=legs))

            if isinstance(outcome, tuple):
                assert hop.leg in {item.code for item in outcome[1]}
                assert f"leg {hop.leg} is closed (../2026-01-01)" in "; ".join(map(str, outcome[1]))
            else:
                assert all(hop.leg not in {later.leg for later in other.hops} for other in outcome.frontier)
                assert outcome.cheapest.cost_fen >= way.cost_fen


@some
@given(cases, st.integers(1, 3000))
def test_goods_ready_later_never_arrive_earlier(case: Case, minutes: int) -> None:
    latest_at = datetime(2026, 3, 14, tzinfo=UTC)
    parcel = {**case.parcel, "latest_at": latest_at, "horizon_days": 40}
    later = {**parcel, "ready_at": parcel["ready_at"] + timedelta(minutes=minutes)}

    first, second = found(replace(case, parcel=parcel)), found(replace(case, parcel=later))

    if second:
        assert first[-1].arrive_at <= second[-1].arrive_at
        assert first[0].cost_fen <= second[0].cost_fen
