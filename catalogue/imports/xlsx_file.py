"""XLSX by openpyxl's read-only mode, after its parts have been measured and looked at without parsing them."""

from __future__ import annotations

import datetime
import math
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from catalogue.imports import columns
from catalogue.imports.reading import COLUMNS_MOST, LINES_MOST, Cell, Kind, Line, Table, text_cell
from catalogue.imports.refusals import Refused, gettext_noop

PARTS_MOST = 1_000
UNPACKED_MOST = 64 * 2**20
RATIO_MOST = 200  # unpacked to packed; spreadsheets reach about 30
RATIO_FROM = 2**20  # below this many bytes no ratio is an attack
TAGS_MOST = 4_000_000
TAGS_APART_MOST = 50_000  # from one row or shared text to the next: a parser keeps them until that row ends
ROWS_WRITTEN_MOST = 600_000  # rows and shared texts, empty ones counted
SHEETS_MOST = 50
MERGED_MOST = 1_000
CHUNK = 2**16
TAIL = 200

ROW = re.compile(rb"<(?:\w+:)?(?:row|si)[\s/>]")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*[\"']([A-Z0-9:$]{1,30})[\"']")
ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)[\"']")
DOCTYPE = b"<!DOCTYPE"  # spreadsheets write none; it could name entities that grow without end
BROKEN = gettext_noop("The file is no whole XLSX; open it in a spreadsheet program and save it anew.")
KINDS = {"f": Kind.FORMULA, "b": Kind.LOGICAL, "e": Kind.FAULT}

warnings.filterwarnings("ignore", module="openpyxl")  # about extensions of a workbook that no table of goods needs


def table(file: BinaryIO) -> Table:
    """The first visible sheet that begins with a header. Raises Refused, also while the lines are read."""
    merged = _looked_at(file)
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sheet = _with_header(sheets[:SHEETS_MOST])
    except Exception as error:  # the library names none for what a broken or hostile file may do to it
        raise _unreadable(error) from None
    return Table(f"XLSX, {sheet.title}", _lines(sheet), merged.get(str(sheet._worksheet_path), []))


def _unreadable(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    return Refused(BROKEN)


def _with_header(sheets: list[Any]) -> Any:
    """The first sheet whose first row names a column; else the first that holds anything, with a wrong header."""
    filled = []
    for sheet in sheets:
        sheet.reset_dimensions()  # a file may say any size of itself
        first = next((texts for _number, cells in _lines(sheet) if any(texts := [cell.text for cell in cells])), [])
        if columns.known(first):
            return sheet
        if first:
            filled.append(sheet)
    if not filled:
        raise Refused(gettext_noop("No visible sheet of the file holds anything."))
    return filled[0]


def _lines(sheet: Any) -> Iterator[Line]:
    try:
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if len(row) > COLUMNS_MOST or number > LINES_MOST:
                yield number, [Cell("")] * len(row)  # refused by whoever reads on
                return
            yield number, [_cell(cell.value, cell.data_type) for cell in row]
    except Exception as error:  # as in `table`
        raise _unreadable(error) from None


def _cell(value: Any, kind: str) -> Cell:
    if value is None:
        return Cell("")
    if kind in KINDS:
        return Cell(str(value).strip()[:TAIL] or "?", KINDS[kind])
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return Cell(str(value), Kind.DATE)
    if isinstance(value, int):
        return Cell(str(value), Kind.NUMBER)
    if isinstance(value, float) and math.isfinite(value):
        return Cell(f"{value:.15g}", Kind.NUMBER)  # as many digits as a spreadsheet keeps and shows
    return Cell(str(value)[:TAIL] or "?", Kind.FAULT)


def _looked_at(file: BinaryIO) -> Mapping[str, list[tuple[int, str]]]:
    """The merged cells of each part, once all parts are found small and plain enough to be parsed."""
    try:
        with zipfile.ZipFile(file) as parts:
            _measured(parts.infolist())
            seen = _Seen()
            return {info.filename: _scanned(parts, info, seen) for info in parts.infolist()}
    except Exception as error:  # zipfile's, zlib's and those of their kin share no base
        raise _unreadable(error) from None


def _measured(parts: list[zipfile.ZipInfo]) -> None:
    """By what the archive says of itself; reading a part ends at the size it says."""
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > PARTS_MOST or unpacked > UNPACKED_MOST or unpacked > max(RATIO_FROM, RATIO_MOST * packed):
        raise Refused(
            gettext_noop("Unpacked, the file would have %(size)s MB in %(parts)s parts; that is no table of goods."),
            size=-(-unpacked // 2**20),
            parts=len(parts),
        )
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(gettext_noop("The file has a password; save it without one."))


class _Seen:
    """Counted over all parts of a file."""

    tags = 0
    rows = 0
    apart = 0


def _scanned(parts: zipfile.ZipFile, info: zipfile.ZipInfo, seen: _Seen) -> list[tuple[int, str]]:
    """The merged cells of one part. Raises Refused for markup that would cost a parser too much."""
    merged: dict[str, int] = {}
    tail = b""
    seen.apart = 0
    with parts.open(info) as part:
        first = True
        while chunk := part.read(CHUNK):
            if first and not _is_plain(chunk):
                return []
            first = False
            _count(chunk, seen)
            if DOCTYPE in tail + chunk:
                raise Refused(BROKEN)
            for found in MERGED.finditer(tail + chunk):
                cells = found[1].decode("ascii").replace("$", "")
                merged.setdefault(cells, range_boundaries(cells)[1] or 1)
            tail = chunk[-TAIL:]
            if len(merged) > MERGED_MOST:
                break
    return sorted((row, cells) for cells, row in merged.items())


def _is_plain(start: bytes) -> bool:
    """Whether it is markup in UTF-8, the one kind whose signs can be counted; other markup is refused."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<\0" in start[:4] or b"\0<" in start[:4]:
        raise Refused(BROKEN)
    if not text.startswith(b"<"):
        return False
    named = ENCODING.match(text)
    if named and named[1].lower() not in (b"utf-8", b"us-ascii"):
        raise Refused(BROKEN)
    return True


def _count(chunk: bytes, seen: _Seen) -> None:
    tags, rows = chunk.count(b"<"), len(ROW.findall(chunk))
    seen.tags += tags
    seen.rows += rows
    seen.apart = 0 if rows else seen.apart + tags
    if seen.tags > TAGS_MOST or seen.rows > ROWS_WRITTEN_MOST or seen.apart > TAGS_APART_MOST:
        raise Refused(
            gettext_noop(
                "The workbook holds far more than a table of goods: copy the rows into the template and save that."
            )
        )
