"""The index inside the shop: who writes it, and what happens when it is lost, broken or old."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from catalogue import search
from catalogue.models import Product
from catalogue.search import embedded, indexes, segmenter, texts
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAR_DIR = tmp_path
    settings.ELASTICSEARCH_URL = ""
    monkeypatch.setattr(indexes, "_done", set())


@pytest.fixture
def walnuts() -> Product:
    return make.product(title="薄皮核桃")


def jobs() -> list[Any]:
    return list(ProcrastinateJob.objects.filter(task_name=texts.JOB).order_by("pk"))


def test_without_an_index_postgresql_answers_and_nothing_is_written(walnuts: Product, tmp_path: Path) -> None:
    assert list(search.keys("核桃")) == [walnuts.pk]
    assert list(search.keys("hetoa")) == []

    assert list(tmp_path.iterdir()) == []


def test_a_job_writes_the_whole_index_where_there_is_none(walnuts: Product) -> None:
    other = make.product(title="石榴")

    indexes.write([walnuts.pk])

    assert embedded.count() == 2
    assert list(search.keys("shliu")) == [other.pk]


def test_a_reader_sees_the_next_commit_at_once() -> None:
    product = make.product(title="灰枣")
    search.rebuild()
    assert list(search.keys("honzao")) == [product.pk]

    product.title = "石榴"
    product.save(update_fields=["title"])
    indexes.write([product.pk])

    assert list(search.keys("honzao")) == []
    assert list(search.keys("shliu")) == [product.pk]


def test_waiting_jobs_are_done_in_one_commit(walnuts: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    search.rebuild()
    ProcrastinateJob.objects.filter(task_name=texts.JOB)._raw_delete("default")
    others = [make.product(title=title) for title in ("石榴", "灰枣")]
    commits = []
    monkeypatch.setattr(indexes, "write", lambda keys: commits.append(set(keys)))
    waiting = jobs()

    for job in waiting:
        indexes.do(job.pk, job.args["product_ids"])

    assert len(waiting) > 1
    assert commits == [{row.pk for row in others}]


def test_jobs_that_wait_are_not_taken_for_done_when_the_commit_fails(
    walnuts: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_rest = jobs()
    second = texts.index_later([walnuts.pk])
    assert second is None and len(jobs()) > 1

    def fails(keys: set[int]) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(indexes, "write", fails)
    with pytest.raises(OSError, match="no space"):
        indexes.do(first.pk, first.args["product_ids"])

    assert indexes._done == set()


def lose() -> None:
    shutil.rmtree(embedded.folder())


def break_off() -> None:
    (embedded.folder() / "meta.json").write_text('{"segments": [', encoding="utf-8")


def cut_short() -> None:
    for file in embedded.folder().glob("*.term"):
        file.write_bytes(file.read_bytes()[:20])


@pytest.mark.parametrize("harm", [lose, break_off, cut_short])
def test_postgresql_answers_for_a_harmed_index_until_it_is_healed(walnuts: Product, harm: Any) -> None:
    search.rebuild()
    assert not indexes.heal()

    harm()

    assert list(search.keys("核桃")) == [walnuts.pk]
    assert indexes.heal()
    assert list(search.keys("hetoa")) == [walnuts.pk]


def test_a_half_written_index_never_answers(walnuts: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(writer: Any, documents: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(embedded, "_add", breaks)
        with pytest.raises(MemoryError):
            search.rebuild()

    assert not embedded.folder().exists()
    assert list(search.keys("核桃")) == [walnuts.pk]
    assert indexes.heal()
    assert [path.name for path in embedded.folder().parent.iterdir()] == [embedded.folder().name]


def test_an_index_of_another_edition_is_not_read_and_goes_when_the_new_one_is_whole(
    walnuts: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    search.rebuild()
    old = embedded.folder()

    monkeypatch.setattr(segmenter, "edition", lambda: "another")

    assert list(search.keys("hetoa")) == []
    assert indexes.heal()
    assert list(search.keys("hetoa")) == [walnuts.pk]
    assert not old.exists()


def test_an_index_that_holds_another_number_of_products_is_written_anew(walnuts: Product) -> None:
    search.rebuild()
    ProcrastinateJob.objects.all()._raw_delete("default")
    make.product(title="石榴")
    assert not indexes.heal()  # a job still waits

    ProcrastinateJob.objects.all()._raw_delete("default")

    assert indexes.heal()
    assert not indexes.heal()
    assert embedded.count() == 2


def test_whoever_keeps_answers_hears_that_the_index_was_written(walnuts: Product) -> None:
    heard: list[object] = []

    def hear(sender: object, **about: object) -> None:
        heard.append(sender)

    indexes.written.connect(hear)
    indexes.write([walnuts.pk])
    indexes.written.disconnect(hear)

    assert heard == [None]
