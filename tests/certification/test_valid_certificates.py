"""What a valid certificate is stands in Python, in a queryset and in a statement: they never differ."""

from __future__ import annotations

from datetime import timedelta
from itertools import product as each_of

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification import certificates
from certification.models import Certificate
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)
PERIODS = {
    "begins now": (NOW, NOW + timedelta(days=9)),
    "begins in a moment": (NOW + A_MOMENT, NOW + timedelta(days=9)),
    "ends now": (NOW - timedelta(days=9), NOW),
    "ends in a moment": (NOW - timedelta(days=9), NOW + A_MOMENT),
}


def test_each_of_them_finds_the_same_ones() -> None:
    found = []
    for state, (first, last) in each_of(certificates.State, PERIODS.values()):
        product = make.product()
        held = make.certificate(product, state=state)
        Certificate.objects.filter(pk=held.pk).update(valid_from=first, valid_until=last)
        held.refresh_from_db()
        found.append(
            (
                certificates.is_valid(held, NOW),
                Certificate.objects.valid(NOW).filter(pk=held.pk).exists(),
                certificates.valid_for(product, NOW) == held,
            )
        )

    assert [len(set(answers)) for answers in found] == [1] * len(found)
    assert sum(valid for valid, *_same in found) == 2


def test_the_one_a_sale_draws_on_is_read_whole_by_one_query() -> None:
    product = make.product()
    held = make.certificate(product)

    with CaptureQueriesContext(connection) as asked:
        found = certificates.valid_for(product, NOW)

    names = [field.attname for field in Certificate._meta.concrete_fields]
    assert found is not None
    assert {name: getattr(found, name) for name in names} == {
        name: getattr(Certificate.objects.get(pk=held.pk), name) for name in names
    }
    assert len(asked) == 1
