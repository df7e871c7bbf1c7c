"""What lies ready of some products on a day: how many packs, and the lot that would be sold next."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

from catalogue import prepared
from certification.provenance.models import Lot

# Of `product`: how many packs may still be promised on a day, null for none, and the lot they come from first. First
# expired first out: `logistics.stock.sellable` says the same, and a test holds both to it.
FREE = """
    SELECT sum(stock.units - stock.reserved_units) AS units,
           (array_agg(lot.id ORDER BY lot.expires_date, lot.id))[1] AS lot
    FROM provenance_lot lot JOIN logistics_lotstock stock ON stock.lot_id = lot.id
    WHERE lot.product_id = product.id AND lot.expires_date > %(day)s AND stock.units > stock.reserved_units
"""
# The same with the lot whose households a price is shown with: that one, else the newest that was packed.
READY = f"""
    SELECT coalesce(free.units, 0) AS units, free.lot IS NOT NULL AS is_next, coalesce(free.lot, (
        SELECT max(id) FROM provenance_lot WHERE product_id = product.id AND kind = 'packed'
    )) AS lot
    FROM ({FREE}) free
"""  # noqa: S608  fixed words
LOT = prepared.Columns(Lot, "lot")
COLUMNS = f"ready.units, ready.is_next, {LOT}"
OF_EACH = f"""
SELECT product.id, {COLUMNS} FROM unnest(%(products)s::bigint[]) product(id)
CROSS JOIN LATERAL ({READY}) ready LEFT JOIN provenance_lot lot ON lot.id = ready.lot
"""  # noqa: S608  fixed words


class Packs(NamedTuple):
    """left: packs that may still be promised; next: the lot they come from first, None when none is left

    shown: the lot whose households a price is shown with: the next one, else the newest that was packed
    """

    left: int
    next: Lot | None
    shown: Lot | None


def of(products: Collection[int], *, on: date) -> dict[int, Packs]:
    """By product key, in one query."""
    found = prepared.rows(OF_EACH, {"products": list(products), "day": on}) if products else []
    return {key: take(iter(ready)) for key, *ready in found}


def take(values: Iterator[Any]) -> Packs:
    """The next values as `COLUMNS` asks for them."""
    left, is_next, shown = next(values), next(values), LOT.take(values)
    return Packs(left, shown if is_next else None, shown)
