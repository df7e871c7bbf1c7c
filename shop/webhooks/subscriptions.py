"""Who is told: addresses are added, given a new secret, and ended."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from catalogue.partner.models import Partner
from shop.accounts.models import User
from shop.buyers.models import Unit
from shop.supplier import duties
from shop.supplier.duties import Duty
from shop.webhooks import targets
from shop.webhooks.models import Subscription

MOST = 10  # addresses of one owner
OVERLAP = timedelta(hours=24)  # how long the secret before the newest still signs


class TooMany(Exception):
    """The owner has as many addresses as one may have."""


def managed_by(user: User) -> QuerySet[Subscription]:
    """Those a person may see and manage: all for the platform's operators, else those of suppliers they manage."""
    found = Subscription.objects.select_related("partner", "unit")
    return found if user.is_staff else found.filter(partner__in=duties.partners(user, Duty.MACHINES))


@transaction.atomic
def add(
    *, url: str, events: Sequence[str], partner: Partner | None, unit: Unit | None, by: Any, at: datetime
) -> Subscription:
    """Tell an address from now on. partner, unit: whose it is; both None: the platform's.

    Raises targets.TargetRefused, TooMany.
    """
    targets.read(url)
    if Subscription.objects.standing().filter(partner=partner, unit=unit).count() >= MOST:
        raise TooMany(_("There are %d addresses already. End one that is no longer needed.") % MOST)
    return Subscription.objects.create(
        partner=partner, unit=unit, url=url, events=sorted(set(events)), seed=_seed(), made_by=by, made_at=at
    )


@transaction.atomic
def renew_secret(*, subscription: Subscription, at: datetime) -> Subscription:
    """Give it a new secret. For 24 hours both sign, so that the receiver can change over without losing anything."""
    row = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    row.seed_before, row.seed_before_until, row.seed = row.seed, at + OVERLAP, _seed()
    row.save(update_fields=["seed", "seed_before", "seed_before_until"])
    return row


def end(*, subscription: Subscription, at: datetime) -> None:
    """Tell it no more; a second call changes nothing. What still waits is parked when its turn comes."""
    Subscription.objects.standing().filter(pk=subscription.pk).update(ended_at=at)


def newest_secret(subscription: Subscription) -> str:
    """The secret as its owner keeps it. It is shown where it was just made, and nowhere else."""
    return _secret(subscription.seed)


def signing_secrets(subscription: Subscription, at: datetime) -> list[str]:
    """What a message is signed with at that moment, the newest first."""
    signing = [_secret(subscription.seed)]
    if subscription.seed_before_until is not None and at < subscription.seed_before_until:
        signing.append(_secret(subscription.seed_before))
    return signing


def exist(kind: str) -> bool:
    """Whether anybody hears of such moments at all: one small question before any work."""
    return Subscription.objects.standing().filter(events__contains=[kind]).exists()


def heard_by(*, kind: str, partners: Sequence[int], unit: int | None, everyone: bool) -> QuerySet[Subscription]:
    """Standing subscriptions that hear of a moment.

    partners, unit: keys of those it concerns; everyone: it is public, so every purchasing unit hears of it
    """
    own = Q(partner=None, unit=None) | Q(partner__in=partners)
    units = ~Q(unit=None) if everyone else Q(unit=unit) & ~Q(unit=None)
    return Subscription.objects.standing().filter(own | units, events__contains=[kind]).order_by("pk")


def _seed() -> str:
    return secrets.token_hex(16)


def _secret(seed: str) -> str:
    return f"whsec_{salted_hmac('shop.webhooks.secret', seed, algorithm='sha256').hexdigest()}"
