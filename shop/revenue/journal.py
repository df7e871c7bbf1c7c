"""The journal: entries and their postings in whole fen, written once. Debits are positive, credits negative.

The database refuses entries that do not balance, late postings, changes, and bookings into a closed month
(migration 0002_ledger_guards); `post` says so first, in words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalogue.partner.models import Partner
from certification.households.models import Household
from shop.order.models import Line, Order
from shop.reports.models import MonthClose
from shop.revenue import days
from shop.revenue.models import Account, Entry, Posting


class NotBalanced(ValueError):
    """The postings are none, or do not add up to zero."""


class ReferenceReused(Exception):
    """A reference that is booked already came again with another content."""


class MonthClosed(Exception):
    """The day belongs to a month that is closed."""


@dataclass(frozen=True)
class P:
    """One posting to be: partner and household are ids."""

    account: Account
    fen: int
    partner: int | None = None
    household: int | None = None


@transaction.atomic
def post(
    *,
    kind: Entry.Kind,
    reference: str,
    at: datetime,
    postings: Sequence[P],
    order: Order | None = None,
    line: Line | None = None,
    on: date | None = None,
) -> Entry:
    """Book one entry; with a reference that is booked already and the same content, give back that entry.

    postings: those of zero fen are left out
    on: the day to book it on, where that is not the Shanghai day of `at`

    Raises NotBalanced, ReferenceReused, MonthClosed; then nothing is booked.
    """
    kept = [posting for posting in postings if posting.fen]
    total = sum(posting.fen for posting in kept)
    if not kept or total:
        raise NotBalanced(f'"{reference}" has {len(kept)} postings that add up to {total} fen, not to 0.')
    body = body_hash(kind, order.pk if order else None, line.pk if line else None, kept)
    if found := Entry.objects.filter(reference=reference).first():
        return _same(found, body)
    day = on or days.day(at)
    if is_closed(day):
        raise MonthClosed(_("Nothing can be booked on %s: its month is closed. Book it in an open month.") % day)
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                kind=kind, reference=reference, body_hash=body, booked_at=at, booked_date=day, order=order, line=line
            )
    except IntegrityError:  # somebody else booked it meanwhile
        if found := Entry.objects.filter(reference=reference).first():
            return _same(found, body)
        raise
    _write(entry, kept)
    return entry


def body_hash(kind: str, order_id: int | None, line_id: int | None, postings: Sequence[P]) -> str:
    """SHA-256 over what an entry says; the self-check computes the same in SQL."""
    lines = [f"{kind};{order_id or ''};{line_id or ''}"]
    lines += [f"{p.account};{p.fen};{p.partner or ''};{p.household or ''}" for p in postings]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def is_closed(day: date) -> bool:
    return MonthClose.objects.filter(month=days.first_of_month(day)).exists()


def _same(entry: Entry, body: str) -> Entry:
    if entry.body_hash != body:
        raise ReferenceReused(_("“%s” is booked with another content; use a new reference.") % entry.reference)
    return entry


def _write(entry: Entry, postings: Sequence[P]) -> None:
    homes = {p.household for p in postings if p.household}
    firms = {p.partner for p in postings if p.partner}
    home_county = dict(Household.objects.filter(pk__in=homes).values_list("pk", "county_id"))
    firm_county = dict(Partner.objects.filter(pk__in=firms).values_list("pk", "county_id"))
    Posting.objects.bulk_create(
        Posting(
            entry=entry, account=p.account, fen=p.fen, partner_id=p.partner, household_id=p.household,
            county_id=home_county.get(p.household) if p.household else firm_county.get(p.partner),
        )
        for p in postings
    )  # fmt: skip
