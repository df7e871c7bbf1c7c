"""Prices of a supplier's articles, set without a review; each change stands in the article's history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.imports import skus, values
from catalogue.listings import history
from catalogue.partner.models import Partner, StockRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class UnknownSkus(Exception):
    """The supplier has no articles of these SKUs; no price was changed."""

    def __init__(self, unknown: list[str]) -> None:
        shown = ", ".join(unknown[:10]) + (" …" if len(unknown) > 10 else "")
        super().__init__(_("No price was changed: you have no article with the SKU %(skus)s.") % {"skus": shown})


@transaction.atomic
def put(*, fen: Mapping[str, int], partner: Partner, by: AbstractUser, at: datetime) -> int:
    """Set the prices of articles, all or none; returns how many were different before.

    fen: by SKU in any case and width, above zero and at most values.FEN_MOST

    Raises UnknownSkus.
    """
    wanted = {skus.normalised(sku): price for sku, price in fen.items()}
    mine: Any = StockRecord.objects.filter(partner=partner).called(*fen)
    records = list(mine.select_for_update(of=("self",), no_key=True).order_by("pk"))
    found = {record.compared for record in records}
    if unknown := [sku for sku in fen if skus.normalised(sku) not in found]:
        raise UnknownSkus(unknown)
    history.signed(by=by, at=at)
    changed = [record for record in records if record.price != values.yuan(wanted[record.compared])]
    for record in changed:
        record.price, record.date_updated = values.yuan(wanted[record.compared]), at
    StockRecord.objects.bulk_update(changed, ["price", "date_updated"])
    return len(changed)
