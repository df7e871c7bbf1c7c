"""The table to begin with: every column, one sample row that can be imported as it stands, and what to choose from."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from catalogue.imports import columns
from catalogue.imports.columns import COLUMNS, Column
from catalogue.imports.reading import ROWS_MOST
from catalogue.models import Category, Commodity, Place

GOODS, NOTES, CHOICES = "商品 goods", "说明 notes", "选项 choices"
TEXT = "@"
# A barcode number belongs to one article of the shop, and not every article has a licence or a quarantine number.
LEFT_EMPTY = ("gtin", "producer_licence", "quarantine_number")


def as_csv() -> bytes:
    """UTF-8 with its mark, as spreadsheets want it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.header for column in COLUMNS)
    writer.writerow(_sample())
    return text.getvalue().encode("utf-8-sig")


def as_xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = GOODS
    sheet.append([column.header for column in COLUMNS])
    sheet.append(_sample())
    sheet.freeze_panes = "A2"
    for place, column in enumerate(COLUMNS, start=1):
        _dress(sheet, place, column)
    _write_notes(book.create_sheet(NOTES))
    _write_choices(book.create_sheet(CHOICES), sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sample() -> list[str]:
    """The columns' samples; what is listed is taken from the shop's own lists, where the sample is not in them."""
    chosen = {"commodity": _listed("commodity"), "category": _listed("category"), "origin": _origin()}
    return ["" if column.key in LEFT_EMPTY else chosen.get(column.key) or column.sample for column in COLUMNS]


def _listed(key: str) -> str:
    names = dict(_choices(key))
    return names.get(columns.BY_KEY[key].sample) or next(iter(names.values()), "")


def _origin() -> str:
    counties = Place.objects.current().filter(level=Place.Level.COUNTY).values_list("code", flat=True)
    usual = columns.BY_KEY["origin"].sample
    return usual if usual in counties else next(iter(counties.order_by("code")), "")


def _choices(key: str) -> list[tuple[str, str]]:
    """Short names of a list with what to write for each: its Chinese name, or the short one where that is not clear."""
    if key == "temperature":
        return [(short, names[0]) for short, names in columns.TEMPERATURES.items()]
    if key == "commodity":
        rows = list(Commodity.objects.order_by("code").values_list("code", "name"))
    else:
        rows = list(Category.objects.order_by("path").values_list("slug", "name"))
    shorts = {columns.plain(short) for short, _name in rows}
    often = Counter(columns.plain(name) for _short, name in rows)
    return [
        (short, name if often[columns.plain(name)] == 1 and columns.plain(name) not in shorts else short)
        for short, name in rows
    ]


def _dress(sheet: Any, place: int, column: Column) -> None:
    letter = get_column_letter(place)
    sheet.column_dimensions[letter].width = 22
    head = sheet.cell(row=1, column=place)
    head.font, head.alignment = Font(bold=column.required), Alignment(wrap_text=True, vertical="top")
    if column.is_code:
        sheet.column_dimensions[letter].number_format = TEXT
        sheet.cell(row=2, column=place).number_format = TEXT


def _write_notes(sheet: Any) -> None:
    """One line for each column, in both languages."""
    sheet.append(["列 / Column", "填写", "What it holds", "示例 / Sample", "必填 / Required"])
    for column in COLUMNS:
        sheet.append([column.header, *_holds(column), column.sample, "✓" if column.required else ""])
    for letter, width in zip("ABCDE", (30, 50, 60, 30, 16), strict=True):
        sheet.column_dimensions[letter].width = width
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.number_format = TEXT
    for cell in sheet[1]:
        cell.font = Font(bold=True)


def _holds(column: Column) -> Iterator[str]:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            yield gettext(column.holds)


def _write_choices(sheet: Any, goods: Any) -> None:
    """A hidden sheet with the lists, and the drop-downs that point at them."""
    sheet.sheet_state = "hidden"
    lists = {key: [name for _short, name in _choices(key)] for key in ("category", "commodity", "temperature")}
    lists["is_fresh"] = ["是", "否"]
    places = {column.key: place for place, column in enumerate(COLUMNS, start=1)}
    for place, (key, names) in enumerate(lists.items(), start=1):
        _fill(sheet, place, [columns.BY_KEY[key].header, *names])
        if names:
            _drop_down(goods, get_column_letter(places[key]), get_column_letter(place), len(names))


def _fill(sheet: Any, place: int, texts: Iterable[str]) -> None:
    for row, text in enumerate(texts, start=1):
        sheet.cell(row=row, column=place, value=text)


def _drop_down(goods: Any, letter: str, source: str, count: int) -> None:
    choice = DataValidation(type="list", formula1=f"'{CHOICES}'!${source}$2:${source}${count + 1}", allow_blank=True)
    choice.add(f"{letter}2:{letter}{ROWS_MOST + 1}")
    goods.add_data_validation(choice)
