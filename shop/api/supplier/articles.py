"""A supplier's own articles, on sale or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import Router, Status

from catalogue.imports import columns, goods, lists, problems_file, values
from catalogue.imports.goods import Outcome
from catalogue.listings import fields
from catalogue.models import Category
from catalogue.partner.models import StockRecord
from shop.api import errors
from shop.api.models import Scope
from shop.api.schemas import Problem
from shop.api.supplier import own, pages
from shop.api.supplier.keys import SupplierKey, supplier_of, token_of
from shop.api.supplier.schemas import (
    ArticleIn,
    ArticleOut,
    ArticlePage,
    ArticleProblem,
    ArticlesIn,
    ArticlesOut,
    ArticlesRefused,
    ChangeOut,
    DifferenceOut,
)
from shop.listings import articles
from shop.money import to_fen

router = Router(auth=SupplierKey(Scope.PRODUCTS_READ))
MOST_PROBLEMS = 1000
KEYS = {column.header: column.key for column in columns.COLUMNS}
REFUSALS = {401: Problem, 403: Problem, 422: Problem}
AS_IS = (
    "title", "title_en", "description", "description_en", "ingredients", "ingredients_en", "grade", "grade_en", "spec",
    "spec_en", "net_content_g", "temperature", "storage", "storage_en", "shelf_life_days", "producer_licence",
    "quarantine_number", "is_fresh",
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
    found = records.select_related("product").prefetch_related(categories)
    return found.annotate(photos=Count("product__images"), stage=articles.stage("product"))


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
        stage=record.stage,
        on_sale=product.is_on_sale(at),
        certified_until=until and until.astimezone(UTC),
        photos=record.photos,
    )


@router.put(
    "",
    auth=SupplierKey(Scope.PRODUCTS_WRITE),
    response={200: ArticlesOut, 400: Problem, 401: Problem, 403: Problem, 422: ArticlesRefused},
    operation_id="put_own_articles",
    summary="Make or change articles, all or none",
)
def put(request: HttpRequest, body: ArticlesIn) -> Status[ArticlesOut] | Status[ArticlesRefused]:
    """By the rules of a table: new articles are drafts, and what a certificate speaks of waits for a reviewer."""
    token = token_of(request)
    cells = [_cells(article) for article in body.articles]
    if len({tuple(each) for each in cells}) > 1:
        raise errors.refused(_("All articles of one request name the same fields. Send the others by themselves."))
    outcome = goods.put(
        articles=cells, supplier=token.partner, at=timezone.now(), by=token.made_by, dry_run=body.dry_run
    )
    if outcome.problems.count:
        return Status(422, _refused(outcome))
    return Status(200, _told(outcome))


def _cells(article: ArticleIn) -> dict[str, str]:
    """The fields that were named, in the order of the columns."""
    said = article.model_dump(exclude_unset=True)
    if said.get("price_fen"):
        said["price_fen"] = values.yuan(said["price_fen"])
    return {key: fields.shown(key, said[key]) for key in columns.BY_KEY if key in said}


def _told(outcome: Outcome) -> ArticlesOut:
    changed = [
        ChangeOut(
            sku=change.sku,
            differences=[
                DifferenceOut(field=each.key, before=each.before, after=each.after, reviewed=each.reviewed)
                for each in change.differences
            ],
        )
        for change in outcome.changed
    ]
    return ArticlesOut(
        written=outcome.written, new=outcome.new, changed=changed, unchanged=outcome.unchanged, waiting=outcome.waiting
    )


def _refused(outcome: Outcome) -> ArticlesRefused:
    count = outcome.problems.count
    words = ngettext("%(count)d error; nothing was written.", "%(count)d errors; nothing was written.", count)
    problems = [
        ArticleProblem(
            article=problem.row - 1 if problem.row > 1 else None,
            field=KEYS.get(problem.column, ""),
            value=problem.value,
            reason=problems_file.in_words(problem.refusal),
        )
        for problem in outcome.problems.kept[:MOST_PROBLEMS]
    ]
    return ArticlesRefused(detail=words % {"count": count}, problems=problems)
