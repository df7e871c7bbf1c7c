"""Prices of a supplier's articles, which change without a review."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from catalogue.imports import skus
from catalogue.listings import prices
from shop.api import errors
from shop.api.models import Scope
from shop.api.schemas import Problem
from shop.api.supplier.articles import REFUSALS
from shop.api.supplier.keys import SupplierKey, token_of
from shop.api.supplier.schemas import PricesIn, PricesOut

router = Router(auth=SupplierKey(Scope.PRICES_WRITE))


@router.put(
    "",
    response={200: PricesOut, 400: Problem, **REFUSALS},
    operation_id="put_own_prices",
    summary="Set prices, all or none",
)
def put(request: HttpRequest, body: PricesIn) -> PricesOut:
    token = token_of(request)
    fen = {skus.normalised(each.sku): each.price_fen for each in body.prices}
    if len(fen) < len(body.prices):
        raise errors.refused(_("An SKU is named twice. Send one price for each article."))
    try:
        changed = prices.put(fen=fen, partner=token.partner, by=token.made_by, at=timezone.now())
    except prices.UnknownSkus as refusal:
        raise errors.refused(str(refusal)) from refusal
    return PricesOut(changed=changed)
