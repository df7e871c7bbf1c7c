"""What a corruption is, and the rows that several of them break."""

from __future__ import annotations

from collections.abc import Callable

from shop.revenue.models import PayoutItem, Share
from tests.reports.house import House, booked
from tests.revenue import world

Corruption = Callable[[House], tuple[str, str]]


def sale(house: House) -> int:
    return booked(f"{world.line_of(house.delivered).reference} sale")


def posting(entry: int, account: str) -> str:
    return f"id = (SELECT min(id) FROM revenue_posting WHERE entry_id = {entry} AND account = '{account}')"


def share(house: House, position: int = 0) -> Share:
    return world.shares(world.line_of(house.delivered))[position]


def paid_item(house: House) -> PayoutItem:
    return house.paid_batch.items.get(state="paid")


def line_words(house: House, order: str = "delivered") -> str:
    return world.line_of(getattr(house, order)).reference


# name of the invariant, what is planted (SQL), the row that must be named
Planted = tuple[str, str, Corruption]
