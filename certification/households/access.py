"""Printed slips with which a household opens its own statement, without an account or a telephone."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from certification.households.models import AccessSlip, Household

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

ALPHABET = "ACDEFGHJKMNPQRTWXY3479"  # without 0 and O, 1 I L, 2 Z, 5 S, 6, 8 B, U V: read off paper they look alike
GROUPS, GROUP = 4, 4  # 16 characters of 22: more than 71 bits
SALT = "certification.households.access"


class SlipNotValid(Exception):
    """The reference and the code open nothing; which of them is wrong, and why, is not said."""


@transaction.atomic
def issue_slip(*, household: Household, by: AbstractUser, at: datetime, days: int = 90) -> str:
    """Make a code and return it, for printing once; only its keyed hash is kept.

    days: how long it opens the statement
    """
    plain = "".join(secrets.choice(ALPHABET) for _place in range(GROUPS * GROUP))
    AccessSlip.objects.create(
        household=household,
        code_hash=_hash(household.reference, plain),
        issued_by_id=by.pk,
        issued_at=at,
        expires_at=at + timedelta(days=days),
    )
    return "-".join(plain[start : start + GROUP] for start in range(0, len(plain), GROUP))


def open_with(*, reference: str, code: str, at: datetime) -> Household:
    """The household a slip belongs to. Case, spaces and dashes do not matter.

    Every failure (unknown household, wrong, expired, revoked or malformed code) takes one query and at least one
    comparison in constant time, and raises the same SlipNotValid.
    """
    wanted = reference.strip() if reference.isprintable() else ""
    given = _hash(wanted, _plain(code))
    slips = list(AccessSlip.objects.filter(household__reference=wanted).select_related("household").order_by("pk"))
    opened: Household | None = None
    constant_time_compare(given, _hash("", ""))
    for slip in slips:
        matches = constant_time_compare(given, slip.code_hash)
        if matches and slip.revoked_at is None and slip.issued_at <= at < slip.expires_at:
            opened = slip.household
    if opened is None:
        raise SlipNotValid(_("This reference and code open no statement. Check both, or ask for a new slip."))
    return opened


@transaction.atomic
def revoke(*, household: Household, at: datetime) -> int:
    """Make every slip of a household useless, as when one is lost; returns how many still opened its statement."""
    living = AccessSlip.objects.filter(household=household, revoked_at=None, expires_at__gt=at)
    return living.update(revoked_at=at)


def _plain(code: str) -> str:
    """A code as it was made: nothing when it holds a character no code holds."""
    typed = unicodedata.normalize("NFKC", code[:200]).upper()
    letters = [letter for letter in typed if not (letter.isspace() or unicodedata.category(letter) == "Pd")]
    return "".join(letters) if all(letter in ALPHABET for letter in letters) else ""


def _hash(reference: str, plain: str) -> str:
    """Keyed with SECRET_KEY, so that a stolen table opens nothing; bound to the household."""
    return salted_hmac(SALT, f"{reference}\n{plain}", algorithm="sha256").hexdigest()
