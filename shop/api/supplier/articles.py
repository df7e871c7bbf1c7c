"""A supplier's own articles, on sale or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from catalogue.imports import lists
from catalogue.models import Category
from catalogue.partner.models import StockRecord
from shop.api.models import Scope
from shop.api.schemas import Problem
from shop.api.supplier import own, pages
from shop.api.supplier.keys import SupplierKey, supplier_of
from shop.api.supplier.schemas import ArticleOut, ArticlePage
from shop.money import to_fen

router = Router(auth=SupplierKey(Scope.PRODUCTS_READ))
REFUSALS = {401: Problem, 403: Problem, 422: Problem}
AS_IS = (
    "title", "title_en", "description", "description_en", "grade", "grade_en", "spec", "spec_en", "net_content_g",
    "temperature", "storage", "storage_en", "shelf_life_days", "producer_licence", "quarantine_number", "is_fresh",
)  # fmt: skip


@router.get("", response={200: ArticlePage, **REFUSALS}, operation_id="list_own_articles", summary="Your articles")
def index(request: HttpRequest, page: pages.Number = 1) -> ArticlePage:
    shown, count = pages.page(request, _whole(own.records_of(supplier_of(request))), page)
    at, branches = timezone.now(), lists.branches()
    return ArticlePage(items=[_article(record, branches, at) for record in shown], count=count)


@router.get(
    "/{sku}",
    response={200: ArticleOut, 404: Problem, **REFUSALS},
    operation_id="read_own_article",
    summary="One of your articles",
)
def detail(request: HttpRequest, sku: own.Sku) -> ArticleOut:
    partner = supplier_of(request)
    record = _whole(own.records_of(partner)).get(pk=own.record_of(partner, sku).pk)
    return _article(record, lists.branches(), timezone.now())


def _whole(records: QuerySet[StockRecord]) -> QuerySet[Any]:
    """With all that an article tells, in a constant number of queries."""
    categories = Prefetch("product__categories", Category.objects.only("pk"))
    return records.select_related("product").prefetch_related(categories).annotate(photos=Count("product__images"))


def _article(record: Any, branches: Mapping[int, str], at: datetime) -> ArticleOut:
    product = record.product
    until = product.certified_until
    return ArticleOut(
        **{name: getattr(product, name) for name in AS_IS},
        id=product.pk,
        sku=record.partner_sku,
        gtin=product.upc or "",
        category=sorted(branches[category.pk] for category in product.categories.all()),
        commodity=product.commodity_id or "",
        origin=product.origin_id or "",
        price_fen=None if record.price is None else to_fen(record.price),
        on_sale=product.is_on_sale(at),
        certified_until=until and until.astimezone(UTC),
        photos=record.photos,
    )
