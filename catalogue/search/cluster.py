"""The Elasticsearch engine, where settings.ELASTICSEARCH_URL names a cluster.

The index holds what PostgreSQL's `SearchText` holds, split on blanks. It is written by jobs and by `search_rebuild`; it
is read through an alias that exists only once a rebuild is complete, so a half-filled index never answers anybody. When
the cluster is down, slow (TIMEOUT_S for a connection, as much for an answer) or senseless, PostgreSQL answers and the
cluster is left alone for REST_S.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from elastic_transport import TransportError
from elastic_transport.client_utils import url_to_node_config
from elasticsearch import ApiError, BadRequestError, Elasticsearch, helpers
from elasticsearch_dsl import Document, Q, Search, Text

from catalogue.models import SearchText
from catalogue.search.texts import batches
from catalogue.search.words import Phrase, is_han

logger = logging.getLogger(__name__)
ALIAS = "oasis-products-1"  # the number changes with the mapping or with how words are cut; then rebuild
TIMEOUT_S = 1
WRITE_TIMEOUT_S = 30
REST_S = 10
MOST = 10_000  # keys in one answer: the largest window an index gives without a setting; PostgreSQL answers beyond it
LOCK = 7_020_301  # advisory: reading the words and writing the index is one step, or an old text could follow a new
FAILURES = (ApiError, TransportError, AttributeError, KeyError, TypeError, ValueError)  # the last four: no true answer


class ProductWords(Document):
    text = Text(analyzer="whitespace", norms=False)


class _Health:
    """What this process last saw of the cluster."""

    failed_at: float | None = None


def client() -> Elasticsearch:
    return _client(settings.ELASTICSEARCH_URL)


@cache
def _client(url: str) -> Elasticsearch:
    node = url_to_node_config(url, use_default_ports_for_scheme=True)
    return Elasticsearch([node], max_retries=0, retry_on_timeout=False, request_timeout=WRITE_TIMEOUT_S)


def degraded() -> bool:
    return _Health.failed_at is not None


def find(phrases: Sequence[Phrase]) -> list[int] | None:
    """Keys of the products in whose words every phrase occurs.

    None: ask PostgreSQL, for the cluster failed, the question is too large for it, or there are more than MOST
    """
    if _Health.failed_at is not None and time.monotonic() - _Health.failed_at < REST_S:
        return None
    asked = Search(using=client().options(request_timeout=TIMEOUT_S), index=ALIAS)
    asked = asked.query("bool", filter=[_condition(phrase) for phrase in phrases]).source(False)
    asked = asked.extra(size=MOST, track_total_hits=MOST + 1)
    asked = asked.params(timeout=f"{TIMEOUT_S}s", allow_partial_search_results=False)
    try:
        hits = asked.execute().hits
        total, keys = int(hits.total.value), [int(hit.meta.id) for hit in hits]
    except BadRequestError:
        return None  # the question is too large for the cluster, which is well otherwise
    except FAILURES as error:
        logger.warning("Elasticsearch does not answer (%s); PostgreSQL does.", type(error).__name__)
        _Health.failed_at = time.monotonic()
        return None
    _Health.failed_at = None
    return keys if total <= MOST else None


def _condition(phrase: Phrase) -> Any:
    """The phrase, whose last token may be the beginning of a word (a Chinese character is always a whole one)."""
    if is_han(phrase[-1]):
        return Q("match_phrase", text=" ".join(phrase))
    if len(phrase) == 1:
        return Q("prefix", text=phrase[0])
    return Q("match_phrase_prefix", text={"query": " ".join(phrase), "max_expansions": 1000})


def index(product_ids: Sequence[int]) -> None:
    """Make the index hold what PostgreSQL holds of these products now; run again it changes nothing.

    Raises what the client raises; the job is then tried again.
    """
    _create()
    for batch in batches(product_ids):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            texts = dict(SearchText.objects.filter(product__in=batch).values_list("product_id", "text"))
            helpers.bulk(client(), [_action(key, texts.get(key)) for key in batch], ignore_status=(404,))


def _action(key: int, text: str | None) -> dict[str, Any]:
    where = {"_index": _store(), "_id": str(key)}
    if text is None:
        return {"_op_type": "delete", **where}
    return {"_op_type": "index", **where, "_source": ProductWords(text=text).to_dict()}


def rebuild() -> None:
    """Write the whole index, drop what no longer exists, then let it answer. Other jobs may write meanwhile."""
    _create()
    index(list(SearchText.objects.values_list("product_id", flat=True)))
    client().indices.refresh(index=_store())
    held = {int(hit["_id"]) for hit in helpers.scan(client(), index=_store(), _source=False)}
    index(list(held - set(SearchText.objects.values_list("product_id", flat=True))))
    client().indices.refresh(index=_store())
    client().indices.put_alias(index=_store(), name=ALIAS)


def _store() -> str:
    return f"{ALIAS}-words"


def _create() -> None:
    if not client().indices.exists(index=_store()):
        ProductWords.init(index=_store(), using=client())
