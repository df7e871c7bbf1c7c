"""How texts and questions are cut into tokens: the same for every engine, and free of Django.

A Chinese character is a token of its own; any other run of letters and digits is one, in NFKC and lower case. A text
is kept as its tokens between single blanks (" 和 田 红 枣 red dates "), so an engine need only split on blanks. A
question is a list of phrases, all of which must occur; the last token of a phrase may be the beginning of a longer one.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

SYNONYMS = Path(__file__).resolve().parent.parent / "data" / "synonyms.csv"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
LONGEST = 255  # characters of a token: as much as Elasticsearch keeps in one piece
BOUNDARY = "|"  # never a token of a question: no phrase reaches from one field into the next

Phrase = tuple[str, ...]


class Group(NamedTuple):
    """Words for one thing. Any of `names` in a product's own words makes it found by `names` and `also`."""

    names: tuple[Phrase, ...]
    also: tuple[Phrase, ...]


def tokens(text: str) -> Phrase:
    found: list[str] = TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
    return tuple(token[:LONGEST] for token in found)


def question(said: str) -> list[Phrase]:
    """The phrases of a question, empty when it holds neither letter nor digit.

    Chinese is written without blanks, so a phrase is cut around every known name in it: 和田红枣 asks for 和田 and
    红枣, wherever each stands, while 和田玉 stays one phrase.
    """
    phrases = (tokens(part) for part in unicodedata.normalize("NFKC", said).split())
    return [piece for phrase in phrases for piece in _cut(phrase)]


def text_of(named: Iterable[str], told: Iterable[str] = ()) -> str:
    """The stored text of a product.

    named: what says what it is (titles, commodity, categories); synonyms follow from these alone
    told: where it is from and whose it is
    """
    own = _joined(tokens(field) for field in named)
    more = [phrase for group in synonyms() if _mentions(own, group.names) for phrase in (*group.names, *group.also)]
    return _joined([*(tokens(field) for field in named), *(tokens(field) for field in told), *more])


@cache
def synonyms() -> tuple[Group, ...]:
    """The groups of catalogue/data/synonyms.csv: columns `names` and `also`, words parted by semicolons."""
    with SYNONYMS.open(encoding="utf-8", newline="") as file:
        return tuple(Group(_phrases(row["names"]), _phrases(row["also"])) for row in csv.DictReader(file))


def _phrases(cell: str) -> tuple[Phrase, ...]:
    return tuple(tokens(word) for word in cell.split(";") if tokens(word))


def _joined(fields: Iterable[Phrase]) -> str:
    """Every field once, in the order of first mention."""
    kept = dict.fromkeys(field for field in fields if field)
    return " " + f" {BOUNDARY} ".join(" ".join(field) for field in kept) + " "


def _mentions(text: str, names: Iterable[Phrase]) -> bool:
    return any(f" {' '.join(name)} " in text for name in names)


@cache
def _chinese_names() -> tuple[Phrase, ...]:
    """Known Chinese names of two characters and more, longest first."""
    names = {name for group in synonyms() for name in group.names if len(name) > 1 and is_han(name[0])}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def _cut(phrase: Phrase) -> list[Phrase]:
    for name in _chinese_names():
        for start in range(len(phrase) - len(name) + 1):
            end = start + len(name)
            if phrase[start:end] == name:
                return [*_cut(phrase[:start]), name, *_cut(phrase[end:])]
    return [phrase] if phrase else []


def is_han(token: str) -> bool:
    return re.match(f"[{HAN}]", token) is not None
