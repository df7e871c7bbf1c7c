"""The label facts of a product, ready to read (Food Safety Law, art. 67)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Place, Product
from catalogue.partner.models import Partner
from certification.provenance.models import Lot
from shop.templatetags.shop_format import kilograms, shanghai


def of_product(
    product: Product, supplier: Partner | None, places: Sequence[Place], *, list_url: str
) -> list[dict[str, Any]]:
    """Rows of components/facts.html; what is not known is left out, never invented.

    places: of origin, from the finest upwards
    list_url: of all products; the supplier's and the county's own stand behind it
    """
    county = next((place for place in places if place.level == Place.Level.COUNTY), None)
    rows = [
        (_("Origin"), origin(places), f"{list_url}?county={county.code}" if county else ""),
        (_("Producer"), supplier.label if supplier else "", f"{list_url}?supplier={supplier.code}" if supplier else ""),
        (_("Specification"), product.spec_text, ""),
        (_("Net content"), kilograms(product.net_content_g), ""),
        (_("Ingredients"), product.ingredients_text, ""),
        (_("Grade"), product.grade_text, ""),
        (_("Storage"), product.storage_text, ""),
        (_("Temperature class"), product.get_temperature_display(), ""),
        (
            _("Shelf life"),
            _("%(days)d days") % {"days": product.shelf_life_days} if product.shelf_life_days else "",
            "",
        ),
        (_("Producer's licence"), product.producer_licence, ""),
        (_("Quarantine number"), product.quarantine_number, ""),
    ]
    return [{"name": name, "value": value, "url": url} for name, value, url in rows if value]


def of_lot(lot: Lot) -> list[dict[str, Any]]:
    """The lot a buyer would get today, as components/facts.html takes it."""
    rows = [
        (_("Lot"), lot.code),
        (_("Harvested"), shanghai(lot.harvest_date)),
        (_("Packed"), shanghai(lot.made_date)),
        (_("Best before"), shanghai(lot.expires_date and lot.expires_date - timedelta(days=1))),
        (_("Test report"), lot.test_report or _("none given")),
    ]
    return [{"name": name, "value": value} for name, value in rows if value]


def origin(places: Sequence[Place]) -> str:
    """From the prefecture down, with the code of the finest place: "和田地区 · 皮山县 · 固玛镇 (653223100)"."""
    if not places:
        return ""
    names = [str(place) for place in places if place.level != Place.Level.PROVINCE] or [str(places[0])]
    return f"{' · '.join(reversed(names))} ({places[0].digits})"
