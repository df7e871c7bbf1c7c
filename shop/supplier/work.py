"""What a supplier sees of its own: parcels with its packs, products, applications, earnings. Never another's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery, Sum

from catalogue.models import Product
from catalogue.partner.models import Partner, StockRecord
from certification import certificates
from certification.models import Application, Certificate
from logistics.models import Hop, Shipment, ShipmentContent
from shop.revenue.models import Division, Share

Partners = Iterable[Partner]
PARTS = ("price_fen", "platform_fen", "transport_fen", "tax_fen", "supplier_fen", "households_fen")


def to_send(mine: Partners) -> QuerySet[ShipmentContent]:
    """The supplier's own packs in parcels that have not left, the first to leave on top."""
    first_hop = Hop.objects.filter(shipment=OuterRef("shipment")).order_by("position").values("planned_depart_at")[:1]
    packs = ShipmentContent.objects.filter(lot__partner__in=mine, shipment__state=Shipment.State.READY)
    packs = packs.select_related("shipment__origin", "lot__product").annotate(leaves_at=Subquery(first_hop))
    return packs.order_by("leaves_at", "shipment_id", "pk")


def products_of(mine: Partners) -> QuerySet[Product]:
    own = Product.objects.filter(stockrecords__partner__in=mine).distinct().order_by("title", "pk")
    records = StockRecord.objects.filter(partner__in=mine)
    held = Certificate.objects.filter(partner__in=mine).order_by("-valid_until", "number")
    return own.prefetch_related(  # type: ignore[no-any-return]
        Prefetch("stockrecords", queryset=records, to_attr="own_records"),
        Prefetch("certificates", queryset=held, to_attr="own_certificates"),
    )


def newest_certificate(product: Any, at: datetime) -> Certificate | None:
    """The one that is valid and lasts longest, else the one that ended last. product: of `products_of`"""
    held: list[Certificate] = product.own_certificates
    return next((each for each in held if certificates.is_valid(each, at)), held[0] if held else None)


def units_left(product: Any) -> int:
    """Packs on hand that are promised to nobody. product: of `products_of`"""
    return sum((record.num_in_stock or 0) - (record.num_allocated or 0) for record in product.own_records)


def applications_of(mine: Partners) -> QuerySet[Application]:
    """Those on their way first, then the newest."""
    found = Application.objects.filter(partner__in=mine).select_related("product", "scheme", "partner", "certificate")
    return found.prefetch_related("scheme__steps").order_by("-pk")


def owed_to_households(mine: Partners) -> dict[str, int]:
    """shares, households, fen: what sales of this supplier still owe."""
    due = F("fen") + F("adjusted_fen") - F("reversed_fen") - F("paid_fen")
    open_shares = Share.objects.filter(partner__in=mine).annotate(due=due).filter(due__gt=0)
    sums = open_shares.aggregate(shares=Count("pk"), households=Count("household", distinct=True), fen=Sum("due"))
    return {name: int(value or 0) for name, value in sums.items()}


def earnings_of(mine: Partners) -> QuerySet[Division]:
    """The supplier's accepted lines as they were divided, newest first."""
    found = Division.objects.filter(line__partner__in=mine).select_related("line__product", "line__order")
    return found.order_by("-divided_at", "-pk")


def earnings_total(mine: Partners) -> dict[str, int]:
    sums = Division.objects.filter(line__partner__in=mine).aggregate(**{part: Sum(part) for part in PARTS})
    return {part: int(value or 0) for part, value in sums.items()}
