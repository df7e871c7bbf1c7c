"""The test gateway under repeated, parallel and lost requests: one idempotency key is one payment."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from shop.payments.testgateway import process

INTENT: dict[str, Any] = {"amount": 12345, "currency": "cny", "payment_method_types": ["card", "alipay"]}
PAID: dict[str, Any] = {**INTENT, "payment_method": "pm_card_visa", "confirm": True}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[process.Running]:
    with process.running(state=tmp_path / "gateway.sqlite3") as running:
        yield running


def client(gateway: process.Running, *, key: str | None = None, retries: int = 0) -> Any:
    addresses: Any = {"api": gateway.url}
    return stripe.StripeClient(key or gateway.api_key, base_addresses=addresses, max_network_retries=retries)


def books(gateway: process.Running) -> Any:
    with urllib.request.urlopen(f"{gateway.url}/test/books") as answer:
        return json.load(answer)


def behave(gateway: process.Running, **wishes: Any) -> None:
    body = json.dumps(wishes).encode()
    with urllib.request.urlopen(f"{gateway.url}/test/behaviour", data=body) as answer:
        assert answer.status == 200


def raw(gateway: process.Running, path: str, *, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    named = {"Authorization": f"Bearer {gateway.api_key}"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    request = urllib.request.Request(f"{gateway.url}{path}", data=body, headers=named)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def test_the_same_key_and_body_give_the_stored_answer(gateway: process.Running) -> None:
    first = client(gateway).v1.payment_intents.create(PAID, {"idempotency_key": "order-1"})
    again = client(gateway).v1.payment_intents.create(PAID, {"idempotency_key": "order-1"})
    other = client(gateway).v1.payment_intents.create(PAID, {"idempotency_key": "order-2"})

    assert again.to_dict() == first.to_dict()
    assert other.id != first.id
    assert books(gateway)["totals"]["cny"]["amount_received"] == 2 * 12345


def test_a_decline_is_stored_under_its_key(gateway: process.Running) -> None:
    declined = {**PAID, "payment_method": "pm_card_chargeDeclined"}
    charges = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            client(gateway).v1.payment_intents.create(declined, {"idempotency_key": "order-1"})
        error: Any = refused.value.error
        charges.append(error.charge)

    assert charges[0] == charges[1]
    assert len(books(gateway)["intents"]) == 1


def test_a_refused_parameter_leaves_its_key_free(gateway: process.Running) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client(gateway).v1.payment_intents.create({**PAID, "amount": 0}, {"idempotency_key": "order-1"})

    paid = client(gateway).v1.payment_intents.create(PAID, {"idempotency_key": "order-1"})

    assert paid.status == "succeeded"


def test_the_same_key_with_another_body_is_refused(gateway: process.Running) -> None:
    client(gateway).v1.payment_intents.create(PAID, {"idempotency_key": "order-1"})

    with pytest.raises(stripe.IdempotencyError) as refused:
        client(gateway).v1.payment_intents.create({**PAID, "amount": 12346}, {"idempotency_key": "order-1"})

    assert refused.value.http_status == 400
    assert books(gateway)["totals"]["cny"]["amount_received"] == 12345


def test_the_same_key_on_another_path_is_refused(gateway: process.Running) -> None:
    one, two = (client(gateway).v1.payment_intents.create(INTENT) for _ in range(2))
    client(gateway).v1.payment_intents.cancel(one.id, None, {"idempotency_key": "cancel"})

    with pytest.raises(stripe.IdempotencyError):
        client(gateway).v1.payment_intents.cancel(two.id, None, {"idempotency_key": "cancel"})

    assert client(gateway).v1.payment_intents.retrieve(two.id).status == "requires_payment_method"


def test_ten_parallel_requests_under_one_key_charge_once(gateway: process.Running) -> None:
    made: list[str] = []
    start = threading.Barrier(10)

    def create() -> None:
        own = client(gateway)
        start.wait()
        made.append(own.v1.payment_intents.create(PAID, {"idempotency_key": "order-1"}).id)

    threads = [threading.Thread(target=create) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(made), len(set(made))) == (10, 1)
    assert books(gateway)["totals"]["cny"]["amount_received"] == 12345


@pytest.mark.parametrize("fault", [{"status": 500}, {"drop": True}], ids=["500", "dropped connection"])
def test_a_lost_answer_and_a_retry_are_one_charge(gateway: process.Running, fault: dict[str, Any]) -> None:
    behave(gateway, fail_next={"path_prefix": "/v1/payment_intents", "after_effect": True, "times": 1, **fault})
    options: Any = {"idempotency_key": "order-1"}
    with pytest.raises((stripe.APIError, stripe.APIConnectionError)):
        client(gateway).v1.payment_intents.create(PAID, options)

    retried = client(gateway).v1.payment_intents.create(PAID, options)

    assert retried.status == "succeeded"
    assert list(books(gateway)["intents"]) == [retried.id]


def test_a_late_answer_is_a_time_out_and_still_one_charge(gateway: process.Running) -> None:
    behave(gateway, delay_next_seconds=3)
    options: Any = {"idempotency_key": "order-1"}
    addresses: Any = {"api": gateway.url}
    hasty: Any = stripe.StripeClient(
        gateway.api_key,
        base_addresses=addresses,
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=0.5),
    )
    with pytest.raises(stripe.APIConnectionError):
        hasty.v1.payment_intents.create(PAID, options)

    retried = client(gateway).v1.payment_intents.create(PAID, options)

    assert list(books(gateway)["intents"]) == [retried.id]


def test_a_fault_before_the_effect_does_nothing_so_often_as_told(gateway: process.Running) -> None:
    behave(gateway, fail_next={"path_prefix": "/v1/payment_intents", "status": 503, "times": 2})

    statuses = [raw(gateway, "/v1/payment_intents", body=b"amount=100&currency=cny")[0] for _ in range(3)]

    assert statuses == [503, 503, 200]
    assert len(books(gateway)["intents"]) == 1


def test_the_library_retries_a_lost_answer_by_itself(gateway: process.Running) -> None:
    behave(gateway, fail_next={"path_prefix": "/v1/", "after_effect": True})

    paid = client(gateway, retries=1).v1.payment_intents.create(PAID)

    assert list(books(gateway)["intents"]) == [paid.id]
