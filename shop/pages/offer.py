"""What is on sale now, counted once for the map, the calendar and the figures of a page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.db.models.functions import Left

from catalogue.models import Product
from shop.pagecache import memo


@dataclass(frozen=True)
class Offer:
    """products: how many; by_county: how many by the county's code; grown: commodities by county; suppliers: ids

    until: from when the clock alone has changed it; None: nothing is on sale
    """

    products: int
    by_county: dict[str, int]
    grown: dict[str, frozenset[str]]
    suppliers: frozenset[int]
    until: datetime | None

    def commodities(self, county: str = "") -> set[str]:
        """Codes of what is on sale, from one county or from all."""
        return {code for place, codes in self.grown.items() if county in ("", place) for code in codes}


def now(at: datetime) -> Offer:
    """The offer as it stands, read anew when the shelf has changed. at: now"""
    return memo.keep(
        "offer of pages",
        lambda: read(at),
        tag="assortment",
        good=lambda kept: kept.until is None or at < kept.until,
        alone=True,
    )


def read(at: datetime) -> Offer:
    """One query, whose rows are as many as suppliers have kinds of goods, however many products they have."""
    rows = (
        Product.objects.offered(at)
        .order_by()
        .values_list(Left("origin_id", 6), "commodity_id", "stockrecords__partner_id")
        .annotate(Count("id", distinct=True), Min("certified_until"))
    )
    by_county: Counter[str] = Counter()
    grown: dict[str, set[str]] = {}
    suppliers, products, ends = set(), 0, []
    for county, commodity, supplier, number, end in rows:
        products += number
        ends.append(end)
        if supplier is not None:
            suppliers.add(supplier)
        if county:
            by_county[county] += number
            grown.setdefault(county, set()).add(commodity or "")
    return Offer(
        products,
        dict(sorted(by_county.items())),
        {county: frozenset(codes) for county, codes in grown.items()},
        frozenset(suppliers),
        min(ends, default=None),
    )
