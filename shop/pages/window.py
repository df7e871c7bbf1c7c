"""What is live on one page, read once for all its blocks however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from wagtail.models import Page

from catalogue.days import day_of
from catalogue.models import Place, Product
from catalogue.partner.models import Partner
from shop.pages import figures, offer, seasons, shelves
from shop.pages.shelves import Shelf
from shop.storefront import breakdown
from shop.storefront.cards import Card

OWN = "own"  # the shelf a page has besides its blocks


class Window:
    """blocks: what the page shows today; locale: key of its language; own: the shelf of a county, a supplier"""

    def __init__(self, blocks: Iterable[Any], *, at: datetime, locale: int, own: Shelf | None = None) -> None:
        self.blocks = list(blocks)
        self.at = at
        self.locale = locale
        self.own = own

    @property
    def day(self) -> date:
        return day_of(self.at)

    @cached_property
    def offer(self) -> offer.Offer:
        return offer.now(self.at)

    @cached_property
    def _cards(self) -> dict[str, list[Card]]:
        """Cards of every shelf of the page by its key; the page's own under OWN."""
        asked = {key_of(block.value): _shelf(block.value) for block in self.blocks if block.block_type == "shelf"}
        if self.own is not None:
            asked[OWN] = self.own
        return shelves.fill(asked, at=self.at)

    @property
    def own_cards(self) -> list[Card]:
        return self._cards.get(OWN, [])

    def cards(self, value: Any) -> list[Card]:
        """Cards of one shelf block. value: the block's own, as the page holds it"""
        return self._cards.get(key_of(value), [])

    def calendar(self, county: str = "") -> list[dict[str, Any]]:
        return seasons.rows(self.offer.commodities(county))

    def figures(self, names: list[str]) -> list[dict[str, Any]]:
        found = figures.read(names, offer=lambda: self.offer, at=self.at)
        return [each | {"url": reverse(each["page"])} if "page" in each else each for each in found]

    def open(self, pages: QuerySet[Any]) -> QuerySet[Any]:
        """Those of these pages that are for everybody."""
        return pages.exclude(self._private)

    @cached_property
    def _private(self) -> Any:
        return Page.objects.all().private_q()

    @cached_property
    def counties(self) -> list[dict[str, Any]]:
        """Counties with products on sale: what components/county_map.html takes."""
        counts = self.offer.by_county
        places = Place.objects.in_bulk(list(counts))
        pages = self._county_pages
        return [
            {"code": code, "name": str(places[code]), "url": pages.get(code, products_url(county=code)), "count": count}
            for code, count in counts.items()
            if code in places
        ]

    @cached_property
    def _county_pages(self) -> dict[str, str]:
        from shop.pages.models import CountyPage  # models import this module

        pages = (
            self.open(CountyPage.objects.live()).filter(locale=self.locale, place__isnull=False).defer("body", "lead")
        )
        return {page.place_id: page.url for page in pages}

    @cached_property
    def stories(self) -> list[Any]:
        """Stories in the language of the page, newest first."""
        from shop.pages.models import StoryPage

        pages = self.open(StoryPage.objects.live()).filter(locale=self.locale).defer("body")
        return list(
            pages.select_related("partner", "picture")
            .prefetch_related("picture__renditions")
            .order_by("-first_published_at", "-pk")[: self._most_stories]
        )

    @property
    def _most_stories(self) -> int:
        return max((block.value["number"] for block in self.blocks if block.block_type == "stories"), default=0)

    @cached_property
    def _first(self) -> Product | None:
        on_sale = Product.objects.on_sale(self.at).order_by("-certified_until", "id")
        own = next((card.id for card in self.own_cards if card.fen is not None), None)
        found: Product | None = (on_sale.filter(pk=own) if own else on_sale).first()
        return found

    def price(self, product: Product | None) -> dict[str, Any]:
        """Where the price of a product goes; empty when it is not on sale now or no fee rule is in force.

        product: None: the first with a price on the page's own shelf, else the first of the shop
        """
        found = product or self._first
        if found is None or not found.is_on_sale(self.at):
            return {}
        parts = breakdown.of_product(found, self.at)
        return {"product": found, "parts": parts, "total_fen": sum(part["fen"] for part in parts)} if parts else {}


def of_county(place: Place | None) -> Shelf | None:
    return Shelf(county=place.code, number=8) if place else None


def of_supplier(partner: Partner | None) -> Shelf | None:
    return Shelf(supplier=partner.code, number=8) if partner else None


def key_of(value: Any) -> str:
    """A block's template is given its value and not its id; the window keeps the page's blocks, so this stays true."""
    return f"block-{id(value)}"


def _shelf(value: Any) -> Shelf:
    return Shelf(
        products=tuple(product.pk for product in value["products"] if product is not None),
        county=value["county"] or "",
        category=value["category"] or "",
        supplier=value["supplier"] or "",
        from_yuan=value["from_yuan"],
        to_yuan=value["to_yuan"],
        number=value["number"] or 4,
    )


def products_url(**filters: str) -> str:
    """The list of products with these filters chosen."""
    return reverse("catalogue:index") + (f"?{urlencode(filters)}" if filters else "")
