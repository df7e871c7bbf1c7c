"""A query whose SQL is written once: afterwards each call binds its values and reads the rows.

Of what a small query costs, writing its SQL from a queryset is most on our side, and planning it most on PostgreSQL's.
`compiled` makes of a function that gives a queryset one that gives its rows, and spares both (`catalogue.prepared`):

    @compiled
    def of(reference: str) -> QuerySet[Reservation]:
        return Reservation.objects.filter(reference=reference).select_related("stock")

    of("order 7 line 1")  # a list, as list() of the queryset would give

The function runs once, with a placeholder for each argument. So it hands them to lookups that compare with one value,
or with one of several keys (`among`), and does nothing else with them: there is no `=None`, and no branch.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar, cast

from django.db import connection
from django.db.models import BooleanField, Expression, F, Field, Func, QuerySet
from django.db.transaction import TransactionManagementError

from catalogue import prepared

Given = ParamSpec("Given")
Row = TypeVar("Row")


class Slot(Expression):
    """The place of a value in a statement."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=Field())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]


def among(name: str, keys: Any) -> Func:
    """In place of `name__in=keys`. keys: the argument that holds a list of whole numbers"""
    return Func(F(name), keys, template="%(expressions)s::bigint[])", arg_joiner=" = ANY(", output_field=BooleanField())


def compiled(build: Callable[Given, QuerySet[Any, Row]]) -> Callable[Given, list[Row]]:
    """The rows that the queryset of `build` has now.

    The new function raises TransactionManagementError where it would lock rows outside of a transaction.
    """
    signature = inspect.signature(build)
    written: list[_Statement] = []

    @wraps(build)
    def rows(*args: Given.args, **kwargs: Given.kwargs) -> list[Row]:
        if not written:
            slots = [Slot(name) for name in signature.parameters]
            written.append(_Statement(cast(Any, build)(*slots)))
        return written[0].rows(signature.bind(*args, **kwargs).arguments)

    return rows


class _Statement:
    """A queryset with its compiler, which has written the SQL and knows what each column is."""

    def __init__(self, queryset: Any) -> None:
        self.queryset, self.compiler = queryset, queryset.query.get_compiler(using=queryset.db)
        self.sql, self.parameters = self.compiler.as_sql()
        if queryset._prefetch_related_lookups or self.compiler.has_extra_select:
            raise ValueError("A compiled query neither prefetches nor orders distinct rows by what it does not select.")

    def rows(self, values: dict[str, Any]) -> list[Any]:
        if self.queryset.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked inside of a transaction only.")
        bound: Any = [values[each.name] if isinstance(each, Slot) else each for each in self.parameters]
        found = prepared.rows(self.sql, bound)
        compiler, query = copy.copy(self.compiler), copy.copy(self.queryset.query)
        compiler.connection = connection  # each thread has its own
        compiler.execute_sql = lambda *args, **kwargs: [found]
        query.get_compiler = lambda *args, **kwargs: compiler
        read = SimpleNamespace(
            query=query, db=self.queryset.db, _fields=self.queryset._fields, _known_related_objects={}
        )
        return list(self.queryset._iterable_class(read))
