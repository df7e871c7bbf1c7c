"""Telling: an event is written down with what causes it, then sent until it is taken or three days have passed.

At least once, in no promised order: the receiver knows a repetition by the event's id.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shop import jobs
from shop.webhooks import sending, signing, subscriptions
from shop.webhooks.models import Attempt, Delivery, Subscription

Data = dict[str, Any]
State = Delivery.State
PING = "ping"
TRIED_FOR = timedelta(days=3)
KEPT_FOR = timedelta(days=30)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))  # the last one again and again
REST = timedelta(minutes=1)
CLAIMED_FOR = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(minutes=15)
BATCH = 500


class CannotSend(Exception):
    """The subscription has ended."""


def new_event_id() -> str:
    return f"evt_{secrets.token_hex(12)}"


@transaction.atomic
def tell(
    *, kind: str, to: Iterable[Subscription], facts: Callable[[Subscription], Data], at: datetime
) -> list[Delivery]:
    """Write one event down for each who hears of it, and enqueue it, both in the caller's transaction.

    facts: what that subscription may know
    """
    event_id = new_event_id()
    made = [
        Delivery.objects.create(
            subscription=each, event_id=event_id, kind=kind, body=_body(event_id, kind, facts(each), at),
            made_at=at, begun_at=at, next_at=at,
        )
        for each in to
    ]  # fmt: skip
    for row in made:
        jobs.defer("webhooks.deliver", delivery_id=row.pk)
    return made


def ping(*, subscription: Subscription, at: datetime) -> Delivery:
    """A message with nothing in it, to try a receiver. Raises CannotSend."""
    _refuse_ended(subscription)
    if subscription.deliveries.filter(kind=PING, state=State.WAITING).exists():
        raise CannotSend(_("A test is still on its way; this page will show what came of it."))
    return tell(kind=PING, to=[subscription], facts=lambda _each: {}, at=at)[0]


@transaction.atomic
def again(*, delivery: Delivery, at: datetime) -> Delivery:
    """Send the same event, with the same id and bytes, once more from the beginning. Raises CannotSend."""
    row = Delivery.objects.select_for_update(of=("self",), no_key=True).select_related("subscription").get(
        pk=delivery.pk
    )  # fmt: skip
    _refuse_ended(row.subscription)
    row.state, row.begun_at, row.next_at = State.WAITING, at, at
    row.save(update_fields=["state", "begun_at", "next_at"])
    jobs.defer("webhooks.deliver", delivery_id=row.pk)
    return row


def send(*, delivery_id: int, at: datetime) -> Attempt | None:
    """Try once, if it is due and nobody else is at it; None when nothing was sent.

    Outside of any transaction: the receiver may take ten seconds. If this process dies here, `wake` finds it again.
    """
    mine = Delivery.objects.filter(pk=delivery_id, state=State.WAITING, next_at__lte=at)
    if not mine.update(next_at=at + CLAIMED_FOR):
        return None
    row = Delivery.objects.select_related("subscription").get(pk=delivery_id)
    subscription = row.subscription
    if subscription.ended_at is not None or at >= row.begun_at + TRIED_FOR:
        _park(row)
        return None
    if subscription.rests_until is not None and subscription.rests_until > at:
        mine = Delivery.objects.filter(pk=row.pk, state=State.WAITING)
        mine.update(next_at=subscription.rests_until)  # no job for each that waits: `wake` tries one of them
        return None
    answer = sending.post(url=subscription.url, body=row.body.encode(), headers=_headers(row, at))
    return _note(row, answer, at)


def wake(*, at: datetime) -> int:
    """Enqueue again what was due a while ago, one for each subscription: its job was lost with its worker, or its
    receiver had to rest. The others follow when that one has arrived. Returns how many.
    """
    lost = Delivery.objects.filter(state=State.WAITING, next_at__lte=at - FORGOTTEN_AFTER)
    first = lost.order_by("subscription_id", "next_at").distinct("subscription_id")
    return _enqueue(first.values_list("pk", flat=True)[:BATCH], at)


def _enqueue(keys: Iterable[int], at: datetime) -> int:
    found = list(keys)
    for key in found:
        with transaction.atomic():
            Delivery.objects.filter(pk=key, state=State.WAITING).update(next_at=at)
            jobs.defer("webhooks.deliver", delivery_id=key)
    return len(found)


def forget(*, at: datetime) -> int:
    """Delete what is older than 30 days and no longer waits; returns how many events."""
    old = Delivery.objects.filter(made_at__lt=at - KEPT_FOR).exclude(state=State.WAITING)
    _rows, by_model = old.delete()
    return by_model.get(Delivery._meta.label, 0)


@transaction.atomic
def _note(row: Delivery, answer: sending.Answer, at: datetime) -> Attempt:
    """What came of one try, and when the next one is."""
    made = Attempt.objects.create(
        delivery=row, at=at, answer=answer.status, problem=answer.problem, took_ms=answer.took_ms
    )
    Delivery.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
    here = Subscription.objects.filter(pk=row.subscription_id)
    if not answer.problem:
        rested = here.exclude(rests_until=None).update(rests_until=None)
        Delivery.objects.filter(pk=row.pk).update(state=State.DELIVERED, next_at=None)
        waiting = Delivery.objects.filter(subscription=row.subscription_id, state=State.WAITING).order_by("next_at")
        others = waiting if rested else waiting.filter(next_at__lte=at - FORGOTTEN_AFTER)
        _enqueue(others.values_list("pk", flat=True)[:BATCH], at)
        return made
    here.update(rests_until=at + REST)
    failed = row.attempts.filter(at__gte=row.begun_at).exclude(problem="").count()
    next_at = at + WAITS[min(failed, len(WAITS)) - 1]
    if next_at >= row.begun_at + TRIED_FOR:
        _park(row)
    else:
        _wait(row, next_at)
    return made


@transaction.atomic
def _wait(row: Delivery, until: datetime) -> None:
    if Delivery.objects.filter(pk=row.pk, state=State.WAITING).update(next_at=until):
        jobs.defer("webhooks.deliver", delivery_id=row.pk, at=until)


def _park(row: Delivery) -> None:
    Delivery.objects.filter(pk=row.pk, state=State.WAITING).update(state=State.PARKED, next_at=None)


def _refuse_ended(subscription: Subscription) -> None:
    if subscription.ended_at is not None:
        raise CannotSend(_("This address has ended and is told nothing more. Add it anew."))


def _body(event_id: str, kind: str, data: Data, at: datetime) -> str:
    event = {"id": event_id, "type": kind, "at": at.astimezone(UTC).isoformat(), "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _headers(row: Delivery, at: datetime) -> dict[str, str]:
    mark = signing.header(body=row.body, secrets=subscriptions.signing_secrets(row.subscription, at), at=at)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Oasis-Market-Webhooks/1",
        "Oasis-Event": row.kind,
        "Oasis-Event-Id": row.event_id,
        "Oasis-Signature": mark,
        "Connection": "close",
    }
