"""The test gateway answers the official library as Stripe would: amounts, states, refunds, lists."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.payments.testgateway import process

INTENT: dict[str, Any] = {"amount": 12345, "currency": "cny", "payment_method_types": ["card", "alipay"]}
PAID: dict[str, Any] = {**INTENT, "payment_method": "pm_card_visa", "confirm": True}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[process.Running]:
    with process.running(state=tmp_path / "gateway.sqlite3") as running:
        yield running


@pytest.fixture(scope="module")
def lasting_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[process.Running]:
    with process.running(state=tmp_path_factory.mktemp("gateway") / "gateway.sqlite3") as running:
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


def test_a_paid_card_is_one_charge_with_its_fee_in_the_books(gateway: process.Running) -> None:
    paid = client(gateway).v1.payment_intents.create({**PAID, "expand": ["latest_charge.balance_transaction"]})

    row = paid.latest_charge.balance_transaction
    assert (paid.status, paid.amount_received) == ("succeeded", 12345)
    assert (row.amount, row.fee, row.net, row.currency, row.type) == (12345, 74, 12271, "cny", "charge")
    assert books(gateway)["totals"] == {
        "cny": {"amount_received": 12345, "amount_refunded": 0, "fees": 74, "net": 12271}
    }


def test_a_declined_card_is_refused_with_402_and_moves_no_money(gateway: process.Running) -> None:
    intent = client(gateway).v1.payment_intents.create(INTENT)

    with pytest.raises(stripe.CardError) as refused:
        client(gateway).v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})

    now = client(gateway).v1.payment_intents.retrieve(intent.id)
    assert (refused.value.http_status, refused.value.code) == (402, "card_declined")
    assert (now.status, now.last_payment_error.decline_code) == ("requires_payment_method", "generic_decline")
    assert books(gateway)["totals"] == {}


def test_a_declined_intent_can_be_paid_by_another_card(gateway: process.Running) -> None:
    intent = client(gateway).v1.payment_intents.create(INTENT)
    with pytest.raises(stripe.CardError):
        client(gateway).v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})

    paid = client(gateway).v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert paid.status == "succeeded"
    assert books(gateway)["intents"][intent.id]["charges"] == 1


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        (b"currency=cny", "parameter_missing", "amount"),
        (b"amount=0&currency=cny", "parameter_invalid_integer", "amount"),
        (b"amount=-5&currency=cny", "parameter_invalid_integer", "amount"),
        (b"amount=12.5&currency=cny", "parameter_invalid_integer", "amount"),
        ("amount=１２&currency=cny".encode(), "parameter_invalid_integer", "amount"),
        (b"amount=100000000&currency=cny", "amount_too_large", "amount"),
        (b"amount=" + b"9" * 6000 + b"&currency=cny", "amount_too_large", "amount"),
        (b"amount=100", "parameter_missing", "currency"),
        (b"amount=100&currency=yuan", None, "currency"),
        (b"amount=100&currency=cny&payment_method_types[]=cash", None, "payment_method_types"),
        (b"amount=100&currency=cny&receipt_email=a@b.example", "parameter_unknown", "receipt_email"),
        (b"amount=100&currency=cny&test_created=99999999999", "parameter_invalid_integer", "test_created"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(
    lasting_gateway: process.Running, form: bytes, code: str | None, param: str
) -> None:
    status, body = raw(lasting_gateway, "/v1/payment_intents", body=form)

    error = json.loads(body)["error"]
    assert (status, error["type"], error.get("code"), error["param"]) == (400, "invalid_request_error", code, param)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(
        ["/v1/payment_intents", "/v1/refunds", "/v1/payment_intents/pi_x/confirm", "/test/pay/pi_x", "/test/behaviour"]
    ),
    body=st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.tuples(
                st.sampled_from(["amount", "currency", "metadata", "metadata[a]", "expand[]", "a[b][c]", "return_url"]),
                st.text(max_size=20),
            ),
            max_size=6,
        ).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs).encode("utf-8", "replace")),
    ),
)
def test_no_body_whatever_is_a_server_error(lasting_gateway: process.Running, path: str, body: bytes) -> None:
    status, _ = raw(lasting_gateway, path, body=body)

    assert status in (200, 400, 402, 404)


def test_the_currency_is_taken_in_any_case_and_kept_small(gateway: process.Running) -> None:
    intent = client(gateway).v1.payment_intents.create({**INTENT, "currency": "CNY"})

    assert intent.currency == "cny"


def test_a_wrong_api_key_is_401_and_the_right_one_works_in_both_schemes(gateway: process.Running) -> None:
    with pytest.raises(stripe.AuthenticationError) as refused:
        client(gateway, key="sk_test_other").v1.payment_intents.create(PAID)

    basic = "Basic c2tfdGVzdF9nYXRld2F5Og=="
    assert refused.value.http_status == 401
    assert raw(gateway, "/v1/events", Authorization=basic)[0] == 200
    assert raw(gateway, "/v1/events", Authorization="Basic !!!")[0] == 401
    assert books(gateway)["intents"] == {}


def test_an_unknown_intent_is_404(gateway: process.Running) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client(gateway).v1.payment_intents.retrieve("pi_unknown")

    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


@pytest.mark.parametrize("action", ["confirm", "cancel"])
@pytest.mark.parametrize("ending", ["paid", "canceled"])
def test_a_decided_intent_stays_decided(lasting_gateway: process.Running, ending: str, action: str) -> None:
    intents = client(lasting_gateway).v1.payment_intents
    intent = intents.create(PAID if ending == "paid" else INTENT)
    if ending == "canceled":
        intent = intents.cancel(intent.id)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        getattr(intents, action)(intent.id)

    assert refused.value.code == "payment_intent_unexpected_state"
    assert intents.retrieve(intent.id).status == intent.status


def test_a_method_the_intent_does_not_take_is_refused(gateway: process.Running) -> None:
    intent = client(gateway).v1.payment_intents.create({**INTENT, "payment_method_types": ["alipay"]})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client(gateway).v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert refused.value.code == "payment_intent_incompatible_payment_method"
    assert books(gateway)["totals"] == {}


def test_two_equal_partial_refunds_are_two_refunds(gateway: process.Running) -> None:
    paid = client(gateway).v1.payment_intents.create(PAID)

    refunds = [client(gateway).v1.refunds.create({"payment_intent": paid.id, "amount": 100}) for _ in range(2)]

    listed = client(gateway).v1.refunds.list({"payment_intent": paid.id})
    assert [refund.id for refund in listed.data] == [refund.id for refund in reversed(refunds)]
    assert books(gateway)["intents"][paid.id]["amount_refunded"] == 200


def test_more_than_the_rest_is_not_refunded(gateway: process.Running) -> None:
    paid = client(gateway).v1.payment_intents.create(PAID)
    client(gateway).v1.refunds.create({"payment_intent": paid.id, "amount": 12000})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client(gateway).v1.refunds.create({"payment_intent": paid.id, "amount": 346})

    rest = client(gateway).v1.refunds.create({"payment_intent": paid.id})
    assert (refused.value.http_status, refused.value.param) == (400, "amount")
    assert rest.amount == 345
    assert books(gateway)["intents"][paid.id]["amount_refunded"] == 12345


def test_a_charge_refunded_in_full_is_refused_by_name(gateway: process.Running) -> None:
    paid = client(gateway).v1.payment_intents.create(PAID)
    client(gateway).v1.refunds.create({"payment_intent": paid.id})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client(gateway).v1.refunds.create({"payment_intent": paid.id, "amount": 1})

    assert refused.value.code == "charge_already_refunded"


def test_parallel_refunds_never_give_back_more_than_was_paid(gateway: process.Running) -> None:
    paid = client(gateway).v1.payment_intents.create(PAID)
    outcomes: list[str] = []
    start = threading.Barrier(6)

    def refund() -> None:
        own = client(gateway)
        start.wait()
        try:
            outcomes.append(own.v1.refunds.create({"payment_intent": paid.id, "amount": 5000}).status or "")
        except stripe.InvalidRequestError:
            outcomes.append("refused")

    threads = [threading.Thread(target=refund) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused"] * 4 + ["succeeded"] * 2
    assert books(gateway)["intents"][paid.id]["amount_refunded"] == 10000


def test_an_unpaid_intent_has_nothing_to_refund(gateway: process.Running) -> None:
    intent = client(gateway).v1.payment_intents.create(INTENT)

    with pytest.raises(stripe.InvalidRequestError):
        client(gateway).v1.refunds.create({"payment_intent": intent.id})

    assert books(gateway)["totals"] == {}


def test_the_balance_rows_can_be_read_page_by_page_and_sum_to_the_books(gateway: process.Running) -> None:
    for _ in range(4):
        paid = client(gateway).v1.payment_intents.create(PAID)
        client(gateway).v1.refunds.create({"payment_intent": paid.id, "amount": 45})

    rows = list(client(gateway).v1.balance_transactions.list({"limit": 3}).auto_paging_iter())

    kinds = [row.type for row in rows]
    assert (len({row.id for row in rows}), kinds.count("charge"), kinds.count("refund")) == (8, 4, 4)
    assert sum(row.net for row in rows) == books(gateway)["totals"]["cny"]["net"]
    charges = client(gateway).v1.balance_transactions.list({"type": "charge"}).data
    assert {row.id for row in charges} == {row.id for row in rows if row.type == "charge"}
    assert client(gateway).v1.balance_transactions.list({"source": rows[0].source}).data[0].id == rows[0].id


def test_demo_data_is_dated_in_the_past(gateway: process.Running) -> None:
    dated: Any = {**PAID, "test_created": 1735689600, "expand": ["latest_charge.balance_transaction"]}
    paid = client(gateway).v1.payment_intents.create(dated)
    refund: Any = {"payment_intent": paid.id, "amount": 45, "test_created": 1738368000}
    client(gateway).v1.refunds.create(refund)

    bounds: Any = {"created": {"gte": 1735689600, "lt": 1738368000}}
    january = client(gateway).v1.balance_transactions.list(bounds).data
    assert (paid.created, paid.latest_charge.balance_transaction.created) == (1735689600, 1735689600)
    assert [row.type for row in january] == ["charge"]


def test_a_body_over_the_limit_is_413_and_one_at_the_limit_is_read(gateway: process.Running) -> None:
    form = b"amount=100&currency=cny&description="

    over = raw(gateway, "/v1/payment_intents", body=form.ljust(64 * 1024 + 1, b"x"))[0]
    within = raw(gateway, "/v1/payment_intents", body=form.ljust(64 * 1024, b"x"))[0]

    assert (over, within) == (413, 400)


def test_reset_forgets_everything(gateway: process.Running) -> None:
    client(gateway).v1.payment_intents.create(PAID, {"idempotency_key": "order-1"})
    behave(gateway, hold_events=True)

    assert raw(gateway, "/test/reset", body=b"")[0] == 200

    assert books(gateway)["intents"] == {}
    assert json.loads(raw(gateway, "/test/behaviour")[1])["hold_events"] is False
    assert client(gateway).v1.payment_intents.create(INTENT, {"idempotency_key": "order-1"}).status != "succeeded"


def test_an_unknown_behaviour_is_refused(gateway: process.Running) -> None:
    status, body = raw(gateway, "/test/behaviour", body=b'{"repeat_event": 3}')

    assert status == 400
    assert "repeat_events" in json.loads(body)["error"]["message"]
