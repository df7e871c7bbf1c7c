"""Judged questions over the demo's products among things that only bear the names of foods."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bench.search import judged, world
from bench.search.__main__ import LEAST_NDCG
from bench.search.world import Thing
from catalogue import search
from catalogue.search import embedded, fields, words

REAL = Path(__file__).resolve().parents[3] / "shared/data/ecom_queries/train.query.txt"


@pytest.fixture(scope="module")
def things() -> list[Thing]:
    return [*world.demo(), *world.others()]


@pytest.fixture
def found(things: list[Thing], settings: Any, tmp_path: Path) -> Any:
    settings.VAR_DIR = tmp_path
    embedded.rebuild((key, fields.document(thing.names)) for key, thing in enumerate(things))

    def ask(said: str) -> list[Thing]:
        answer = search.ask(embedded, words.question(said))
        assert answer is not None
        return [things[key] for key in answer.keys]

    return ask


def test_what_is_wanted_stands_first(found: Any, things: list[Thing]) -> None:
    questions = judged.questions()

    scores = [judged.ndcg(found(question.said), question, things) for question in questions]

    assert len(questions) >= 150
    assert sum(scores) / len(scores) >= LEAST_NDCG


def test_nothing_that_is_no_food_stands_above_a_food(found: Any) -> None:
    above = {
        question.said: [thing.title for thing in judged.intruders(found(question.said))]
        for question in judged.questions()
    }

    assert {said: titles for said, titles in above.items() if titles} == {}


def test_the_measure_tells_a_good_order_from_a_bad_one(things: list[Thing]) -> None:
    question = next(question for question in judged.questions() if question.said == "核桃")
    best = sorted(things, key=question.grade, reverse=True)

    assert judged.ndcg(best, question, things) == 1.0
    assert judged.ndcg(best[::-1], question, things) == 0.0
    assert judged.intruders(best[::-1])
    assert not judged.intruders(sorted(things, key=lambda thing: not thing.is_food))


def test_real_questions_of_a_shop_are_answered_without_an_error(found: Any) -> None:
    if not REAL.is_file():
        warnings.warn(f"{REAL} is absent, so NO real questions were asked.", stacklevel=1)
        pytest.skip(f"{REAL} is absent")

    for said in islice(_real(), 0, 100_000, 100):
        found(said)


def _real() -> Iterator[str]:
    with REAL.open(encoding="utf-8") as file:
        yield from (line.rstrip("\n").partition("\t")[2] for line in file)
