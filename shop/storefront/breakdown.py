"""A price and its parts, labelled for components/breakdown.html. The division itself stands in shop.revenue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Product
from shop.revenue import division
from shop.templatetags.shop_format import yuan

__all__ = ["labelled", "named", "of_product", "summed", "yuan"]
KINDS = ("household", "supplier", "transport", "platform", "tax")


def labelled(parts: division.Parts) -> list[dict[str, Any]]:
    return named(
        {
            "household": parts.households_fen,
            "supplier": parts.supplier_fen,
            "transport": parts.transport_fen,
            "platform": parts.platform_fen,
            "tax": parts.tax_fen,
        }
    )


def of_product(product: Product, at: datetime, *, quantity: int = 1) -> list[dict[str, Any]]:
    """Where each yuan of the price would go if the next lot were sold now; nothing while no fee rule is in force."""
    try:
        return labelled(division.preview(product, at, quantity=quantity))
    except (division.NoFeeRule, division.NoPrice):
        return []


def summed(breakdowns: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Several breakdowns as one."""
    totals: Counter[str] = Counter()
    for parts in breakdowns:
        for part in parts:
            totals[part["kind"]] += part["fen"]
    return named(totals)


def named(totals: Mapping[str, int]) -> list[dict[str, Any]]:
    """Rows of components/breakdown.html, households first; parts of nothing are left out."""
    labels = {
        "household": _("Households that grew it"),
        "supplier": _("Supplier: processing and packing"),
        "transport": _("Transport"),
        "platform": _("Platform"),
        "tax": _("Tax"),
    }
    return [{"label": labels[kind], "fen": totals[kind], "kind": kind} for kind in KINDS if totals[kind]]
