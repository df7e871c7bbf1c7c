"""A cluster that is down, slow or senseless: PostgreSQL answers, and the caller can say so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from catalogue import search
from catalogue.models import Product
from catalogue.search import cluster, embedded, indexes, texts
from tests import make

pytestmark = pytest.mark.django_db
HEADERS = {"X-Elastic-Product": "Elasticsearch", "Content-Type": "application/vnd.elasticsearch+json;compatible-with=8"}
NONE_FOUND = b'{"hits": {"total": {"value": 0, "relation": "eq"}, "hits": []}}'


class Stand:
    """A server that answers every search in one given way and counts how often it was asked."""

    def __init__(self, status: int, body: bytes, headers: dict[str, str], wait: threading.Event | None = None) -> None:
        stand = self
        self.asked = 0

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                stand.asked += 1
                if wait is not None:
                    wait.wait(30)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(autouse=True)
def no_index_yet(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.ELASTICSEARCH_URL = ""
    monkeypatch.setattr(cluster._Health, "failed_at", None)


@pytest.fixture
def answering(settings: Any) -> Iterator[Callable[..., Stand]]:
    stands: list[Stand] = []

    def start(status: int, body: bytes, headers: dict[str, str] = HEADERS, **more: Any) -> Stand:
        stands.append(Stand(status, body, headers, **more))
        settings.ELASTICSEARCH_URL = stands[-1].url
        return stands[-1]

    yield start
    for stand in stands:
        stand.close()


@pytest.fixture
def walnuts() -> Product:
    product = make.product(title="薄皮核桃")
    make.certificate(product)
    return product


def found(said: str) -> list[int]:
    return list(search.narrow(Product.objects.on_sale(make.NOW), said).values_list("pk", flat=True))


def test_a_cluster_that_answers_is_believed(answering: Any, walnuts: Product) -> None:
    answering(200, NONE_FOUND)

    assert found("核桃") == []
    assert not search.degraded()


SENSELESS = {
    "too many requests": (429, b'{"error": "busy"}'),
    "no index": (404, b'{"error": {"type": "index_not_found_exception"}, "status": 404}'),
    "broken": (503, b'{"error": "red"}'),
    "not JSON": (200, b"<html>"),
    "another shape": (200, b'{"hits": 7}'),
    "an empty object": (200, b"{}"),
    "a list": (200, b"[]"),
    "keys that are no numbers": (200, b'{"hits": {"total": {"value": 1}, "hits": [{"_id": "x", "_index": "y"}]}}'),
}


@pytest.mark.parametrize("kind", SENSELESS)
def test_postgresql_answers_for_a_senseless_cluster(answering: Any, walnuts: Product, kind: str) -> None:
    answering(*SENSELESS[kind])

    assert found("核桃") == [walnuts.pk]
    assert search.degraded()


def test_postgresql_answers_when_something_else_listens_there(answering: Any, walnuts: Product) -> None:
    answering(200, NONE_FOUND, {"Content-Type": "application/json"})

    assert found("核桃") == [walnuts.pk]
    assert search.degraded()


def test_postgresql_answers_when_nobody_listens(answering: Any, settings: Any, walnuts: Product) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"

    assert found("核桃") == [walnuts.pk]
    assert search.degraded()


def test_postgresql_answers_when_the_cluster_keeps_silent(
    answering: Any, walnuts: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "TIMEOUT_S", 0.2)
    over = threading.Event()
    answering(200, NONE_FOUND, wait=over)

    assert found("核桃") == [walnuts.pk]
    assert search.degraded()
    over.set()


def test_postgresql_answers_when_fewer_hits_come_than_were_promised(answering: Any, walnuts: Product) -> None:
    answering(200, b'{"hits": {"total": {"value": 10001, "relation": "eq"}, "hits": []}}')

    assert found("核桃") == [walnuts.pk]
    assert search.degraded()


def test_a_question_too_large_for_the_cluster_goes_to_postgresql_and_spoils_nothing(
    answering: Any, walnuts: Product
) -> None:
    answering(400, b'{"error": {"type": "too_many_nested_clauses"}, "status": 400}')

    assert found("核桃") == [walnuts.pk]
    assert not search.degraded()


def test_a_failed_cluster_is_left_alone_for_a_while_and_then_asked_again(
    answering: Any, walnuts: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(cluster.time, "monotonic", lambda: clock[0])
    broken = answering(503, b"{}")
    for _ in range(3):
        found("核桃")
    assert broken.asked == 1

    clock[0] += cluster.REST_S
    answering(200, NONE_FOUND)

    assert found("核桃") == []
    assert not search.degraded()


@pytest.fixture
def no_jobs_yet(walnuts: Product) -> None:
    ProcrastinateJob.objects.all()._raw_delete("default")


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1"])
def test_saving_a_product_writes_no_index_but_enqueues_it(
    settings: Any, walnuts: Product, no_jobs_yet: None, url: str
) -> None:
    settings.ELASTICSEARCH_URL = url

    walnuts.title = "新名"
    walnuts.save()

    job = ProcrastinateJob.objects.get(task_name=texts.JOB)
    assert job.args == {"product_ids": [walnuts.pk]}
    assert not embedded.folder().exists()


def test_the_job_is_kept_or_lost_with_the_change_that_caused_it(
    settings: Any, walnuts: Product, no_jobs_yet: None
) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"

    with pytest.raises(RuntimeError), transaction.atomic():
        walnuts.title = "新名"
        walnuts.save()
        assert ProcrastinateJob.objects.filter(task_name=texts.JOB).exists()
        raise RuntimeError

    assert not ProcrastinateJob.objects.filter(task_name=texts.JOB).exists()
    assert found("核桃") == [walnuts.pk]


def test_a_change_that_concerns_no_words_enqueues_nothing(settings: Any, walnuts: Product, no_jobs_yet: None) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"

    walnuts.shelf_life_days = 5
    walnuts.save()
    record = walnuts.stockrecords.get()
    record.num_in_stock = 7
    record.save()

    assert not ProcrastinateJob.objects.filter(task_name=texts.JOB).exists()


def test_the_worker_knows_the_job_by_its_name() -> None:
    from procrastinate.contrib.django import app

    app.perform_import_paths()

    assert texts.JOB in app.tasks


def test_healing_waits_for_a_cluster_that_does_not_answer(settings: Any) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"

    assert not indexes.heal()
