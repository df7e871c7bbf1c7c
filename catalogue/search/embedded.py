"""The engine inside the shop: a tantivy index under settings.VAR_DIR, one for each database.

Jobs and `search_rebuild` write it, one at a time, each in one commit; web processes read it and look for a newer commit
with every question. Its folder gets its name only when the index in it is whole, and another name with every change of
how words are cut (`segmenter.edition`). Where there is none that can be read, PostgreSQL answers until there is.
"""

from __future__ import annotations

import logging
import os
import shutil
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from operator import neg
from pathlib import Path
from typing import Any, NamedTuple

import tantivy
from django.conf import settings
from django.db import connection

from catalogue.search import fields, segmenter
from catalogue.search.found import Found
from catalogue.search.plans import AnyOf, Both, Condition, InRow, Plan

logger = logging.getLogger(__name__)
HEAP = 64_000_000  # bytes that a writer may hold before it writes a part down
Query, Must, Should = tantivy.Query, tantivy.Occur.Must, tantivy.Occur.Should


class Damaged(Exception):
    """There is no index of this edition that can be read."""


class _Open(NamedTuple):
    edition: tuple[str, int, int, int]
    searcher: tantivy.Searcher


class _Reader:
    """What this process last opened."""

    open: _Open | None = None


def folder() -> Path:
    return _home() / f"products-{segmenter.edition()}"


def _home() -> Path:
    return Path(settings.VAR_DIR) / "search" / str(connection.settings_dict["NAME"]).replace("/", "_")


def edition() -> tuple[str, int, int, int] | None:
    """Changes with every commit; None without an index."""
    place = folder()
    try:
        seen = os.stat(place / "meta.json")
    except OSError:
        return None
    return str(place), seen.st_ino, seen.st_mtime_ns, seen.st_size


def find(plan: Plan) -> Found | None:
    """The products that meet the plan, best first, then the newest; None where the index cannot answer."""
    try:
        return _answer(_searcher(), _query(plan))
    except Damaged:
        return None
    except (OSError, ValueError) as error:
        logger.warning("The search index does not answer (%s); PostgreSQL does.", error)
        return None


def whole() -> bool:
    """Whether the index is there and can be read."""
    try:
        searcher = _opened(Path(folder()))
        schema = _schema()
        known = Query.term_query(schema, "known", "y", "basic")
        searcher.search(Query.boolean_query([(Must, Query.all_query()), (Should, known)]), limit=1)
    except (OSError, ValueError, Damaged):
        return False
    return True


def count() -> int:
    """How many products are in the index.

    Raises Damaged.
    """
    return int(_searcher().num_docs)


def _searcher() -> tantivy.Searcher:
    now = edition()
    if now is None:
        raise Damaged(f"No search index in {folder()}; `manage.py search_rebuild` makes one.")
    if _Reader.open is None or _Reader.open.edition != now:
        _Reader.open = _Open(now, _opened(folder()))
    return _Reader.open.searcher


def _opened(place: Path) -> tantivy.Searcher:
    try:
        return tantivy.Index.open(str(place)).searcher()
    except (OSError, ValueError) as error:
        raise Damaged(f"The search index in {place} cannot be read: {error}") from error


def _answer(searcher: tantivy.Searcher, query: tantivy.Query) -> Found:
    """Hits come by score, those of one score in any order; keys of one score are then put in order, newest first."""
    hits = searcher.search(query, limit=max(1, searcher.num_docs), count=False).hits
    if not hits:
        return Found((), ())
    scores = [score for score, _address in hits]  # two passes take a third of the time of one zip over many hits
    keys: list[Any] = searcher.fast_field_values("key", [address for _score, address in hits])
    ordered: list[int] = []
    while (start := len(ordered)) < len(keys):
        end = bisect_right(scores, -scores[start], lo=start, key=neg)
        ordered += sorted(keys[start:end], reverse=True)
    return Found(ordered, scores)


def _query(plan: Plan) -> tantivy.Query:
    schema = _schema()
    required = [(Must, Query.const_score_query(_condition(schema, part), 0.0)) for part in plan.required]
    scored = [
        (Should, Query.const_score_query(_condition(schema, part), float(weight))) for part, weight in plan.scored
    ]
    return Query.boolean_query([*required, *scored])


def _condition(schema: tantivy.Schema, part: Condition) -> tantivy.Query:
    if isinstance(part, AnyOf):
        if len(part.tokens) == 1:
            return Query.term_query(schema, part.field, part.tokens[0], "basic")
        return Query.term_set_query(schema, part.field, list(part.tokens))
    if isinstance(part, InRow):
        if len(part.tokens) == 1:
            return Query.term_query(schema, "text", part.tokens[0], "basic")
        return Query.phrase_query(schema, "text", list(part.tokens))
    occur = Must if isinstance(part, Both) else Should
    return Query.boolean_query([(occur, _condition(schema, inner)) for inner in part.conditions])


def write(documents: Mapping[int, Mapping[str, str]], *, gone: Iterable[int] = ()) -> None:
    """Put these products in place of what the index holds of them and of those that are gone, in one commit.

    The caller holds the lock of all writers. Raises Damaged where there is no whole index.
    """
    if not whole():
        raise Damaged(f"No whole search index in {folder()}; `manage.py search_rebuild` makes one.")
    writer = tantivy.Index.open(str(folder())).writer(HEAP, 1)
    schema = _schema()
    for key in (*documents, *gone):
        writer.delete_documents_by_query(Query.term_query(schema, "key", key))
    _add(writer, documents.items())


def rebuild(documents: Iterable[tuple[int, Mapping[str, str]]]) -> None:
    """Write a whole index beside the one that answers, then let it answer; indexes of other editions go.

    The caller holds the lock of all writers.
    """
    place, building = folder(), _home() / "building"
    for left in (building, _home() / "former"):
        shutil.rmtree(left, ignore_errors=True)
    building.mkdir(parents=True)
    _add(tantivy.Index(_schema(), str(building)).writer(HEAP, 1), documents)
    if place.exists():
        place.rename(_home() / "former")
    building.rename(place)
    for other in _home().iterdir():
        if other != place:
            shutil.rmtree(other, ignore_errors=True)


def _add(writer: tantivy.IndexWriter, documents: Iterable[tuple[int, Mapping[str, str]]]) -> None:
    for key, held in documents:
        document = tantivy.Document()
        document.add_unsigned("key", key)
        for name, tokens in held.items():
            document.add_text(name, tokens)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder().add_unsigned_field("key", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="position")
    for name in fields.FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    return builder.build()
