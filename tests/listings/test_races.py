"""Reviewers and a clerk at the same article at the same moment, on connections of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from catalogue.listings import reviews, revisions
from catalogue.listings.models import Revision
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db(transaction=True)
WAIT_S = 60
REFUSALS = (revisions.WrongState, reviews.ReadAgain)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What came of each: "done", or the name of its refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(WAIT_S)
            act()
            return "done"
        except REFUSALS as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def submitted(**values: Any) -> Revision:
    article = make.product(grade="一级")
    supplier = make.supplier_of(article)
    clerk = make.member(supplier)
    revisions.propose(values={article.pk: values}, partner=supplier, by=clerk, at=NOW)
    revisions.submit(products=[article.pk], partner=supplier, by=clerk, at=NOW)
    return Revision.objects.get()


def test_of_two_reviewers_one_accepts_and_the_other_is_told() -> None:
    row = submitted(grade="特级")
    first, second = make.reviewer(), make.reviewer()

    outcomes = at_once(
        lambda: reviews.accept(seen={row.pk: row.edition}, by=first, at=NOW),
        lambda: reviews.refuse(revision=row, text="No report.", by=second, at=NOW),
    )

    assert sorted(outcomes) == ["WrongState", "done"]
    row.refresh_from_db()
    accepted = outcomes[0] == "done"
    assert (row.state, row.product.grade) == (("in_force", "特级") if accepted else ("refused", "一级"))
    assert row.moves.count() == 3


@pytest.mark.parametrize("_time", range(3))
def test_what_a_clerk_writes_while_a_reviewer_accepts_is_never_in_force_unread(_time: int) -> None:
    row = submitted(grade="特级")
    reviewer, clerk = make.reviewer(), row.partner.users.get()

    outcomes = at_once(
        lambda: reviews.accept(seen={row.pk: row.edition}, by=reviewer, at=NOW),
        lambda: revisions.propose(values={row.product_id: {"grade": "二级"}}, partner=row.partner, by=clerk, at=NOW),
    )

    row.refresh_from_db()
    waiting = Revision.objects.get(state="draft")
    assert outcomes[1] == "done" and waiting.values == {"grade": "二级"}
    assert row.product.grade == ("特级" if outcomes[0] == "done" else "一级")
    assert waiting.base == {"grade": row.product.grade}
