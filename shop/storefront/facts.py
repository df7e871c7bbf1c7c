"""The label facts of a product, ready to read (Food Safety Law, art. 67)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.models import Product
from certification.provenance.models import Lot
from logistics.models import LotStock
from shop.storefront.listing import county_name
from shop.templatetags.shop_format import kilograms, shanghai


def products_url() -> str:
    return reverse("catalogue:index")


def next_lot(product: Product, on: date) -> Lot | None:
    """The packed lot a buyer would get today: the first to expire of those in stock."""
    stocked = LotStock.objects.filter(lot__product=product, lot__expires_date__gt=on, units__gt=F("reserved_units"))
    first = stocked.select_related("lot").order_by("lot__expires_date", "lot_id").first()
    return None if first is None else first.lot


def of_product(product: Product, lot: Lot | None) -> list[dict[str, Any]]:
    """Rows of components/facts.html; what is not known is left out, never invented."""
    record = next(iter(product.stockrecords.all()), None)
    origin = county_name(product.origin)
    if product.origin and str(product.origin) != origin:
        origin = f"{origin} · {product.origin}"
    rows = [
        (_("Origin"), f"{origin} ({product.origin_id})" if product.origin_id else ""),
        (_("Producer"), record.partner.label if record else ""),
        (_("Specification"), product.spec_text),
        (_("Net content"), kilograms(product.net_content_g)),
        (_("Grade"), product.grade_text),
        (_("Storage"), product.storage_text),
        (_("Temperature class"), product.get_temperature_display()),
        (_("Shelf life"), _("%(days)d days") % {"days": product.shelf_life_days} if product.shelf_life_days else ""),
        (_("Producer's licence"), product.producer_licence),
        (_("Quarantine number"), product.quarantine_number),
    ]
    if lot is not None:
        rows += [
            (_("Lot"), lot.code),
            (_("Harvested"), shanghai(lot.harvest_date)),
            (_("Packed"), shanghai(lot.made_date)),
            (_("Best before"), shanghai(lot.expires_date and lot.expires_date - timedelta(days=1))),
            (_("Test report"), lot.test_report),
        ]
    return [{"name": name, "value": value} for name, value in rows if value]
