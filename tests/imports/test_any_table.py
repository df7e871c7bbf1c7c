"""What holds for all tables: right rows come back the same, and no file does anything but be read or refused."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.imports import reading, values
from catalogue.imports.columns import COLUMNS
from catalogue.imports.refusals import Refused
from tests.imports import tables

ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "gb18030"])


def _is_honest(text: str) -> bool:
    """Not a formula, nothing that a trimmed cell or an XML file could not hold."""
    return text == text.strip() and text[:1] != "=" and not any(values.unprintable(sign) for sign in text)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30).filter(
    _is_honest
)
SAME = TEXT.map(lambda text: (text, text))
SKU = st.from_regex(r"[0-9A-Za-z核桃][0-9A-Za-z核桃._-]{0,12}", fullmatch=True)
GTIN = st.from_regex(r"[0-9]{12}", fullmatch=True).map(lambda digits: digits + str(values.check_digit(digits)))
# column: (what is written, what is read)
CELLS: dict[str, st.SearchStrategy[tuple[str, Any]]] = {
    "sku": SKU.map(lambda sku: (sku, sku)),
    "gtin": GTIN.map(lambda gtin: (gtin, gtin)) | st.just(("", "")),
    "category": st.sampled_from([("walnuts", 7), ("核桃", 7), (" WALNUTS", 7), ("jujubes", 8)]),
    "commodity": st.sampled_from([("walnut", "walnut"), ("核桃", "walnut"), ("Jujube", "jujube")]),
    "net_content_g": st.integers(1, 10**6).map(lambda grams: (f"{grams} g", grams)),
    "origin": st.sampled_from([("653223", "653223"), ("６５３２２３１００", "653223100")]),
    "temperature": st.sampled_from([("", None), ("常温", "ambient"), ("Frozen", "frozen")]),
    "shelf_life_days": st.integers(1, 3650).map(lambda days: (f"{days}天", days)) | st.just(("", 0)),
    "producer_licence": st.sampled_from([("", ""), ("SC11765322390014", "SC11765322390014")]),
    "is_fresh": st.sampled_from([("", False), ("是", True), ("no", False)]),
    "price_fen": st.integers(1, 10**9).map(lambda fen: (f"¥{values.yuan(fen):,}", fen)),
}


@st.composite
def goods(draw: st.DrawFn) -> tuple[list[list[str]], list[dict[str, Any]]]:
    """Lines of a table and what its rows say: required columns and some others, in any order and either language."""
    chosen = [column for column in COLUMNS if column.required or draw(st.booleans())]
    order = draw(st.permutations(chosen))
    names = [draw(st.sampled_from([column.zh, column.en, column.header, column.en.upper()])) for column in order]
    skus = draw(st.lists(SKU, min_size=1, max_size=4, unique_by=str.casefold))
    lines, said = [names], []
    for sku in skus:
        cells = {column.key: draw(CELLS.get(column.key, SAME)) for column in order}
        cells["sku"] = (sku, sku)
        if "gtin" in cells:
            cells["gtin"] = ("", "")
        lines.append([cells[column.key][0] for column in order])
        said.append({column.key: cells[column.key][1] for column in order})
    return lines, said


@settings(deadline=None)
@given(
    goods(),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_right_rows_come_back_from_csv(
    table: tuple[list[list[str]], list[dict[str, Any]]], encoding: str, delimiter: str, end: str
) -> None:
    lines, said = table

    read, problems = tables.read(tables.as_csv(lines, encoding=encoding, delimiter=delimiter, end=end))

    assert tables.told(problems) == []
    assert [row.said for row in read.rows] == said


@settings(deadline=None, max_examples=30)
@given(goods())
def test_right_rows_come_back_from_xlsx(table: tuple[list[list[str]], list[dict[str, Any]]]) -> None:
    lines, said = table

    read, problems = tables.read(tables.as_xlsx(lines))

    assert tables.told(problems) == []
    assert [row.said for row in read.rows] == said


@given(st.integers(1, 10**12))
def test_a_price_kept_as_a_number_comes_back_to_the_fen(fen: int) -> None:
    fen = min(fen, values.FEN_MOST)
    kept = fen / 100  # what a spreadsheet keeps

    assert values.price_fen(f"{kept:.15g}") == fen


def read_or_refused(file: bytes) -> None:
    try:
        _goods, problems = tables.read(file)
    except Refused as refusal:
        assert str(refusal)
        return
    for row, _column, _value, reason in tables.told(problems):
        assert row >= 1 and reason


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(file: bytes) -> None:
    read_or_refused(file)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=6), st.sampled_from(["utf-8", "gb18030"]))
def test_any_texts_below_a_header_are_read_or_refused(lines: list[list[str]], encoding: str) -> None:
    table = [tables.header(list(tables.ROW)), *lines]
    text = tables.as_csv(
        [[cell.encode("utf-8", "replace").decode() for cell in line] for line in table], encoding=encoding
    )

    read_or_refused(text)


SOUND = tables.as_xlsx(tables.of({"sku": "A-1"}, {"sku": "A-2"}))


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(place: int, changed: bytes) -> None:
    read_or_refused(SOUND[:place] + changed + SOUND[place + len(changed) :])


def test_the_workbook_unchanged_is_read() -> None:
    read, problems = tables.read(SOUND)

    assert problems.count == 0 and len(read.rows) == 2
    assert reading.table(io.BytesIO(SOUND)).source == "XLSX, goods"
