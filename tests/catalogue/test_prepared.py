"""Statements planned once: they answer as Django's own do, and nothing that watches queries is passed by."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from catalogue import prepared
from catalogue.models import Product
from tests import make

pytestmark = pytest.mark.django_db
PRODUCT = prepared.Columns(Product, "product")
READ = f"""
SELECT 'before', {PRODUCT}, 'after'
FROM (VALUES (%(key)s::bigint)) wanted(id) LEFT JOIN catalogue_product product USING (id)
"""


def plans(words: str) -> int:
    """How many statements of this connection that hold the words are planned already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE position(%s IN statement) > 0", [words])
        [count] = cursor.fetchone()
    return int(count)


def test_a_statement_is_planned_once_however_often_it_is_asked() -> None:
    before = plans("planned once")

    answers = [prepared.rows("SELECT %(number)s::int /* planned once */", {"number": number}) for number in (4, 7, 4)]

    assert before == 0
    assert answers == [[(4,)], [(7,)], [(4,)]]
    assert plans("planned once") == 1


def test_it_is_logged_with_its_values() -> None:
    with CaptureQueriesContext(connection) as asked:
        prepared.rows("SELECT %(word)s::text", {"word": "walnut"})

    assert [query["sql"] for query in asked] == ["SELECT 'walnut'::text"]


def test_what_wraps_queries_wraps_it() -> None:
    seen = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        prepared.rows("SELECT 1", {})

    assert seen == ["SELECT 1"]


def test_a_mistake_is_said_as_django_says_it_and_the_next_statement_is_answered() -> None:
    with pytest.raises(ProgrammingError, match="no_such_table"), transaction.atomic():
        prepared.rows("SELECT * FROM no_such_table", {})

    assert prepared.rows("SELECT 1", {}) == [(1,)]


def test_a_broken_transaction_is_not_asked() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)

        with pytest.raises(transaction.TransactionManagementError):
            prepared.rows("SELECT 1", {})

        transaction.set_rollback(False)


@pytest.mark.parametrize("log", [nullcontext(), CaptureQueriesContext(connection)], ids=["prepared", "logged"])
def test_a_row_is_what_django_reads(log: AbstractContextManager[Any]) -> None:
    made = make.product(title_en="Walnut", shelf_life_days=270)
    Product.objects.filter(pk=made.pk).update(
        upc=None, rating=4.5, certified_until=make.NOW, date_updated=F("date_created")
    )

    with log:
        [[before, *columns, after]] = prepared.rows(READ, {"key": made.pk})
    read = PRODUCT.take(iter(columns))

    known = Product.objects.get(pk=made.pk)
    names = [field.attname for field in Product._meta.concrete_fields]
    assert read is not None
    assert (before, after) == ("before", "after")
    assert {name: getattr(read, name) for name in names} == {name: getattr(known, name) for name in names}
    assert read.get_deferred_fields() == set()
    assert not read._state.adding


def test_a_row_that_is_not_there_is_none_and_what_follows_it_is_read_all_the_same() -> None:
    [[_before, *rest]] = prepared.rows(READ, {"key": 4711})
    values = iter(rest)

    assert PRODUCT.take(values) is None
    assert list(values) == ["after"]
