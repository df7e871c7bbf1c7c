"""Packs of a supplier's articles: how many there are, of which lots, and how many are promised."""

from __future__ import annotations

from collections import defaultdict

from django.http import HttpRequest
from ninja import Router

from logistics.models import LotStock
from shop.api.models import Scope
from shop.api.supplier import own, pages
from shop.api.supplier.articles import REFUSALS
from shop.api.supplier.keys import SupplierKey, supplier_of
from shop.api.supplier.schemas import StockLotOut, StockOut, StockPage

router = Router(auth=SupplierKey(Scope.STOCK_READ))


@router.get("", response={200: StockPage, **REFUSALS}, operation_id="list_own_stock", summary="Your stock")
def index(request: HttpRequest, page: pages.Number = 1) -> StockPage:
    partner = supplier_of(request)
    shown, count = pages.page(request, own.records_of(partner), page)
    lots: dict[int | None, list[StockLotOut]] = defaultdict(list)
    on_hand = LotStock.objects.filter(lot__partner=partner, lot__product__in=[record.product_id for record in shown])
    for row in on_hand.filter(units__gt=0).select_related("lot", "node").order_by("lot__expires_date", "pk"):
        lots[row.lot.product_id].append(
            StockLotOut(
                lot=row.lot.code, node=row.node.code, expires_date=row.lot.expires_date,
                units=row.units, promised_units=row.reserved_units,
            )
        )  # fmt: skip
    items = [
        StockOut(
            sku=record.partner_sku, units=record.num_in_stock or 0, promised_units=record.num_allocated or 0,
            lots=lots[record.product_id],
        )
        for record in shown
    ]  # fmt: skip
    return StockPage(items=items, count=count)
