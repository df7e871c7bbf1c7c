"""Everything that happened to an article: its facts and price before and after, and each step of its reviews."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, models
from django.db.models import Q, QuerySet

from catalogue.listings.models import ArticleChange

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from catalogue.models import Product
    from catalogue.partner.models import Partner


def signed(*, by: AbstractUser | None, at: datetime) -> None:
    """Name who changes articles, and when, for what PostgreSQL notes until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('catalogue.by', %s, true), set_config('catalogue.at', %s, true)",
            [str(by.pk) if by else "", at.isoformat()],
        )


def changes_of(product: Product, *, partner: Partner | None = None) -> QuerySet[ArticleChange]:
    """Newest first. partner: whose prices are seen; None for those of every supplier"""
    found = ArticleChange.objects.filter(product=product)
    if partner is not None:
        found = found.filter(Q(partner=None) | Q(partner=partner))
    return found.select_related("by").order_by(models.F("at").desc(), "-pk")
