"""What tables of goods may choose from today: categories, commodities, places of origin, temperatures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from catalogue.imports import columns
from catalogue.imports.rows import Lists
from catalogue.models import Category, Commodity, Place

ORIGIN_LEVELS = (Place.Level.COUNTY, Place.Level.TOWNSHIP)


def of(on: date) -> Lists:
    """The lists by column. A short name (slug, code) goes before a name, so another's name never hides it."""
    commodities = Commodity.objects.values_list("code", "name", "name_en")
    places = Place.objects.on(on).filter(level__in=ORIGIN_LEVELS)
    return {
        "category": _categories(),
        "commodity": _named((code, (name, english)) for code, name, english in commodities)
        | _named((code, (code,)) for code, _name, _english in commodities),
        "origin": {digits: (key,) for digits, key in places.values_list("digits", "pk")},
        "temperature": _named((key, (key, *names)) for key, names in columns.TEMPERATURES.items()),
    }


def _categories() -> dict[str, set[Any]]:
    """By name, by slug and, as a slug may stand in several branches, by the slugs from the top: "nuts/walnuts"."""
    rows = list(Category.objects.values_list("pk", "slug", "name", "name_en"))
    by_name = _named((key, (name, english)) for key, _slug, name, english in rows)
    by_slug = _named((key, (slug,)) for key, slug, _name, _english in rows)
    by_branch = _named((key, (branch,)) for key, branch in branches().items())
    return by_name | by_branch | by_slug


def branches() -> dict[int, str]:
    """What each category is called with its branch, "nuts/walnuts", by its key."""
    rows = list(Category.objects.values_list("pk", "path", "slug"))
    slugs, step = {path: slug for _key, path, slug in rows}, Category.steplen
    return {key: "/".join(slugs[path[:end]] for end in range(step, len(path) + 1, step)) for key, path, _slug in rows}


def _named(entries: Iterable[tuple[Any, Iterable[str]]]) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = defaultdict(set)
    for key, names in entries:
        for name in names:
            if plain := columns.plain(name):
                found[plain].add(key)
    return dict(found)
