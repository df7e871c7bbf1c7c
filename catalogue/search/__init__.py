"""Finding products by words: `find` gives the keys of those that the words describe, best first.

One index answers: Elasticsearch's where settings.ELASTICSEARCH_URL is set, else the one inside the shop; both give the
same answers in the same order. Where it cannot answer PostgreSQL does, in a simpler way: the same products as long as
every word is written right, the newest first. Which of the found products may be shown is never the engine's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings

from catalogue.models import Product, ProductQuerySet, SearchText
from catalogue.search import cluster, embedded, indexes, plans, postgres, words
from catalogue.search.found import Found
from catalogue.search.texts import refresh
from catalogue.search.words import Phrase

__all__ = ["Found", "ask", "degraded", "find", "keys", "narrow", "rebuild", "refresh"]


class Engine(Protocol):
    def find(self, plan: plans.Plan) -> Found | None: ...


def narrow(products: ProductQuerySet, said: str) -> ProductQuerySet:
    """Products that `find` finds; all of them when nothing is said."""
    return products.filter(pk__in=keys(said)) if said.strip() else products  # type: ignore[no-any-return]


def keys(said: str) -> Sequence[int]:
    """Keys of the products that `find` finds, best first."""
    return find(said).keys


def find(said: str) -> Found:
    """All products in whose words every word occurs, on sale or not; none where no letter or digit is said.

    Where there are none, those whose words sound so or are one slip away; PostgreSQL does not know them.
    """
    phrases = words.question(said)
    if not phrases:
        return Found((), ())
    found = ask(cluster if settings.ELASTICSEARCH_URL else embedded, phrases)
    return postgres.find(phrases) if found is None else found


def ask(engine: Engine, phrases: Sequence[Phrase]) -> Found | None:
    """What an index has for a question; None where it cannot answer."""
    for plan in plans.attempts(phrases):
        found = engine.find(plan)
        if found is None or found.keys:
            return found
    return Found((), ())


def degraded() -> bool:
    """Whether the cluster failed when last asked, so that PostgreSQL answers in its place; worth a note on the page."""
    return bool(settings.ELASTICSEARCH_URL) and cluster.degraded()


def rebuild() -> int:
    """Write the words of every product anew, and the index; returns how many products."""
    refresh(Product.objects.values_list("pk", flat=True), enqueue=False)
    indexes.rebuild()
    return SearchText.objects.count()
