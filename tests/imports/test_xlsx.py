"""XLSX files as spreadsheet programs write them, and as nobody should."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from catalogue.imports import reading, xlsx_file
from catalogue.imports.reading import Cell, Kind, Table
from catalogue.imports.refusals import Refused
from tests.imports import tables

SHEET = "xl/worksheets/sheet1.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def table(file: bytes) -> Table:
    return reading.table(io.BytesIO(file))


def second_line(*row: Any) -> list[Cell]:
    _header, (_number, line) = table(tables.as_xlsx([["SKU", "Title", "Price"], row])).lines
    return list(line)


def with_part(file: bytes, change: Callable[[bytes], bytes], *, part: str = SHEET) -> bytes:
    """The workbook with one part rewritten."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return made.getvalue()


def a_workbook() -> bytes:
    return tables.as_xlsx([["SKU", "Title"], ["A-1", "枣"]])


def test_texts_and_numbers_come_as_a_spreadsheet_shows_them() -> None:
    assert second_line(" A-1 ", 12, 59.7) == [Cell("A-1"), Cell("12", Kind.NUMBER), Cell("59.7", Kind.NUMBER)]


def test_a_sum_that_binary_fractions_missed_is_read_as_shown() -> None:
    assert second_line("A-1", "x", 19.9 * 3)[2] == Cell("59.7", Kind.NUMBER)


@pytest.mark.parametrize(
    ("value", "kind"),
    [("=1+1", Kind.FORMULA), (date(2026, 1, 2), Kind.DATE), (True, Kind.LOGICAL), ("#N/A", Kind.FAULT)],
)
def test_what_is_neither_text_nor_number_is_marked(value: Any, kind: Kind) -> None:
    assert second_line("A-1", value)[1].kind is kind


def test_the_first_visible_sheet_with_a_header_is_read() -> None:
    book = Workbook()
    book.active.title = "about"
    book.active.append(["Our goods of this year"])
    hidden = book.create_sheet("hidden")
    hidden.append(["SKU", "Title"])
    hidden.sheet_state = "hidden"
    book.create_sheet("goods").append(["Title", "SKU"])
    book.create_sheet("old goods").append(["SKU", "Title"])

    found = table(tables.saved(book))

    assert found.source == "XLSX, goods"
    assert [[cell.text for cell in line] for _number, line in found.lines] == [["Title", "SKU"]]


def test_a_sheet_without_known_names_is_read_so_that_they_are_told() -> None:
    assert [number for number, _line in table(tables.as_xlsx([[], ["Stuff"], ["A-1"]])).lines] == [2, 3]


def test_a_workbook_that_shows_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="No visible sheet"):
        table(tables.saved(Workbook()))


def test_merged_cells_are_told_with_their_row() -> None:
    book = Workbook()
    book.active.append(["SKU", "Title"])
    book.active.append(["A-1", "枣"])
    book.active.merge_cells("A3:B3")
    book.active.merge_cells("B5:B7")

    assert table(tables.saved(book)).merged == [(3, "A3:B3"), (5, "B5:B7")]


def test_a_file_may_say_any_size_of_itself() -> None:
    file = with_part(a_workbook(), lambda sheet: sheet.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))

    assert [len(line) for _number, line in table(file).lines] == [2, 2]


def sheet_of(rows: bytes) -> bytes:
    return b"<worksheet " + MAIN + b"><sheetData>" + rows + b"</sheetData></worksheet>"


def hole(_sheet: bytes) -> bytes:
    return sheet_of(b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>')


def wide(_sheet: bytes) -> bytes:
    return sheet_of(b'<row r="1"><c r="XFD1"><v>1</v></c></row>')


def crowded(_sheet: bytes) -> bytes:
    return sheet_of(b"<row>" + b"<c/>" * 200_000 + b"</row>")


def entities(_sheet: bytes) -> bytes:
    return b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + sheet_of(b'<row><c t="str"><v>&a;</v></c></row>')


def in_utf16(sheet: bytes) -> bytes:
    return sheet.decode().encode("utf-16")


def in_ebcdic(sheet: bytes) -> bytes:
    return b'<?xml version="1.0" encoding="cp037"?>' + sheet


def bomb(_sheet: bytes) -> bytes:
    return b"<worksheet>" + b" " * 60 * 2**20 + b"</worksheet>"


def broken(sheet: bytes) -> bytes:
    return sheet[: len(sheet) // 2]


def no_such_text(_sheet: bytes) -> bytes:
    return sheet_of(b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>')


@pytest.mark.parametrize("change", [hole, wide, crowded, entities, in_utf16, in_ebcdic, bomb, broken, no_such_text])
def test_a_hostile_or_broken_sheet_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Refused):
        list(table(with_part(a_workbook(), change)).lines)


def test_the_same_workbook_unharmed_is_read() -> None:
    assert len(list(table(with_part(a_workbook(), lambda sheet: sheet)).lines)) == 2


@pytest.mark.parametrize("cut", [10, 100, 1000, -30])
def test_a_workbook_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(Refused):
        list(table(a_workbook()[:cut]).lines)


def test_what_is_packed_too_well_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    file = with_bomb()
    monkeypatch.setattr(zipfile.ZipFile, "open", None)

    with pytest.raises(Refused, match="Unpacked, the file would have 61 MB"):
        table(file)


def with_bomb() -> bytes:
    made = io.BytesIO(a_workbook())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/picture.bin", b"\0" * (60 * 2**20))
    return made.getvalue()


def test_a_zip_of_other_things_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("A-1.jpg", b"\xff\xd8\xff")

    with pytest.raises(Refused, match="no whole XLSX"):
        table(made.getvalue())


def test_more_merged_cells_than_anybody_mends_are_not_all_told() -> None:
    refs = b"".join(b'<mergeCell ref="A%d:B%d"/>' % (row, row) for row in range(3, 5000))

    end = b"</sheetData><mergeCells>" + refs + b"</mergeCells>"

    found = table(with_part(a_workbook(), lambda sheet: sheet.replace(b"</sheetData>", end)))

    assert xlsx_file.MERGED_MOST < len(found.merged) < 5000
