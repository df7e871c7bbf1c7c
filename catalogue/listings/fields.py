"""The facts of an article by their columns: how a product keeps them, what they are called, how they are said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalogue.imports import columns
from catalogue.models import Place, in_language

# Where a column's value stands in a product under another name than the column's key.
ATTRIBUTES = {"gtin": "upc", "commodity": "commodity_id", "origin": "origin_id"}
KEYS = {attribute: key for key, attribute in ATTRIBUTES.items()} | {"price": "price_fen"}
# What a certificate speaks of, as a product keeps it: changed by a revision alone once the article is listed.
CERTIFIED = tuple(ATTRIBUTES.get(column.key, column.key) for column in columns.COLUMNS if column.certified)


def label(field: str) -> str:
    """field: as a product or a stock record keeps it, or "category" """
    if field == "is_public":
        return _("Listed")
    column = columns.BY_KEY[KEYS.get(field, field)]
    return in_language(column.zh, column.en)


def shown(key: str, value: Any) -> str:
    """As a table would say it. key: of the column"""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value == 0:
        return ""
    if isinstance(value, Decimal):
        return str(value)
    if key == "net_content_g":
        return f"{value} g"
    if key == "origin":
        return Place.published(value)
    return str(value)
