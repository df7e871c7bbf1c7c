"""Usual months of harvest and of sale, by commodity: data/seasons.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dates import MONTHS

from catalogue.models import Commodity

FILE = Path(__file__).resolve().parent / "data" / "seasons.csv"


class Season(NamedTuple):
    harvest: frozenset[int]
    sale: frozenset[int]


@cache
def known() -> dict[str, Season]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["commodity"]: Season(_months(row["harvest"]), _months(row["sale"])) for row in csv.DictReader(file)}


def rows(commodities: Iterable[str]) -> list[dict[str, Any]]:
    """Rows of components/season_calendar.html, the harvest that comes first in the year first."""
    seasons = known()
    codes = [code for code in commodities if code in seasons]
    named = Commodity.objects.in_bulk(codes)
    ordered = sorted((code for code in codes if code in named), key=lambda code: _first_harvest(seasons[code], code))
    return [_row(named[code], seasons[code]) for code in ordered]


def _row(commodity: Commodity, season: Season) -> dict[str, Any]:
    months = [{"n": n, "label": str(MONTHS[n]), "state": _state(n, season)} for n in range(1, 13)]
    url = f"{reverse('catalogue:index')}?{urlencode({'query': str(commodity)})}"
    return {"name": str(commodity), "url": url, "months": months}


def _state(month: int, season: Season) -> str:
    """ "harvest", "sale", "both" or nothing."""
    if month in season.harvest:
        return "both" if month in season.sale else "harvest"
    return "sale" if month in season.sale else ""


def _first_harvest(season: Season, code: str) -> tuple[int, int, str]:
    """What is harvested all year comes last."""
    return (len(season.harvest) == 12, min(season.harvest), code)


def _months(cell: str) -> frozenset[int]:
    return frozenset(int(month) for month in cell.split())
