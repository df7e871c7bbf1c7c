"""A price and its parts, labelled for components/breakdown.html. The division itself stands in shop.revenue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from catalogue.days import day_of
from catalogue.models import Product
from certification.provenance import lots
from shop import money
from shop.pagecache import memo
from shop.revenue import division
from shop.revenue.models import FeeRule
from shop.storefront import packs
from shop.templatetags.shop_format import yuan

__all__ = ["divided", "labelled", "named", "of_product", "of_sales", "summed", "yuan"]
KINDS = ("household", "supplier", "transport", "platform", "tax")
A_YUAN_FEN = 100

Rows = list[dict[str, Any]]
Sale = tuple[int, int | None]  # the price in fen, and the key of the lot it comes from (None: of no lot)


def labelled(parts: division.Parts) -> Rows:
    return named(
        {
            "household": parts.households_fen,
            "supplier": parts.supplier_fen,
            "transport": parts.transport_fen,
            "platform": parts.platform_fen,
            "tax": parts.tax_fen,
        }
    )


def of_product(product: Product, at: datetime) -> Rows:
    """Where each yuan of the price would go if the next lot were sold now; nothing without a price or a fee rule."""
    record = product.stockrecords.offers().first()
    if record is None:
        return []
    lot = packs.of([product.pk], on=day_of(at))[product.pk].shown
    return of_sales([(money.to_fen(record.price), lot.pk if lot else None)], at)[0]


def of_sale(fen: int, weights: Sequence[lots.Weight], at: datetime) -> Rows:
    """The same for a price and the households behind what is sold; nothing without a fee rule."""
    try:
        return labelled(division.divide(fen, _rule(at), weights))
    except division.NoFeeRule:
        return []


def of_sales(sales: Sequence[Sale], at: datetime) -> list[Rows]:
    """The same for several sales at once, in two queries."""
    try:
        return [labelled(parts) for parts in divided(sales, at)]
    except division.NoFeeRule:
        return [[] for _sale in sales]


def divided(sales: Sequence[Sale], at: datetime) -> list[division.Parts]:
    """The division of sales that would be made at that moment, each household's part included. Raises NoFeeRule."""
    rule = _rule(at)
    behind = _behind({lot for _fen, lot in sales if lot is not None})
    return [division.divide(fen, rule, behind[lot] if lot else []) for fen, lot in sales]


def _rule(at: datetime) -> FeeRule:
    return division.rule_at(at, memo.keep("fee rules", division.rules))


def _behind(keys: Collection[int]) -> dict[int, list[lots.Weight]]:
    """The households behind each lot, which are decided once the lot is packed."""
    return memo.keep(f"behind {sorted(keys)}", lambda: lots.weights_of_lots(keys)) if keys else {}


def summed(breakdowns: Iterable[Rows]) -> Rows:
    """Several breakdowns as one."""
    totals: Counter[str] = Counter()
    for parts in breakdowns:
        for part in parts:
            totals[part["kind"]] += part["fen"]
    return named(totals)


def named(totals: Mapping[str, int], *, with_freight: bool = False) -> Rows:
    """Rows of components/breakdown.html, households first; parts of nothing are left out.

    with_freight: transport holds the freight to the door too, which is paid besides the price
    of_yuan_fen: how many of the hundred fen of one yuan go there; they add up to the hundred
    """
    labels = {
        "household": _("Households that delivered it"),
        "supplier": _("Supplier: processing and packing"),
        "transport": _("Transport, with that to your door") if with_freight else _("Transport, in the price"),
        "platform": _("Platform"),
        "tax": _("Tax"),
    }
    shown = [kind for kind in KINDS if totals[kind]]
    of_yuan = money.split(A_YUAN_FEN, [totals[kind] for kind in shown]) if shown else []
    return [
        {"label": labels[kind], "fen": totals[kind], "kind": kind, "of_yuan_fen": fen}
        for kind, fen in zip(shown, of_yuan, strict=True)
    ]
