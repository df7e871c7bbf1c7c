"""What of a month's figures an official may read: the counties of the areas that are entrusted to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.models import Place, in_language
from shop.accounts.models import User
from shop.reports.income import Row, Table
from shop.reports.models import Official

REGION, PREFECTURE = 2, 4  # digits of a code


@dataclass(frozen=True)
class View:
    """names: by code, in the reader's language. total: None when no figure is shown"""

    counties: tuple[Row, ...]
    prefectures: tuple[Row, ...]
    total: Row | None
    names: dict[str, str]


def of(user: User) -> list[Place]:
    """The areas entrusted to a person, by code, those inside another left out; empty for everybody else."""
    areas = [entry.area for entry in Official.objects.filter(user=user).select_related("area").order_by("area_id")]
    widest: list[Place] = []
    for area in areas:
        if not any(area.code.startswith(wider.code) for wider in widest):
            widest.append(area)
    return widest


def view(table: Table, areas: Sequence[Place]) -> View:
    """The rows of these areas, and a total made only of figures that are shown.

    The shown total of a whole region or prefecture is the report's own. Any other is the sum of what stands above it,
    and is hidden when one of its parts is: what an official reads never says more than the whole table says.
    """
    counties = tuple(row for row in table.counties if _lies_in(row, areas))
    prefectures = tuple(row for row in table.prefectures if _is_whole(row, areas))
    if not counties:
        return View((), (), None, {})
    if len(counties) == len(table.counties):
        return View(counties, prefectures, table.total, _names(counties, prefectures))
    whole = {row.code for row in prefectures}
    parts = [*prefectures, *(row for row in counties if row.code[:PREFECTURE] not in whole)]
    return View(counties, prefectures, _sum(parts), _names(counties, prefectures))


def _lies_in(row: Row, areas: Sequence[Place]) -> bool:
    return any(row.code.startswith(area.code) for area in areas)


def _is_whole(row: Row, areas: Sequence[Place]) -> bool:
    return any(len(area.code) <= PREFECTURE and row.code.startswith(area.code) for area in areas)


def _sum(parts: Sequence[Row]) -> Row:
    return Row(
        code="",
        name="",
        sales_fen=sum(row.sales_fen for row in parts),
        certified_sales_fen=sum(row.certified_sales_fen for row in parts),
        sales_driven_income_fen=_shown_sum([row.sales_driven_income_fen for row in parts]),
        paid_income_fen=_shown_sum([row.paid_income_fen for row in parts]),
        households=_shown_sum([row.households for row in parts]),
    )


def _shown_sum(values: Sequence[int | None]) -> int | None:
    shown = [value for value in values if value is not None]
    return sum(shown) if len(shown) == len(values) else None


def _names(*groups: Sequence[Row]) -> dict[str, str]:
    rows = [row for group in groups for row in group]
    places = Place.objects.filter(code__in=[row.code for row in rows]).values_list("code", "name", "name_en")
    named = {code: in_language(name, english) for code, name, english in places}
    return {row.code: named.get(row.code, row.name or row.code) for row in rows}
