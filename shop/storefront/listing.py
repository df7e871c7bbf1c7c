"""Which certified products a visitor sees: words, filters with counts, order, page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Place, Product, Temperature, namer
from catalogue.partner.models import StockRecord
from shop.money import to_fen
from shop.storefront import bands, shelf
from shop.storefront.bitmap import Bits, Index
from shop.storefront.shelf import Shelf

PAGE_SIZE = 24
MOST_CHOICES = 60  # of one filter: more are found sooner by the search
LONGEST_WORDS, LONGEST_VALUE = 100, 60  # characters; the rest is not read
PAGE_NUMBER = re.compile("[1-9][0-9]{0,8}")
FILTERS = {
    "county": gettext_lazy("County"),
    "category": gettext_lazy("Kind"),
    "supplier": gettext_lazy("Supplier"),
    "price": gettext_lazy("Price"),
    "temperature": gettext_lazy("Storage"),
    "scheme": gettext_lazy("Certificate"),
}
ORDERS = {  # "" is the shelf's own, shop.storefront.shelf.NEWEST_FIRST
    "": gettext_lazy("Newest certificate first"),
    "cheapest": gettext_lazy("Cheapest first"),
    "dearest": gettext_lazy("Dearest first"),
}
ORDERS_OF_WORDS = {"": gettext_lazy("Best match first"), "newest": ORDERS[""]} | {
    order: ORDERS[order] for order in ("cheapest", "dearest")
}


class NoSuchPage(Exception):
    """The list has no page of that number. first: the address of its first page, behind the list's own"""

    def __init__(self, asked: str, *, last: int, first: str) -> None:
        self.first = first
        words = _("There is no page “%(asked)s”; this list ends with page %(last)d.")
        super().__init__(words % {"asked": asked, "last": last})


@dataclass(frozen=True)
class Wish:
    """What the address asks for. chosen: one value for each filter in use"""

    words: str
    chosen: dict[str, str]
    order: str
    page: str

    @property
    def orders(self) -> dict[str, Any]:
        """The orders to choose from, with their names for people."""
        return ORDERS_OF_WORDS if self.words else ORDERS

    def address(self, **changes: str) -> str:
        """The query string of this wish with some parts changed, always in the same order; "" for the plain list."""
        parts = {"query": self.words} | self.chosen | {"order": self.order} | changes
        kept = {name: parts[name] for name in ("query", *FILTERS, "order", "page") if parts.get(name)}
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True)
class Choice:
    """One value of a filter and how many products remain with it."""

    value: str
    label: str
    count: int
    chosen: bool

    @property
    def text(self) -> str:
        return f"{self.label} ({self.count})"


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]


@dataclass(frozen=True)
class Listing:
    """page: of products' keys; described: how many products the words describe, whatever is chosen"""

    wish: Wish
    page: Page[int]
    facets: list[Facet]
    described: int

    @property
    def chosen(self) -> list[tuple[str, str, str]]:
        """(filter, value, address of the list without it) for people, in the order of the filters."""
        named = {facet.name: facet for facet in self.facets}
        return [
            (
                named[name].label,
                next(choice.label for choice in named[name].choices if choice.chosen),
                self.wish.address(**{name: ""}),
            )
            for name in FILTERS
            if name in self.wish.chosen
        ]

    @property
    def category(self) -> str:
        """The name of the category shown, where nothing but one was chosen; else empty."""
        if self.wish.words or set(self.wish.chosen) != {"category"}:
            return ""
        return self.chosen[0][1]

    @property
    def canonical(self) -> str:
        """The one address under which this list should be known."""
        number = self.page.number
        return self.wish.address(order="", page=str(number) if number > 1 else "")


class _Keys:
    """The found products as a sequence that a Paginator cuts, without ever listing them all."""

    def __init__(self, index: Index, bits: Bits, order: str, best: Sequence[int] = ()) -> None:
        self.index, self.bits, self.order, self.best = index, bits, order, best

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __getitem__(self, cut: slice) -> list[int]:
        if self.best:
            rest = self.index.keys(self.bits, start=0, number=len(self))
            kept = set(rest)
            return list(dict.fromkeys([*(key for key in self.best if key in kept), *rest]))[cut]
        return self.index.keys(self.bits, start=cut.start, number=cut.stop - cut.start, order=self.order)


def wish_of(parameters: Mapping[str, str]) -> Wish:
    """Read the address; an order that nobody knows is the plain one."""
    order = parameters.get("order", "")
    words = parameters.get("query", "").strip()[:LONGEST_WORDS]
    return Wish(
        words=words,
        chosen={name: value[:LONGEST_VALUE] for name in FILTERS if (value := parameters.get(name, "").strip())},
        order=order if order in (ORDERS_OF_WORDS if words else ORDERS) else "",
        page=parameters.get("page", ""),
    )


def read(wish: Wish, *, at: datetime) -> Listing:
    """The list of a wish; a filter's value that nobody knows finds nothing rather than everything.

    Raises NoSuchPage.
    """
    now = shelf.at_moment(at)
    described = now.described(wish.words)
    best, order = described.best if not wish.order else (), "" if wish.order == "newest" else wish.order
    keys = _Keys(now.index, now.index.matching(wish.chosen, described.bits), order, best)
    pages: Paginator[int] = Paginator(cast(Any, keys), PAGE_SIZE)  # it needs a length and slices, no more
    number = int(wish.page) if PAGE_NUMBER.fullmatch(wish.page) else 0 if wish.page else 1
    if not 1 <= number <= pages.num_pages:
        raise NoSuchPage(wish.page[:20], last=pages.num_pages, first=wish.address())
    return Listing(wish, pages.page(number), _facets(now, wish.chosen, described.bits), described.bits.bit_count())


@dataclass(frozen=True)
class Suggestion:
    text: str
    address: str


def suggestions(shown: Listing, *, at: datetime) -> list[Suggestion]:
    """Ways on from a list of nothing: the same words without filters, then the kinds that most products are of."""
    now, wish = shelf.at_moment(at), shown.wish
    ways = []
    if wish.words and wish.chosen and shown.described:
        ways.append(Suggestion(f"“{wish.words}” ({shown.described})", Wish(wish.words, {}, "", "").address()))
    kinds = _choices(now, "category", now.index.counts("category", {}, now.index.everything), "")
    return ways + [Suggestion(kind.text, Wish("", {"category": kind.value}, "", "").address()) for kind in kinds[:6]]


def _facets(now: Shelf, chosen: dict[str, str], found: Bits) -> list[Facet]:
    """Counts under all other filters, so that a count is what a click will show."""
    return [
        Facet(name, str(label), _choices(now, name, now.index.counts(name, chosen, found), chosen.get(name, "")))
        for name, label in FILTERS.items()
    ]


def _choices(now: Shelf, name: str, counts: dict[str, int], chosen: str) -> list[Choice]:
    """The largest first, prices from the lowest up; what is chosen is always among them."""
    largest = sorted(counts, key=lambda value: (-counts[value], value))[:MOST_CHOICES]
    if name == "price":
        largest.sort(key=bands.VALUES.index)
    if chosen and chosen not in largest:
        largest.append(chosen)
    label = _labels(now, name)
    return [Choice(value, label(value), counts.get(value, 0), value == chosen) for value in largest]


def _labels(now: Shelf, trait: str) -> Callable[[str], str]:
    """What the reader of the page calls the values of a trait; one that nobody knows is called by itself."""
    if trait == "temperature":
        return lambda value: str(Temperature(value).label) if value in Temperature.values else value
    if trait == "price":
        return bands.label
    names, named = now.names[trait], namer()
    return lambda value: named(*names.get(value, (value, "")))


def with_offers(products: QuerySet[Product]) -> QuerySet[Product]:
    """Products with what the API tells of them, in a constant number of queries."""
    records = StockRecord.objects.select_related("partner").order_by("id")
    return products.select_related("origin__parent").prefetch_related(Prefetch("stockrecords", records))


def offer(product: Product) -> StockRecord | None:
    """The first stock record with a price of a product that came through `with_offers`."""
    return next((record for record in product.stockrecords.all() if record.price is not None), None)


def price_fen(product: Product) -> int | None:
    """The price of a product that came through `with_offers`; None when it has none."""
    record = offer(product)
    return None if record is None else to_fen(record.price)


def county_name(place: Place | None) -> str:
    """The county a product comes from, for people (its township and village stand on the product's own page)."""
    while place is not None and len(place.code) > 6 and place.parent is not None:
        place = place.parent
    return "" if place is None else str(place)
