"""Each rule of the network on the smallest example, beside a control in which only that rule's fact is different."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from logistics.routing import (
    BadNetwork,
    Leg,
    Network,
    NoWay,
    Reason,
    Stop,
    Temperature,
    Tier,
    UnknownStop,
    Ways,
    find,
)

MONDAY = date(2026, 3, 2)
TUESDAY = date(2026, 3, 3)


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 on the clock of Asia/Shanghai, as aware UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def stop(code: str, tier: Tier, **facts: Any) -> Stop:
    row = Stop(code, tier, frozenset(Temperature), cut_off_minute=1440, handling_minutes=0)
    return replace(row, **facts)


def leg(code: str, origin: str, destination: str, **facts: Any) -> Leg:
    row = Leg(
        code,
        origin,
        destination,
        distance_km=10,
        minutes=60,
        fixed_fen=100,
        fen_per_kg=0,
        temperatures=frozenset(Temperature),
        weekdays=frozenset(range(7)),
        depart_minute=600,
    )
    return replace(row, **facts)


VILLAGE = stop("village", Tier.VILLAGE)
TOWNSHIP = stop("township", Tier.TOWNSHIP)
COUNTY = stop("county", Tier.COUNTY)
HUB = stop("hub", Tier.HUB)
DOOR = stop("door", Tier.DOOR)
UP = leg("up", "village", "county")
OUT = leg("out", "county", "door", depart_minute=720)


def ways(stops: list[Stop], legs: list[Leg], **parcel: Any) -> Ways:
    asked: dict[str, Any] = {
        "origin": "village",
        "destination": "door",
        "grams": 1000,
        "temperature": Temperature.AMBIENT,
        "ready_at": shanghai(2, 8),
    }
    return find(Network(stops, legs), **{**asked, **parcel})


def route(found: Ways) -> list[str]:
    return [hop.leg for hop in found.cheapest.hops]


def test_a_way_tells_every_hop_with_its_moments_cost_and_distance() -> None:
    way = ways([VILLAGE, COUNTY, DOOR], [UP, OUT]).cheapest

    assert [(hop.leg, hop.origin, hop.destination) for hop in way.hops] == [
        ("up", "village", "county"),
        ("out", "county", "door"),
    ]
    assert [hop.depart_at for hop in way.hops] == [shanghai(2, 10), shanghai(2, 12)]
    assert [hop.arrive_at for hop in way.hops] == [shanghai(2, 11), shanghai(2, 13)]
    assert (way.cost_fen, way.distance_km, way.arrive_at) == (200, 20, shanghai(2, 13))
    assert way.arrive_at.tzinfo is UTC


@pytest.mark.parametrize(("grams", "cost_fen"), [(1, 101), (333, 101), (334, 102), (1000, 103), (1001, 104)])
def test_a_started_fen_counts_whole_on_each_leg(grams: int, cost_fen: int) -> None:
    found = ways([VILLAGE, COUNTY, DOOR], [replace(UP, fen_per_kg=3), replace(OUT, fixed_fen=0)], grams=grams)

    assert found.cheapest.cost_fen == cost_fen


@pytest.mark.parametrize(("tier", "expected"), [(Tier.TOWNSHIP, ["up", "out"]), (Tier.COUNTY, ["past", "on"])])
def test_a_cheaper_way_without_a_county_centre_is_not_a_way(tier: Tier, expected: list[str]) -> None:
    beside = stop("beside", tier)
    past, on = (
        leg("past", "village", "beside", fixed_fen=1),
        leg("on", "beside", "door", fixed_fen=1, depart_minute=720),
    )

    found = ways([VILLAGE, COUNTY, DOOR, beside], [UP, OUT, past, on])

    assert route(found) == expected


@pytest.mark.parametrize(("tier", "expected"), [(Tier.HUB, ["up", "near", "on"]), (Tier.COUNTY, ["up", "out"])])
def test_a_second_county_centre_ends_a_way(tier: Tier, expected: list[str]) -> None:
    beside = stop("beside", tier)
    near, on = leg("near", "county", "beside", fixed_fen=1), leg("on", "beside", "door", fixed_fen=1)

    found = ways([VILLAGE, COUNTY, DOOR, beside], [UP, OUT, near, on])

    assert route(found) == expected


def test_the_origin_counts_as_the_county_centre() -> None:
    found = ways([COUNTY, DOOR], [OUT], origin="county")

    assert route(found) == ["out"]


def test_goods_may_come_back_to_a_stop_once_the_county_centre_has_been_passed() -> None:
    neighbour = stop("neighbour", Tier.VILLAGE)
    legs = [
        leg("a", "village", "township"),
        leg("b", "township", "county"),
        leg("c", "county", "township"),
        leg("d", "township", "neighbour"),
    ]

    found = ways([VILLAGE, TOWNSHIP, COUNTY, neighbour], legs, destination="neighbour")

    assert route(found) == ["a", "b", "c", "d"]


def test_a_cheap_label_without_a_county_centre_does_not_hide_a_dear_one_with_it() -> None:
    straight = leg("straight", "village", "hub", fixed_fen=1)
    through = leg("through", "county", "hub", fixed_fen=100, depart_minute=720)
    last = leg("last", "hub", "door")

    found = ways([VILLAGE, COUNTY, HUB, DOOR], [UP, straight, through, last])

    assert route(found) == ["up", "through", "last"]


def test_a_cheap_slow_way_does_not_hide_a_dear_fast_one() -> None:
    slow = leg("slow", "village", "county", fixed_fen=1, minutes=3000)

    found = ways([VILLAGE, COUNTY, DOOR], [UP, OUT, slow])

    assert [hop.leg for hop in found.cheapest.hops] == ["slow", "out"]
    assert [hop.leg for hop in found.fastest.hops] == ["up", "out"]
    assert found.frontier == (found.cheapest, found.fastest)


@pytest.mark.parametrize("price", [{"fixed_fen": 100}, {"fixed_fen": 0, "fen_per_kg": 100}])
@pytest.mark.parametrize(("rival_fen", "cheapest"), [(150, ["up", "late"]), (50, ["past", "on"])])
def test_a_price_still_ahead_counts_once(price: dict[str, Any], rival_fen: int, cheapest: list[str]) -> None:
    beside = stop("beside", Tier.COUNTY)
    past, on = leg("past", "village", "beside", fixed_fen=rival_fen), leg("on", "beside", "door", fixed_fen=0)
    late = replace(OUT, code="late", depart_minute=1170, weekdays=frozenset({3}), **price)

    found = ways([VILLAGE, COUNTY, DOOR, beside], [replace(UP, fixed_fen=0), late, past, on])

    assert route(found) == cheapest


@pytest.mark.parametrize(("handling_minutes", "fastest"), [(500, ["up", "late"]), (540, ["past", "on"])])
def test_a_faster_way_counts_its_handling_once(handling_minutes: int, fastest: list[str]) -> None:
    beside = stop("beside", Tier.COUNTY)
    past, on = leg("past", "village", "beside", fixed_fen=1), leg("on", "beside", "door", depart_minute=1200)
    late = replace(OUT, code="late", depart_minute=1170)

    found = ways([VILLAGE, replace(COUNTY, handling_minutes=handling_minutes), DOOR, beside], [UP, late, past, on])

    assert [hop.leg for hop in found.fastest.hops] == fastest


def test_a_round_trip_that_costs_no_time_and_no_money_ends() -> None:
    free: dict[str, Any] = {"fixed_fen": 0, "minutes": 0, "depart_minute": 600}
    round_trip = [leg("there", "village", "township", **free), leg("back", "township", "village", **free)]
    on = [leg("down", "township", "county"), replace(OUT, temperatures=frozenset())]

    with pytest.raises(NoWay, match="leg out cannot hold"):
        ways([VILLAGE, TOWNSHIP, COUNTY, DOOR], [*round_trip, *on], ready_at=shanghai(2, 10))


def test_a_dearer_way_that_is_no_faster_is_left_out() -> None:
    earlier = leg("earlier", "village", "county", fixed_fen=150, depart_minute=540)

    found = ways([VILLAGE, COUNTY, DOOR], [UP, OUT, earlier])

    assert len(found.frontier) == 1
    assert route(found) == ["up", "out"]


@pytest.mark.parametrize("minutes", [60, 30])
def test_of_equal_ways_the_one_with_fewer_hops_is_taken_though_it_comes_later_to_a_stop(minutes: int) -> None:
    around = [
        leg("a1", "village", "township", fixed_fen=50, minutes=minutes),
        leg("a2", "township", "county", fixed_fen=50, depart_minute=600 + minutes, minutes=0),
    ]

    found = ways([VILLAGE, TOWNSHIP, COUNTY, DOOR], [UP, OUT, *around])

    assert route(found) == ["up", "out"]


def test_of_equal_ways_with_as_many_hops_the_first_leg_codes_are_taken() -> None:
    found = ways([VILLAGE, COUNTY, DOOR], [UP, OUT, replace(UP, code="under"), replace(UP, code="above", minutes=90)])

    assert route(found) == ["above", "out"]


@pytest.mark.parametrize(
    ("where", "held"), [("leg", True), ("leg", False), ("county", True), ("county", False), ("door", False)]
)
def test_the_cold_chain_holds_on_every_leg_and_stop(where: str, held: bool) -> None:
    classes = frozenset(Temperature) if held else frozenset({"ambient", "cool"})
    stops = [VILLAGE, *(replace(row, temperatures=classes) if row.code == where else row for row in (COUNTY, DOOR))]
    legs = [replace(UP, temperatures=classes) if where == "leg" else UP, OUT]
    named = f"leg up {Reason.COLD_CHAIN}" if where == "leg" else f"stop {where} {Reason.COLD_CHAIN}"

    ambient = ways(stops, legs)
    try:
        frozen = str(route(ways(stops, legs, temperature=Temperature.FROZEN)))
    except NoWay as refusal:
        frozen = str(refusal)

    assert route(ambient) == ["up", "out"]
    assert ("['up', 'out']" if held else f"{named} (ambient, cool)") in frozen


@pytest.mark.parametrize(("cut_off_minute", "day"), [(481, 2), (480, 3)])
def test_goods_in_at_the_cut_off_leave_the_next_day(cut_off_minute: int, day: int) -> None:
    found = ways([replace(VILLAGE, cut_off_minute=cut_off_minute), COUNTY, DOOR], [UP, OUT])

    assert found.cheapest.hops[0].depart_at == shanghai(day, 10)


@pytest.mark.parametrize(("ready_at", "day"), [(shanghai(2, 9, 59), 2), (shanghai(2, 9, 59) + timedelta(seconds=1), 3)])
def test_handling_ends_before_the_departure_to_the_second(ready_at: datetime, day: int) -> None:
    found = ways([replace(VILLAGE, handling_minutes=1), COUNTY, DOOR], [UP, OUT], ready_at=ready_at)

    assert found.cheapest.hops[0].depart_at == shanghai(day, 10)


@pytest.mark.parametrize(
    ("stop_facts", "leg_facts", "day"),
    [
        ({}, {}, 2),
        ({"closed_dates": frozenset({MONDAY})}, {}, 3),
        ({"closed_dates": frozenset({MONDAY, TUESDAY})}, {}, 4),
        ({"open_from": TUESDAY}, {}, 3),
        ({"open_from": MONDAY}, {}, 2),
        ({}, {"open_from": TUESDAY}, 3),
        ({}, {"weekdays": frozenset({3, 5})}, 5),
        ({"closed_dates": frozenset({date(2026, 3, 5)})}, {"weekdays": frozenset({3, 5})}, 7),
    ],
)
def test_nothing_leaves_on_a_day_the_stop_or_the_leg_does_not_serve(
    stop_facts: dict[str, Any], leg_facts: dict[str, Any], day: int
) -> None:
    found = ways([replace(VILLAGE, **stop_facts), COUNTY, DOOR], [replace(UP, **leg_facts), OUT])

    assert found.cheapest.hops[0].depart_at == shanghai(day, 10)


@pytest.mark.parametrize(("closed", "arrive_at"), [(frozenset(), shanghai(2, 13)), ({MONDAY, TUESDAY}, shanghai(4, 0))])
def test_goods_that_come_to_a_closed_stop_are_taken_in_when_it_opens(closed: set[date], arrive_at: datetime) -> None:
    found = ways([VILLAGE, COUNTY, replace(DOOR, closed_dates=frozenset(closed))], [UP, OUT])

    assert found.cheapest.arrive_at == found.cheapest.hops[-1].arrive_at == arrive_at


def test_handling_begins_when_a_closed_stop_opens() -> None:
    county = replace(COUNTY, closed_dates=frozenset({MONDAY}), handling_minutes=721)

    found = ways([VILLAGE, county, DOOR], [UP, OUT])

    assert found.cheapest.hops[1].depart_at == shanghai(4, 12)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1)])
def test_a_delivery_is_at_or_before_the_latest_moment(late: timedelta) -> None:
    latest_at = shanghai(2, 13) - late
    try:
        outcome = str(route(ways([VILLAGE, COUNTY, DOOR], [UP, OUT], latest_at=latest_at)))
    except NoWay as refusal:
        outcome = str(refusal)

    expected = "leg out arrives too late (2026-03-02T05:00+00:00)" if late else "['up', 'out']"
    assert expected in outcome


@pytest.mark.parametrize("horizon_days", [4, 3])
def test_a_delivery_is_within_the_horizon(horizon_days: int) -> None:
    weekly = replace(UP, weekdays=frozenset({4}))
    try:
        outcome = str(route(ways([VILLAGE, COUNTY, DOOR], [weekly, OUT], horizon_days=horizon_days + 1)))
    except NoWay as refusal:
        outcome = str(refusal)

    expected = "['up', 'out']" if horizon_days == 4 else "leg up has no departure in time (2026-03-02T00:00+00:00)"
    assert expected in outcome


def test_a_refusal_names_both_ends_the_class_and_what_stands_in_the_way() -> None:
    closed = replace(OUT, open_until=date(2026, 2, 1))

    with pytest.raises(NoWay) as caught:
        ways([VILLAGE, COUNTY, DOOR], [UP, closed], temperature=Temperature.CHILLED)

    assert str(caught.value) == "No way from village to door for chilled goods: leg out is closed (../2026-02-01)."
    assert [(item.kind, item.code, item.reason) for item in caught.value.ruled_out] == [("leg", "out", Reason.CLOSED)]


def test_a_refusal_says_when_the_legs_themselves_lead_nowhere() -> None:
    with pytest.raises(NoWay, match="no legs join them past exactly one county centre") as caught:
        ways([VILLAGE, HUB, DOOR], [leg("a", "village", "hub"), leg("b", "hub", "door")])

    assert caught.value.ruled_out == ()


def test_a_stop_closed_for_good_is_named() -> None:
    with pytest.raises(NoWay, match=r"stop county is closed \(\.\./2026-03-02\)"):
        ways([VILLAGE, replace(COUNTY, open_until=MONDAY), DOOR], [UP, OUT])


def test_what_was_refused_stands_beside_the_way_that_was_found_and_what_leads_elsewhere_does_not() -> None:
    warm = replace(UP, code="warm", temperatures=frozenset({"ambient"}))
    elsewhere = leg("elsewhere", "village", "township", temperatures=frozenset())

    found = ways([VILLAGE, TOWNSHIP, COUNTY, DOOR], [UP, OUT, warm, elsewhere], temperature=Temperature.FROZEN)

    assert [item.code for item in found.ruled_out] == ["warm"]


def test_a_leg_one_label_missed_and_another_took_is_not_ruled_out() -> None:
    slow = replace(UP, code="slow", fixed_fen=1, minutes=180)

    found = ways([VILLAGE, COUNTY, DOOR], [UP, OUT, slow], latest_at=shanghai(2, 14))

    assert route(found) == ["up", "out"]
    assert found.ruled_out == ()


@pytest.mark.parametrize(("tier", "blamed"), [(Tier.COUNTY, []), (Tier.HUB, ["up"])])
def test_a_leg_that_leads_only_past_two_county_centres_is_not_blamed(tier: Tier, blamed: list[str]) -> None:
    warm = replace(UP, temperatures=frozenset({"cool"}))
    legs = [warm, leg("near", "county", "beside"), leg("on", "beside", "door")]

    with pytest.raises(NoWay) as caught:
        ways([VILLAGE, COUNTY, stop("beside", tier), DOOR], legs)

    assert [item.code for item in caught.value.ruled_out] == blamed


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"origin": "nowhere"}, UnknownStop, "no stop 'nowhere'"),
        ({"destination": "nowhere"}, UnknownStop, "no stop 'nowhere'"),
        ({"destination": "village"}, ValueError, "already at village"),
        ({"grams": 0}, ValueError, "0 g cannot be sent"),
        ({"grams": -5}, ValueError, "-5 g cannot be sent"),
        ({"horizon_days": 0}, ValueError, "horizon is 0 days"),
        ({"temperature": "tepid"}, ValueError, "tepid"),
        ({"ready_at": datetime(2026, 3, 2)}, ValueError, "ready_at is .* without an offset"),
        ({"latest_at": datetime(2026, 3, 2)}, ValueError, "latest_at is .* without an offset"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(wrong: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ways([VILLAGE, COUNTY, DOOR], [UP, OUT], **wrong)


@pytest.mark.parametrize(
    ("stops", "legs", "message"),
    [
        ([VILLAGE, VILLAGE], [], "Stop village: the code stands twice"),
        ([VILLAGE, COUNTY], [UP, UP], "Leg up: the code stands twice"),
        ([VILLAGE], [UP], "Leg up: there is no stop 'county'"),
        ([COUNTY], [UP], "Leg up: there is no stop 'village'"),
        ([COUNTY], [leg("loop", "county", "county")], "Leg loop: it leaves county and arrives there"),
        ([replace(COUNTY, handling_minutes=-1)], [], "Stop county: handling_minutes is -1"),
        ([replace(COUNTY, cut_off_minute=0)], [], "Stop county: cut_off_minute is 0"),
        ([replace(COUNTY, cut_off_minute=1441)], [], "Stop county: cut_off_minute is 1441"),
        ([replace(COUNTY, temperatures=frozenset({"warm"}))], [], "Stop county: temperature class 'warm' is unknown"),
        ([replace(COUNTY, open_from=TUESDAY, open_until=MONDAY)], [], "Stop county: it opens on 2026-03-03"),
        ([VILLAGE, COUNTY], [replace(UP, minutes=-1)], "Leg up: minutes is -1"),
        ([VILLAGE, COUNTY], [replace(UP, distance_km=-1)], "Leg up: distance_km is -1"),
        ([VILLAGE, COUNTY], [replace(UP, fixed_fen=-1)], "Leg up: fixed_fen is -1"),
        ([VILLAGE, COUNTY], [replace(UP, fen_per_kg=-1)], "Leg up: fen_per_kg is -1"),
        ([VILLAGE, COUNTY], [replace(UP, depart_minute=1440)], "Leg up: depart_minute is 1440"),
        ([VILLAGE, COUNTY], [replace(UP, weekdays=frozenset({7}))], r"Leg up: weekdays are \[7\]"),
    ],
)
def test_a_bad_row_is_named(stops: list[Stop], legs: list[Leg], message: str) -> None:
    with pytest.raises(BadNetwork, match=message):
        Network(stops, legs)


def test_a_leg_that_serves_no_weekday_is_kept_and_never_taken() -> None:
    with pytest.raises(NoWay, match="leg up has no departure in time"):
        ways([VILLAGE, COUNTY, DOOR], [replace(UP, weekdays=frozenset()), OUT])


def test_a_network_answers_the_same_again_and_again() -> None:
    network = Network([VILLAGE, COUNTY, DOOR], [UP, OUT])
    asked: dict[str, Any] = {"grams": 1, "temperature": Temperature.COOL, "ready_at": shanghai(2, 8)}

    first = find(network, origin="village", destination="door", **asked)
    find(network, origin="county", destination="door", **asked)
    again = find(network, origin="village", destination="door", **asked)

    assert first == again
