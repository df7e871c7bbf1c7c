"""Which certified products stand on the shelves of a page: one query for all its shelves, another for their cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, IntegerField, QuerySet, TextField, Value, Window
from django.db.models.functions import MD5, Cast, Concat, RowNumber

from catalogue.days import day_of
from catalogue.models import Category, Product
from catalogue.partner.models import StockRecord
from shop.storefront import cards
from shop.storefront.cards import Card


@dataclass(frozen=True)
class Shelf:
    """What an editor asks for.

    products: hand-picked, in this order; then nothing else is asked. number: at most so many
    from_yuan, to_yuan: None: no limit
    """

    products: tuple[int, ...] = ()
    county: str = ""
    category: str = ""
    supplier: str = ""
    from_yuan: int | None = None
    to_yuan: int | None = None
    number: int = 4


def fill(shelves: Mapping[str, Shelf], *, at: datetime) -> dict[str, list[Card]]:
    """Cards by the shelf's key; what holds no certificate valid at that moment stands on none."""
    ids = _chosen(shelves, at)
    shown = {card.id: card for card in cards.of([*{each for chosen in ids.values() for each in chosen}], at=at)}
    good = {key: [shown[each] for each in chosen if each in shown] for key, chosen in ids.items()}
    return {key: found[: shelves[key].number] for key, found in good.items()}


def _chosen(shelves: Mapping[str, Shelf], at: datetime) -> dict[str, Sequence[int]]:
    """Ids by shelf. Without a hand, one product of each commodity comes before a second of any, and which comes first
    changes with the day, so that no supplier is always last.
    """
    chosen: dict[str, Sequence[int]] = {key: shelf.products for key, shelf in shelves.items()}
    asked = [key for key, shelf in shelves.items() if not shelf.products]
    if not asked:
        return chosen
    paths = _category_paths(shelves[key].category for key in asked)
    queries = [_ranked(shelves[key], position, paths, at) for position, key in enumerate(asked)]
    found: list[list[tuple[int, str, int]]] = [[] for _key in asked]
    for position, *ranked in queries[0].union(*queries[1:], all=True) if queries[1:] else queries[0]:
        found[position].append(tuple(ranked))
    return chosen | {key: [row[-1] for row in sorted(found[position])] for position, key in enumerate(asked)}


def _ranked(shelf: Shelf, position: int, paths: Mapping[str, str], at: datetime) -> QuerySet[Product, Any]:
    """Rows of (position of the shelf, turn, what the day drew, id)."""
    return (
        _asked(shelf, paths, at)
        .annotate(
            shelf=Value(position, IntegerField()),
            drawn=MD5(Concat(Cast("id", TextField()), Value(f" {day_of(at)}"), output_field=TextField())),
            turn=Window(RowNumber(), partition_by=F("commodity_id"), order_by=F("drawn").asc()),
        )
        .order_by("turn", "drawn")
        .values_list("shelf", "turn", "drawn", "id")[: shelf.number]
    )


def _asked(shelf: Shelf, paths: Mapping[str, str], at: datetime) -> QuerySet[Product]:
    products = Product.objects.offered(at)
    if shelf.county:
        products = products.filter(origin__code__startswith=shelf.county)
    if shelf.category:
        if shelf.category not in paths:
            return products.none()
        inside = Product.categories.through.objects.filter(category__path__startswith=paths[shelf.category])
        products = products.filter(pk__in=inside.values("product_id"))
    records: dict[str, Any] = {}
    if shelf.supplier:
        records["partner__code"] = shelf.supplier
    if shelf.from_yuan is not None:
        records["price__gte"] = Decimal(shelf.from_yuan)
    if shelf.to_yuan is not None:
        records["price__lte"] = Decimal(shelf.to_yuan)
    if records:
        products = products.filter(pk__in=StockRecord.objects.filter(**records).values("product_id"))
    return products


def _category_paths(slugs: Any) -> dict[str, str]:
    wanted = {slug for slug in slugs if slug}
    return dict(Category.objects.filter(slug__in=wanted).values_list("slug", "path")) if wanted else {}
