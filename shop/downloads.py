"""Tables as files people open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.http import HttpResponse

from shop.reports import tables


def csv_file(*, name: str, columns: Sequence[str], rows: Iterable[Sequence[str | int | Decimal]]) -> HttpResponse:
    """A CSV file in UTF-8 with its mark, as spreadsheets expect it; no browser or proxy keeps it.

    name: of the file, without its ending
    columns: each label once
    """
    text = tables.as_csv(columns, (dict(zip(columns, row, strict=True)) for row in rows))
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
