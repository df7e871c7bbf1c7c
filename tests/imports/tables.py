"""Tables of goods as files, and the shop's lists they choose from."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from catalogue.imports import columns, reading, rows
from catalogue.imports.columns import COLUMNS, Column
from catalogue.imports.rows import Goods, Problems

LISTS = {
    "category": {"walnuts": {7}, "核桃": {7}, "jujubes": {8}, "dried": {7, 8}},
    "commodity": {"walnut": {"walnut"}, "核桃": {"walnut"}, "jujube": {"jujube"}},
    "origin": {"653223": {"653223"}, "653223100": {"653223100"}},
    "temperature": {name: {key} for key, names in columns.TEMPERATURES.items() for name in names},
}
ROW: Mapping[str, str] = {
    "sku": "A-1", "title": "核桃 500克", "category": "walnuts", "commodity": "walnut", "net_content_g": "500 g",
    "origin": "653223", "price_fen": "29.80",
}  # fmt: skip
CODES = {column.key for column in COLUMNS if column.is_code}


def header(keys: Sequence[str], *, language: str = "en") -> list[str]:
    return [getattr(columns.BY_KEY[key], language) for key in keys]


def as_csv(
    lines: Sequence[Sequence[str]], *, encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n"
) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(lines)
    return text.getvalue().encode(encoding)


def as_xlsx(lines: Sequence[Sequence[Any]], *, title: str = "goods") -> bytes:
    book = Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(list(line))
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def of(*said: Mapping[str, str], language: str = "en", without: Sequence[str] = ()) -> list[list[str]]:
    """Lines with a header, one row for each mapping laid over ROW."""
    full = [{**ROW, **row} for row in said]
    keys = [key for key in dict.fromkeys(key for row in full for key in row) if key not in without]
    return [header(keys, language=language), *([row.get(key, "") for key in keys] for row in full)]


def read(file: bytes) -> tuple[Goods, Problems]:
    problems = Problems()
    return rows.read(reading.table(io.BytesIO(file)), LISTS, problems), problems


def told(problems: Problems) -> list[tuple[int, str, str, str]]:
    """row, column, value, reason in English"""
    return [(problem.row, problem.column, problem.value, str(problem.refusal)) for problem in problems.kept]


def column(key: str) -> Column:
    return columns.BY_KEY[key]
