"""Statements that PostgreSQL plans once for each connection: those of pages and sales that are asked for all day.

Django writes the values into the text of a statement, so that each one is planned anew; that of a product's page takes
several times as long to plan as to run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

import psycopg
from django.db import connection, models

Kind = TypeVar("Kind", bound=models.Model)


class _Cursor(psycopg.Cursor[Any]):
    """Sends the values beside the statement, and takes the answer in PostgreSQL's own form."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
        return super().execute(query, params, prepare=True, binary=True)


def _preparing(line: psycopg.Connection[Any]) -> _Cursor:
    if line.prepare_threshold is None:  # as Django leaves it, whose own cursors never prepare
        line.prepare_threshold = 0
    return _Cursor(line)


def rows(statement: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement, asked through Django's own cursor: it is counted, wrapped and refused like any other.

    Where queries are logged, the values are written into its text all the same, so that the log can be read.
    """
    with connection.cursor() as cursor:
        if not connection.queries_logged:
            cursor.cursor = _preparing(cursor.connection)
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


class Columns(Generic[Kind]):
    """All columns of a model's table within a larger statement, and the row made of them.

    name: under which the table stands in the statement
    """

    def __init__(self, model: type[Kind], name: str) -> None:
        fields: list[Any] = list(model._meta.concrete_fields)
        self._model, self._names = model, [field.attname for field in fields]
        self._key = fields.index(model._meta.pk)
        self._said = ", ".join(f'{name}."{field.column}"' for field in fields)
        self._read = [
            (place, field.from_db_value) for place, field in enumerate(fields) if hasattr(field, "from_db_value")
        ]

    def __str__(self) -> str:
        return self._said

    def take(self, values: Iterator[Any]) -> Kind | None:
        """The next values as Django would have read them; None where a LEFT JOIN found nothing: the key is null."""
        taken = list(islice(values, len(self._names)))
        if taken[self._key] is None:
            return None
        for place, read in self._read:
            taken[place] = read(taken[place], None, connection)
        return self._model.from_db(connection.alias, self._names, taken)
