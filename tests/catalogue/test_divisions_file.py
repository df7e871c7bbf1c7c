"""The kept place files are complete and consistent; the rules that left rows out do what they say."""

import csv
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "catalogue" / "data"
sys.path.insert(0, str(ROOT / "scripts"))

import make_places  # noqa: E402

LENGTHS = {"province": 2, "prefecture": 4, "county": 6, "township": 9, "village": 12}
TEN_COUNTIES = (
    "653022", "653123", "653125", "653126", "653129", "653222", "653223", "653224", "653225", "653226",
)  # fmt: skip


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def divisions() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in read("divisions-2023.csv")}


def test_codes_are_unique_and_sorted(divisions: dict[str, dict[str, str]]) -> None:
    codes = [row["code"] for row in read("divisions-2023.csv")]

    assert codes == sorted(set(codes))
    assert len(codes) == len(divisions)


def test_each_level_has_the_length_of_its_standard(divisions: dict[str, dict[str, str]]) -> None:
    wrong = [code for code, row in divisions.items() if not code.isdigit() or len(code) != LENGTHS[row["level"]]]

    assert wrong == []


def test_every_row_but_a_province_has_a_parent_whose_code_it_extends(divisions: dict[str, dict[str, str]]) -> None:
    orphans = [
        code
        for code, row in divisions.items()
        if row["level"] != "province" and not (row["parent"] in divisions and code.startswith(row["parent"]))
    ]

    assert orphans == []
    assert all(row["parent"] == "" for row in divisions.values() if row["level"] == "province")


def test_the_31_mainland_provinces_are_there(divisions: dict[str, dict[str, str]]) -> None:
    provinces = {code for code, row in divisions.items() if row["level"] == "province"}

    assert len(provinces) == 31
    assert provinces.isdisjoint({"71", "81", "82"})


def test_every_prefecture_has_a_county(divisions: dict[str, dict[str, str]]) -> None:
    parents = {row["parent"] for row in divisions.values() if row["level"] == "county"}

    assert {code for code, row in divisions.items() if row["level"] == "prefecture"} == parents


@pytest.mark.parametrize("county", TEN_COUNTIES)
def test_each_of_the_ten_counties_has_townships_and_every_township_villages(
    divisions: dict[str, dict[str, str]], county: str
) -> None:
    townships = {code for code, row in divisions.items() if row["parent"] == county}

    with_villages = {row["parent"] for row in divisions.values() if row["level"] == "village"}

    assert len(townships) >= 8
    assert townships <= with_villages


def test_no_corps_regiment_farm_prison_or_zone_is_a_township(divisions: dict[str, dict[str, str]]) -> None:
    words = ("兵团", "农场", "牧场", "林场", "监狱", "园区", "片区")
    townships = [row for row in divisions.values() if row["level"] == "township"]

    assert [row["name"] for row in townships if any(word in row["name"] for word in words)] == []


@pytest.mark.parametrize(
    ("code", "name", "kept"),
    [
        ("653223100", "固玛镇", True),
        ("652801001", "团结街道", True),
        ("653223212", "康克尔柯尔克孜民族乡", True),
        ("653223001", "街道", False),
        ("653223401", "皮山三峡工业园区", False),
        ("652823501", "兵团三十一团", False),
    ],
)
def test_a_township_is_kept_by_its_code_and_name(code: str, name: str, kept: bool) -> None:
    assert make_places.is_civil_township(code, name) is kept


@pytest.mark.parametrize(("name", "kept"), [("桑加尔村村委会", True), ("福安社区", True), ("监区虚拟生活区", False)])
def test_placeholders_are_no_villages(name: str, kept: bool) -> None:
    assert make_places.is_civil_village(name) is kept


@pytest.mark.parametrize(("code", "kept"), [("653223", True), ("659001", True), ("130171", False)])
def test_development_zones_are_no_counties(code: str, kept: bool) -> None:
    assert make_places.is_county(code) is kept


def test_an_english_name_belongs_to_a_division_and_is_plain(divisions: dict[str, dict[str, str]]) -> None:
    names = read("names-en.csv")

    assert [row["code"] for row in names if row["code"] not in divisions] == []
    assert [
        row["name_en"] for row in names if not row["name_en"].strip() or any(c >= "一" for c in row["name_en"])
    ] == []


def test_provinces_southern_counties_and_townships_of_the_ten_counties_have_english_names(
    divisions: dict[str, dict[str, str]],
) -> None:
    named = {row["code"] for row in read("names-en.csv")}
    wanted = {
        code
        for code, row in divisions.items()
        if row["level"] == "province"
        or (row["level"] in ("prefecture", "county") and code.startswith(("6528", "6530", "6531", "6532")))
        or (row["level"] == "township" and code.startswith(TEN_COUNTIES))
    }

    assert wanted - named == set()


def test_pairings_name_existing_places_once(divisions: dict[str, dict[str, str]]) -> None:
    pairs = [(row["donor"], row["county"]) for row in read("pairings.csv")]

    assert len(pairs) == len(set(pairs))
    assert [pair for pair in pairs if not set(pair) <= divisions.keys()] == []
    assert {county for _, county in pairs} >= set(TEN_COUNTIES)


def test_the_file_stays_small() -> None:
    assert (DATA / "divisions-2023.csv").stat().st_size < 400_000
