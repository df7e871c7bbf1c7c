"""A visit: a household's statement is open in this browser, for half an hour at most, or until it is closed.

The session keeps the household's id and the moment the visit ends; nothing of it stands in an address or a log.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest

from certification.households.models import AccessSlip, Household

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

LONGEST = timedelta(minutes=30)
KEY = "household"


def begin(request: HttpRequest, *, household: Household, at: datetime) -> None:
    """Open a visit under a new session key."""
    request.session.cycle_key()
    request.session[KEY] = {"id": household.pk, "until": (at + LONGEST).isoformat()}


def household_of(request: HttpRequest, *, at: datetime) -> Household | None:
    """Whose statement is open; None when there is no visit, its time is over or every slip was revoked meanwhile."""
    visit = request.session.get(KEY)
    if visit is None:
        return None
    if datetime.fromisoformat(visit["until"]) <= at:
        end(request)
        return None
    living = AccessSlip.objects.filter(household_id=visit["id"], revoked_at=None, expires_at__gt=at)
    slip = living.select_related("household__county").first()
    if slip is None:
        end(request)
        return None
    return slip.household


def end(request: HttpRequest) -> None:
    """Forget the visit; without a signed-in account the whole session goes."""
    if request.user.is_authenticated:
        request.session.pop(KEY, None)
    else:
        request.session.flush()


def until(session: SessionBase) -> datetime:
    """When the visit that is open ends."""
    return datetime.fromisoformat(session[KEY]["until"])
