"""Rows of a table read by its columns, and every problem found in them. Plain Python, no Django."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import SEEK_END
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from catalogue.imports import columns, skus
from catalogue.imports.columns import Column
from catalogue.imports.progress import Steps
from catalogue.imports.reading import Cell, Kind, Table
from catalogue.imports.refusals import Refused, gettext_noop

KEPT_MOST = 50_000
VALUE_MOST = 200  # signs of a cell that a problem repeats

# What is listed of a column: its plain name -> the keys that are called so (one, unless the name is ambiguous).
Lists = Mapping[str, Mapping[str, Collection[Any]]]

NOT_TAKEN = {
    Kind.FORMULA: gettext_noop("This is a formula; write its value (copy, then paste values only)."),
    Kind.DATE: gettext_noop("The spreadsheet made a date of it; format the cell as text and type it anew."),
    Kind.LOGICAL: gettext_noop("This is TRUE or FALSE; format the cell as text and type it anew."),
    Kind.FAULT: gettext_noop("The spreadsheet shows an error here; write the value."),
    Kind.TOO_LONG: gettext_noop("The text is far too long for a cell; shorten it."),
}


class Problem(NamedTuple):
    """row: as the file counts them, 0 for the file as a whole; column: as the file names it; value: as it stands"""

    row: int
    column: str
    value: str
    refusal: Refused


@dataclass
class Problems:
    """All are counted, the first KEPT_MOST are kept."""

    kept: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, row: int, column: str, value: str, refusal: Refused) -> None:
        self.count += 1
        if len(self.kept) < KEPT_MOST:
            self.kept.append(Problem(row, column, value[:VALUE_MOST], refusal))


class Row(NamedTuple):
    """said: what each column of the table says, by the column's key; sku: as it is compared"""

    number: int
    sku: str
    said: Mapping[str, Any]


class KeptRows:
    """Rows by their place, kept in a temporary file: memory does not grow with the texts of a table."""

    def __init__(self) -> None:
        self.skus: list[str] = []
        self._starts: list[int] = []
        self._file = TemporaryFile()  # noqa: SIM115  goes with the rows

    def add(self, row: Row) -> None:
        self.skus.append(row.sku)
        self._starts.append(self._file.seek(0, SEEK_END))
        self._file.write(json.dumps(row).encode() + b"\n")

    def __len__(self) -> int:
        return len(self.skus)

    def __getitem__(self, place: int) -> Row:
        self._file.seek(self._starts[place])
        return Row(*json.loads(self._file.readline()))

    def __iter__(self) -> Iterator[Row]:
        return (self[place] for place in range(len(self)))


@dataclass
class Goods:
    """names: of the table's columns as the file writes them, by key; rows: those without a problem"""

    names: Mapping[str, str]
    rows: KeptRows
    count: int
    steps: Steps = field(default_factory=Steps)


def read(table: Table, lists: Lists, problems: Problems, steps: Steps | None = None) -> Goods:
    """Every row of the table; nothing of the rows where the header is wrong. Raises Refused for the file as a whole."""
    lines = iter(table.lines)
    number, cells = next(lines)
    header, faults = columns.matched([cell.text for cell in cells])
    for fault in faults:
        problems.add(number, fault.column, "", fault.refusal)
    for place, merged in table.merged:
        problems.add(place, merged, "", Refused(gettext_noop("These cells are merged; part them and fill each.")))
    names = {column.key: cells[place].text for place, column in header.items()}
    goods = Goods(names, KeptRows(), 0, steps or Steps())
    if problems.count:
        return goods
    reader = _Reader(header, names, lists, problems)
    for number, cells in lines:
        goods.count += 1
        goods.steps.read(goods.count)
        if row := reader.row(number, cells):
            goods.rows.add(row)
    return goods


@dataclass
class _Reader:
    header: columns.Header
    names: Mapping[str, str]
    lists: Lists
    problems: Problems
    rows_of: dict[tuple[str, str], int] = field(default_factory=dict)

    def row(self, number: int, cells: Sequence[Cell]) -> Row | None:
        before = self.problems.count
        said: dict[str, Any] = {}
        for place, column in self.header.items():
            cell = cells[place] if place < len(cells) else Cell("")
            try:
                said[column.key] = self._value(column, cell)
            except Refused as refusal:
                self.problems.add(number, self.names[column.key], cell.text, refusal)
        for place, text in self._nameless(cells):
            nameless = gettext_noop("No name stands above this column; name it or empty it.")
            self.problems.add(number, letters(place), text, Refused(nameless))
        self._look_for_twins(number, said)
        if self.problems.count > before:
            return None
        return Row(number, skus.normalised(said["sku"]), said)

    def _value(self, column: Column, cell: Cell) -> Any:
        if not cell.text:
            if column.required:
                raise Refused(gettext_noop("The cell is empty; every article needs it."))
            return column.empty
        if cell.kind in NOT_TAKEN:
            raise Refused(NOT_TAKEN[cell.kind])
        if cell.kind is Kind.NUMBER and column.is_code:
            raise Refused(
                gettext_noop(
                    "The spreadsheet made a number of this code and may have lost zeros; format the column as text and "
                    "type it anew, or begin with the template."
                )
            )
        value = column.read(cell.text)
        return self._listed(column, value) if column.listed else value

    def _listed(self, column: Column, name: str) -> Any:
        found = self.lists[column.key].get(columns.plain(name), ())
        if len(found) == 1:
            return next(iter(found))
        if found:
            many = gettext_noop("%(count)s entries are called so; write the short name, or its branch as nuts/walnuts.")
            raise Refused(many, count=len(found))
        if column.key == "origin":
            raise Refused(gettext_noop("No county or township has this code today."))
        raise Refused(gettext_noop("The shop's list has no such entry; the template shows all of them."))

    def _nameless(self, cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
        for place, cell in enumerate(cells):
            if cell.text and place not in self.header:
                yield place, cell.text

    def _look_for_twins(self, number: int, said: Mapping[str, Any]) -> None:
        for key in ("sku", "gtin"):
            if not said.get(key):
                continue
            first = self.rows_of.setdefault((key, skus.normalised(said[key])), number)
            if first != number:
                same = gettext_noop("Rows %(first)s and %(second)s say the same; each article has its own.")
                refusal = Refused(same, first=first, second=number)
                self.problems.add(number, self.names[key], said[key], refusal)


def letters(place: int) -> str:
    """A column's letters as spreadsheets show them: 0 is A, 26 is AA."""
    return (letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)
