"""Every problem of a table, with its row, its column, its value and the reason."""

from collections.abc import Mapping

import pytest

from catalogue.imports import columns, rows
from catalogue.imports.columns import COLUMNS
from catalogue.imports.refusals import Refused
from catalogue.imports.rows import Problems
from tests.imports import tables
from tests.imports.tables import told


def problem(row: Mapping[str, str]) -> tuple[int, str, str, str]:
    goods, problems = tables.read(tables.as_csv(tables.of(row)))
    [only] = told(problems)
    assert not goods.rows
    return only


def test_a_right_row_is_read_without_a_problem() -> None:
    goods, problems = tables.read(tables.as_csv(tables.of({"price_fen": "1,234.5"})))

    assert problems.count == 0
    [row] = goods.rows
    assert (row.number, row.sku) == (2, "a-1")
    assert row.said == {
        "sku": "A-1", "title": "核桃 500克", "category": 7, "commodity": "walnut", "net_content_g": 500,
        "origin": "653223", "price_fen": 123450,
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "Net weight",
        "net_weight",
        " NET  WEIGHT ",
        "净含量",
        "净 含 量",
        "ＮＥＴ　ＷＥＩＧＨＴ",
        "净含量 / Net weight",
        "Net-weight*",
    ],
)
def test_a_header_is_matched_however_it_is_written(name: str) -> None:
    found, _problems = columns.matched([name])

    assert found[0].key == "net_content_g"


def test_no_two_columns_share_a_name() -> None:
    names = [columns.plain(name) for column in COLUMNS for name in {column.key, column.zh, column.en}]
    keys = {columns.plain(name): column.key for column in COLUMNS for name in (column.key, column.zh, column.en)}

    assert len(set(names)) == len(keys)
    for column in COLUMNS:
        assert [keys[columns.plain(name)] for name in (column.zh, column.en)] == [column.key, column.key]


def test_unknown_doubled_and_missing_columns_are_all_named() -> None:
    lines = [["SKU", "货号", "Title", "Colour", "Category", "Commodity", "Origin code", "Price"], ["A-1"] * 8]

    _goods, problems = tables.read(tables.as_csv(lines))

    assert [(row, column, reason.split(";")[0]) for row, column, _value, reason in told(problems)] == [
        (1, "货号", "This column stands in the table twice"),
        (1, "Colour", "No column is called so"),
        (1, "净含量 / Net weight", "This column is missing"),
    ]


@pytest.mark.parametrize("key", sorted(tables.ROW))
def test_a_required_cell_may_not_be_empty(key: str) -> None:
    row, column, value, reason = problem({key: ""})

    assert (row, column, value) == (2, tables.column(key).en, "")
    assert "empty" in reason


@pytest.mark.parametrize(
    ("key", "cell", "words"),
    [
        ("sku", "A/1", "letters A to Z"),
        ("gtin", "6901234567893", "should be 2"),
        ("title", "枣" * 256, "255"),
        ("title", "=1+1", "formula"),
        ("category", "jewellery", "no such entry"),
        ("category", "dried", "2 entries"),
        ("commodity", "gold", "no such entry"),
        ("net_content_g", "500", "unit is missing"),
        ("origin", "110101", "No county or township"),
        ("temperature", "lukewarm", "no such entry"),
        ("shelf_life_days", "two years", "number of days"),
        ("producer_licence", "SC1", "14 digits"),
        ("is_fresh", "maybe", "是"),
        ("price_fen", "12.345", "two decimals"),
        ("description", "x" * 10_001, "far too long"),
        ("description", "x" * 5_001, "5001 signs"),
    ],
)
def test_a_wrong_cell_is_told_with_its_value(key: str, cell: str, words: str) -> None:
    row, column, value, reason = problem({key: cell})

    assert (row, column) == (2, tables.column(key).en)
    assert cell.startswith(value) and value
    assert words in reason


def test_all_problems_of_a_row_are_told_at_once() -> None:
    _goods, problems = tables.read(tables.as_csv(tables.of({"price_fen": "-1", "net_content_g": "5"}, {"origin": "1"})))

    assert [(row, column) for row, column, _value, _reason in told(problems)] == [
        (2, "Net weight"), (2, "Price"), (3, "Origin code"), (3, "SKU"),
    ]  # fmt: skip


def test_a_doubled_sku_names_both_rows() -> None:
    _goods, problems = tables.read(tables.as_csv(tables.of({"sku": "A-1"}, {"sku": "B-1"}, {"sku": "ａ－1 "})))

    assert told(problems) == [(4, "SKU", "a-1", "Rows 2 and 4 say the same; each article has its own.")]


def test_a_doubled_barcode_names_both_rows() -> None:
    twins = tables.of({"sku": "A-1", "gtin": "6901234567892"}, {"sku": "A-2", "gtin": "06901234567892"})

    _goods, problems = tables.read(tables.as_csv(twins))

    assert told(problems) == [(3, "GTIN", "6901234567892", "Rows 2 and 3 say the same; each article has its own.")]


def test_empty_barcodes_are_no_twins() -> None:
    _goods, problems = tables.read(tables.as_csv(tables.of({"sku": "A-1", "gtin": ""}, {"sku": "A-2", "gtin": ""})))

    assert problems.count == 0


def test_a_value_under_no_name_is_told_with_its_letter() -> None:
    lines = tables.of({})
    lines[1] += ["", "stray"]

    _goods, problems = tables.read(tables.as_csv(lines))

    assert [(row, column, value) for row, column, value, _reason in told(problems)] == [(2, "I", "stray")]


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_a_column_has_its_letters(place: int, name: str) -> None:
    assert rows.letters(place) == name


@pytest.mark.parametrize("key", sorted(tables.CODES & {"sku", "gtin", "origin"}))
def test_a_code_that_a_spreadsheet_made_a_number_is_refused(key: str) -> None:
    said = {**tables.ROW, "sku": "1001", "gtin": "6901234567892"}
    line = [int(said[each]) if each == key else said[each] for each in said]

    _goods, problems = tables.read(tables.as_xlsx([tables.header(list(said)), line]))

    [(row, column, value, reason)] = told(problems)
    assert (row, column, value) == (2, tables.column(key).en, said[key])
    assert "as text" in reason


def test_the_same_codes_as_texts_are_taken() -> None:
    said = {**tables.ROW, "sku": "1001", "gtin": "6901234567892"}

    goods, problems = tables.read(tables.as_xlsx([tables.header(list(said)), list(said.values())]))

    assert problems.count == 0 and len(goods.rows) == 1


def test_merged_cells_are_problems_of_their_own_and_nothing_else_is_told() -> None:
    from openpyxl import Workbook

    book = Workbook()
    for line in tables.of({"sku": "A-1"}, {"sku": "A-2"}):
        book.active.append(line)
    book.active.merge_cells("B2:B3")

    _goods, problems = tables.read(tables.saved(book))

    assert told(problems) == [(2, "B2:B3", "", "These cells are merged; part them and fill each.")]


def test_problems_beyond_those_kept_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "KEPT_MOST", 3)
    problems = Problems()

    for row in range(5):
        problems.add(row, "SKU", "x" * 999, Refused("no"))

    assert (problems.count, len(problems.kept)) == (5, 3)
    assert len(problems.kept[0].value) == rows.VALUE_MOST
