"""The engines that the search contract is asked of. That of Elasticsearch needs a server: see the warning it gives."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from catalogue import search
from catalogue.models import Product
from catalogue.partner.models import Partner
from catalogue.search import cluster, embedded, indexes, texts
from tests import make

URL = os.environ.get("ELASTICSEARCH_URL", "")
SKIPPED = (
    "ELASTICSEARCH_URL is not set, so the Elasticsearch engine was NOT tried. "
    'To try it: export ELASTICSEARCH_URL="$(scripts/elasticsearch_for_tests.sh start)"'
)


class Engine:
    """Asks one engine; `settle` does the jobs that the changes so far have enqueued."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.done = 0

    def settle(self) -> None:
        if self.name != "postgres":
            for job in ProcrastinateJob.objects.filter(task_name=texts.JOB, pk__gt=self.done).order_by("pk"):
                indexes.do(job.pk, job.args["product_ids"])
                self.done = job.pk

    def finds(self, said: str) -> set[int]:
        self.settle()
        on_sale = Product.objects.on_sale(make.NOW)
        found = set(search.narrow(on_sale, said).values_list("pk", flat=True))
        self.must_have_answered()
        if said.strip():  # the keys that the shelf asks for are the same
            assert found == set(search.keys(said)) & set(on_sale.values_list("pk", flat=True))
        return found

    def orders(self, said: str) -> list[int]:
        self.settle()
        found = list(search.keys(said))
        self.must_have_answered()
        return found

    def must_have_answered(self) -> None:
        assert not search.degraded(), "the engine under test did not answer itself"
        assert embedded.whole() is (self.name == "embedded"), "another engine than that under test answered"


@pytest.fixture(params=["embedded", "postgres", "elasticsearch"])
def engine(request: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Engine]:
    settings.VAR_DIR = tmp_path
    settings.ELASTICSEARCH_URL = ""
    if request.param != "elasticsearch":
        if request.param == "embedded":
            search.rebuild()
        else:
            monkeypatch.setattr(embedded, "rebuild", list)
        yield Engine(request.param)
        return
    if not URL:
        warnings.warn(SKIPPED, stacklevel=1)
        pytest.skip(SKIPPED)
    settings.ELASTICSEARCH_URL = URL
    monkeypatch.setattr(cluster, "ALIAS", f"oasis-test-{os.getpid()}")
    monkeypatch.setattr(cluster, "TIMEOUT_S", 10)
    monkeypatch.setattr(cluster._Health, "failed_at", None)
    search.rebuild()
    yield Engine("elasticsearch")
    cluster.client().indices.delete(index=cluster._store())


@pytest.fixture
def index(engine: Engine) -> Engine:
    """The engine, where it has an index that knows an order and slips."""
    if engine.name == "postgres":
        pytest.skip("PostgreSQL promises neither order nor slips")
    return engine


def named_partner(name: str, name_en: str, **fields: Any) -> Partner:
    partner = make.partner(**fields)
    partner.name, partner.name_en = name, name_en
    partner.save()
    return partner


@pytest.fixture
def certified() -> Callable[..., Product]:
    supplier = named_partner("固玛合作社", "Guma Cooperative")

    def product(title: str, title_en: str = "", **fields: Any) -> Product:
        fields = {"supplier": supplier, "commodity": make.commodity("thing", name="物", name_en="thing")} | fields
        made = make.product(title=title, title_en=title_en, **fields)
        make.certificate(made)
        return made

    return product
