"""When one pack of a product would be at a door in a province, and what its way would cost, if it were ordered now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from catalogue.days import day_of
from catalogue.models import Place, Product
from logistics import quotes, refusals, routing
from shop.order import parcels


class NoPromise(Exception):
    """Nothing can be promised now; the message says why."""


@dataclass(frozen=True)
class Promise:
    """stops: how many centres the parcel passes between the place it lies at and the door"""

    promised_at: datetime
    freight_fen: int
    stops: int


@dataclass(frozen=True)
class Promises:
    """fastest: None where the cheapest way is also the fastest"""

    cheapest: Promise
    fastest: Promise | None


def to(province: Place, *, product: Product, at: datetime) -> Promises:
    """Both ways to the door of a province. Raises NoPromise."""
    found, _short = parcels.expected({product: 1}, on=day_of(at))
    if not found:
        raise NoPromise(_("%(product)s is sold out, so nothing can be promised.") % {"product": product.name})
    made = [_way(found[0], province, choice, at) for choice in ("cheapest", "fastest")]
    return Promises(made[0], made[1] if made[1] != made[0] else None)


def _way(packs: parcels.Packs, province: Place, choice: quotes.Choice, at: datetime) -> Promise:
    product = packs.product
    try:
        quote = quotes.quote(
            origin=packs.stock.node, division=province, grams=product.net_content_g,
            temperature=product.temperature, at=at, choice=choice,
        )  # fmt: skip
    except routing.NoWay as refusal:
        raise NoPromise(refusals.in_words(refusal)) from None
    return Promise(quote.promised_at, quote.freight_fen, len(quote.hops) - 1)
