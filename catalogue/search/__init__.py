"""Finding products by words: `narrow` keeps those of a list that the words describe.

Two engines give the same answers: PostgreSQL, and Elasticsearch where settings.ELASTICSEARCH_URL is set. Which of the
found products may be shown is never the engine's matter: the list that comes in says so.
"""

from __future__ import annotations

from django.conf import settings

from catalogue.models import Product, ProductQuerySet, SearchText
from catalogue.search import cluster, postgres, words
from catalogue.search.texts import refresh

__all__ = ["degraded", "narrow", "rebuild", "refresh"]


def narrow(products: ProductQuerySet, said: str) -> ProductQuerySet:
    """Products in whose words every word occurs; all of them when nothing is said, none for signs without a letter."""
    if not said.strip():
        return products
    phrases = words.question(said)
    if not phrases:
        return products.none()  # type: ignore[no-any-return]
    found = cluster.find(phrases) if settings.ELASTICSEARCH_URL else None
    return products.filter(pk__in=postgres.find(phrases) if found is None else found)  # type: ignore[no-any-return]


def degraded() -> bool:
    """Whether the cluster failed when last asked, so that PostgreSQL answers in its place; worth a note on the page."""
    return bool(settings.ELASTICSEARCH_URL) and cluster.degraded()


def rebuild() -> int:
    """Write the words of every product anew, and the cluster's index where there is one; returns how many products."""
    refresh(Product.objects.values_list("pk", flat=True))
    if settings.ELASTICSEARCH_URL:
        cluster.rebuild()
    return SearchText.objects.count()
