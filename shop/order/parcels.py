"""Which packs travel together, and the way they take: one parcel per origin and temperature class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from catalogue.models import Place, Product
from logistics import quotes, refusals, routing, stock
from logistics.models import LotStock, Node


@dataclass(frozen=True)
class Packs:
    """Units of one lot at one node. reference: the order line's, empty in a preview."""

    reference: str
    product: Product
    stock: LotStock
    units: int


@dataclass
class Parcel:
    """quote: filled in by `route`"""

    origin: Node
    temperature: str
    grams: int = 0
    packs: list[Packs] = field(default_factory=list)
    quote: quotes.Quote | None = None

    @property
    def stops(self) -> tuple[Node, ...]:
        """The nodes on the way, first to last."""
        return self.quote.stops if self.quote else ()

    @property
    def freight_fen(self) -> int:
        return self.quote.freight_fen if self.quote else 0

    @property
    def promised_at(self) -> datetime | None:
        return self.quote.promised_at if self.quote else None


def group(packs: Iterable[Packs]) -> list[Parcel]:
    """The parcels these packs make, in the order of their origins' codes."""
    parcels: dict[tuple[str, str], Parcel] = {}
    for each in packs:
        key = (each.stock.node.code, each.product.temperature)
        parcel = parcels.setdefault(key, Parcel(each.stock.node, each.product.temperature))
        parcel.packs.append(each)
        parcel.grams += each.units * each.product.net_content_g
    return [parcels[key] for key in sorted(parcels)]


def route(parcels: list[Parcel], *, division: Place, choice: Any, at: datetime) -> list[str]:
    """Give every parcel its way; returns why some have none, in the words that name the leg or node."""
    problems = []
    for parcel in parcels:
        try:
            parcel.quote = quotes.quote(
                origin=parcel.origin, division=division, grams=parcel.grams, temperature=parcel.temperature,
                at=at, choice=choice,
            )  # fmt: skip
        except routing.NoWay as refusal:
            problems.append(refusals.in_words(refusal))
    return problems


def expected(wanted: dict[Product, int], *, on: date) -> tuple[list[Packs], list[Product]]:
    """The packs `logistics.stock.reserve` would take now, first expired first out, and the products without enough.

    Nothing is locked or written, so another order may take them first. One query.
    """
    missing = {product.pk: units for product, units in wanted.items()}
    by_key = {product.pk: product for product in wanted}
    packs = []
    for row in stock.sellable(list(by_key), on):
        taken = min(missing[row.lot.product_id or 0], row.units - row.reserved_units)
        if taken:
            missing[row.lot.product_id or 0] -= taken
            packs.append(Packs("", by_key[row.lot.product_id or 0], row, taken))
    return packs, [product for product in wanted if missing[product.pk]]
