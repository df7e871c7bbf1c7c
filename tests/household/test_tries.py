"""Tries are counted exactly, also when they come at the same moment to different processes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import RequestFactory

from shop.household import tries
from shop.household.models import Tries
from tests.make import NOW
from tests.order.world import at_once


@pytest.mark.django_db(transaction=True)
def test_of_thirty_tries_at_once_ten_are_let_through() -> None:
    def one() -> None:
        tries.count(address="203.0.113.1", reference="H-1", at=NOW)

    answers = [answer for _round in range(3) for answer in at_once(*[one] * 10)]

    assert answers.count(None) == tries.MOST
    assert sum(isinstance(answer, tries.TooManyTries) for answer in answers) == 20


@pytest.mark.django_db
def test_a_refused_try_is_not_counted_for_the_other_key() -> None:
    for number in range(tries.MOST):
        tries.count(address="203.0.113.1", reference=f"H-{number}", at=NOW)

    with pytest.raises(tries.TooManyTries):
        tries.count(address="203.0.113.1", reference="H-1", at=NOW)

    assert sorted(len(row.tried_at) for row in Tries.objects.all()) == [1] * 10 + [10]


@pytest.mark.django_db
def test_the_table_keeps_neither_address_nor_reference_and_forgets_both() -> None:
    tries.count(address="203.0.113.1", reference="H-1", at=NOW)

    assert not [row.key for row in Tries.objects.all() if "203" in row.key[:4] or "H-1" in row.key]
    assert tries.forget(at=NOW + timedelta(minutes=14)) == 0
    assert tries.forget(at=NOW + timedelta(minutes=15)) == 2


def test_in_production_the_proxy_says_where_a_request_comes_from(settings: Any) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "192.0.2.66, 203.0.113.5"})

    assert tries.address_of(request) == "10.0.0.1"
    settings.DEMO = False
    assert tries.address_of(request) == "203.0.113.5"
