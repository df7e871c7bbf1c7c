"""The map of an order's way: its counties, its roads, its beam."""

from itertools import pairwise

import pytest

from shop.drawn import labels, order_map, seats
from shop.drawn.order_map import Stop
from shop.drawn.projection import project

VILLAGE, TOWNSHIP, COUNTY, HUB, WAREHOUSE, DOOR = "653223105204", "653223105", "653223", "6532", "3301", "33"


def way(*states: str) -> tuple[Stop, ...]:
    names = ["Pishan", "Pishan", "Pishan", "Hotan", "Zhejiang", "Zhejiang"]
    codes, km = [VILLAGE, TOWNSHIP, COUNTY, HUB, WAREHOUSE, DOOR], [0, 18, 62, 190, 4010, 40]
    return tuple(Stop(*row) for row in zip(codes, names, states, km, strict=True))


def laid_out(*states: str) -> order_map.OrderMap:
    found = order_map.lay_out(way(*states))
    assert found is not None
    return found


NEW = ("now", "next", "next", "next", "next", "next")
HALF = ("done", "done", "done", "now", "next", "next")
OVER = ("done",) * 6


def test_stops_in_one_county_share_a_dot_at_its_seat() -> None:
    drawn = laid_out(*HALF)

    assert [seat.name for seat in drawn.seats] == ["Pishan", "Hotan"]
    assert (drawn.seats[0].x, drawn.seats[0].y) == tuple(round(n) for n in project(*seats.seats()[COUNTY]))


@pytest.mark.parametrize(
    ("states", "expected"), [(NEW, ["now", "next"]), (HALF, ["done", "now"]), (OVER, ["done", "done"])]
)
def test_each_dot_shows_how_far_the_parcel_is(states: tuple[str, ...], expected: list[str]) -> None:
    assert [seat.state for seat in laid_out(*states).seats] == expected


@pytest.mark.parametrize(
    ("states", "expected"), [(NEW, ["next", "next"]), (HALF, ["done", "next"]), (OVER, ["done", "done"])]
)
def test_a_road_is_solid_once_it_was_travelled(states: tuple[str, ...], expected: list[str]) -> None:
    assert [state for _path, state in laid_out(*states).lines] == expected


@pytest.mark.parametrize(("states", "done"), [(NEW, 0), (HALF, 0), (OVER, 1000)])
def test_the_beam_is_as_long_as_the_legs_beyond_the_land(states: tuple[str, ...], done: int) -> None:
    beam = laid_out(*states).beam

    assert beam is not None
    assert (beam.start, beam.end, beam.km, beam.done) == ("Hotan", "Zhejiang", 4050, done)


def test_the_beam_is_marked_every_quarter_of_a_thousand_kilometres_and_the_thousands_are_long() -> None:
    beam = laid_out(*NEW).beam

    assert beam is not None
    marks = [x for x, _long in beam.ticks]
    assert len(marks) == 4050 // 250 + 1
    assert all(abs((b - a) - 250 * 1000 / 4050) <= 1 for a, b in pairwise(marks))
    assert [x for x, long in beam.ticks if long] == [round(km * 1000 / 4050) for km in (0, 1000, 2000, 3000, 4000)]


def test_no_name_lies_on_a_road_or_on_another_name() -> None:
    found = order_map.lay_out((*way(*HALF)[:3], Stop("6531", "Kashgar", "now", 300), *way(*HALF)[4:]))

    assert found is not None
    named = [seat for seat in found.seats if seat.label]
    assert len(named) == 2
    boxes = []
    for seat in named:
        half = labels.em_width(seat.label) * found.letter / 2
        boxes.append(
            labels.Box(seat.middle - half, seat.base - found.letter * 0.7, seat.middle + half, seat.base)
        )  # fmt: skip
    assert not boxes[0].overlaps(boxes[1])
    one, other = found.seats
    assert not any(box.meets(one.x, one.y, other.x, other.y) for box in boxes)


def test_a_way_that_begins_elsewhere_has_no_map() -> None:
    assert order_map.lay_out((Stop("31", "Shanghai", "now"), Stop("33", "Zhejiang", "next", 180))) is None
    assert order_map.lay_out(()) is None


def test_a_way_that_stays_in_the_land_has_no_beam() -> None:
    found = order_map.lay_out(way(*HALF)[:4])

    assert found is not None
    assert found.beam is None
