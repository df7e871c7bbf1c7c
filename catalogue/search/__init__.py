"""Finding products by words: `narrow` keeps those of a list that the words describe.

Two engines give the same answers: PostgreSQL, and Elasticsearch where settings.ELASTICSEARCH_URL is set. Which of the
found products may be shown is never the engine's matter: the list that comes in says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from django.conf import settings

from catalogue.models import Product, ProductQuerySet, SearchText
from catalogue.search import cluster, postgres, words
from catalogue.search.texts import refresh
from catalogue.search.words import Phrase

__all__ = ["degraded", "keys", "narrow", "rebuild", "refresh"]

Found = TypeVar("Found")


def narrow(products: ProductQuerySet, said: str) -> ProductQuerySet:
    """Products in whose words every word occurs; all of them when nothing is said, none for signs without a letter."""
    return products.filter(pk__in=_found(said, postgres.find)) if said.strip() else products  # type: ignore[no-any-return]


def keys(said: str) -> Collection[int]:
    """Keys of all products in whose words every word occurs, on sale or not; none where no letter or digit is said."""
    return _found(said, postgres.keys)


def _found(said: str, in_postgres: Callable[[Sequence[Phrase]], Found]) -> Found | list[int]:
    phrases = words.question(said)
    if not phrases:
        return []
    found = cluster.find(phrases) if settings.ELASTICSEARCH_URL else None
    return in_postgres(phrases) if found is None else found


def degraded() -> bool:
    """Whether the cluster failed when last asked, so that PostgreSQL answers in its place; worth a note on the page."""
    return bool(settings.ELASTICSEARCH_URL) and cluster.degraded()


def rebuild() -> int:
    """Write the words of every product anew, and the cluster's index where there is one; returns how many products."""
    refresh(Product.objects.values_list("pk", flat=True))
    if settings.ELASTICSEARCH_URL:
        cluster.rebuild()
    return SearchText.objects.count()
