"""CSV files as clerks' programs write them."""

import io

import pytest

from catalogue.imports import reading
from catalogue.imports.reading import Cell, Kind
from catalogue.imports.refusals import Refused
from tests.imports import tables

LINES = [["SKU", "Title"], ["A-1", "红枣, 大;“好”\t"], ["A-2", "两\n行"]]


def cells(file: bytes) -> list[tuple[int, list[str]]]:
    return [(number, [cell.text for cell in line]) for number, line in reading.table(io.BytesIO(file)).lines]


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 with BOM"), ("gb18030", "GB18030")]
)
@pytest.mark.parametrize(("delimiter", "sign"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_delimiter_is_found(encoding: str, name: str, delimiter: str, sign: str, end: str) -> None:
    file = tables.as_csv(LINES, encoding=encoding, delimiter=delimiter, end=end)

    found = reading.table(io.BytesIO(file))

    assert found.source == f"CSV, {name}, {sign}"
    assert cells(file) == [(1, ["SKU", "Title"]), (2, ["A-1", "红枣, 大;“好”"]), (3, ["A-2", "两\n行"])]


def test_rows_keep_their_numbers_past_empty_ones() -> None:
    assert cells(b"\r\nSKU,Title\r\n,,\r\n\r\nA-1,x\r\n") == [(2, ["SKU", "Title"]), (5, ["A-1", "x"])]


def test_a_file_stays_open_for_whoever_gave_it() -> None:
    file = io.BytesIO(b"SKU,Title\nA-1,x\n")

    list(reading.table(file).lines)

    assert not file.closed


def test_a_cell_that_begins_as_a_formula_is_one() -> None:
    _header, (_number, line) = reading.table(io.BytesIO(b"SKU,Title\nA-1,=1+1\n")).lines

    assert line[1] == Cell("=1+1", Kind.FORMULA)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "no rows"),
        (b" \r\n,,,\r\n", "no rows"),
        ("SKU,Title\nA-1,枣".encode("utf-16"), "UTF-16"),
        ("SKU\nA-1".encode("utf-16-le"), "no table"),
        (b"\xff\xd8\xff\xe0 picture", "neither"),
        (b"\xef\xbb\xbfSKU\n\xd0\xcf", "neither"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLSX without a password"),
        (b'SKU,Title\nA-1,"open\nA-2,x\n', "Row 2 .* quotation"),
        (b'SKU,Title\nA-1,x\nA-2,"a"b\n', "Row 3 .* quotation"),
        (b"SKU" + b"," * 100 + b"\n", "101 columns"),
        (b"x" * (reading.BYTES_MOST + 1), "21 MB"),
        (b"SKU\n" + b"A\n" * (reading.ROWS_MOST + 1), "20000 rows"),
    ],
)
def test_what_is_no_table_is_refused_in_words(file: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        list(reading.table(io.BytesIO(file)).lines)


def test_as_many_rows_as_the_limit_are_read() -> None:
    assert sum(1 for _line in reading.table(io.BytesIO(b"SKU\n" + b"A\n" * reading.ROWS_MOST)).lines) == 20_001


def test_a_text_far_too_long_is_cut_and_marked() -> None:
    file = b"SKU,Title\nA-1," + b"x" * (reading.CELL_MOST + 1)

    _header, (_number, line) = reading.table(io.BytesIO(file)).lines

    assert line[1].kind is Kind.TOO_LONG and len(line[1].text) == reading.START
