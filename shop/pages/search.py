"""How pages are found, by editors in Wagtail's admin and by readers: every word must stand in the title or the text.

Chinese is written without blanks, so a word may stand in the middle of another; PostgreSQL's own text search would find
only whole runs of characters. Wagtail keeps the plain texts of what it indexes, and those are read here.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Case, Q, Value, When
from wagtail.models import Locale, Page, Site
from wagtail.search.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)
from wagtail.search.query import PlainText

MOST_WORDS = 8
MOST_LETTERS = 100


class InTexts:
    """Finds words anywhere in the kept texts; titles first, then what is newest."""

    query: Any
    queryset: Any
    order_by_relevance: bool

    def search(self, config: Any, start: int, stop: int, score_field: Any = None, backend: Any = None) -> Any:
        if not isinstance(self.query, PlainText) or score_field is not None:
            return super().search(config, start, stop, score_field, backend)  # type: ignore[misc]
        words = self.query.query_string[:MOST_LETTERS].split()[:MOST_WORDS]
        if not words:
            return self.queryset.none()
        in_title, anywhere = Q(), Q()
        for word in words:
            said = Q(index_entries__title_text__icontains=word)
            in_title &= said
            anywhere &= said | Q(index_entries__body_text__icontains=word)
        found = self.queryset.filter(anywhere)
        if self.order_by_relevance:
            first = Case(When(in_title, then=Value(True)), default=Value(False), output_field=BooleanField())
            found = found.order_by(first.desc(), "-pk")
        return found[start:stop]


class Words(InTexts, PostgresSearchQueryCompiler):
    pass


class Beginnings(InTexts, PostgresAutocompleteQueryCompiler):
    pass


class SearchBackend(PostgresSearchBackend):
    query_compiler_class = Words
    autocomplete_query_compiler_class = Beginnings


def find(words: str, limit: int) -> list[Page]:
    """Published pages of the current language that hold all the words; each has `title`, `summary` and `url`.

    words: as typed, parted by blanks; nothing finds nothing
    """
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    door = site and site.root_page.get_translation_or_none(Locale.get_active())
    if not words.strip() or not door:
        return []
    pages = Page.objects.descendant_of(door).live().public().specific()
    return list(pages.search(words, backend="default")[:limit])
