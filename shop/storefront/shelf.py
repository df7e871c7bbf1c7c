"""Everything on sale at a moment, as `bitmap` takes it: what a visitor can filter by, and in which orders.

It is read in a handful of queries and kept until the shelf changes, so that filters, counts and deep pages ask the
database nothing. What a card shows, and whether its product is still on sale, is read with the page itself.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import compress, islice
from typing import Any, NamedTuple

from django.conf import settings

from catalogue import search
from catalogue.models import Category, Place, Product
from catalogue.partner.models import Partner, StockRecord
from certification.models import Certificate
from shop.pagecache import memo
from shop.storefront import bands
from shop.storefront.bitmap import Bits, Index

NEWEST_FIRST = ("-certified_until", "id")
MOST_WORDS = 500  # searches remembered until the shelf changes
MOST_IN_ORDER = 1_000  # products of a search that stand in the order of how well they fit; 41 pages

Names = dict[str, tuple[str, str]]  # Chinese, English
ProductCategory: Any = Product.categories.through


class Described(NamedTuple):
    """bits: all products that some words describe; best: the keys of those that fit best, in order; () if not known"""

    bits: Bits
    best: tuple[int, ...]


class Carried(NamedTuple):
    """pairs: each product with the code of each scheme it holds a valid certificate of

    names: of the schemes; until: as of a Shelf
    """

    pairs: Sequence[tuple[int, str]]
    names: Names
    until: datetime | None


@dataclass(frozen=True)
class Shelf:
    """names: of the values of each trait; until: from when the clock alone has changed it, None: never"""

    index: Index
    names: dict[str, Names]
    carried: Carried
    until: datetime | None
    _found: OrderedDict[str, Described] = field(default_factory=OrderedDict)

    def described(self, words: str) -> Described:
        """What these words describe; everything, in no order of its own, without words."""
        if not words:
            return Described(self.index.everything, ())
        described = self._found.get(words)
        if described is None:
            found = search.find(words)
            fitting = self.index.known(compress(found.keys, found.scores))
            described = Described(self.index.of(found.keys), tuple(islice(fitting, MOST_IN_ORDER)))
            if not settings.ELASTICSEARCH_URL:  # a cluster may fail, and what answers in its place is not worth keeping
                self._remember(words, described)
        return described

    def _remember(self, words: str, described: Described) -> None:
        self._found[words] = described
        if len(self._found) > MOST_WORDS:
            self._found.popitem(last=False)


def at_moment(at: datetime) -> Shelf:
    """The shelf as it stands; `at` is now. Certificates are news of another kind, so they are kept beside it."""
    carried = memo.keep(
        "certificates of the shelf",
        lambda: _carried(at),
        tag="register",
        good=lambda kept: kept.until is None or at < kept.until,
        alone=True,
    )
    return memo.keep(
        "shelf",
        lambda: _read(at, carried),
        tag="assortment",
        good=lambda shelf: shelf.carried is carried and (shelf.until is None or at < shelf.until),
        alone=True,
    )


def _carried(at: datetime) -> Carried:
    """By one query of every certificate that has not ended; `Certificate.objects.valid` says the same of one moment."""
    pairs: list[tuple[int, str]] = []
    names: Names = {}
    turns = []
    rows = Certificate.objects.filter(state=Certificate.State.CERTIFIED, valid_until__gt=at).order_by("scheme__version")
    scheme = ("scheme__code", "scheme__name", "scheme__name_en")
    for product, begins, ends, code, name, english in rows.values_list("product", "valid_from", "valid_until", *scheme):
        if begins <= at:
            pairs.append((product, code))
        turns.append(ends if begins <= at else begins)
        names[code] = (name, english)  # the newest version's stands
    return Carried(pairs, names, min(turns, default=None))


def _read(at: datetime, carried: Carried) -> Shelf:
    on_sale = Product.objects.offered(at).order_by(*NEWEST_FIRST)
    rows = list(on_sale.values_list("id", "origin_id", "temperature", "certified_until"))
    index = Index(key for key, *_traits in rows)
    counties = [(key, origin[:6]) for key, origin, _temperature, _until in rows if origin]
    index.mark("county", counties)
    index.mark("temperature", ((key, temperature) for key, _origin, temperature, _until in rows))
    index.mark("scheme", carried.pairs)
    places = Place.objects.filter(code__in={code for _key, code in counties})
    return Shelf(
        index=index,
        names={
            "county": {code: (name, english) for code, name, english in places.values_list("code", "name", "name_en")},
            "category": _mark_categories(index),
            "supplier": _mark_offers(index),
            "scheme": carried.names,
        },
        carried=carried,
        until=min((until for *_traits, until in rows), default=None),
    )


def _mark_categories(index: Index) -> Names:
    """Who asks for nuts wants walnuts, so a product counts in every category above its own. Returns their names."""
    rows = list(Category.objects.values_list("id", "path", "slug", "name", "name_en"))
    slug_of = {key: slug for key, _path, slug, _name, _english in rows}
    slugs = {path: slug for _key, path, slug, _name, _english in rows}
    hung = ProductCategory.objects.values_list("product", "category")
    index.mark("category", ((product, slug_of[key]) for product, key in hung))
    step = Category.steplen
    index.widen(
        "category", {slug: [slugs[path[:end]] for end in range(step, len(path), step)] for path, slug in slugs.items()}
    )
    return {slug: (name, english) for _key, _path, slug, name, english in rows}


def _mark_offers(index: Index) -> Names:
    """Suppliers, bands and the order of prices: that of a product is its first stock record's, as on its card.

    Returns the suppliers' names.
    """
    suppliers = list(Partner.objects.values_list("id", "code", "name", "name_en"))
    codes = {key: code for key, code, _name, _english in suppliers}
    offers = list(StockRecord.objects.offers().values_list("product", "partner", "price"))
    index.mark("supplier", ((product, codes[partner]) for product, partner, _price in offers))
    prices: dict[int, Decimal] = {}
    for product, _partner, price in offers:
        prices.setdefault(product, price)
    index.mark("price", ((product, bands.of(price)) for product, price in prices.items()))
    cheapest = sorted(prices, key=prices.__getitem__)
    index.sort("cheapest", cheapest)
    index.sort("dearest", reversed(cheapest))
    return {code: (name, english) for _key, code, name, english in suppliers}
