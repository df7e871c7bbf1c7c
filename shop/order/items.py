"""What a basket comes to at a moment: whole fen and grams per line, or why a line cannot be sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from catalogue.compiled import compiled
from catalogue.models import Product
from catalogue.partner.models import StockRecord
from shop import money
from shop.order import quantities


@dataclass(frozen=True)
class Item:
    """What a basket line asks for, at today's price. price_fen: of the whole line."""

    product: Product
    record: StockRecord
    quantity: int
    price_fen: int

    @property
    def grams(self) -> int:
        return self.quantity * self.product.net_content_g


def of(basket: Any, at: datetime) -> tuple[list[Item], list[str]]:
    """What can be sold of a basket, by product key so that locks come in one order, and why the rest cannot."""
    if basket.pk is None or not (rows := _rows(basket.pk)):
        return [], [_("Your basket is empty.")]
    items, reasons = [], []
    for row in rows:
        if problem := refusal(row.product, row.stockrecord, row.quantity, at):
            reasons.append(problem)
        else:
            price_fen = money.to_fen(row.stockrecord.price) * row.quantity
            items.append(Item(row.product, row.stockrecord, row.quantity, price_fen))
    return items, reasons


@compiled
def _rows(basket: int) -> QuerySet[Any]:
    """basket: its key"""
    rows = get_model("basket", "Line").objects.filter(basket=basket)
    return rows.select_related("product", "stockrecord__partner").order_by("product_id", "pk")


def refusal(product: Product, record: StockRecord | None, quantity: int, at: datetime) -> str:
    """Why so many packs of a product cannot be sold at that moment, stock apart; empty when they can."""
    name = {"product": product.name}
    if not product.is_on_sale(at):
        return _("%(product)s holds no valid certificate now and cannot be bought.") % name
    if not _is_priced(record) or not product.net_content_g:
        return _("%(product)s has no price or no net content now and cannot be bought.") % name
    if not quantities.LEAST <= quantity <= quantities.MOST:
        return f"{product.name}: {quantities.refusal()}"
    return ""


def _is_priced(record: StockRecord | None) -> bool:
    return record is not None and record.price is not None and record.price > 0 and record.price_currency == "CNY"
