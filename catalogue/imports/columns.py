"""The columns of a table of goods: their names in both languages, what they hold, and how a cell is read.

Plain Python, no Django. A header is matched without regard to language, order, case, width, blanks and signs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from catalogue.imports import values
from catalogue.imports.refusals import Refused, gettext_noop


@dataclass(frozen=True)
class Column:
    """key: the field it fills; zh, en: its names; holds: what a clerk writes there; sample: one good cell

    required: has to stand in the header and be filled in every row
    is_code: digits that spreadsheets damage as numbers, so a number cell is refused
    listed: the cell is one of a list that the catalogue keeps (see `Lists`)
    certified: part of what a certificate speaks of
    """

    key: str
    zh: str
    en: str
    holds: str
    sample: str
    read: Callable[[str], Any]
    required: bool = False
    is_code: bool = False
    listed: bool = False
    certified: bool = False
    empty: Any = ""

    @property
    def header(self) -> str:
        return f"{self.zh} / {self.en}"


def _line(most: int) -> Callable[[str], str]:
    return partial(values.line, most=most)


def _paragraph(most: int) -> Callable[[str], str]:
    return partial(values.paragraph, most=most)


COLUMNS = (
    Column("sku", "货号", "SKU", gettext_noop("your own number of the article, once for each"), "PS-0001",
           values.sku, required=True, is_code=True),
    Column("gtin", "条码", "GTIN", gettext_noop("the number under the barcode: 8, 12, 13 or 14 digits"),
           "6901234567892", values.gtin, is_code=True),
    Column("title", "商品名称", "Title", gettext_noop("the Chinese name buyers read"), "薄皮核桃 500克",
           _line(255), required=True, certified=True),
    Column("title_en", "英文名称", "English title", gettext_noop("the English name"), "Thin-shelled walnuts, 500 g",
           _line(255), certified=True),
    Column("description", "描述", "Description", gettext_noop("what buyers read about it, in Chinese"),
           "当季采收，自然晾干，带壳装袋。", _paragraph(5000)),
    Column("description_en", "英文描述", "English description", gettext_noop("the same in English"),
           "Picked in season, dried in the open air, packed in the shell.", _paragraph(5000)),
    Column("category", "分类", "Category", gettext_noop("one of the shop's categories: its short name or its name"),
           "walnuts", _line(255), required=True, listed=True, empty=None),
    Column("commodity", "品种", "Commodity", gettext_noop("what it is made of: one of the shop's commodities"),
           "walnut-in-shell", _line(255), required=True, listed=True, certified=True, empty=None),
    Column("grade", "等级", "Grade", gettext_noop("the grade, in Chinese"), "一级", _line(30), certified=True),
    Column("grade_en", "英文等级", "English grade", gettext_noop("the grade, in English"), "First", _line(30),
           certified=True),
    Column("spec", "规格", "Specification", gettext_noop("how it is packed, in Chinese"), "500克/袋", _line(100)),
    Column("spec_en", "英文规格", "English specification", gettext_noop("how it is packed, in English"), "500 g bag",
           _line(100)),
    Column("net_content_g", "净含量", "Net weight", gettext_noop("a number with g, kg, 克 or 公斤"), "500 g",
           values.weight_g, required=True, certified=True, empty=0),
    Column("ingredients", "配料", "Ingredients", gettext_noop("what is in it, in Chinese, as on the label"), "核桃",
           _line(500), certified=True),
    Column("ingredients_en", "英文配料", "English ingredients", gettext_noop("what is in it, in English"), "walnuts",
           _line(500), certified=True),
    Column("origin", "产地代码", "Origin code", gettext_noop("the code of its county (6 digits) or township (9)"),
           "653223", values.code, required=True, is_code=True, listed=True, certified=True, empty=None),
    Column("temperature", "贮运温度", "Temperature",
           gettext_noop("常温, 阴凉, 冷藏 or 冷冻; when empty, that of its commodity"), "常温", _line(255),
           listed=True, empty=None),
    Column("storage", "贮存条件", "Storage", gettext_noop("how to keep it, in Chinese"), "置于阴凉干燥处。",
           _paragraph(200)),
    Column("storage_en", "英文贮存条件", "English storage", gettext_noop("how to keep it, in English"),
           "Keep cool and dry.", _paragraph(200)),
    Column("shelf_life_days", "保质期", "Shelf life", gettext_noop("for how many days it keeps"), "270",
           values.days, empty=0),
    Column("producer_licence", "生产许可证", "Producer licence", gettext_noop("of processed food: SC and 14 digits"),
           "", values.licence, is_code=True),
    Column("quarantine_number", "检疫证号", "Quarantine number", gettext_noop("of meat and poultry"), "", _line(40),
           is_code=True),
    Column("is_fresh", "鲜活易腐", "Perishable", gettext_noop("是 or 否 (yes or no); when empty, 否"), "否",
           values.yes_or_no, empty=False),
    Column("price_fen", "价格", "Price", gettext_noop("yuan for one pack, two decimals at most"), "29.80",
           values.price_fen, required=True, empty=None),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}
# What the closed list of temperatures is called in a table, by the key that products keep.
TEMPERATURES = {
    "ambient": ("常温", "ambient"),
    "cool": ("阴凉", "cool"),
    "chilled": ("冷藏", "chilled"),
    "frozen": ("冷冻", "frozen"),
}


@dataclass(frozen=True)
class HeaderProblem:
    """column: as the file writes it, or our name of one that is missing"""

    column: str
    refusal: Refused


Header = Mapping[int, Column]


def plain(name: str) -> str:
    """A name of a column or of something listed, as it is compared: letters and digits alone, case and width folded."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


@cache
def _names() -> Mapping[str, Column]:
    found = {}
    for column in COLUMNS:
        for name in (column.key, column.zh, column.en, column.zh + column.en, column.en + column.zh):
            found[plain(name)] = column
    return found


def known(cells: Sequence[str]) -> int:
    """How many cells of a row are names of columns."""
    return sum(plain(cell) in _names() for cell in cells)


def matched(cells: Sequence[str]) -> tuple[Header, list[HeaderProblem]]:
    """Which place of a row holds which column, and what is wrong with the header."""
    found: dict[int, Column] = {}
    problems = []
    for place, cell in enumerate(cells):
        if not cell.strip():
            continue
        column = _names().get(plain(cell))
        if column is None:
            refusal = Refused(gettext_noop("No column is called so; name it as the template does, or take it out."))
            problems.append(HeaderProblem(cell, refusal))
        elif column in found.values():
            refusal = Refused(gettext_noop("This column stands in the table twice; keep one of them."))
            problems.append(HeaderProblem(cell, refusal))
        else:
            found[place] = column
    return found, [*problems, *_missing(found)]


def _missing(header: Header) -> Iterator[HeaderProblem]:
    for column in COLUMNS:
        if column.required and column not in header.values():
            yield HeaderProblem(
                column.header, Refused(gettext_noop("This column is missing; every table of goods has it."))
            )
