"""Where county seats and provincial capitals lie: facts to two decimals of a degree."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from shop.drawn.projection import Point

DATA = Path(__file__).parents[2] / "catalogue" / "data"

# The seat of each prefecture is a county of the list; a hub's place is a prefecture.
PREFECTURE_SEATS = {"6528": "652801", "6529": "652901", "6530": "653001", "6531": "653101", "6532": "653201"}

# Capitals of the provinces, by the province's code.
CAPITALS: dict[str, Point] = {
    "11": (116.41, 39.90), "12": (117.20, 39.13), "13": (114.51, 38.04), "14": (112.55, 37.87), "15": (111.75, 40.84),
    "21": (123.43, 41.80), "22": (125.32, 43.82), "23": (126.53, 45.80), "31": (121.47, 31.23), "32": (118.80, 32.06),
    "33": (120.15, 30.27), "34": (117.23, 31.82), "35": (119.30, 26.07), "36": (115.86, 28.68), "37": (117.00, 36.65),
    "41": (113.63, 34.75), "42": (114.30, 30.59), "43": (112.94, 28.23), "44": (113.26, 23.13), "45": (108.37, 22.82),
    "46": (110.32, 20.04), "50": (106.55, 29.56), "51": (104.07, 30.57), "52": (106.63, 26.65), "53": (102.71, 25.04),
    "54": (91.14, 29.65), "61": (108.94, 34.34), "62": (103.83, 36.06), "63": (101.78, 36.62), "64": (106.23, 38.49),
    "65": (87.62, 43.83),
}  # fmt: skip


@cache
def seats() -> dict[str, Point]:
    """Longitude and latitude of each county seat of southern Xinjiang, by the county's code."""
    with (DATA / "county-seats.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}


def county_of(code: str) -> str:
    """The county whose seat stands for a division: its own, or that of its prefecture's seat; empty elsewhere."""
    county = PREFECTURE_SEATS.get(code, code[:6])
    return county if county in seats() else ""


def seat_of(code: str) -> Point | None:
    """Longitude and latitude of that county's seat; None outside our list."""
    return seats().get(county_of(code))


@cache
def names(column: str) -> dict[str, str]:
    """Names of the counties in the list. column: "name" (Chinese, every county) or "name_en" (where there is one)."""
    file = "divisions-2023.csv" if column == "name" else "names-en.csv"
    with (DATA / file).open(encoding="utf-8", newline="") as rows:
        return {row["code"]: row[column] for row in csv.DictReader(rows) if row["code"] in seats()}


def name_of(code: str, *, english: bool) -> str:
    return (names("name_en").get(code) if english else None) or names("name").get(code, code)


def short(name: str) -> str:
    """A county's name without the word for county: "叶城县" -> "叶城", "Yecheng County" -> "Yecheng"."""
    name = re.sub(r"\s*\([^)]*\)", "", name).strip()
    if name.isascii() or " " in name:
        return re.sub(r"( \w+)? (Autonomous )?(County|City)$", lambda m: "" if m[2] or not m[1] else m[1], name)
    bare = re.sub(r"(?<=..)(自治县|[县市])$", "", name)
    return re.sub(r"(?<=..)(塔吉克|回族)$", "", bare)


def short_names(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Short names by code; where two would be the same (和田市, 和田县) both stay whole."""
    rows = list(named)
    often = Counter(short(name) for _, name in rows)
    return {code: short(name) if often[short(name)] == 1 else name for code, name in rows}
