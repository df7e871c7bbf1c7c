"""A supplier's keys: made, read, ended."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.days import day_of
from catalogue.partner.models import Partner
from shop.api.models import Token

MOST = 20  # keys of one supplier that stand
LONGEST_DAYS = 366
BEGINNING = "oasis_"  # by which people, and programs that look for lost secrets, know one


class TooMany(Exception):
    """The supplier has as many keys as one may have."""


class Made(NamedTuple):
    """key: to be shown now, and never again"""

    token: Token
    key: str


@transaction.atomic
def make(*, partner: Partner, name: str, scopes: Sequence[str], days: int, by: Any, at: datetime) -> Made:
    """A new key. scopes: of `models.Scope`, at least one; days: for how many it stands, 1 to LONGEST_DAYS

    Raises TooMany.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"A key stands for 1 to {LONGEST_DAYS} days, not {days}.")
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)  # keys of one supplier are made in turn
    if Token.objects.standing().filter(partner=partner, expires_at__gt=at).count() >= MOST:
        raise TooMany(_("There are %d keys already. End one that is no longer needed.") % MOST)
    key = BEGINNING + secrets.token_urlsafe(32)
    token = Token.objects.create(
        partner=partner, name=name, scopes=sorted(set(scopes)), digest=_digest(key), ending=key[-4:],
        made_by=by, made_at=at, expires_at=at + timedelta(days=days),
    )  # fmt: skip
    return Made(token, key)


def of(key: str, *, at: datetime) -> Token | None:
    """The token of a key that stands at that moment; the day of its use is kept with it."""
    if not key.startswith(BEGINNING):
        return None
    found = Token.objects.standing().select_related("partner").filter(digest=_digest(key), expires_at__gt=at).first()
    if found is not None and found.used_date != day_of(at):
        found.used_date = day_of(at)
        found.save(update_fields=["used_date"])
    return found


def end(*, token: Token, by: Any, at: datetime) -> None:
    """From now on the key opens nothing; a second call changes nothing."""
    Token.objects.standing().filter(pk=token.pk).update(ended_by=by, ended_at=at)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
