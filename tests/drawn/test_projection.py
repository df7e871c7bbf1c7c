"""Where the sketch maps put a place."""

import csv
import json
import warnings
from pathlib import Path

import pytest

from shop.drawn import land, seats
from shop.drawn.projection import HEIGHT, WHOLE, WIDTH, Window, kilometres, project, window_around

BOUNDARIES = Path(__file__).parents[3] / "shared" / "data" / "boundaries" / "xinjiang_counties.geojson"


def test_one_unit_is_a_kilometre_along_the_true_parallel_and_every_meridian() -> None:
    west, east = project(78.0, 39.0), project(79.0, 39.0)
    north, south = project(80.0, 40.0), project(80.0, 39.0)

    assert east[0] - west[0] == pytest.approx(kilometres((78.0, 39.0), (79.0, 39.0)), rel=0.002)
    assert south[1] - north[1] == pytest.approx(kilometres((80.0, 40.0), (80.0, 39.0)), rel=0.002)


def test_the_great_circle_from_hotan_to_hangzhou_is_what_an_atlas_says() -> None:
    assert kilometres(seats.seats()["653201"], seats.CAPITALS["33"]) == pytest.approx(3780, abs=40)


def test_east_is_right_and_north_is_up() -> None:
    kashgar, korla = project(*seats.seats()["653101"]), project(*seats.seats()["652801"])

    assert kashgar[0] < korla[0]
    assert kashgar[1] > korla[1]


def test_every_county_of_the_five_prefectures_has_a_seat_on_the_sketch() -> None:
    rows = csv.DictReader((seats.DATA / "divisions-2023.csv").open(encoding="utf-8"))
    counties = {row["code"] for row in rows if row["level"] == "county" and row["code"][:4] in seats.PREFECTURE_SEATS}

    assert set(seats.seats()) == counties
    assert all(WHOLE.holds(project(*seat), margin=10) for seat in seats.seats().values())


def test_every_province_has_its_capital() -> None:
    rows = csv.DictReader((seats.DATA / "divisions-2023.csv").open(encoding="utf-8"))

    assert set(seats.CAPITALS) == {row["code"] for row in rows if row["level"] == "province"}


@pytest.mark.parametrize(
    ("code", "seat"),
    [("653223", "653223"), ("653223105204", "653223"), ("6532", "653201"), ("33", None), ("330106", None)],
)
def test_a_place_at_any_level_is_drawn_at_its_county_seat(code: str, seat: str | None) -> None:
    assert seats.seat_of(code) == (seats.seats()[seat] if seat else None)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("叶城县", "叶城"),
        ("塔什库尔干塔吉克自治县", "塔什库尔干"),
        ("焉耆回族自治县", "焉耆"),
        ("库尔勒市", "库尔勒"),
        ("Shache County (Yarkant)", "Shache"),
        ("Yanqi Hui Autonomous County", "Yanqi"),
        ("Korla City", "Korla"),
    ],
)
def test_a_map_writes_the_short_name(name: str, short: str) -> None:
    assert seats.short(name) == short


def test_two_counties_of_one_short_name_keep_their_whole_names() -> None:
    assert seats.short_names([("653201", "和田市"), ("653221", "和田县"), ("653223", "皮山县")]) == {
        "653201": "和田市",
        "653221": "和田县",
        "653223": "皮山",
    }


def test_a_window_shows_its_points_and_stays_inside_the_land() -> None:
    points = [project(75.9, 39.1), project(81.7, 36.9)]

    window = window_around(points, shape=1.05, least=420, margin=0.13)

    assert all(window.holds(point, margin=window.width * 0.1) for point in points)
    assert window.left >= 0 and window.left + window.width <= WIDTH
    assert window.top >= 0 and window.top + window.height <= HEIGHT


def test_a_window_around_nothing_is_as_wide_as_the_land() -> None:
    assert window_around([], shape=2.0, least=420, margin=0.13).width == WIDTH


def test_a_point_outside_is_not_held() -> None:
    assert not Window(0, 0, 10, 10).holds((11, 5))


def test_no_county_seat_lies_in_the_sand() -> None:
    sand = [project(*point) for point in land.SAND]

    assert land.contains(sand, project(82.5, 39.0))
    assert [code for code, seat in seats.seats().items() if land.contains(sand, project(*seat))] == []


def test_the_land_is_the_same_every_time() -> None:
    first = land.drawn()
    land.drawn.cache_clear()

    assert land.drawn() == first


def rings(code: str) -> list[list[tuple[float, float]]]:
    features = json.loads(BOUNDARIES.read_text(encoding="utf-8"))["features"]
    shapes = [each["geometry"] for each in features if each["properties"].get("adcode") == code]
    polygons = [part for shape in shapes for part in shape["coordinates"]]
    return [[(x, y) for x, y, *_ in polygon[0]] for polygon in polygons]


def test_every_seat_lies_in_its_county() -> None:
    if not BOUNDARIES.exists():
        words = f"NO BOUNDARIES at {BOUNDARIES}: it was not checked that county seats lie in their counties."
        warnings.warn(words, stacklevel=1)
        pytest.skip(words)

    outside = [
        code for code, seat in seats.seats().items() if not any(land.contains(ring, seat) for ring in rings(code))
    ]

    assert outside == []
    assert not any(land.contains(ring, seats.seats()["653101"]) for ring in rings("652801"))
