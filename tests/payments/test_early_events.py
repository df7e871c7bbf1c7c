"""Events that come while their intent is being made: none is lost, and what is no news makes no work."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shop.order.models import Order
from shop.payments import gateway, webhook
from shop.payments.gateway import Intent
from shop.payments.models import GatewayEvent, Payment
from shop.payments.testgateway import process
from shop.payments.testgateway.deliveries import signature
from tests import make
from tests.order import world
from tests.payments.till import Till, begin

NOW = make.NOW
real_commits = pytest.mark.django_db(transaction=True)


def deliver(kind: str, intent: str) -> str:
    about = {"object": "payment_intent", "id": intent}
    body = {"id": "evt_early", "object": "event", "type": kind, "livemode": False, "data": {"object": about}}
    payload = json.dumps(body)
    header = signature(payload=payload, secret=process.WEBHOOK_SECRET, at=NOW.timestamp())
    return webhook.receive(payload=payload.encode(), signature=header, at=NOW)


@pytest.fixture
def order(till: Till) -> Order:
    nodes = world.open_network()
    placed = world.place(world.basket((world.on_sale(nodes["village"]), 1)))
    till.skip_jobs()
    return placed


def heard_while_it_is_made(monkeypatch: pytest.MonkeyPatch, kind: str) -> list[str]:
    """Deliver an event of the intent before the shop has read the gateway's answer; returns what came of it."""
    made = gateway.StripeGateway.create_intent
    outcomes: list[str] = []

    def create(self: gateway.StripeGateway, **wish: Any) -> Intent:
        intent = made(self, **wish)
        outcomes.append(deliver(kind, intent.id))
        return intent

    monkeypatch.setattr(gateway.StripeGateway, "create_intent", create)
    return outcomes


@real_commits
def test_an_event_that_came_first_is_looked_at_again_at_once(
    till: Till, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = heard_while_it_is_made(monkeypatch, "payment_intent.processing")

    begin(order)
    done = till.run_jobs()

    assert outcomes == ["parked"]
    assert "payments.drain" in done
    assert GatewayEvent.objects.get().outcome == "payment pending"


@real_commits
def test_without_such_an_event_no_job_is_left(till: Till, order: Order) -> None:
    payment, page = begin(order)

    assert page
    assert (payment.state, payment.intent_id) == ("pending", Payment.objects.get().intent_id)
    assert "payments.drain" not in till.run_jobs()


@real_commits
def test_that_an_intent_was_created_is_no_news(till: Till, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = heard_while_it_is_made(monkeypatch, "payment_intent.created")

    begin(order)

    assert outcomes == ["no news"]
    assert GatewayEvent.objects.get().settled_at == NOW
    assert "payments.drain" not in till.run_jobs()
