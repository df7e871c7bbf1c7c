"""What the drawn components need: the map of counties laid out, the land, the month it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.days import SHANGHAI
from shop.drawn import county_map, land, seats
from shop.drawn.county_map import County

register = template.Library()


@register.simple_tag(name="drawn_land")
def drawn_land() -> land.Land:
    """Rivers, sand and ridges as path data."""
    return land.drawn()


@register.simple_tag(name="county_map")
def map_of_counties(counties: Iterable[Mapping[str, Any]], current: str = "") -> county_map.Map:
    """Lay out the map of southern Xinjiang.

    counties: {code, name, url, count, current}; count of products (None or missing: not said), url and current may be
        missing; a code outside our list of seats is left to the list beside the map
    current: code of the county the page is about, where no row says so itself
    """
    given = [_county(row, current) for row in counties]
    english = (get_language() or "").startswith("en")
    known = {county.code for county in given}
    others = [County(code, seats.name_of(code, english=english)) for code in seats.seats() if code not in known]
    short = seats.short_names((county.code, county.name) for county in (*given, *others))
    return county_map.lay_out(
        tuple(replace(county, name=short[county.code]) for county in given),
        tuple(replace(county, name=short[county.code]) for county in others),
        _words(),
    )


def _county(row: Mapping[str, Any], current: str) -> County:
    code = str(row["code"])
    return County(
        code=code,
        name=str(row["name"]),
        url=str(row.get("url") or ""),
        count=row.get("count"),
        current=bool(row.get("current")) or code == current,
    )


def _words() -> tuple[tuple[str, str], ...]:
    return (
        ("taklamakan", _("Taklamakan Desert")),
        ("tian-shan", _("Tian Shan")),
        ("kunlun", _("Kunlun")),
        ("tarim", _("Tarim")),
        ("hotan-river", _("Hotan River")),
        ("konqi", _("Konqi")),
    )


@register.simple_tag
def month_or_now(month: int | str = "") -> int:
    """The given month (1 to 12), or the one it is in Shanghai where none is given."""
    return int(month) if month else this_month(timezone.now())


def this_month(at: datetime) -> int:
    return at.astimezone(SHANGHAI).month
