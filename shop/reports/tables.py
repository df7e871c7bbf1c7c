"""Figures as CSV and JSON text: the same bytes for the same figures, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalogue import spreadsheets


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """UTF-8 text, a header, one line each, LF; None becomes an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return text.getvalue()


def as_json(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A list of objects with the columns in order; None becomes null."""
    return (
        json.dumps([{column: row[column] for column in columns} for row in rows], ensure_ascii=False, indent=1) + "\n"
    )


def _cell(value: Any) -> Any:
    """Words that begin like a formula get an apostrophe in front; numbers stay numbers."""
    return spreadsheets.harmless(value) if isinstance(value, str) else value
