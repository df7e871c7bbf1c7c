"""Names on a map: none over another, as many as there is room for."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.drawn import county_map, labels, seats
from shop.drawn.county_map import County
from shop.drawn.labels import Box, Dot

FRAME = Box(0, 0, 300, 300)
WORDS = tuple((key, key) for key, *_ in county_map.LAND_WORDS)
WITH_PRODUCTS = {
    "653022": 4, "653123": 4, "653125": 8, "653126": 7, "653129": 4, "653222": 6, "653223": 24, "653224": 5,
    "653225": 4, "653226": 4,
}  # fmt: skip

dots = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(10, 90)), max_size=25, unique_by=lambda d: d[:2]
).map(lambda rows: [Dot(str(n), x, y, width, 14) for n, (x, y, width) in enumerate(rows)])


def clashes(found: dict[str, labels.Label]) -> list[tuple[str, str]]:
    return [(one, other) for one, other in combinations(found, 2) if found[one].box.overlaps(found[other].box)]


@settings(deadline=None, max_examples=60)
@given(dots=dots)
def test_no_two_names_overlap_and_none_covers_a_dot_or_leaves_the_map(dots: list[Dot]) -> None:
    found = labels.place(dots, radius=4, frame=FRAME)

    assert clashes(found) == []
    assert all(label.box.inside(FRAME) for label in found.values())
    assert not any(
        label.box.overlaps(Box(dot.x - 4, dot.y - 4, dot.x + 4, dot.y + 4)) for label in found.values() for dot in dots
    )


@settings(deadline=None, max_examples=60)
@given(dots=dots)
def test_no_line_to_a_name_crosses_another_name(dots: list[Dot]) -> None:
    found = labels.place(dots, radius=4, frame=FRAME)

    crossed = [
        (key, other)
        for key, label in found.items()
        for other, seen in found.items()
        if label.leader and key != other and seen.box.meets(*label.leader)
    ]
    assert crossed == []


def test_two_names_on_one_spot_would_be_found_to_clash() -> None:
    label = labels.Label(Box(0, 0, 10, 10), None)

    assert clashes({"a": label, "b": label}) == [("a", "b")]


def test_a_name_without_room_is_left_out() -> None:
    crowd = [Dot(str(n), 20, 20, 35, 14) for n in range(12)]

    found = labels.place(crowd, radius=4, frame=Box(0, 0, 40, 40))

    assert 0 < len(found) < 12


def test_a_lonely_name_stands_right_beside_its_dot() -> None:
    found = labels.place([Dot("a", 100, 100, 40, 14)], radius=4, frame=FRAME)

    assert found["a"].leader is None
    assert found["a"].box.left == pytest.approx(105.4)


def test_the_same_dots_are_named_in_the_same_places() -> None:
    rows = [Dot(str(n), 100 + 9 * n % 40, 100 + 17 * n % 50, 40, 14) for n in range(15)]

    assert labels.place(rows, radius=4, frame=FRAME) == labels.place(rows, radius=4, frame=FRAME)


def named(language: str, codes: dict[str, int | None]) -> tuple[County, ...]:
    full = [(code, seats.name_of(code, english=language == "en")) for code in codes]
    short = seats.short_names(full)
    return tuple(County(code, short[code], "/x/", codes[code]) for code, _ in full)


def boxes(view: county_map.View) -> dict[str, Box]:
    """What the template draws: the text of each named spot, around its middle."""
    found = {}
    for spot in view.spots:
        if spot.label:
            half = labels.em_width(county_map.text_of(spot.county)) * view.letter / 2
            found[spot.county.code] = Box(spot.middle - half, spot.base - view.letter, spot.middle + half, spot.base)
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["whole", "near"])
def test_every_county_with_products_is_named_and_no_two_names_overlap(language: str, size: str) -> None:
    view = getattr(county_map.lay_out(named(language, dict(WITH_PRODUCTS)), (), WORDS), size)
    drawn = boxes(view)

    assert set(drawn) == set(WITH_PRODUCTS)
    assert [pair for pair in combinations(drawn, 2) if drawn[pair[0]].overlaps(drawn[pair[1]])] == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["whole", "near"])
def test_with_products_everywhere_names_still_do_not_overlap(language: str, size: str) -> None:
    everywhere: dict[str, int | None] = dict.fromkeys(seats.seats(), 12)

    view = getattr(county_map.lay_out(named(language, everywhere), (), WORDS), size)
    drawn = boxes(view)

    assert len(drawn) >= 15
    assert [pair for pair in combinations(drawn, 2) if drawn[pair[0]].overlaps(drawn[pair[1]])] == []


def test_the_lands_own_names_keep_clear_of_the_counties() -> None:
    view = county_map.lay_out(named("en", dict(WITH_PRODUCTS)), (), WORDS).whole

    assert {"taklamakan", "tian-shan", "kunlun"} <= {word.text for word in view.words}
