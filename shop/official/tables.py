"""An official's figures as table, bars and file. Each figure has one definition, and it stands here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.money import to_yuan
from shop.official.areas import View
from shop.reports.income import Row
from shop.templatetags.shop_format import yuan

WHOLE = 1000  # units of a bar's width


@dataclass(frozen=True)
class Figure:
    field: str
    label: str | Promise
    definition: str | Promise
    is_money: bool = True

    @property
    def anchor(self) -> str:
        return self.field.removesuffix("_fen").replace("_", "-")


FIGURES = (
    Figure(
        "sales_fen",
        gettext_lazy("Sales"),
        gettext_lazy(
            "Order lines that buyers accepted in the month, tax included, freight excluded, less what was refunded of "
            "accepted lines in the month; in the county of the supplier."
        ),
    ),
    Figure(
        "certified_sales_fen",
        gettext_lazy("Certified sales"),
        gettext_lazy("The part of sales whose product held a valid certificate when it was ordered."),
    ),
    Figure(
        "sales_driven_income_fen",
        gettext_lazy("Sales-driven income"),
        gettext_lazy(
            "The part of paid income that belongs to goods sold here, less what the reserve bore in the month for "
            "refunds after a payout; in the county of the household. Never added to paid income, and no net income: "
            "costs are not known."
        ),
    ),
    Figure(
        "paid_income_fen",
        gettext_lazy("Paid income"),
        gettext_lazy(
            "What households were paid with proof, by the day it was paid, less payments that came back; in the county "
            "of the household."
        ),
    ),
    Figure(
        "households",
        gettext_lazy("Households that benefited"),
        gettext_lazy(
            "Different households with sales-driven income above zero in the month. It is not converted into persons."
        ),
        is_money=False,
    ),
)


def hidden() -> str:
    return _("under 5 households *")


def cell(row: Row, figure: Figure) -> str:
    value = getattr(row, figure.field)
    if value is None:
        return hidden()
    return yuan(value) if figure.is_money else f"{value:,}"


def table(view: View) -> dict[str, Any]:
    """As components/table.html takes it: counties, then whole prefectures, then the total."""
    rows = [(view.names[row.code], row) for row in view.counties]
    rows += [
        (_("%(prefecture)s, all counties") % {"prefecture": view.names[row.code]}, row) for row in view.prefectures
    ]
    return {
        "columns": [{"label": _("County")}, *({"label": figure.label, "number": True} for figure in FIGURES)],
        "rows": [[{"text": name}, *_cells(row)] for name, row in rows],
        "total": [{"text": _("Total")}, *_cells(view.total)] if view.total else None,
        "has_hidden": any(getattr(row, figure.field) is None for _name, row in rows for figure in FIGURES),
    }


def _cells(row: Row) -> list[dict[str, Any]]:
    return [{"text": cell(row, figure), "number": True} for figure in FIGURES]


def tiles(view: View) -> list[dict[str, Any]]:
    """The totals, each leading to its definition."""
    if view.total is None:
        return []
    return [
        {"label": figure.label, "value": cell(view.total, figure), "url": f"#{figure.anchor}"} for figure in FIGURES
    ]


def bars(view: View) -> list[dict[str, Any]]:
    """Sales and sales-driven income of each county, from 0 to 1000: the longest bar is full, a hidden one absent."""
    longest = max((max(row.sales_fen, row.sales_driven_income_fen or 0) for row in view.counties), default=0)
    return [
        {
            "name": view.names[row.code],
            "sales": _width(row.sales_fen, longest),
            "income": None if row.sales_driven_income_fen is None else _width(row.sales_driven_income_fen, longest),
        }
        for row in view.counties
    ]


def _width(fen: int, longest_fen: int) -> int:
    return max(0, fen) * WHOLE // longest_fen if longest_fen > 0 else 0


def columns() -> list[str]:
    money = _("%(figure)s, yuan")
    heads = [money % {"figure": figure.label} if figure.is_money else str(figure.label) for figure in FIGURES]
    return [_("Code"), _("County"), *heads]


def lines(view: View) -> Iterator[list[str | int | Decimal]]:
    for row in (*view.counties, *view.prefectures):
        yield [row.code, view.names[row.code], *_values(row)]
    if view.total:
        yield ["", _("Total"), *_values(view.total)]


def _values(row: Row) -> Iterator[str | int | Decimal]:
    for figure in FIGURES:
        value = getattr(row, figure.field)
        yield hidden() if value is None else to_yuan(value) if figure.is_money else value
