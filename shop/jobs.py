"""Jobs on the same PostgreSQL: enqueued in the transaction that causes them, so neither is kept without the other.

Jobs are named, not imported, so that a lower module may ask for what a higher one does. The worker reads them from
every room's `tasks.py`: `manage.py procrastinate worker`.
"""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app


def defer(name: str, *, at: datetime | None = None, **arguments: int | str) -> None:
    """Enqueue a job by its name. at: not before this moment; arguments: whole numbers and short texts only."""
    app.configure_task(name, schedule_at=at).defer(**arguments)
