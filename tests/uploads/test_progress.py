"""How far the work is, is seen while its transaction is open; and one worker at a time is at an upload."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection

from catalogue.imports import goods, plan
from catalogue.models import Product
from catalogue.partner.models import Partner
from catalogue.uploads import keeping, progress
from catalogue.uploads.models import Upload
from tests.payments.test_whole_way import work as run_the_worker
from tests.uploads import sent

pytestmark = pytest.mark.django_db(transaction=True)
WAIT_S = 60
CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> tuple[Event, Event]:
    """The import stops before it sets prices, when all articles are made and nothing is committed: (there, go on)."""
    there, go_on = Event(), Event()
    plain: Callable[..., Any] = goods._price

    def wait(*given: Any, **named: Any) -> None:
        there.set()
        assert go_on.wait(WAIT_S)
        plain(*given, **named)

    monkeypatch.setattr(goods, "_price", wait)
    return there, go_on


def test_others_see_how_far_it_is_before_anything_is_committed(supplier: Partner, held: tuple[Event, Event]) -> None:
    there, go_on = held
    upload = sent.looked_at(supplier, sent.articles(2 * plan.BATCH + 1))

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(sent.in_a_thread(sent.imported), upload)
        assert there.wait(WAIT_S)
        seen = Upload.objects.get(pk=upload.pk)
        articles = Product.objects.count()
        go_on.set()
        writing.result(WAIT_S)

    assert (seen.state, seen.done, seen.total) == ("writing", seen.total, 2 * (2 * plan.BATCH + 1))
    assert articles == 0 and Product.objects.count() == 2 * plan.BATCH + 1
    assert Upload.objects.get().state == "done"


def test_a_second_worker_leaves_an_upload_alone_that_is_being_worked_on(
    supplier: Partner, held: tuple[Event, Event]
) -> None:
    there, go_on = held
    upload = sent.looked_at(supplier, sent.articles(1))

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(sent.in_a_thread(sent.imported), upload)
        assert there.wait(WAIT_S)
        again = sent.worked(Upload.objects.get(pk=upload.pk))
        go_on.set()
        writing.result(WAIT_S)

    assert (again.state, again.tries) == ("writing", 1)
    assert Upload.objects.get().tries == 1


def test_a_worker_cut_off_in_the_middle_leaves_nothing_and_the_next_one_ends_it(
    supplier: Partner, held: tuple[Event, Event]
) -> None:
    there, go_on = held
    upload = sent.looked_at(supplier, sent.articles(3))

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(sent.in_a_thread(sent.imported), upload)
        assert there.wait(WAIT_S)
        with connection.cursor() as cursor:
            cursor.execute(CUT_OFF)
        go_on.set()
        with pytest.raises(OperationalError):
            writing.result(WAIT_S)
    broken = Upload.objects.get(pk=upload.pk)
    assert broken.state == "writing" and not Product.objects.exists()

    keeping.wake()
    sent.worked(broken)

    assert (broken.state, broken.tries, broken.outcome["new"]) == ("done", 2, 3)
    assert Product.objects.count() == 3


def test_whoever_comes_after_a_worker_that_died_finds_the_way_free(supplier: Partner) -> None:
    upload = sent.begun(supplier, sent.articles(1))
    with pytest.raises(SystemExit), progress.alone(upload.pk) as first:
        with progress.alone(upload.pk) as second:
            assert first is not None and second is None
        raise SystemExit

    with progress.alone(upload.pk) as third:
        assert third is not None


def test_the_worker_itself_looks_at_a_table(supplier: Partner) -> None:
    upload = sent.begun(supplier, sent.articles(1))

    asyncio.run(run_the_worker())

    upload.refresh_from_db()
    assert upload.state == "ready" and upload.outcome["new"] == 1
