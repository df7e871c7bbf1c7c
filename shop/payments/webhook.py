"""The gateway's webhook: verified, kept once by its id, and then only a hint to ask the gateway for the truth.

Nothing in a body is believed: not its amounts, not its metadata. It names an intent; ours is found by the id we stored.
Source of the signature: docs.stripe.com/webhooks, "Verify webhook signatures manually".
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from shop.payments import collect, gateway, refunds
from shop.payments.models import GatewayEvent, Payment, Refund

logger = logging.getLogger(__name__)
TOLERANCE_S = 300  # before or after
PARKED_MOST = timedelta(days=3)  # events repeat for so long
SIGNATURE_MOST = 2_000
NAME = re.compile(r"[A-Za-z0-9_.]{1,60}")
NO_NEWS = ("payment_intent.created",)  # by our own call, whose answer says the same
IDENTIFIER = re.compile(r"[A-Za-z0-9_]{1,80}")


class NotGenuine(Exception):
    """The delivery is not to be believed, or no event at all; nothing was kept."""


@dataclass(frozen=True)
class Notice:
    """What is read of an event. intent_id, refund_id: empty when it names none."""

    id: str
    type: str
    intent_id: str
    refund_id: str


def receive(*, payload: bytes, signature: str, at: datetime) -> str:
    """Take one delivery; returns what came of it, in a few words. Any number of repeats, in any order, is harmless.

    Raises NotGenuine (answer 400), collect.PaymentBeingChecked and gateway.GatewayUnsure (answer 503; it stays parked).
    """
    verify(payload=payload, signature=signature, secret=settings.STRIPE_WEBHOOK_SECRET, at=at)
    notice = read(payload)
    event, _made = GatewayEvent.objects.get_or_create(
        event_id=notice.id, defaults={"type": notice.type, "object_id": notice.intent_id, "received_at": at}
    )
    if event.settled_at is not None:
        return "repeated"
    outcome = "no news" if notice.type in NO_NEWS else _act(notice.intent_id, notice.refund_id, at)
    if outcome:
        _settled(event, outcome, at)
    return outcome or "parked"


def drain(*, at: datetime) -> int:
    """Look again at parked events; returns how many are settled. Those nobody knows after three days are given up."""
    ended = 0
    for event in GatewayEvent.objects.filter(settled_at=None).order_by("pk")[:500]:
        try:
            outcome = _act(event.object_id, "", at)
        except (collect.PaymentBeingChecked, gateway.GatewayUnsure):
            continue
        if not outcome and event.received_at <= at - PARKED_MOST:
            outcome = "no payment of this shop"
        if outcome:
            _settled(event, outcome, at)
            ended += 1
    return ended


def verify(*, payload: bytes, signature: str, secret: str, at: datetime) -> None:
    """Refuse what was not signed with our secret within five minutes of `at`, before or after. Raises NotGenuine."""
    if not secret.strip():
        raise NotGenuine("no secret is set: STRIPE_WEBHOOK_SECRET")
    if not signature.isascii() or len(signature) > SIGNATURE_MOST:
        raise NotGenuine("the signature header is not readable")
    parts = [part.split("=", 1) for part in signature.split(",") if "=" in part]
    moments = [value for name, value in parts if name.strip() == "t"]
    given = [value for name, value in parts if name.strip() == "v1"]
    if len(moments) != 1 or not re.fullmatch(r"[0-9]{1,12}", moments[0]) or not given:
        raise NotGenuine("the signature header is not complete")
    wanted = hmac.new(secret.encode(), moments[0].encode() + b"." + payload, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(wanted, each) for each in given):
        raise NotGenuine("the signature does not fit")
    if abs(int(moments[0]) - at.timestamp()) > TOLERANCE_S:
        raise NotGenuine("the delivery is too old or from the future")


def read(payload: bytes) -> Notice:
    """The few facts we take from an event. Raises NotGenuine when it is no event, or of another mode than our key."""
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError) as problem:
        raise NotGenuine("the body is no JSON") from problem
    about = _object(_object(body, "data"), "object")
    identifier, name = _object(body).get("id"), _object(body).get("type")
    if not isinstance(identifier, str) or not IDENTIFIER.fullmatch(identifier):
        raise NotGenuine("the event has no id")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise NotGenuine("the event has no type")
    if body.get("livemode") is not gateway.is_live():
        raise NotGenuine("the event is of another mode than this shop's key")
    kind = about.get("object")
    intent = about.get("id") if kind == "payment_intent" else about.get("payment_intent")
    refund = about.get("id") if kind == "refund" else ""
    return Notice(identifier, name, _identifier(intent), _identifier(refund))


def _object(body: Any, name: str | None = None) -> dict[str, Any]:
    """A JSON object, or the one under a name in it; empty where there is none."""
    found = body.get(name) if name is not None and isinstance(body, dict) else body if name is None else None
    return found if isinstance(found, dict) else {}


def _identifier(value: Any) -> str:
    return value if isinstance(value, str) and IDENTIFIER.fullmatch(value) else ""


def _act(intent_id: str, refund_id: str, at: datetime) -> str:
    """Settle the payment and the refund that are named; empty when the payment is not known (yet)."""
    if not intent_id:
        return "about no payment"
    payment = Payment.objects.filter(intent_id=intent_id).first()
    if payment is None:
        return ""
    payment = collect.settle(payment=payment, at=at)
    refund = Refund.objects.filter(refund_id=refund_id, payment=payment).first() if refund_id else None
    if refund is not None:
        refund = refunds.settle_refund(refund=refund, at=at)
        return f"payment {payment.state}, refund {refund.state}"
    return f"payment {payment.state}"


def _settled(event: GatewayEvent, outcome: str, at: datetime) -> None:
    GatewayEvent.objects.filter(pk=event.pk, settled_at=None).update(settled_at=at, outcome=outcome[:200])
