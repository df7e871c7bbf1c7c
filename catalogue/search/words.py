"""How texts and questions are cut into tokens: the same for every engine, and free of Django.

A Chinese character is a token of its own; any other run of letters and digits is one, in NFKC and lower case. A text
is kept as its tokens between single blanks (" 和 田 红 枣 red dates "), so an engine need only split on blanks. A
question is a list of phrases, all of which must occur; the last token of a phrase may be the beginning of a longer one.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from catalogue.search import segmenter
from catalogue.search.segmenter import HAN

TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
IS_HAN = re.compile(f"[{HAN}]")
LONGEST = 255  # characters of a token: as much as Elasticsearch keeps in one piece
LONGEST_NAME = 3  # words of a name written in letters
BOUNDARY = "|"  # never a token of a question: no phrase reaches from one field into the next

Phrase = tuple[str, ...]


class Group(NamedTuple):
    """Words for one thing. Any of `names` in a product's own words makes it found by `names` and `also`."""

    names: tuple[Phrase, ...]
    also: tuple[Phrase, ...]


@lru_cache(maxsize=2_000)  # whole texts
def tokens(text: str) -> Phrase:
    found: list[str] = TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
    return tuple(token[:LONGEST] for token in found)


def question(said: str) -> list[Phrase]:
    """The phrases of a question, empty when it holds neither letter nor digit.

    Chinese is written without blanks, so it is cut into words: 和田红枣 asks for 和田 and 红枣, wherever each stands,
    while 和田玉 is one word. Characters that make no word stay together, and so does a number with what follows it.
    """
    return [phrase for part in unicodedata.normalize("NFKC", said).split() for phrase in _cut(tokens(part))]


def _cut(said: Phrase) -> Iterator[Phrase]:
    waiting: list[str] = []
    for piece in _pieces(said):
        alone = is_han(piece[0]) and (len(piece) > 1 or segmenter.ours(piece))
        if alone and waiting and not waiting[-1].isdigit():
            yield tuple(waiting)
            waiting = []
        waiting += piece if is_han(piece[0]) else [piece]
        if alone:
            yield tuple(waiting)
            waiting = []
    if waiting:
        yield tuple(waiting)


def _pieces(said: Phrase) -> Iterator[str]:
    """Chinese words and the tokens between them."""
    for in_chinese, run in groupby(said, is_han):
        pieces = list(run)
        yield from segmenter.words("".join(pieces)) if in_chinese else pieces


def runs(field: Phrase) -> list[str]:
    """What stands in Chinese, in one piece each time."""
    return ["".join(run) for in_chinese, run in groupby(field, is_han) if in_chinese]


def text_of(named: Iterable[str], told: Iterable[str] = ()) -> str:
    """The stored text of a product.

    named: what says what it is (titles, commodity, categories); synonyms follow from these alone
    told: where it is from, whose it is, and what else is said of it
    """
    own = [tokens(field) for field in named]
    groups = sorted({group for field in own for group in meant(field)})
    more = [phrase for group in groups for phrase in (*synonyms()[group].names, *synonyms()[group].also)]
    return joined([*own, *(tokens(field) for field in told), *more])


def joined(fields: Iterable[Phrase]) -> str:
    """Every field once, in the order of first mention."""
    kept = dict.fromkeys(field for field in fields if field)
    return " " + f" {BOUNDARY} ".join(" ".join(field) for field in kept) + " "


@cache
def synonyms() -> tuple[Group, ...]:
    """The groups of catalogue/data/synonyms.csv: columns `names` and `also`, words parted by semicolons."""
    with segmenter.SYNONYMS.open(encoding="utf-8", newline="") as file:
        return tuple(Group(_phrases(row["names"]), _phrases(row["also"])) for row in csv.DictReader(file))


def _phrases(cell: str) -> tuple[Phrase, ...]:
    return tuple(tokens(word) for word in cell.split(";") if tokens(word))


@lru_cache(maxsize=2_000)  # whole texts
def meant(field: Phrase) -> frozenset[int]:
    """The groups (places in `synonyms`) of which a field holds a name as a word: 核桃 does, 核桃木 does not."""
    names = _groups_of("names")
    held = {tuple(part) for run in runs(field) for part in segmenter.parts(run)}
    held.update(
        field[start:end]
        for start in range(len(field))
        for end in range(start + 1, min(start + LONGEST_NAME, len(field)) + 1)
        if not is_han(field[start])
    )
    return frozenset(group for phrase in held & names.keys() for group in names[phrase])


def called(phrase: Phrase) -> tuple[int, ...]:
    """The groups that go by this name, whichever of their columns it stands in."""
    return _groups_of("any").get(phrase, ())


@cache
def _groups_of(column: str) -> dict[Phrase, tuple[int, ...]]:
    found: dict[Phrase, tuple[int, ...]] = {}
    for place, group in enumerate(synonyms()):
        for phrase in group.names if column == "names" else dict.fromkeys((*group.names, *group.also)):
            found[phrase] = (*found.get(phrase, ()), place)
    return found


def is_han(token: str) -> bool:
    first = token[0]
    return first >= "\u3400" and IS_HAN.match(first) is not None
