"""The engine that is always there: the stored words, by PostgreSQL's trigram index."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from catalogue import prepared
from catalogue.models import SearchText
from catalogue.search.words import Phrase


def find(phrases: Sequence[Phrase]) -> QuerySet[SearchText, int]:
    """Keys of the products in whose words every phrase occurs; a phrase ends inside a word at most at its end."""
    found = SearchText.objects.all()
    for phrase in phrases:
        found = found.filter(text__contains=f" {' '.join(phrase)}")
    return found.values_list("product_id", flat=True)


def keys(phrases: Sequence[Phrase]) -> list[int]:
    """The same, read at once. No token holds a sign that LIKE would take for another."""
    said = {f"phrase{place}": f"% {' '.join(phrase)}%" for place, phrase in enumerate(phrases)}
    conditions = " AND ".join(f"text LIKE %({name})s" for name in said)
    found = prepared.rows(f"SELECT product_id FROM catalogue_searchtext WHERE {conditions}", said)  # noqa: S608  our names
    return [key for (key,) in found]
