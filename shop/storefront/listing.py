"""Which certified products a visitor sees: words, filters with counts, order, page.

The number of queries is the same for one product and for fifty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalogue import photos, search
from catalogue.models import Category, Place, Product, ProductImage, Temperature, in_language
from catalogue.partner.models import Partner, StockRecord
from certification.days import last_day_before
from shop.money import to_fen

PAGE_SIZE = 24
ORDERS = {
    "": ("-certified_until", "id"),
    "cheapest": ("stockrecords__price", "id"),
    "dearest": ("-stockrecords__price", "id"),
}
ORDER_NAMES = {"": _("Newest certificate first"), "cheapest": _("Cheapest first"), "dearest": _("Dearest first")}


@dataclass(frozen=True)
class Choice:
    """One value of a filter and how many products remain with it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]


FILTERS = {
    "county": "origin__code__startswith",
    "category": "categories",
    "supplier": "stockrecords__partner__code",
    "temperature": "temperature",
}


@dataclass(frozen=True)
class Listing:
    words: str
    chosen: dict[str, str]
    order: str
    page: Page[Product]
    facets: list[Facet]


def cards(products: QuerySet[Product]) -> QuerySet[Product]:
    """What a product card shows, in a constant number of queries."""
    records = StockRecord.objects.select_related("partner")
    return products.select_related("origin__parent").prefetch_related(
        Prefetch("stockrecords", records), Prefetch("images", ProductImage.objects.order_by("display_order"))
    )


def read(parameters: QueryDict, *, at: datetime) -> Listing:
    """The list a query string asks for; a filter nobody knows finds nothing rather than everything."""
    words = parameters.get("query", "").strip()[:100]
    chosen = {name: value[:60] for name in FILTERS if (value := parameters.get(name, "").strip())}
    order = parameters.get("order", "") if parameters.get("order", "") in ORDERS else ""
    found = search.narrow(Product.objects.on_sale(at), words)
    products = _filtered(found, chosen).order_by(*ORDERS[order])
    page = Paginator(cards(products), PAGE_SIZE).get_page(parameters.get("page"))
    return Listing(words=words, chosen=chosen, order=order, page=page, facets=_facets(found, chosen))


def _filtered(products: QuerySet[Product], chosen: dict[str, str], *, but: str = "") -> QuerySet[Product]:
    for name, value in chosen.items():
        if name == but:
            continue
        if name == "category":
            products = products.filter(categories__in=_category_ids(value))
        else:
            products = products.filter(**{FILTERS[name]: value})
    return products.distinct() if "category" in chosen else products


def _category_ids(slug: str) -> list[int]:
    category = Category.objects.filter(slug=slug).first()
    return [] if category is None else list(category.get_descendants_and_self().values_list("id", flat=True))


def _facets(found: QuerySet[Product], chosen: dict[str, str]) -> list[Facet]:
    """Counts under all other filters, so that a count is what a click will show."""
    return [
        _facet("county", _("County"), found, chosen, "origin__code", _county_names),
        _facet("category", _("Kind"), found, chosen, "categories__slug", _category_names),
        _facet("supplier", _("Supplier"), found, chosen, "stockrecords__partner__code", _supplier_names),
        _facet("temperature", _("Storage"), found, chosen, "temperature", _temperature_names),
    ]


def _facet(name: str, label: Any, found: QuerySet[Product], chosen: dict[str, str], field: str, names: Any) -> Facet:
    rows = _filtered(found, chosen, but=name).order_by().values_list(field).annotate(Count("id", distinct=True))
    counts: dict[str, int] = {}
    for value, number in rows:
        if value:
            key = value[:6] if name == "county" else value
            counts[key] = counts.get(key, 0) + number
    labels = names(counts)
    choices = [
        Choice(value, labels.get(value, value), number, chosen.get(name) == value) for value, number in counts.items()
    ]
    return Facet(name, str(label), sorted(choices, key=lambda choice: (-choice.count, choice.value)))


def _county_names(codes: Any) -> dict[str, str]:
    return {place.code: str(place) for place in Place.objects.filter(code__in=list(codes))}


def _category_names(slugs: Any) -> dict[str, str]:
    return {row.slug: in_language(row.name, row.name_en) for row in Category.objects.filter(slug__in=list(slugs))}


def _supplier_names(codes: Any) -> dict[str, str]:
    return {row.code: row.label for row in Partner.objects.filter(code__in=list(codes))}


def _temperature_names(values: Any) -> dict[str, str]:
    return {value: str(Temperature(value).label) for value in values}


def price_fen(product: Product) -> int | None:
    """The price of a product whose stock records are prefetched; None when it has none."""
    record = next(iter(product.stockrecords.all()), None)
    return None if record is None or record.price is None else to_fen(record.price)


def card(product: Product) -> dict[str, Any]:
    """What components/product_card.html takes."""
    record = next(iter(product.stockrecords.all()), None)
    picture = next(iter(product.images.all()), None)
    return {
        "url": product.get_absolute_url(),
        "title": product.name,
        "origin": county_name(product.origin),
        "supplier": record.partner.label if record else "",
        "fen": price_fen(product),
        "unit": product.spec_text,
        "picture_url": photos.url(picture, 480) if picture else "",
        "large_url": photos.url(picture, 800) if picture else "",
        "until": last_day_before(product.certified_until) if product.certified_until else None,
    }


def county_name(place: Place | None) -> str:
    """The county a product comes from, for people (its township stands on the product's own page)."""
    if place is None:
        return ""
    return str(place.parent) if place.level == Place.Level.TOWNSHIP and place.parent else str(place)
