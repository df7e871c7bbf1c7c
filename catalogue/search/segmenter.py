"""Chinese words: rjieba's dictionary with ours added. Plain Python, the same result on every machine.

catalogue/data/words.csv holds words of this catalogue (`word,kind`). Kind `other` is a word that holds the name of a
food or place and means something else: 石榴石 is garnet, so nothing within it counts. Names of places come from the
divisions, those of foods from the synonyms as well.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import rjieba

DATA = Path(__file__).resolve().parent.parent / "data"
WORDS, SYNONYMS = DATA / "words.csv", DATA / "synonyms.csv"
DIVISIONS, IN_ENGLISH = DATA / "divisions-2023.csv", DATA / "names-en.csv"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
SHAPE = 1  # raised when the fields of an index or what stands in them change, so that a new index is built
XINJIANG = "65"
KIND_OF_PLACE = re.compile(
    "(?<=..)(维吾尔自治区|壮族自治区|回族自治区|自治区|柯尔克孜自治州|哈萨克自治州|蒙古自治州|回族自治州|自治州"
    "|塔吉克自治县|自治县|省|市|地区|县|镇|乡|街道)$"
)


@cache
def edition() -> str:
    """Changes with everything that decides how words are cut and found; part of an index's name."""
    digest = hashlib.sha256(f"{SHAPE} {version('rjieba')} {version('pypinyin')}".encode())
    for path in (WORDS, SYNONYMS, DIVISIONS, IN_ENGLISH):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=20_000)
def words(run: str) -> tuple[str, ...]:
    """The words of a run of Chinese characters, one after the other."""
    return tuple(_jieba().cut(run, False))


@lru_cache(maxsize=20_000)
def parts(run: str) -> tuple[str, ...]:
    """The words of a run and those within our own words: 核桃仁 holds 核桃 too."""
    found: dict[str, None] = {}
    for word in words(run):
        within = [*_jieba().cut_for_search(word, False), *filter(ours, word)] if ours(word) else [word]
        found.update(dict.fromkeys(within))
    return tuple(found)


def is_word(word: str) -> bool:
    """Whether it stands in the dictionary, so that whoever writes it means it."""
    return _jieba().has_word(word)


def ours(word: str) -> bool:
    """Whether it is a word of this catalogue, for a product, place or brand."""
    return _kinds().get(word, "other") != "other"


def is_place(word: str) -> bool:
    return _kinds().get(word) == "place"


@cache
def _jieba() -> rjieba.Jieba:
    jieba = rjieba.Jieba()
    for word in _kinds():
        if len(word) > 1 and not word.isascii():
            jieba.add_word(word, None, None)
    return jieba


@cache
def _kinds() -> dict[str, str]:
    kinds = dict.fromkeys(_places(), "place") | dict.fromkeys(_foods(), "product")
    with WORDS.open(encoding="utf-8", newline="") as file:
        return kinds | {row["word"]: row["kind"] for row in csv.DictReader(file)}


def _places() -> Iterator[str]:
    """Provinces, and what lies in Xinjiang down to the townships, with and without the word for its kind."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["level"] == "province" or (row["code"].startswith(XINJIANG) and row["level"] != "village"):
                yield row["name"]
                yield KIND_OF_PLACE.sub("", row["name"])
    with IN_ENGLISH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"].startswith(XINJIANG) and len(row["code"]) <= len("653223"):
                yield row["name_en"].split()[0].lower()


def _foods() -> Iterator[str]:
    with SYNONYMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield from (word for word in f"{row['names']};{row['also']}".split(";") if re.fullmatch(f"[{HAN}]+", word))
