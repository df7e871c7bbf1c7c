"""The index inside the shop and Elasticsearch answer alike: the same products, order and scores."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bench.search import judged, world
from catalogue import search
from catalogue.search import cluster, embedded, fields, words

URL = os.environ.get("ELASTICSEARCH_URL", "")
PRODUCTS, CHANGED = 1_200, 60
LEAST = 600


@pytest.fixture
def engines(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not URL:
        told = "ELASTICSEARCH_URL is not set, so the two engines were NOT compared."
        warnings.warn(told, stacklevel=1)
        pytest.skip(told)
    settings.VAR_DIR = tmp_path
    settings.ELASTICSEARCH_URL = URL
    monkeypatch.setattr(cluster, "ALIAS", f"oasis-test-same-{os.getpid()}")
    monkeypatch.setattr(cluster, "TIMEOUT_S", 10)
    monkeypatch.setattr(cluster, "PAGE", 100)  # so that answers come in several pages
    monkeypatch.setattr(cluster._Health, "failed_at", None)
    for engine in (embedded, cluster):
        engine.rebuild((key, fields.document(thing.names)) for key, thing in enumerate(world.many(PRODUCTS), start=1))
    yield
    cluster.client().indices.delete(index=cluster._store())


def questions() -> list[str]:
    """The judged ones, pairs of their words, codes of titles, and each of them with a letter less."""
    random = Random(5)
    said = [question.said for question in judged.questions()]
    pairs = [" ".join(random.sample(said, 2)) for _ in range(100)]
    codes = [f"{letter}{random.randrange(world.CODES)}" for letter in "ab" for _ in range(100)]
    short = [
        word[:place] + word[place + 1 :] for word in said if len(word) > 3 for place in [random.randrange(len(word))]
    ]
    return list(dict.fromkeys([*said, *pairs, *codes, *short]))


def differences() -> list[str]:
    differing = []
    for said in questions():
        ours, theirs = (search.ask(engine, words.question(said)) for engine in (embedded, cluster))
        assert ours is not None and theirs is not None, said
        if (list(ours.keys), list(ours.scores)) != (list(theirs.keys), list(theirs.scores)):
            differing.append(f"{said}: {list(ours.keys)[:20]} {list(theirs.keys)[:20]}")
    return differing


def test_both_engines_answer_alike_before_and_after_changes(engines: None) -> None:
    assert len(questions()) >= LEAST
    assert any(
        len(found.keys) > cluster.PAGE for said in ("核桃", "和田") if (found := search.ask(embedded, [tuple(said)]))
    )
    assert differences() == []

    things = list(world.many(PRODUCTS))
    random = Random(6)
    moved = random.sample(range(1, PRODUCTS + 1), CHANGED)
    gone, changed = moved[:10], moved[10:]
    documents = {key: fields.document(random.choice(things).names) for key in changed}
    for engine in (embedded, cluster):
        engine.write(documents, gone=gone)

    assert differences() == []
