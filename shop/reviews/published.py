"""What everybody reads about a product: the published reviews with the supplier's replies, and their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.models import Product
from shop.reviews.models import ProductReview, Status

FIRST = 5  # on the product's own page
OF_PAGE = 20


@dataclass(frozen=True)
class Said:
    """One review as it is shown. bought: the month, in words; reply: empty without one"""

    score: int
    title: str
    text: str
    name: str
    bought: str
    reply: str


@dataclass(frozen=True)
class Opinion:
    """count: of all that is published; mean: of their scores, to one place, None without any; said: the newest"""

    count: int
    mean: float | None
    said: Sequence[Said]


NONE = Opinion(0, None, ())


def of(product: Product) -> Opinion:
    """The newest few and how many there are: one query, and none for a product that nobody rated."""
    if product.rating is None:
        return NONE
    rows = list(_of(product).annotate(all_of_them=Window(Count("pk")))[:FIRST])
    return Opinion(rows[0].all_of_them, round(product.rating, 1), [_said(row) for row in rows]) if rows else NONE


def page(product: Product, number: str | None) -> Page[Said]:
    """All of them, twenty a page. Raises Paginator's InvalidPage."""
    found = Paginator(_of(product), OF_PAGE).page(number or 1)
    return Page([_said(row) for row in found], found.number, found.paginator)  # type: ignore[arg-type]


def _of(product: Product) -> QuerySet[ProductReview]:
    rows = ProductReview.objects.filter(product=product, status=Status.APPROVED).select_related("reply")
    return rows.order_by("-written_at", "-id")  # type: ignore[no-any-return]


def _said(row: ProductReview) -> Said:
    reply = getattr(row, "reply", None)
    return Said(
        score=row.score,
        title=row.title,
        text=row.body,
        name=row.name or _("A buyer"),
        bought=month(row.bought_date),
        reply=reply.text if reply is not None and reply.is_published else "",
    )


def month(day: date | None) -> str:
    return date_format(day, "YEAR_MONTH_FORMAT") if day else ""
