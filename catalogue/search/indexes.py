"""The index that answers: the cluster's where settings.ELASTICSEARCH_URL names one, else the one inside the shop.

Only jobs and commands write it, never a request. Reading the names of products and writing them is one step under a
lock, or an old name could follow a new one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.conf import settings
from django.db import connection, transaction
from django.dispatch import Signal
from procrastinate.contrib.django.models import ProcrastinateJob

from catalogue.models import SearchText
from catalogue.search import cluster, embedded, fields, texts

logger = logging.getLogger(__name__)
LOCK = 7_020_301  # advisory
MOST_JOBS = 200  # jobs that one commit does: some seconds of work

written = Signal()  # sent in the writer's transaction when the index answers otherwise than before

_done: set[int] = set()  # waiting jobs whose work this process did along with another's


def do(job: int, product_ids: Sequence[int]) -> None:
    """Do a job that `texts.index_later` enqueued, and in the same commit those that wait behind it.

    A job that waits was enqueued by a change that is committed, so the names read here are not older than it.
    Raises what the engine raises; the job is then tried again.
    """
    if job in _done:
        _done.discard(job)
        return
    waiting = ProcrastinateJob.objects.filter(task_name=texts.JOB, status="todo").exclude(pk=job).order_by("pk")
    others = dict(waiting.values_list("pk", "args")[:MOST_JOBS])
    write({*product_ids, *(key for args in others.values() for key in args["product_ids"])})
    _done.update(others)


@transaction.atomic
def write(product_ids: Iterable[int]) -> None:
    """Make the index hold what there is of these products now; run again it changes nothing."""
    _lock()
    keys = set(product_ids)
    if settings.ELASTICSEARCH_URL:
        for batch in texts.batches(keys):
            held = dict(_documents(batch))
            cluster.write(held, gone=set(batch) - held.keys())
    elif embedded.whole():
        held = {key: document for batch in texts.batches(keys) for key, document in _documents(batch)}
        embedded.write(held, gone=keys - held.keys())
    else:
        embedded.rebuild(_everything())
    written.send(sender=None)


@transaction.atomic
def rebuild() -> None:
    """Write the whole index anew beside the one that answers."""
    _lock()
    if settings.ELASTICSEARCH_URL:
        cluster.rebuild(_everything())
    else:
        embedded.rebuild(_everything())
    written.send(sender=None)


def heal() -> bool:
    """Rebuild an index that is lost, broken, of another edition, or of another world; returns whether it did."""
    try:
        ill = _is_ill()
    except cluster.FAILURES as error:
        logger.warning("Elasticsearch does not say whether its index is whole (%s).", type(error).__name__)
        return False
    if ill:
        logger.warning("The search index is not whole; it is written anew.")
        rebuild()
    return ill


def _is_ill() -> bool:
    if settings.ELASTICSEARCH_URL:
        return not cluster.whole()
    return not embedded.whole() or (not _waiting() and embedded.count() != SearchText.objects.count())


def _waiting() -> bool:
    return ProcrastinateJob.objects.filter(task_name=texts.JOB, status__in=["todo", "doing"]).exists()


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _everything() -> Iterator[tuple[int, Mapping[str, str]]]:
    for batch in texts.batches(SearchText.objects.values_list("product_id", flat=True)):
        yield from _documents(batch)


def _documents(keys: Sequence[int]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The fields of those of these products that have words."""
    told = list(SearchText.objects.filter(product__in=keys).values_list("product_id", flat=True))
    return ((key, fields.document(names)) for key, names in texts.names(told).items())
