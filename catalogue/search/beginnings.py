"""Words by how they begin, for whoever is still typing: as written, as they sound, their first letters, with one slip.

A word is a token of `fields.terms`: Chinese or letters, or `=7`, which goes by every name of the seventh group of
synonyms. Plain Python; made once, then only read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from catalogue.search import fields, sounds, words

LONGEST = 30  # signs of what is typed in one piece; the rest is not read
LAST = "\U0010ffff"


class Beginnings:
    def __init__(self, terms: Iterable[str]) -> None:
        spelled: defaultdict[str, set[str]] = defaultdict(set)
        for term in terms:
            for spelling in _spellings(term):
                spelled[spelling].add(term)
        self._words: Mapping[str, frozenset[str]] = {spelling: frozenset(those) for spelling, those in spelled.items()}
        self._spellings = sorted(self._words)

    def meant(self, typed: str) -> list[tuple[str, frozenset[str]]]:
        """What one piece without blanks can stand for: its parts, each with the words it begins.

        Looked for in turn: one word that begins so; several, all but the last of them whole; one that begins nearly so.
        Empty where there is nothing.
        """
        typed = typed[:LONGEST]
        return self._one(typed) or self._several(typed) or self._slipped(typed)

    def _one(self, typed: str) -> list[tuple[str, frozenset[str]]]:
        found = self._all(self._range(typed))
        return [(typed, found)] if typed and found else []

    def _several(self, typed: str) -> list[tuple[str, frozenset[str]]]:
        """A whole word, the longest first, and behind it others: 和田红, hetianhongz."""
        for end in range(len(typed) - 1, 1, -1):
            if whole := self._words.get(typed[:end]):
                rest = self._one(typed[end:]) or self._several(typed[end:])
                if rest:
                    return [(typed[:end], whole), *rest]
        return []

    def _slipped(self, typed: str) -> list[tuple[str, frozenset[str]]]:
        """Words that begin so but for one sign, the first of which is right; of short ones none."""
        least = sounds.SHORTEST_WRITING if typed and words.is_han(typed) else sounds.SHORTEST_SPELLING
        if len(typed) < least:
            return []
        near = (spelling for spelling in self._range(typed[0]) if is_nearly_begun(spelling, typed))
        found = self._all(near)
        return [(typed, found)] if found else []

    def _range(self, typed: str) -> list[str]:
        start = bisect_left(self._spellings, typed)
        return self._spellings[start : bisect_left(self._spellings, typed + LAST, lo=start)]

    def _all(self, spellings: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self._words[spelling] for spelling in spellings))


def is_nearly_begun(word: str, typed: str) -> bool:
    """Whether the word begins as typed but for one sign: another one, one missing, one too many, two changed about."""
    at = next((place for place, (a, b) in enumerate(zip(word, typed, strict=False)) if a != b), None)
    if at is None:
        return len(word) >= len(typed) - 1
    return (
        word.startswith(typed[at + 1 :], at + 1)
        or word.startswith(typed[at:], at + 1)
        or word.startswith(typed[at + 1 :], at)
        or (word[at : at + 2] == typed[at : at + 2][::-1] and word.startswith(typed[at + 2 :], at + 2))
    )


def _spellings(term: str) -> Iterator[str]:
    for word in fields.names_of(term) or (term,):
        yield word
        if words.is_han(word):
            yield sounds.full(word)
            yield sounds.initials(word) or word


def pieces(typed: str) -> list[str]:
    """What is typed, cut at blanks and between words in letters; Chinese and what stands beside it stay together."""
    found: list[str] = []
    for tokens in map(words.tokens, typed.split()):
        for before, token in zip(("", *tokens), tokens, strict=False):
            if before and (words.is_han(before) or words.is_han(token)):
                found[-1] += token
            else:
                found.append(token)
    return found


def marked(name: str, parts: Iterable[tuple[str, frozenset[str]]]) -> list[tuple[str, bool]]:
    """A name in pieces, and whether each is what was meant: what was typed where it stands so, else the whole word."""
    low = name.lower()
    if not name or len(low) != len(name):
        return [(name, False)]
    marks = [False] * len(name)
    for typed, meant in parts:
        for said in _said(low, typed, meant):
            start = low.find(said)
            while start >= 0:
                if words.is_han(said) or not low[start - 1 : start].isalnum():
                    marks[start : start + len(said)] = [True] * len(said)
                start = low.find(said, start + 1)
    cuts = [place for place in range(1, len(name)) if marks[place] != marks[place - 1]]
    return [(name[a:b], marks[a]) for a, b in zip([0, *cuts], [*cuts, len(name)], strict=True)]


def _said(name: str, typed: str, meant: frozenset[str]) -> set[str]:
    held = fields.terms(name)
    those: Set[str] = {term for term in held & meant if not fields.names_of(term)}
    those = those or held & {other for term in held & meant for other in fields.names_of(term)}
    return {typed if word.startswith(typed) else word for word in those}
