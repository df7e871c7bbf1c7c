"""How far the work on an upload is, seen by others while its own transaction is still open.

A second connection writes it, each time at once. The same connection holds an advisory lock: one worker at a time is at
an upload, and PostgreSQL lets go of the lock when that worker dies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections

from catalogue.imports.progress import Hear

LOCK = "SELECT pg_try_advisory_lock(hashtextextended('catalogue_upload ' || %s, 0))"
TELL = "UPDATE catalogue_upload SET done = %s, total = %s WHERE id = %s"


@contextmanager
def alone(upload: int) -> Iterator[Hear | None]:
    """Whom to tell how far the work on an upload is; None while another worker is at it.

    Whoever tells must not have changed the upload's row in an open transaction: the telling would wait for it.
    """
    side = connections[DEFAULT_DB_ALIAS].copy("uploads")
    try:
        with side.cursor() as cursor:
            cursor.execute(LOCK, [str(upload)])
            [free] = cursor.fetchone()

        def hear(done: int, total: int) -> None:
            with side.cursor() as cursor:
                cursor.execute(TELL, [done, total, upload])

        yield hear if free else None
    finally:
        side.close()
