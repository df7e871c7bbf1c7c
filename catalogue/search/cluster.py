"""The Elasticsearch engine, where settings.ELASTICSEARCH_URL names a cluster.

The index holds the same fields as the one inside the shop (`fields.document`), split on blanks. It is written by jobs
and by `search_rebuild`; it is read through an alias that exists only once a rebuild is complete, so a half-filled index
never answers anybody. When the cluster is down, slow (TIMEOUT_S for a connection, as much for an answer) or senseless,
PostgreSQL answers and the cluster is left alone for REST_S.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from elastic_transport import TransportError
from elastic_transport.client_utils import url_to_node_config
from elasticsearch import ApiError, BadRequestError, Elasticsearch, helpers
from elasticsearch_dsl import Long, Q, Search, Text
from elasticsearch_dsl import Mapping as Layout

from catalogue.search import fields, segmenter
from catalogue.search.found import Found
from catalogue.search.plans import AnyOf, Both, Condition, InRow, Plan

logger = logging.getLogger(__name__)
ALIAS = "oasis-products"
TIMEOUT_S = 1
WRITE_TIMEOUT_S = 30
REST_S = 10
PAGE = 10_000  # keys in one answer: the largest window an index gives without a setting
FAILURES = (ApiError, TransportError, AttributeError, KeyError, TypeError, ValueError)  # the last four: no true answer


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


def find(plan: Plan) -> Found | None:
    """The products that meet the plan, best first, then the newest.

    None: ask PostgreSQL, for the cluster failed, or the question is too large for it
    """
    if _Health.failed_at is not None and time.monotonic() - _Health.failed_at < REST_S:
        return None
    try:
        found = dict(_hits(_search(plan)))
    except BadRequestError:
        return None  # the question is too large for the cluster, which is well otherwise
    except FAILURES as error:
        logger.warning("Elasticsearch does not answer (%s); PostgreSQL does.", type(error).__name__)
        _Health.failed_at = time.monotonic()
        return None
    _Health.failed_at = None
    return Found(list(found), list(found.values()))


def _search(plan: Plan) -> Any:
    asked = Search(using=client().options(request_timeout=TIMEOUT_S), index=_alias()).source(False)
    asked = asked.query(
        "bool",
        filter=[_condition(part) for part in plan.required],
        should=[Q("constant_score", filter=_condition(part), boost=weight) for part, weight in plan.scored],
        minimum_should_match=0,
    )
    asked = asked.sort({"_score": "desc"}, {"key": "desc"}).extra(size=PAGE, track_total_hits=True)
    return asked.params(timeout=f"{TIMEOUT_S}s", allow_partial_search_results=False)


def _hits(asked: Any) -> Iterator[tuple[int, float]]:
    """(key, score) of every hit, page by page."""
    seen, total = 0, 1
    while seen < total:
        hits = asked.execute().hits
        total = int(hits.total.value)
        if not hits and total > seen:
            raise ValueError(f"{total} hits were promised, {seen} came.")
        for hit in hits:
            yield int(hit.meta.id), float(hit.meta.score)
        seen += len(hits)
        if hits:
            asked = asked.extra(search_after=list(hits[-1].meta.sort))


def _condition(part: Condition) -> Any:
    if isinstance(part, AnyOf):
        return Q("terms", **{part.field: list(part.tokens)})
    if isinstance(part, InRow):
        return Q("match_phrase", text=" ".join(part.tokens))
    inner = [_condition(condition) for condition in part.conditions]
    return Q("bool", filter=inner) if isinstance(part, Both) else Q("bool", should=inner, minimum_should_match=1)


def write(documents: Mapping[int, Mapping[str, str]], *, gone: Iterable[int] = ()) -> None:
    """Put these products in place of what the index holds of them and of those that are gone.

    The caller holds the lock of all writers. Raises what the client raises.
    """
    _create()
    actions = [_put(key, document) for key, document in documents.items()]
    actions += [{"_op_type": "delete", "_index": _store(), "_id": str(key)} for key in gone]
    helpers.bulk(client(), actions, ignore_status=(404,), refresh=True)


def _put(key: int, document: Mapping[str, str]) -> dict[str, Any]:
    return {"_op_type": "index", "_index": _store(), "_id": str(key), "_source": {"key": key, **document}}


def rebuild(documents: Iterable[tuple[int, Mapping[str, str]]]) -> None:
    """Write the whole index, drop what no longer exists, then let it answer.

    The caller holds the lock of all writers. Raises what the client raises.
    """
    _create()
    kept = set()
    for _ok, result in helpers.streaming_bulk(client(), (_put(key, document) for key, document in documents)):
        kept.add(int(result["index"]["_id"]))
    client().indices.refresh(index=_store())
    held = {int(hit["_id"]) for hit in helpers.scan(client(), index=_store(), _source=False)}
    write({}, gone=held - kept)
    client().indices.refresh(index=_store())
    client().indices.put_alias(index=_store(), name=_alias())


def whole() -> bool:
    """Whether the index of this edition answers. Raises what the client raises."""
    return bool(client().indices.exists_alias(name=_alias()))


def _alias() -> str:
    return f"{ALIAS}-{segmenter.edition()}"


def _store() -> str:
    return f"{_alias()}-words"


def _create() -> None:
    if not client().indices.exists(index=_store()):
        client().indices.create(index=_store(), mappings=_layout().to_dict())


def _layout() -> Layout:
    layout = Layout().field("key", Long()).field("text", Text(analyzer="whitespace", norms=False))
    for name in fields.FIELDS:
        layout.field(name, Text(analyzer="whitespace", norms=False, index_options="docs"))
    return layout
