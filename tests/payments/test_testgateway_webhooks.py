"""The test gateway's webhooks: signed, retried, kept over a restart, and out of order when told to."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from shop.payments.testgateway import process
from shop.payments.testgateway.deliveries import signature

PAID: dict[str, Any] = {"amount": 12345, "currency": "cny", "payment_method": "pm_card_visa", "confirm": True}
PAID_EVENTS = ["payment_intent.created", "payment_intent.succeeded"]
HANG_SECONDS = 20


class Receiver(ThreadingHTTPServer):
    """Takes webhooks; answers with the next of `answers`, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taker)
        self.answers: list[int] = []
        self.taken: list[tuple[bytes, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/payments/stripe/webhook"

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.taken]

    @property
    def ids(self) -> list[str]:
        return [json.loads(body)["id"] for body, _ in self.taken]


class Taker(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((body, self.headers["Stripe-Signature"]))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def running(receiver: Receiver, tmp_path: Path, *, attempts: int = 12) -> AbstractContextManager[process.Running]:
    state = tmp_path / "gateway.sqlite3"
    return process.running(state=state, webhook_url=receiver.url, retry_seconds=0.05, attempts=attempts)


@pytest.fixture
def gateway(receiver: Receiver, tmp_path: Path) -> Iterator[process.Running]:
    with running(receiver, tmp_path) as started:
        yield started


def client(gateway: process.Running) -> Any:
    addresses: Any = {"api": gateway.url}
    return stripe.StripeClient(gateway.api_key, base_addresses=addresses, max_network_retries=0)


def control(gateway: process.Running, path: str, wishes: dict[str, Any] | None = None) -> Any:
    body = None if wishes is None else json.dumps(wishes).encode()
    with urllib.request.urlopen(f"{gateway.url}/test/{path}", data=body) as answer:
        return json.load(answer)


def statuses(gateway: process.Running) -> list[str]:
    return [delivery["status"] for delivery in control(gateway, "deliveries")["deliveries"]]


def settle(gateway: process.Running) -> None:
    """Wait until nothing is pending."""
    wait_until(lambda: "pending" not in statuses(gateway))


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + HANG_SECONDS
    while not holds():
        assert time.monotonic() < end, "the gateway hangs"
        time.sleep(0.02)


def test_the_official_library_accepts_the_signature_and_no_other_secret(
    gateway: process.Running, receiver: Receiver
) -> None:
    paid = client(gateway).v1.payment_intents.create(PAID)
    settle(gateway)

    body, header = receiver.taken[1]
    event = stripe.Webhook.construct_event(body, header, gateway.webhook_secret)
    assert (event.type, event.data.object.id, event.livemode) == ("payment_intent.succeeded", paid.id, False)
    assert "account" not in event.to_dict()
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, header, "whsec_other")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", header, gateway.webhook_secret)


def test_the_signature_equals_the_official_one() -> None:
    ours = signature(payload='{"名": 1}', secret="whsec_x", at=1735689600.9)

    theirs = stripe.WebhookSignature.generate_signature_header('{"名": 1}', "whsec_x", 1735689600)
    assert ours == theirs


def test_the_delivered_event_is_the_one_the_api_shows(gateway: process.Running, receiver: Receiver) -> None:
    client(gateway).v1.payment_intents.create(PAID)
    settle(gateway)

    delivered = json.loads(receiver.taken[1][0])
    assert client(gateway).v1.events.retrieve(delivered["id"]).to_dict() == delivered


def test_each_change_has_its_events_in_order(gateway: process.Running, receiver: Receiver) -> None:
    intents = client(gateway).v1.payment_intents
    paid = intents.create(PAID)
    client(gateway).v1.refunds.create({"payment_intent": paid.id, "amount": 45})
    with pytest.raises(stripe.CardError):
        intents.create({**PAID, "payment_method": "pm_card_chargeDeclined"})
    intents.cancel(intents.create({"amount": 1, "currency": "cny"}).id)
    settle(gateway)

    assert receiver.types == [
        *PAID_EVENTS,
        "refund.created", "charge.refunded", "refund.updated",
        "payment_intent.created", "payment_intent.payment_failed",
        "payment_intent.created", "payment_intent.canceled",
    ]  # fmt: skip


def test_a_delivery_is_repeated_until_the_receiver_takes_it(gateway: process.Running, receiver: Receiver) -> None:
    receiver.answers = [500, 302, 404]

    client(gateway).v1.payment_intents.create({"amount": 1, "currency": "cny"})
    settle(gateway)

    assert receiver.types == ["payment_intent.created"] * 4
    assert control(gateway, "deliveries")["deliveries"][0]["attempts"] == 4
    assert statuses(gateway) == ["delivered"]


def test_a_delivery_is_given_up_after_its_last_attempt(receiver: Receiver, tmp_path: Path) -> None:
    receiver.answers = [500] * 5
    with running(receiver, tmp_path, attempts=3) as gateway:
        client(gateway).v1.payment_intents.create({"amount": 1, "currency": "cny"})
        settle(gateway)

        assert statuses(gateway) == ["abandoned"]
        assert len(receiver.taken) == 3


def test_what_was_not_delivered_is_delivered_after_a_restart(receiver: Receiver, tmp_path: Path) -> None:
    unreachable = "http://127.0.0.1:1/"
    state = tmp_path / "gateway.sqlite3"
    with process.running(state=state, webhook_url=unreachable, retry_seconds=0.05, attempts=1000) as gateway:
        paid = client(gateway).v1.payment_intents.create(PAID)
        gateway.process.kill()
        gateway.process.wait()

    with running(receiver, tmp_path) as gateway:
        wait_until(lambda: set(receiver.types) == set(PAID_EVENTS))

        assert {json.loads(body)["data"]["object"]["id"] for body, _ in receiver.taken} == {paid.id}


def test_events_are_repeated_when_told(gateway: process.Running, receiver: Receiver) -> None:
    control(gateway, "behaviour", {"repeat_events": 3})

    client(gateway).v1.payment_intents.create({"amount": 1, "currency": "cny"})
    settle(gateway)

    assert len(receiver.taken) == 3
    assert len(set(receiver.ids)) == 1


def test_held_events_go_in_the_order_given_and_the_others_stay(gateway: process.Running, receiver: Receiver) -> None:
    control(gateway, "behaviour", {"hold_events": True})
    paid = client(gateway).v1.payment_intents.create(PAID)
    client(gateway).v1.refunds.create({"payment_intent": paid.id})
    assert statuses(gateway) == ["held"] * 5
    by_type = {event.type: event.id for event in client(gateway).v1.events.list().data}
    order = [by_type["charge.refunded"], by_type["payment_intent.succeeded"], by_type["payment_intent.created"]]

    released = control(gateway, "release", {"order": order})["released"]
    settle(gateway)

    assert released == order == receiver.ids
    assert statuses(gateway).count("held") == 2


def test_held_events_are_shuffled_the_same_way_by_the_same_seed(gateway: process.Running, receiver: Receiver) -> None:
    orders = []
    for _ in range(2):
        control(gateway, "reset", {})
        control(gateway, "behaviour", {"hold_events": True})
        paid = client(gateway).v1.payment_intents.create(PAID)
        client(gateway).v1.refunds.create({"payment_intent": paid.id})
        types = {event.id: event.type for event in client(gateway).v1.events.list().data}
        orders.append([types[event] for event in control(gateway, "release", {"shuffle_seed": 7})["released"]])
        settle(gateway)

    assert orders[0] == orders[1]
    assert orders[0] != [*PAID_EVENTS, "refund.created", "charge.refunded", "refund.updated"]
    assert receiver.types == orders[0] + orders[1]


def test_new_events_overtake_one_another_when_told_to_shuffle(gateway: process.Running, receiver: Receiver) -> None:
    control(gateway, "behaviour", {"shuffle_events": True, "shuffle_seed": 1, "repeat_events": 4})

    client(gateway).v1.payment_intents.create(PAID)
    settle(gateway)

    sent = receiver.types
    assert sorted(sent) == sorted(PAID_EVENTS * 4)
    assert sent != ["payment_intent.created"] * 4 + ["payment_intent.succeeded"] * 4


def test_an_event_that_is_not_held_cannot_be_released(gateway: process.Running) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        control(gateway, "release", {"order": ["evt_unknown"]})

    assert refused.value.code == 400


def test_a_delivered_event_is_sent_again_on_demand(gateway: process.Running, receiver: Receiver) -> None:
    client(gateway).v1.payment_intents.create({"amount": 1, "currency": "cny"})
    settle(gateway)

    control(gateway, f"redeliver/{receiver.ids[0]}", {"times": 2})
    settle(gateway)

    assert len(receiver.taken) == 3
    assert len({body for body, _ in receiver.taken}) == 1
