"""Reading tables of divisions: what is right comes back the same, what is wrong is named, nothing raises."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalogue.places import reading
from catalogue.places.reading import LENGTHS, Table
from tests.places import tables

NAME = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=20)
DIGITS = st.integers(1, 9).map(str)


def read(*rows: tuple[str, ...], header: tuple[str, ...] = ("code", "name"), encoding: str = "utf-8") -> Table:
    return reading.read(tables.file(rows, header, encoding))


def told(table: Table) -> list[tuple[int, str, str, str]]:
    return [(each.row, each.column, each.value, str(each.refusal)) for each in table.problems.kept]


@st.composite
def codes(draw: st.DrawFn) -> str:
    """A code of any level, without zeros at its ends that could be filling."""
    parts = ["".join(draw(DIGITS) for _ in range(size)) for size in (2, 2, 2, 3, 3)]
    return "".join(parts[: draw(st.integers(1, 5))])


def is_utf8_too(name: str) -> bool:
    """Whether its bytes in GB18030 are right in UTF-8, too, as those of 一 are: nobody can tell which was meant."""
    try:
        return bool(name.encode("gb18030").decode("utf-8"))
    except UnicodeDecodeError:
        return False


@given(st.dictionaries(codes(), NAME, max_size=20, min_size=1), st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]))
def test_a_right_table_comes_back_as_it_was_with_level_and_parent_by_the_code(
    names: dict[str, str], encoding: str
) -> None:
    assume(encoding != "gb18030" or not all(map(is_utf8_too, names.values())))
    table = read(*names.items(), encoding=encoding)

    assert told(table) == []
    assert {code: each.name for code, each in table.divisions.items()} == names
    assert all(LENGTHS[each.level] == len(code) for code, each in table.divisions.items())
    assert all(code.startswith(each.parent) and each.parent != code for code, each in table.divisions.items())


@given(st.dictionaries(codes(), NAME, max_size=20, min_size=1))
def test_a_table_with_codes_filled_up_to_12_digits_says_the_same(names: dict[str, str]) -> None:
    filled = read(*((code.ljust(12, "0"), name) for code, name in names.items()))

    assert filled.divisions == read(*names.items()).divisions


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    table = reading.read(io.BytesIO(data))

    assert table.problems.count or table.divisions or table.abolished


@given(st.lists(st.lists(st.text(max_size=15), min_size=2, max_size=5), max_size=8))
def test_any_rows_are_read_or_refused_and_a_refused_row_is_not_taken(rows: list[list[str]]) -> None:
    table = reading.read(tables.file(rows, ("code", "level", "name", "parent", "name_en"), "utf-8-sig"))

    refused = {problem.row for problem in table.problems.kept}
    assert refused.isdisjoint(table.lines.values())


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (("65322", "和田"), "code", "2, 4, 6, 9 or 12 digits"),
        (("65322x", "和田"), "code", "2, 4, 6, 9 or 12 digits"),
        (("６５３２２３", "皮山县"), "code", "2, 4, 6, 9 or 12 digits"),
        (("653223", ""), "name", "Every division has a name"),
        (("653223", "皮\u0007山"), "name", "invisible sign"),
        (("653223", "皮\ufffd山"), "name", "invisible sign"),
        (("653223", "县" * 101), "name", "100 are the most"),
        (("653223", "=1+1"), "name", "formula"),
    ],
)
def test_what_is_wrong_with_a_row_is_named_with_row_column_and_value(
    row: tuple[str, str], column: str, reason: str
) -> None:
    table = read(("65", "新疆维吾尔自治区"), row)

    [(line, where, value, why)] = told(table)
    assert (line, where) == (3, column) and reason in why
    assert value == row[column == "name"][: len(value)]


def test_a_code_stands_once() -> None:
    table = read(("653223", "皮山县"), ("653223000000", "皮山县"))

    assert told(table) == [(3, "code", "653223000000", "The code stands in row 2 already.")]


@pytest.mark.parametrize(
    ("level", "code", "fits"),
    [("county", "653223", True), ("county", "441900", True), ("prefecture", "441900", True),
     ("county", "653223100", False), ("province", "00", False),
     ("township", "653223", False), ("village", "653223100000", False), ("town", "653223100", False)],
)  # fmt: skip
def test_a_level_agrees_with_its_code(level: str, code: str, fits: bool) -> None:
    table = read((code, level, "甲"), header=("code", "level", "name"))

    assert [column for _row, column, _value, _reason in told(table)] == ([] if fits else ["level"])


@pytest.mark.parametrize(
    ("parent", "fits"), [("6532", True), ("653200", True), ("", True), ("6531", False), ("65", False)]
)
def test_a_parent_is_what_the_code_says(parent: str, fits: bool) -> None:
    table = read(("653223", "皮山县", parent), header=("code", "name", "parent"))

    assert [column for _row, column, _value, _reason in told(table)] == ([] if fits else ["parent"])


def test_a_code_of_zeros_at_its_end_is_the_county_where_its_row_says_that_it_lies_in_the_prefecture_of_its_name() -> (
    None
):
    table = read(("4419", "东莞市", "44"), ("441900", "东莞市", "4419"), header=("code", "name", "provinceCode"))

    assert [each.level for each in table.divisions.values()] == ["prefecture", "county"]


@pytest.mark.parametrize(
    "header",
    [("code", "name", "prefecture", "prefecture_code"), ("代码", "名称", "地区", "上级代码"),
     ("code", "name", "x", "cityCode"), ("Code", "NAME", "unused", "parent")],
)  # fmt: skip
def test_columns_are_found_by_the_names_of_the_published_tables(header: tuple[str, ...]) -> None:
    table = read(("653223", "皮山县", "和田地区", "653200"), header=header)

    assert told(table) == []
    assert table.divisions["653223"].parent == "6532" and table.unread == [header[2]]


def test_of_several_columns_of_parents_the_finest_counts() -> None:
    table = read(("653223100", "固玛镇", "65", "653223"), header=("code", "name", "provinceCode", "areaCode"))

    assert told(table) == []


def test_what_the_table_itself_calls_abolished_is_left_out() -> None:
    table = read(("653022609", "库斯拉甫乡（撤销）"), ("653022", "阿克陶县"))

    assert list(table.divisions) == ["653022"] and table.abolished == {"653022609"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "no rows"), (b"code,name\n", "no rows"), (b"name\n1\n", "“code” is missing"),
     (b"code\n65\n", "“name” is missing"),
     (b"code,name,code\n65,a,65\n", "stands twice"),
     (b"PK\x03\x04", "CSV"), (b'code,name\n65,"a\n', "quotation"),
     (b"\xff\xfe", "UTF-16"), (b"code,name\n65,\xff\n", "neither UTF-8 nor GB18030")],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_as_a_whole(data: bytes, reason: str) -> None:
    [(row, _column, _value, why)] = told(reading.read(io.BytesIO(data)))

    assert row == 0 and reason in why


@pytest.mark.parametrize(
    ("limit", "value", "reason"), [("BYTES_MOST", 20, "0 MB"), ("ROWS_MOST", 1, "more than 1 rows")]
)
def test_a_table_has_limits(monkeypatch: pytest.MonkeyPatch, limit: str, value: Any, reason: str) -> None:
    rows = [("65", "新疆维吾尔自治区"), ("6532", "和田地区")]
    assert told(read(*rows)) == []

    monkeypatch.setattr(reading, limit, value)

    assert reason in told(read(*rows))[0][3]
