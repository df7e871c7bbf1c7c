"""Sales and sales-driven income of a month by county, read from the ledger alone (docs/domain.md).

Sales stand in the supplier's county, income in the household's, both as they were when booked. Closed months are
read from what was frozen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db import connection

from catalogue.models import Place
from shop.reports import disclosure
from shop.reports.models import MonthClose
from shop.revenue import days

FIGURES = """
WITH booked AS (
    SELECT e.kind, p.account, p.fen, p.household_id, coalesce(left(p.county_id, 6), '') AS county,
           (e.kind = 'sale' AND p.account = 'buyers')
               OR (e.kind = 'refund' AND p.account = 'gateway' AND p.partner_id IS NOT NULL) AS is_sale,
           l.certificate_id IS NOT NULL AS is_certified,
           CASE WHEN e.kind = 'payout' AND p.account = 'households' THEN p.fen ELSE 0 END AS paid,
           CASE WHEN e.kind = 'refund' AND p.account = 'refund_reserve' THEN p.fen ELSE 0 END AS borne
    FROM revenue_posting p JOIN revenue_entry e ON e.id = p.entry_id LEFT JOIN order_line l ON l.id = e.line_id
    WHERE e.booked_date >= %(start)s AND e.booked_date < %(end)s
), sales AS (
    SELECT county, sum(fen) AS sales, coalesce(sum(fen) FILTER (WHERE is_certified), 0) AS certified
    FROM booked WHERE is_sale GROUP BY county
), homes AS (
    SELECT county, household_id, sum(paid) AS paid, sum(borne) AS borne,
           bool_or(paid <> 0) AS was_paid, bool_or(borne <> 0) AS was_borne
    FROM booked WHERE paid <> 0 OR borne <> 0 GROUP BY county, household_id
), income AS (
    SELECT county, sum(paid) AS paid, sum(paid) - sum(borne) AS driven, count(*) FILTER (WHERE paid > borne) AS counted,
           count(*) FILTER (WHERE was_paid) AS paid_homes, count(*) FILTER (WHERE was_borne) AS borne_homes
    FROM homes GROUP BY county
)
SELECT coalesce(s.county, i.county), coalesce(sales, 0)::bigint, coalesce(certified, 0)::bigint,
       coalesce(driven, 0)::bigint, coalesce(paid, 0)::bigint, coalesce(counted, 0), coalesce(paid_homes, 0),
       coalesce(borne_homes, 0)
FROM sales s FULL JOIN income i ON i.county = s.county ORDER BY 1
"""


@dataclass(frozen=True)
class Row:
    """One county, prefecture or the total. None: hidden, because too few households stand behind it.

    sales_driven_income_fen: paid_income_fen minus what the reserve bore for refunds; households: those with any
    """

    code: str
    name: str
    sales_fen: int
    certified_sales_fen: int
    sales_driven_income_fen: int | None
    paid_income_fen: int | None
    households: int | None


COLUMNS = tuple(Row.__dataclass_fields__)


@dataclass(frozen=True)
class Table:
    month: date
    counties: tuple[Row, ...]
    prefectures: tuple[Row, ...]
    total: Row


def month_by_county(month: date) -> list[Row]:
    """All counties with any figure in the month that holds the day, sorted by code."""
    return list(month_table(month).counties)


def month_table(month: date) -> Table:
    """The month's figures, frozen ones where it is closed."""
    month = days.first_of_month(month)
    closed = MonthClose.objects.filter(month=month).first()
    return from_figures(month, closed.figures) if closed else derive(month)


def derive(month: date) -> Table:
    """The month's figures from the ledger as it stands, small cells hidden."""
    rows, groups = [], {}
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"start": month, "end": days.next_month(month)})
        for code, sales, certified, driven, paid, counted, paid_homes, borne_homes in cursor.fetchall():
            rows.append(Row(code, "", sales, certified, driven, paid, counted))
            groups[code] = (paid_homes, borne_homes, counted)
    names = _names(rows)
    rows = [replace(row, name=names.get(row.code, "")) for row in rows]
    prefectures = [
        _sum((row for row in rows if row.code[:4] == code), code, names.get(code, ""))
        for code in sorted({row.code[:4] for row in rows})
    ]
    hidden = disclosure.hide(groups)
    total = _sum(rows, "", "")
    return Table(
        month,
        tuple(_covered(row, row.code in hidden.counties) for row in rows),
        tuple(_covered(row, row.code in hidden.prefectures) for row in prefectures),
        _covered(total, hidden.total),
    )


def figures_of(table: Table) -> dict[str, Any]:
    """What is frozen at the month's close; plain JSON."""
    return {
        "month": f"{table.month:%Y-%m}",
        "counties": [asdict(row) for row in table.counties],
        "prefectures": [asdict(row) for row in table.prefectures],
        "total": asdict(table.total),
    }


def from_figures(month: date, figures: dict[str, Any]) -> Table:
    counties = tuple(Row(**row) for row in figures["counties"])
    return Table(month, counties, tuple(Row(**row) for row in figures["prefectures"]), Row(**figures["total"]))


def _names(rows: Iterable[Row]) -> dict[str, str]:
    codes = {code for row in rows for code in (row.code, row.code[:4])}
    return dict(Place.objects.filter(code__in=codes).values_list("code", "name"))


def _sum(rows: Iterable[Row], code: str, name: str) -> Row:
    rows = list(rows)
    return Row(
        code,
        name,
        sum(row.sales_fen for row in rows),
        sum(row.certified_sales_fen for row in rows),
        sum(row.sales_driven_income_fen or 0 for row in rows),
        sum(row.paid_income_fen or 0 for row in rows),
        sum(row.households or 0 for row in rows),
    )


def _covered(row: Row, hidden: bool) -> Row:
    if not hidden:
        return row
    return replace(row, sales_driven_income_fen=None, paid_income_fen=None, households=None)
