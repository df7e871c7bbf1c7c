"""What lies ready of some products on a day: how many packs, and the lot that would be sold next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from certification.provenance.models import Lot
from logistics.models import LotStock


@dataclass(frozen=True)
class Packs:
    """left: packs that may still be promised; next: the lot they come from first, None when none is left

    shown: the lot whose households a price is shown with: the next one, else the newest that was packed
    """

    left: int
    next: Lot | None
    shown: Lot | None


def of(products: Collection[int], *, on: date) -> dict[int, Packs]:
    """By product key; first expired first out, as `logistics.stock` sells. Two queries at most."""
    left = dict.fromkeys(products, 0)
    first: dict[int, Lot] = {}
    free = LotStock.objects.filter(lot__product__in=products, lot__expires_date__gt=on, units__gt=F("reserved_units"))
    for row in free.select_related("lot").order_by("lot__expires_date", "lot_id", "node_id"):
        key = row.lot.product_id or 0  # packed lots alone lie in stock, and each has its product
        left[key] += row.units - row.reserved_units
        first.setdefault(key, row.lot)
    newest = _newest({key for key in products if key not in first})
    return {key: Packs(left[key], first.get(key), first.get(key) or newest.get(key)) for key in products}


def _newest(products: Collection[int]) -> dict[int, Lot]:
    if not products:
        return {}
    packed = Lot.objects.filter(product__in=products, kind=Lot.Kind.PACKED)
    return {lot.product_id or 0: lot for lot in packed.order_by("product_id", "-id").distinct("product_id")}
