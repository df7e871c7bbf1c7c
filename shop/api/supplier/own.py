"""A supplier's own articles, and one of them by its SKU."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from ninja import P, PathEx

from catalogue.imports import skus
from catalogue.partner.models import Partner, SkuKey, StockRecord
from shop.api import errors

Sku = PathEx[str, P(max_length=200, description="your own number of the article, in any case and width")]


def records_of(partner: Partner) -> QuerySet[StockRecord]:
    """The stock records of a supplier, in the order they were made."""
    return StockRecord.objects.filter(partner=partner).order_by("pk")


def record_of(partner: Partner, sku: str) -> StockRecord:
    """Raises what the API answers with 404 where the supplier has no article of this SKU."""
    mine = records_of(partner).select_related("product").annotate(compared=Lower(SkuKey("partner_sku")))
    found = mine.filter(compared=skus.normalised(sku)).first()
    if found is None:
        raise errors.not_found(
            _("You have no article with the SKU %(sku)s. GET /api/v1/supplier/articles lists yours.")
            % {"sku": sku[:100]}
        )
    return found
