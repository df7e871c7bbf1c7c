"""What is searched: the demo's products, things that are no food and bear the names of foods, and many of both.

No database is needed: `fields.Names` is all that an index is made of.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from catalogue.search.fields import Names

ROOT = Path(__file__).resolve().parents[2]
DEMO, PLACES, HERE = ROOT / "shop/demo/data", ROOT / "catalogue/data", Path(__file__).resolve().parent
EVERY_NTH_OTHER = 20  # of many products, one in so many is no food
CODES = 400  # different codes in the titles of many products


@dataclass(frozen=True)
class Thing:
    """commodity, supplier, county: codes; empty for what is no food; yuan: its price"""

    names: Names
    commodity: str = ""
    supplier: str = ""
    county: str = ""
    yuan: Decimal = Decimal(30)

    @property
    def title(self) -> str:
        return " ".join(self.names.title)

    @property
    def is_food(self) -> bool:
        return bool(self.commodity)


def demo() -> list[Thing]:
    """The products of the demo, named as the catalogue names them."""
    kinds = {row["code"]: row for row in _rows(DEMO / "commodities.csv")}
    suppliers = {row["code"]: row for row in json.loads((DEMO / "suppliers.json").read_text(encoding="utf-8"))}
    return [
        Thing(
            Names(
                title=(item["title"], item["title_en"]),
                commodity=_both(kinds[item["commodity"]]),
                category=tuple(_categories(kinds[item["commodity"]]["category"])),
                supplier=_both(suppliers[item["supplier"]]),
                place=tuple(_places(item["origin"])),
                description=(item["description"], item["description_en"]),
            ),
            item["commodity"],
            item["supplier"],
            item["origin"][:6],
            Decimal(item["price_fen"]) / 100,
        )
        for item in json.loads((DEMO / "products.json").read_text(encoding="utf-8"))
    ]


def others() -> list[Thing]:
    """Jewellery, garnet, abrasives, carvings, colours: bench/search/others.csv."""
    return [
        Thing(Names(title=(row["title"], row["title_en"]), commodity=(row["kind"],), category=(row["kind"],)))
        for row in _rows(HERE / "others.csv")
    ]


def many(number: int) -> Iterator[Thing]:
    """So many things, each with a number and a code in its title."""
    foods, rest = demo(), others()
    for place in range(number):
        source = rest if place % EVERY_NTH_OTHER == 0 else foods
        thing = source[(place // EVERY_NTH_OTHER + place) % len(source)]
        chinese, english = thing.names.title
        mark = f" {place}号园 a{place % CODES} b{place * 3 % CODES}"
        yield replace(thing, names=replace(thing.names, title=(chinese + mark, english + mark)))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _both(row: Mapping[str, str]) -> tuple[str, str]:
    return row["name"], row["name_en"]


def _categories(code: str) -> Iterator[str]:
    rows = {row["code"]: row for row in _rows(DEMO / "categories.csv")}
    while code:
        yield from _both(rows[code])
        code = rows[code]["parent"]


@cache
def _divisions() -> dict[str, dict[str, str]]:
    english = {row["code"]: row["name_en"] for row in _rows(PLACES / "names-en.csv")}
    rows = _rows(PLACES / "divisions-2023.csv")
    return {row["code"]: row | {"name_en": english.get(row["code"], "")} for row in rows}


def _places(code: str) -> Iterator[str]:
    while code:
        yield from _both(_divisions()[code])
        code = _divisions()[code]["parent"]
