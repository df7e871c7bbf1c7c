"""Bands of price that a list can be filtered by: each from its first yuan up to the last fen before the next one's.

Drawn after what such goods cost: a bag, a kilogram, a box to give away, an animal. The values stand in addresses.
"""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal

from django.utils.translation import gettext as _

BOUNDS_YUAN = (20, 30, 50, 100, 200)
VALUES = tuple(f"{low}-{high}" for low, high in zip((0, *BOUNDS_YUAN), (*BOUNDS_YUAN, ""), strict=True))


def of(price: Decimal) -> str:
    """The band of a price in yuan."""
    return VALUES[bisect_right(BOUNDS_YUAN, price)]


def label(value: str) -> str:
    """What people call a band; a value that is none is called by itself."""
    if value not in VALUES:
        return value
    low, _dash, high = value.partition("-")
    if not high:
        return _("¥%(low)s or more") % {"low": low}
    if low == "0":
        return _("Under ¥%(high)s") % {"high": high}
    return _("¥%(low)s to ¥%(last)s") % {"low": low, "last": f"{int(high) - 1}.99"}
