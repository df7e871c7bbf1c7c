"""Questions with what is wanted for each: built from the demo's commodities, places and suppliers.

A grade says how well a product fits the whole wish: 3 is it, 1 has something of it, 0 is not wanted. Grades come from
the product's codes and title, never from an index.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log2

from bench.search.world import DEMO, Thing, demo

BEST, SOMEWHAT = 3, 1
FIRST = 10

# commodities that a word means; the word in a title of something else; other ways to say and to mistype it
WISHES: Sequence[tuple[tuple[str, ...], str, str]] = (
    (("walnut-in-shell", "walnut-kernel"), "核桃", "核桃 胡桃 walnut walnuts hetao 合桃 核挑 hetoa htao"),
    (("walnut-kernel",), "核桃仁", "核桃仁 hetaoren 核桃人 hetaorne"),
    (("grey-jujube", "jun-jujube"), "枣", "红枣 大枣 jujube jujubes hongzao honzao hongzoa 红早 dazao"),
    (("grey-jujube", "jun-jujube"), "枣", "red-dates dates 枣子"),
    (("donkey-milk-powder",), "驴奶", "驴奶粉 驴奶 驴乳 donkey-milk 驴奶份 lvnaifen"),
    (("dried-apricot",), "杏", "杏干 杏脯 杏子干 dried-apricots apricot xinggan xingan 杏甘"),
    (("almond",), "巴旦木", "巴旦木 巴旦姆 扁桃仁 扁桃 almond almonds badam badanmu badamu 巴旦术 巴木旦 almnod"),
    (("pomegranate",), "石榴", "石榴 pomegranate pomegranates shiliu shilu 石留 pomegranite"),
    (("black-fungus",), "木耳", "黑木耳 木耳 云耳 black-fungus wood-ear heimuer 黑木儿 heimur"),
    (("dried-vegetables",), "蔬菜", "脱水蔬菜 蔬菜 vegetables vegetable vegetabels"),
    (("naan",), "馕", "馕 烤馕 naan nan flatbread 烤囊"),
    (("frozen-goose",), "鹅", "鹅 鹅肉 冷冻鹅 goose erou gosse"),
    (("frozen-rabbit",), "兔", "兔肉 冷冻兔 兔 rabbit turou rabbitt"),
    (("lamb",), "羊", "羊肉 冷冻羊肉 lamb mutton yangrou yangru"),
)
TITLES = (
    "番茄干", "西红柿", "辣椒", "胡萝卜", "豇豆", "羊排", "羊腿", "兔腿", "窝窝馕", "玫瑰", "礼盒", "免洗", "去核",
    "食堂装", "全脂", "整只", "琥珀", "杏包仁",
)  # fmt: skip
ALSO_SAID = {"西红柿": "番茄"}


@dataclass(frozen=True)
class Judged:
    said: str
    grade: Callable[[Thing], int]
    for_food: bool = True


def questions() -> list[Judged]:
    return [*_commodities(), *_places(), *_suppliers(), *_titles()]


def ndcg(found: Sequence[Thing], judged: Judged, everything: Sequence[Thing]) -> float:
    """Normalised discounted cumulative gain of the first ten; 1.0 is the best order there is."""
    best = sorted(map(judged.grade, everything), reverse=True)
    if not best[0]:
        raise ValueError(f"Nothing is wanted for “{judged.said}”; the question judges nothing.")
    return _gain(map(judged.grade, found[:FIRST])) / _gain(best[:FIRST])


def intruders(found: Sequence[Thing]) -> list[Thing]:
    """What is no food and stands above a food."""
    foods = [place for place, thing in enumerate(found) if thing.is_food]
    return [thing for place, thing in enumerate(found) if not thing.is_food and foods and place < foods[-1]]


def _gain(grades: Iterator[int] | Sequence[int] | map[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def _commodities() -> Iterator[Judged]:
    def graded(kinds: tuple[str, ...], word: str) -> Callable[[Thing], int]:
        def grade(thing: Thing) -> int:
            if thing.commodity in kinds:
                return BEST
            return SOMEWHAT if thing.is_food and word in thing.names.title[0] else 0

        return grade

    for kinds, word, sayings in WISHES:
        yield from (Judged(said.replace("-", " "), graded(kinds, word)) for said in sayings.split())


def _places() -> Iterator[Judged]:
    """Every county alone, and with what comes from it."""
    kinds = {row["code"]: row for row in _rows("commodities.csv")}
    for county in sorted({thing.county for thing in demo()}):
        of_county = [thing for thing in demo() if thing.county == county]
        chinese, english = next(_county_names(of_county[0]))
        yield Judged(chinese, _from(county))
        yield Judged(english, _from(county))
        for kind in sorted({thing.commodity for thing in of_county}):
            yield Judged(f"{chinese}{kinds[kind]['name']}", _from(county, kind))
            yield Judged(f"{english} {kinds[kind]['name_en'].lower()}", _from(county, kind))


def _county_names(thing: Thing) -> Iterator[tuple[str, str]]:
    places = thing.names.place
    for chinese, english in zip(places[::2], places[1::2], strict=True):
        if chinese.endswith("县"):
            yield chinese.removesuffix("县"), english.split(" (")[0].removesuffix(" County").lower()


def _from(county: str, kind: str = "") -> Callable[[Thing], int]:
    return lambda thing: BEST if thing.county == county and kind in ("", thing.commodity) else 0


def _suppliers() -> Iterator[Judged]:
    for code in sorted({thing.supplier for thing in demo()}):
        name = next(thing.names.supplier[0] for thing in demo() if thing.supplier == code)
        brand = name[name.index("县") + 1 :][:2]
        yield Judged(brand, lambda thing, code=code: BEST if thing.supplier == code else 0)
        yield Judged(name, lambda thing, code=code: BEST if thing.supplier == code else 0)


def _titles() -> Iterator[Judged]:
    def graded(word: str) -> Callable[[Thing], int]:
        return lambda thing: BEST if thing.is_food and ALSO_SAID.get(word, word) in thing.names.title[0] else 0

    yield from (Judged(word, graded(word)) for word in TITLES)


def _rows(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
