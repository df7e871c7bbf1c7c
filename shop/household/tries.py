"""At most ten tries per address and ten per reference in a quarter of an hour, whichever process serves them.

Counted in PostgreSQL: the site has no cache server, and a count in one process would not hold for the others.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from shop.household.models import Tries

MOST = 10
PERIOD = timedelta(minutes=15)
SALT = "shop.household.tries"


class TooManyTries(Exception):
    """The address or the reference has been tried too often; this try is not counted."""


@transaction.atomic
def count(*, address: str, reference: str, at: datetime) -> None:
    """Count one try for an address and for a reference, before the code is looked at.

    Both rows are locked in key order, so that tries at the same moment are counted one after another. Keys are hashes:
    a reference that belongs to nobody is counted like one that does, and the table names no household.

    Raises TooManyTries; then nothing is counted.
    """
    keys = sorted([_key("address", address), _key("reference", reference.strip().upper())])
    Tries.objects.bulk_create(
        [Tries(key=key, last_at=at) for key in keys],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["last_at"],
    )  # this locks a row that was there, in key order
    rows = list(Tries.objects.filter(key__in=keys))
    for row in rows:
        row.tried_at = [moment for moment in row.tried_at if moment > at - PERIOD]
        if len(row.tried_at) >= MOST:
            raise TooManyTries("Ten tries in a quarter of an hour are the most.")
    for row in rows:
        row.tried_at.append(at)
        row.save(update_fields=["tried_at"])


def allowed(*, address: str, reference: str, at: datetime) -> bool:
    """Whether one more try would be counted; counts nothing."""
    keys = [_key("address", address), _key("reference", reference.strip().upper())]
    rows = Tries.objects.filter(key__in=keys)
    return all(sum(moment > at - PERIOD for moment in row.tried_at) < MOST for row in rows)


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Delete what no longer counts; rows somebody is counting at this moment are left for the next time."""
    old = Tries.objects.select_for_update(skip_locked=True).filter(last_at__lte=at - PERIOD)
    return Tries.objects.filter(key__in=list(old.values_list("key", flat=True))).delete()[0]


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the peer, or in production what our own proxy wrote last into X-Forwarded-For.

    An IPv6 address stands for its /64, which one person holds whole.
    """
    text = str(request.META.get("REMOTE_ADDR") or "")
    if not settings.DEMO:
        text = str(request.META.get("HTTP_X_FORWARDED_FOR") or text).rpartition(",")[2].strip()
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


def _key(kind: str, value: str) -> str:
    return salted_hmac(SALT, f"{kind}\n{value}", algorithm="sha256").hexdigest()
