"""A supplier's own articles, and one of them by its SKU."""

from __future__ import annotations

from django.utils.translation import gettext as _
from ninja import P, PathEx

from catalogue.partner.models import Partner, StockRecord, StockRecordQuerySet
from shop.api import errors

NUL = "\x00"  # no text in PostgreSQL holds one
Sku = PathEx[str, P(max_length=200, description="your own number of the article, in any case and width")]


def records_of(partner: Partner) -> StockRecordQuerySet:
    """The stock records of a supplier, in the order they were made."""
    return StockRecord.objects.filter(partner=partner).order_by("pk")


def record_of(partner: Partner, sku: str) -> StockRecord:
    """Raises what the API answers with 404 where the supplier has no article of this SKU."""
    found = None if NUL in sku else records_of(partner).select_related("product").called(sku).first()
    if found is None:
        raise errors.not_found(
            _("You have no article with the SKU %(sku)s. GET /api/v1/supplier/articles lists yours.")
            % {"sku": sku[:100]}
        )
    return found
