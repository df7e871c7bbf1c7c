"""Addresses and what they were told, as components/table.html and components/facts.html take them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.templatetags.shop_format import shanghai
from shop.webhooks.deliveries import PING
from shop.webhooks.models import Attempt, Delivery, Kind, Subscription

Table = dict[str, Any]
PILLS = {"waiting": "now", "delivered": "done", "parked": "stop"}
STATES = {
    "waiting": gettext_lazy("waiting to be taken"),
    "delivered": gettext_lazy("taken"),
    "parked": gettext_lazy("parked"),
}


def owner(row: Subscription) -> str:
    if row.partner is not None:
        return str(row.partner.label)
    return str(row.unit) if row.unit is not None else _("the platform")


def kind(name: str) -> str:
    """What happened, in words."""
    return _("a test") if name == PING else str(Kind(name).label)


def subscriptions(rows: Iterable[Subscription]) -> Table:
    labels = (_("Address"), _("Belongs to"), _("Events"), _("State"))
    return {
        "columns": [{"label": label, "number": at == 2} for at, label in enumerate(labels)],
        "rows": [
            [
                {"text": row.url, "url": reverse("webhooks:detail", args=[row.pk])},
                {"text": owner(row)},
                {"text": len(row.events), "number": True},
                state(row),
            ]
            for row in rows
        ],
    }


def state(row: Subscription) -> Table:
    return {"text": _("ended"), "pill": ""} if row.ended_at else {"text": _("is told"), "pill": "done"}


def facts(row: Subscription, at: datetime) -> list[Table]:
    found = [
        {"name": _("Belongs to"), "value": owner(row)},
        {"name": _("Tell it when"), "value": "; ".join(kind(name) for name in row.events)},
        {"name": _("Added"), "value": shanghai(row.made_at)},
    ]
    if row.ended_at is not None:
        found.append({"name": _("Ended"), "value": shanghai(row.ended_at)})
    elif row.seed_before_until is not None and at < row.seed_before_until:
        found.append({"name": _("The old secret signs, too, until"), "value": shanghai(row.seed_before_until)})
    return found


def deliveries(rows: Iterable[Delivery]) -> Table:
    labels = (_("Event"), _("When"), _("State"), _("Tries"), _("Next try"))
    return {
        "columns": [{"label": label, "number": at == 3} for at, label in enumerate(labels)],
        "rows": [
            [
                {"text": kind(row.kind), "url": reverse("webhooks:delivery", args=[row.pk])},
                {"text": shanghai(row.made_at)},
                {"text": STATES[row.state], "pill": PILLS[row.state]},
                {"text": row.tries, "number": True},
                {"text": shanghai(row.next_at)},
            ]
            for row in rows
        ],
    }


def delivery(row: Delivery) -> list[Table]:
    found = [
        {"name": _("Address"), "value": row.subscription.url},
        {"name": _("Event"), "value": f"{row.kind} · {kind(row.kind)}"},
        {"name": _("Its id"), "value": row.event_id},
        {"name": _("When"), "value": shanghai(row.made_at)},
    ]
    return found + ([{"name": _("Next try"), "value": shanghai(row.next_at)}] if row.next_at else [])


def attempts(rows: Iterable[Attempt]) -> Table:
    labels = (_("Tried"), _("Answer"), _("What came of it"), _("Milliseconds"))
    return {
        "columns": [{"label": label, "number": at in (1, 3)} for at, label in enumerate(labels)],
        "rows": [
            [
                {"text": shanghai(row.at)},
                {"text": row.answer or "", "number": True},
                {"text": _(row.problem), "pill": "stop"} if row.problem else {"text": _("taken"), "pill": "done"},
                {"text": row.took_ms, "number": True},
            ]
            for row in rows
        ],
    }
