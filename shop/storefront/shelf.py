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
from django.db.models import Min, QuerySet

from catalogue import search
from catalogue.models import Category, Place, Product
from catalogue.partner.models import Partner, StockRecord
from certification.models import Certificate, Scheme
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
    """pairs: each product with the code of each scheme it holds a valid certificate of; until: as of a Shelf"""

    pairs: Sequence[tuple[int, str]]
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
    certificates = Certificate.objects.filter(state=Certificate.State.CERTIFIED)
    turns = [
        certificates.filter(**{f"{name}__gt": at}).aggregate(first=Min(name))["first"]
        for name in ("valid_from", "valid_until")
    ]
    pairs = certificates.valid(at).values_list("product", "scheme__code")
    return Carried(list(pairs), min(filter(None, turns), default=None))


def _read(at: datetime, carried: Carried) -> Shelf:
    on_sale = Product.objects.offered(at).order_by(*NEWEST_FIRST)
    rows = list(on_sale.values_list("id", "origin_id", "temperature"))
    index = Index(key for key, _origin, _temperature in rows)
    counties = [(key, origin[:6]) for key, origin, _temperature in rows if origin]
    index.mark("county", counties)
    index.mark("temperature", ((key, temperature) for key, _origin, temperature in rows))
    _mark_categories(index)
    _mark_offers(index)
    index.mark("scheme", carried.pairs)
    return Shelf(
        index=index,
        names={
            "county": _names(Place.objects.filter(code__in={code for _key, code in counties}), "code"),
            "category": _names(Category.objects.all(), "slug"),
            "supplier": _names(Partner.objects.all(), "code"),
            "scheme": _names(Scheme.objects.order_by("version"), "code"),  # the newest version's stands
        },
        carried=carried,
        until=on_sale.aggregate(first=Min("certified_until"))["first"],
    )


def _names(rows: QuerySet[Any], key: str) -> Names:
    return {value: (name, english) for value, name, english in rows.values_list(key, "name", "name_en")}


def _mark_categories(index: Index) -> None:
    """Who asks for nuts wants walnuts, so a product counts in every category above its own."""
    categories = {key: (path, slug) for key, path, slug in Category.objects.values_list("id", "path", "slug")}
    slugs = dict(categories.values())
    index.mark(
        "category",
        ((product, categories[key][1]) for product, key in ProductCategory.objects.values_list("product", "category")),
    )
    step = Category.steplen
    index.widen(
        "category", {slug: [slugs[path[:end]] for end in range(step, len(path), step)] for path, slug in slugs.items()}
    )


def _mark_offers(index: Index) -> None:
    """Suppliers, bands and the order of prices: that of a product is its first stock record's, as on its card."""
    codes = dict(Partner.objects.values_list("id", "code"))
    offers = list(StockRecord.objects.offers().values_list("product", "partner", "price"))
    index.mark("supplier", ((product, codes[partner]) for product, partner, _price in offers))
    prices: dict[int, Decimal] = {}
    for product, _partner, price in offers:
        prices.setdefault(product, price)
    index.mark("price", ((product, bands.of(price)) for product, price in prices.items()))
    cheapest = sorted(prices, key=prices.__getitem__)
    index.sort("cheapest", cheapest)
    index.sort("dearest", reversed(cheapest))
