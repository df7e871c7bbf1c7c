"""A table of goods from a file, row by row: CSV or XLSX by its content, within limits that are kept before parsing.

Plain Python, no Django. What is read is never the whole file at once.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import BinaryIO, NamedTuple

from catalogue.imports.refusals import Refused, gettext_noop

BYTES_MOST = 20 * 2**20
ROWS_MOST = 20_000
COLUMNS_MOST = 100
CELL_MOST = 10_000  # signs
START = 100  # signs kept of a cell that has more
LINES_MOST = 1_048_576  # lines of a sheet, the empty ones counted: as many as a spreadsheet has

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # also an XLSX with a password


class Kind(Enum):
    """What a file keeps in a cell. A CSV has texts alone."""

    TEXT = "text"
    NUMBER = "number"
    LOGICAL = "logical"
    DATE = "date"
    FORMULA = "formula"
    FAULT = "fault"
    TOO_LONG = "too long"


class Cell(NamedTuple):
    """text: without blanks at its ends; of a number as many digits as a spreadsheet shows"""

    text: str
    kind: Kind = Kind.TEXT


Line = tuple[int, Sequence[Cell]]  # the row's number as the file counts them, from 1; its cells


@dataclass
class Table:
    """source: what was read, such as "CSV, UTF-8, comma"; lines: the rows that are not empty, first the header;
    merged: the row and the cells ("A5:B5") of each block of merged cells
    """

    source: str
    lines: Iterator[Line]
    merged: Sequence[tuple[int, str]] = field(default=())


def table(file: BinaryIO) -> Table:
    """What the file holds. Raises Refused, also while the lines are read."""
    from catalogue.imports import csv_file, xlsx_file

    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > BYTES_MOST:
        raise Refused(gettext_noop("The file has %(size)s MB; %(most)s MB are the most. Part it in two."),
                      size=-(-size // 2**20), most=BYTES_MOST // 2**20)  # fmt: skip
    start = file.read(4)
    file.seek(0)
    if start == OLD_EXCEL:
        raise Refused(
            gettext_noop("This is an old Excel file (XLS) or one with a password; save it as XLSX without a password.")
        )
    found = xlsx_file.table(file) if start == ZIP else csv_file.table(file)
    return Table(found.source, _within_limits(found.lines), found.merged)


def _within_limits(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines that hold something. Raises Refused where there are too many, too wide ones, or none."""
    kept = 0
    for number, cells in lines:
        if number > LINES_MOST:
            raise Refused(gettext_noop("The table has more than %(most)s lines."), most=LINES_MOST)
        if len(cells) > COLUMNS_MOST:
            raise Refused(gettext_noop("Row %(row)s has %(columns)s columns; %(most)s are the most."),
                          row=number, columns=len(cells), most=COLUMNS_MOST)  # fmt: skip
        if not any(cell.text for cell in cells):
            continue
        kept += 1
        if kept > ROWS_MOST + 1:
            raise Refused(gettext_noop("The table has more than %(most)s rows. Part it in two."), most=ROWS_MOST)
        yield number, cells
    if not kept:
        raise Refused(gettext_noop("The file holds no rows."))


def text_cell(text: str) -> Cell:
    """A cell of text, one that begins with "=" being a formula in every format."""
    said = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(said) > CELL_MOST:
        return Cell(said[:START], Kind.TOO_LONG)
    return Cell(said, Kind.FORMULA if said.startswith("=") else Kind.TEXT)
