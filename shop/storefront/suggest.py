"""What a visitor may mean while still typing: known words, kinds, counties, suppliers, products; all on sale now.

It is made of the shelf when first asked for after a change, and asks the database nothing afterwards. What is typed is
written down nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.utils.translation import gettext_lazy, ngettext

from catalogue.models import Product, namer
from catalogue.search import beginnings, fields, words
from catalogue.search.beginnings import Beginnings
from shop.pagecache import memo
from shop.storefront import shelf
from shop.storefront.bitmap import Bits, Index
from shop.storefront.shelf import NEWEST_FIRST, Names, Shelf

MOST, MOST_BESIDE_PRODUCTS, MOST_OF_A_KIND = 8, 5, 2
LONGEST_TYPED = 40  # characters; the rest is not read
KINDS = {
    "query": gettext_lazy("Search"),
    "category": gettext_lazy("Kind"),
    "county": gettext_lazy("County"),
    "supplier": gettext_lazy("Supplier"),
    "product": gettext_lazy("Product"),
}


class Thing(NamedTuple):
    """kind: of KINDS; names: Chinese, English; where: the filter's value, or a product's address behind the list's

    number: of its products; 0 where that is asked when it is shown
    """

    kind: str
    names: tuple[str, str]
    where: str
    number: int


@dataclass(frozen=True)
class Suggestion:
    """pieces: the name cut into what was meant (True) and the rest; address: behind the list's own

    text: how many products it leads to; empty for a product, which it leads straight to
    """

    kind: str
    pieces: list[tuple[str, bool]]
    address: str
    text: str


@dataclass(frozen=True)
class Suggester:
    """index: of the things by their place, marked with the words of their names"""

    shelf: Shelf
    things: list[Thing]
    index: Index
    beginnings: Beginnings
    terms: dict[str, frozenset[str]]  # of each name


class _Former:
    """The words of names as this process last cut them: most names are still there after a change."""

    terms: dict[str, frozenset[str]] = {}


def of(typed: str, *, at: datetime) -> list[Suggestion]:
    """At most MOST, the widest first; every word must be found. `at` is now."""
    made = _at_moment(at)
    meant = [made.beginnings.meant(piece) for piece in beginnings.pieces(typed[:LONGEST_TYPED])]
    if not all(meant):
        return []
    parts = [part for piece in meant for part in piece]
    bits = made.index.everything if parts else 0
    for _piece, terms in parts:
        bits &= made.index.either("term", terms)
    named = namer()
    return [
        Suggestion(
            str(KINDS[thing.kind]),
            beginnings.marked(named(*thing.names), parts),
            _address(thing, named(*thing.names)),
            ngettext("%(count)d product", "%(count)d products", count) % {"count": count},
        )
        if thing.kind != "product"
        else Suggestion("", beginnings.marked(named(*thing.names), parts), thing.where, "")
        for thing, count in _best(made, bits)
    ]


def _best(made: Suggester, bits: Bits) -> list[tuple[Thing, int]]:
    """Things with the number of products they lead to."""
    beside = [
        (thing, count)
        for kind in KINDS
        if kind != "product"
        for thing in _first(made, kind, bits, MOST_OF_A_KIND)
        if (count := thing.number or _found(made.shelf, thing))
    ][:MOST_BESIDE_PRODUCTS]
    return beside + [(thing, 1) for thing in _first(made, "product", bits, MOST - len(beside))]


def _first(made: Suggester, kind: str, bits: Bits, number: int) -> list[Thing]:
    of_kind = made.index.matching({"kind": kind}, bits)
    return [made.things[place] for place in made.index.first(of_kind, number)]


def _found(now: Shelf, word: Thing) -> int:
    return now.described(namer()(*word.names)).bits.bit_count()


def _address(thing: Thing, name: str) -> str:
    return "?" + urlencode({thing.kind: thing.where or name})


def _at_moment(at: datetime) -> Suggester:
    now = shelf.at_moment(at)
    return memo.keep(
        "suggestions", lambda: _made(now, at), tag="assortment", good=lambda kept: kept.shelf is now, alone=True
    )


def _made(now: Shelf, at: datetime) -> Suggester:
    things = [*_words(), *(thing for kind in ("category", "county", "supplier") for thing in _values(now, kind))]
    things += _products(at)
    former = _Former.terms
    names = {name for thing in things for name in thing.names if name}
    terms = {name: former[name] if name in former else fields.terms(name) for name in names}
    _Former.terms = terms
    index = Index(range(len(things)))
    index.mark("kind", ((place, thing.kind) for place, thing in enumerate(things)))
    index.mark(
        "term",
        ((place, term) for place, thing in enumerate(things) for name in thing.names if name for term in terms[name]),
    )
    return Suggester(now, things, index, Beginnings({term for those in terms.values() for term in those}), terms)


def _words() -> Iterator[Thing]:
    """What many things go by, in Chinese and in letters."""
    for group in words.synonyms():
        said = [*group.names, *group.also]
        chinese = next((name for name in said if words.is_han(name[0])), None)
        letters = next((name for name in said if not words.is_han(name[0])), None)
        if chinese:
            yield Thing("query", ("".join(chinese), " ".join(letters or ())), "", 0)


def _values(now: Shelf, kind: str) -> Iterator[Thing]:
    counts = now.index.counts(kind, {}, now.index.everything)
    names: Names = now.names[kind]
    for value in sorted(counts, key=lambda value: (-counts[value], value)):
        yield Thing(kind, names.get(value, (value, "")), value, counts[value])


def _products(at: datetime) -> Iterator[Thing]:
    rows = Product.objects.offered(at).order_by(*NEWEST_FIRST).values_list("id", "slug", "title", "title_en")
    return (
        Thing("product", (title, english), f"{quote(slug)}_{key}/", 1) for key, slug, title, english in rows.iterator()
    )
