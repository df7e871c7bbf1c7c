"""Closing a month: its figures are frozen, nothing can be booked into it any more, and one hash stands for it all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from shop.accounts.models import User
from shop.reports import income
from shop.reports.models import MonthClose
from shop.revenue import days
from shop.revenue.models import Posting


class NotEnded(Exception):
    """The month is not over in Shanghai."""


class AlreadyClosed(Exception):
    """The month is closed; a closed month stays as it is."""


@transaction.atomic
def close(*, month: date, by: User, at: datetime) -> MonthClose:
    """Freeze a month that is over. Bookings under way are waited for, later ones refused by the database.

    month: any day of it
    Raises NotEnded, AlreadyClosed.
    """
    month = days.first_of_month(month)
    if at < days.begins(days.next_month(month)):
        raise NotEnded(
            _("%(month)s is over on %(day)s, midnight in Shanghai; close it then.")
            % {"month": f"{month:%Y-%m}", "day": days.next_month(month)}
        )
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE revenue_entry IN SHARE ROW EXCLUSIVE MODE")
    if found := MonthClose.objects.filter(month=month).first():
        raise AlreadyClosed(
            _("%(month)s was closed on %(day)s; book corrections in an open month.")
            % {"month": str(found), "day": days.day(found.closed_at)}
        )
    figures = income.figures_of(income.derive(month))
    return MonthClose.objects.create(
        month=month, figures=figures, root_hash=root_hash(month, figures), closed_by=by, closed_at=at
    )


def root_hash(month: date, figures: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of the figures and then of the month's entries in order, a line each."""
    digest = hashlib.sha256(canonical(figures))
    for entry in _entries(month):
        digest.update(b"\n" + canonical(entry))
    return digest.hexdigest()


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _entries(month: date) -> Iterator[list[Any]]:
    """[id, kind, reference, moment, day, [[account, fen, partner, household, county], ...]], by id."""
    span = {"entry__booked_date__gte": month, "entry__booked_date__lt": days.next_month(month)}
    rows = Posting.objects.filter(**span).order_by("entry_id", "id").values_list(
        "entry_id", "entry__kind", "entry__reference", "entry__booked_at", "entry__booked_date",
        "account", "fen", "partner_id", "household_id", "county_id",
    )  # fmt: skip
    entry: list[Any] = []
    for number, kind, reference, at, day, *posting in rows.iterator(chunk_size=5000):
        if not entry or entry[0] != number:
            if entry:
                yield entry
            entry = [number, kind, reference, at.astimezone(UTC).isoformat(), str(day), []]
        entry[5].append(posting)
    if entry:
        yield entry
