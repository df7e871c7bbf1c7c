"""Many tables with errors planted in them: every one is told with its row and column, and none is invented."""

from __future__ import annotations

from random import Random

import pytest

from catalogue.imports.columns import COLUMNS
from tests.imports import tables

# column: cells that are wrong there
WRONG = {
    "sku": ["", "A/1", "é", "=A1"],
    "gtin": ["6901234567893", "123", "69012345678AB"],
    "title": ["", "枣" * 256, "两\n行", "枣\u202e"],
    "title_en": ["x" * 256, "=cmd|' /C calc'!A0"],
    "category": ["", "jewellery"],
    "commodity": ["", "garnet"],
    "net_content_g": ["", "500", "0 g", "5斤", "0.5 g"],
    "origin": ["", "110101", "65"],
    "temperature": ["tepid"],
    "shelf_life_days": ["-1", "9 months", "1e3"],
    "producer_licence": ["SC1"],
    "is_fresh": ["maybe"],
    "price_fen": ["", "-1", "1.234", "1e3", "12,50", "free", "NaN"],
}  # fmt: skip
RIGHT = {
    **tables.ROW, "gtin": "", "title_en": "Walnuts", "temperature": "常温", "shelf_life_days": "270",
    "producer_licence": "", "is_fresh": "否", "grade": "一级", "storage": "阴凉",
}  # fmt: skip
HEADER_OF = {column.key: (column.zh, column.en, column.header) for column in COLUMNS}


def planted(dice: Random) -> tuple[list[list[str]], list[tuple[int, str]]]:
    """A table of twenty rows, and where up to ten errors stand in it."""
    keys = dice.sample(sorted(RIGHT), len(RIGHT))
    names = {key: dice.choice(HEADER_OF[key]) for key in keys}
    rows = [{**RIGHT, "sku": f"A-{number}"} for number in range(20)]
    places = {(dice.randrange(20), dice.choice(sorted(WRONG))) for _error in range(dice.randrange(11))}
    for number, key in places:
        rows[number][key] = dice.choice(WRONG[key])
    lines = [[names[key] for key in keys], *([row[key] for key in keys] for row in rows)]
    return lines, sorted((number + 2, names[key]) for number, key in places)


@pytest.mark.parametrize("seed", range(100))
def test_every_planted_error_is_told_and_none_is_invented(seed: int) -> None:
    dice = Random(seed)
    lines, places = planted(dice)
    file = tables.as_xlsx(lines) if seed % 4 == 0 else tables.as_csv(lines, encoding=dice.choice(["utf-8", "gb18030"]))

    goods, problems = tables.read(file)

    assert sorted((row, column) for row, column, _value, _reason in tables.told(problems)) == places
    assert len(goods.rows) == 20 - len({row for row, _column in places})


def test_the_planting_plants() -> None:
    assert sum(len(planted(Random(seed))[1]) for seed in range(100)) > 300
