"""What the indexes hold of a product: fields of tokens between blanks, the same for every engine. Plain Python.

| field | its tokens |
|---|---|
| `text` | everything, in order, so that phrases can be looked for |
| `begin` | every beginning of a word in letters, alone and behind the token before it (`paper_she`) |
| `title` ... `description` | words, and `=7` where a name of the seventh group of synonyms stands |
| `known` | `y` where the commodity or a category is a thing that the synonyms know |
| `pinyin`, `initials` | how the words sound |
| `near`, `near_more` | one slip away from what it is; from its other words |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from catalogue.search import segmenter, sounds, words
from catalogue.search.segmenter import ours
from catalogue.search.words import Phrase

FIELDS = (  # besides `text`: tokens whose order does not matter
    "begin", "title", "commodity", "category", "supplier", "place", "description", "known", "pinyin", "initials",
    "near", "near_more",
)  # fmt: skip
LONGEST_BEGINNING = 20  # letters; a longer word is looked for as a whole
LONGEST_BEFORE = 40
KNOWN = "y"


@dataclass(frozen=True)
class Names:
    """What is said of a product, in both languages. place: its own and those above it"""

    title: tuple[str, ...]
    commodity: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    supplier: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    description: tuple[str, ...] = ()


def text_of(names: Names) -> str:
    named = (*names.title, *names.commodity, *names.category)
    return words.text_of(named, (*names.supplier, *names.place, *names.description))


def document(names: Names) -> dict[str, str]:
    """`text` and FIELDS of one product."""
    text = text_of(names)
    kinds = _all(terms, (*names.commodity, *names.category))
    named = _all(_sayings, names.commodity) | _names_of(_all(terms, names.commodity))
    around = {word for word in _all(_sayings, (*names.place, *names.supplier)) if not words.is_han(word) or ours(word)}
    other = _all(_sayings, (*names.title, *names.category)) | _names_of(_all(terms, names.title)) | around
    held = {
        "begin": {beginning for field in text.split(f" {words.BOUNDARY} ") for beginning in _beginnings(field)},
        "title": _all(terms, names.title),
        "commodity": _all(terms, names.commodity),
        "category": _all(terms, names.category),
        "supplier": _all(terms, names.supplier),
        "place": _all(terms, names.place),
        "description": _all(terms, names.description),
        "known": {KNOWN} if any(term.startswith("=") for term in kinds) else set(),
        "pinyin": {sounds.full(word) for word in (*named, *other) if words.is_han(word)},
        "initials": {sounds.initials(word) for word in (*named, *other) if words.is_han(word)},
        "near": {slip for word in named for slip in near(word)},
        "near_more": {slip for word in other for slip in near(word)},
    }
    return {"text": text} | {name: " ".join(sorted(tokens - {""})) for name, tokens in held.items()}


@lru_cache(maxsize=50_000)
def near(word: str) -> frozenset[str]:
    """Tokens that a word shares with what is written or sounds nearly so."""
    if words.is_han(word):
        return sounds.near_letters(sounds.full(word)) | sounds.near_characters(word) if len(word) > 1 else frozenset()
    return sounds.near_letters(word) if not word.isdigit() else frozenset()


def term(group: int) -> str:
    return f"={group}"


def beginning(token: str, before: str = "") -> str:
    """The token of `begin` that a word beginning so has."""
    return f"{before[:LONGEST_BEFORE]}_{token}" if before else token


def _all(what: object, texts: Iterable[str]) -> set[str]:
    return {token for text in texts for token in what(text)}  # type: ignore[operator]


@lru_cache(maxsize=2_000)  # whole texts
def terms(text: str) -> frozenset[str]:
    """The words of a text, and `=7` where a name of the seventh group of synonyms stands."""
    field = words.tokens(text)
    plain = {token for token in field if not words.is_han(token)}
    chinese = {part for run in words.runs(field) for part in segmenter.parts(run)}
    return frozenset(plain | chinese | {term(group) for group in words.meant(field)})


@lru_cache(maxsize=2_000)  # whole texts
def _sayings(text: str) -> frozenset[str]:
    """The words of a text that somebody may mistype or write as they sound."""
    return frozenset(word for word in terms(text) if not word.startswith("=") and len(word) > 1)


def _names_of(tokens: Iterable[str]) -> set[str]:
    """All names of the groups among these; of a name in letters every word."""
    return {word for token in tokens for word in names_of(token)}


def names_of(term: str) -> frozenset[str]:
    """All names of a group of synonyms; none of another word."""
    return _names(int(term[1:])) if term.startswith("=") else frozenset()


@cache
def _names(group: int) -> frozenset[str]:
    called = words.synonyms()[group]
    return frozenset(word for phrase in (*called.names, *called.also) for word in _words_of(phrase))


def _words_of(phrase: Phrase) -> tuple[str, ...]:
    return ("".join(phrase),) if words.is_han(phrase[0]) else phrase


@lru_cache(maxsize=2_000)  # whole texts
def _beginnings(field: str) -> frozenset[str]:
    found = set()
    before = ""
    for token in field.split():
        if not words.is_han(token):
            starts = [token[:end] for end in range(1, min(len(token), LONGEST_BEGINNING) + 1)]
            for start in starts if len(token) <= LONGEST_BEGINNING else [*starts, token]:
                found.add(beginning(start))
                if before:
                    found.add(beginning(start, before))
        before = token
    return frozenset(found)
