"""What an engine is asked, in words that every engine has: phrases, and "any of these tokens in this field".

Every condition that is met adds its whole number to a product's score, so scores are exact, depend on nothing but the
product, and are the same in every engine, on every shard and with any number of deleted products. Plain Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from catalogue.search import fields, segmenter, sounds, words
from catalogue.search.words import Phrase

WEIGHTS = {"commodity": 40, "place": 18, "title": 16, "category": 12, "supplier": 4, "description": 2}
AS_SAID = {"title": 8, "commodity": 8}  # more for the very word than for another name of the thing: 灰枣 among 红枣
KNOWN = 30  # for a food or place that we know: more than any title alone can give to something else
TOLERANT = {"pinyin": 24, "near": 20, "initials": 12, "near_more": 6}
MOST_UNITS = 30  # words that count for the order


@dataclass(frozen=True)
class AnyOf:
    """At least one of these tokens stands in the field."""

    field: str
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class InRow:
    """The tokens stand in `text`, one directly behind the other."""

    tokens: Phrase


@dataclass(frozen=True)
class Both:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Either:
    conditions: tuple[Condition, ...]


Condition = AnyOf | InRow | Both | Either


@dataclass(frozen=True)
class Plan:
    """required: all must be met; scored: what a met condition adds to the score"""

    required: tuple[Condition, ...]
    scored: tuple[tuple[Condition, int], ...]


def attempts(phrases: Sequence[Phrase]) -> Iterator[Plan]:
    """What to ask, one after the other, until something is found."""
    yield exact(phrases)
    if allowing := tolerant(phrases):
        yield allowing
    if one := _as_one_word(phrases):
        yield exact([one])
        if allowing := tolerant([one]):
            yield allowing


def _as_one_word(phrases: Sequence[Phrase]) -> Phrase:
    """A slip can make two words of one: "hong zao", 核桃人. Empty where the words cannot be one."""
    tokens = tuple(chain.from_iterable(phrases))
    if len(phrases) < 2 or sum(map(len, tokens)) > sounds.LONGEST:
        return ()
    if all(map(words.is_han, tokens)):
        return tokens
    word = "".join(tokens)
    return (word,) if word.isascii() and len(word) >= sounds.SHORTEST_SPELLING else ()


def exact(phrases: Sequence[Phrase]) -> Plan:
    """Every phrase occurs as it was said."""
    return Plan(tuple(_occurs(phrase) for phrase in phrases), tuple(_scored(phrases)))


def tolerant(phrases: Sequence[Phrase]) -> Plan | None:
    """Every phrase occurs as said, sounds so, is the first letters of how it sounds, or is one slip away.

    None where no phrase leaves room for that.
    """
    slips = {phrase: _slips(phrase) for phrase in phrases}
    if not any(slips.values()):
        return None
    required = tuple(Either((_occurs(phrase), *slip)) if slip else _occurs(phrase) for phrase, slip in slips.items())
    heard = [(slip, TOLERANT[slip.field]) for phrase in phrases[:MOST_UNITS] for slip in slips[phrase]]
    known = (AnyOf("known", (fields.KNOWN,)), KNOWN)
    return Plan(required, (known, *(pair for pair in _scored(phrases) if pair != known), *heard))


def _occurs(phrase: Phrase) -> Condition:
    """The phrase in `text`, whose last token may be the beginning of a word (a Chinese character is a whole one)."""
    last = phrase[-1]
    if words.is_han(last):
        return InRow(phrase)
    if len(phrase) == 1:
        return AnyOf("begin", (last,))
    return Both((InRow(phrase[:-1]), AnyOf("begin", (fields.beginning(last, phrase[-2]),))))


def _slips(phrase: Phrase) -> tuple[AnyOf, ...]:
    word = "".join(phrase)
    in_chinese = any(map(words.is_han, phrase))
    if in_chinese and (not all(map(words.is_han, phrase)) or segmenter.is_word(word)):
        return ()
    near = tuple(sorted(fields.near(word)))
    heard = sounds.full(word) if words.is_han(word) and len(word) > 1 else word
    conditions = [AnyOf("near", near), AnyOf("near_more", near)] if near else []
    if not word.isdigit() and len(heard) > 1:
        conditions.append(AnyOf("pinyin", (heard,)))
        if not words.is_han(word):
            conditions.append(AnyOf("initials", (word,)))
    return tuple(conditions)


def _scored(phrases: Sequence[Phrase]) -> list[tuple[Condition, int]]:
    scored: dict[tuple[Condition, int], None] = {}
    for unit in _units(phrases)[:MOST_UNITS]:
        in_chinese = all(map(words.is_han, unit))
        said = ("".join(unit),) if in_chinese or len(unit) == 1 else ()
        groups = tuple(fields.term(group) for group in words.called(unit))
        if groups or any(map(segmenter.is_place, said)):
            scored[AnyOf("known", (fields.KNOWN,)), KNOWN] = None
        if groups or said:
            scored |= {(AnyOf(field, (*said, *groups)), weight): None for field, weight in WEIGHTS.items()}
        if said:
            scored |= {(AnyOf(field, said), weight): None for field, weight in AS_SAID.items()}
    return list(scored)


def _units(phrases: Sequence[Phrase]) -> list[Phrase]:
    """Words in Chinese, and words in letters or names of several of them: donkey milk."""
    pieces = [piece for phrase in phrases for piece in ([phrase] if words.is_han(phrase[0]) else zip(phrase))]
    units: list[Phrase] = []
    while pieces:
        for length in range(words.LONGEST_NAME, 0, -1):
            name = tuple(chain.from_iterable(pieces[:length]))
            if length == 1 or (words.called(name) and not any(map(words.is_han, name))):
                units.append(name)
                del pieces[:length]
                break
    return units
