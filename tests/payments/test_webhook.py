"""The webhook believes nothing but its signature, keeps each event once, and may be repeated in any order."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from shop.order.models import Order
from shop.payments import collect, tasks, webhook
from shop.payments.models import GatewayEvent, Payment, Refund
from shop.payments.testgateway import process
from shop.payments.testgateway.deliveries import signature
from shop.revenue.models import Entry
from tests import make
from tests.order import world
from tests.payments.till import Till, begin, pay

NOW = make.NOW
ADDRESS = "/payments/stripe/webhook"
SECRET = process.WEBHOOK_SECRET
in_one_transaction = pytest.mark.django_db
real_commits = pytest.mark.django_db(transaction=True)


def event(name: str = "payment_intent.succeeded", intent: str = "pi_unknown", **changes: Any) -> dict[str, Any]:
    about = {"object": "payment_intent", "id": intent, "amount": 1, "metadata": {"order": "somebody else's"}}
    return {"id": "evt_1", "object": "event", "type": name, "livemode": False, "data": {"object": about}} | changes


def deliver(body: Any, *, secret: str = SECRET, at: datetime = NOW) -> str:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    header = signature(payload=payload.decode("utf-8", "replace"), secret=secret, at=at.timestamp())
    return webhook.receive(payload=payload, signature=header, at=at)


def post(payload: bytes, header: str | None) -> int:
    headers = {} if header is None else {"Stripe-Signature": header}
    return Client().post(ADDRESS, payload, content_type="application/json", headers=headers).status_code


def paid_intent(till: Till) -> tuple[Order, Payment]:
    """An order whose buyer has paid at the gateway; the shop does not know yet."""
    nodes = world.open_network()
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)))
    payment, page = begin(order)
    till.pay(page)
    return order, payment


def status(order: Order) -> str:
    return str(Order.objects.values_list("status", flat=True).get(pk=order.pk))


@in_one_transaction
def test_the_address_is_the_one_the_gateway_knows(till: Till) -> None:
    assert reverse("payments:webhook") == ADDRESS


@in_one_transaction
def test_an_event_makes_the_order_paid_by_what_the_gateway_says_not_by_its_body(till: Till) -> None:
    order, payment = paid_intent(till)

    outcome = deliver(event(intent=payment.intent_id or ""))

    assert outcome == "payment succeeded"
    assert status(order) == "paid"
    assert Payment.objects.get().received_fen == order.total_fen


@in_one_transaction
@pytest.mark.parametrize("times", [2, 5, 50])
def test_a_repeated_event_changes_nothing_more(till: Till, times: int) -> None:
    order, payment = paid_intent(till)

    outcomes = [deliver(event(intent=payment.intent_id or "")) for _ in range(times)]

    assert outcomes == ["payment succeeded"] + ["repeated"] * (times - 1)
    assert Entry.objects.filter(reference=f"payment {payment.pk}").count() == 1
    assert GatewayEvent.objects.count() == 1
    assert status(order) == "paid"


@in_one_transaction
def test_an_event_that_claims_success_of_an_unpaid_intent_pays_nothing(till: Till) -> None:
    nodes = world.open_network()
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)))
    payment, _page = begin(order)

    outcome = deliver(event(intent=payment.intent_id or ""))

    assert outcome == "payment pending"
    assert status(order) == "placed"


@in_one_transaction
def test_events_in_the_wrong_order_end_in_the_same_state(till: Till) -> None:
    order, payment = paid_intent(till)
    names = ["refund.created", "payment_intent.succeeded", "payment_intent.created", "payment_intent.payment_failed"]

    for number, name in enumerate(names):
        deliver(event(name, payment.intent_id or "", id=f"evt_{number}"))

    assert status(order) == "paid"
    assert Entry.objects.filter(kind="payment").count() == 2  # the payment and its fee


@in_one_transaction
def test_metadata_that_names_our_order_does_not_pay_it(till: Till) -> None:
    order, _payment = paid_intent(till)
    body = event(intent="pi_of_somebody_else")
    body["data"]["object"]["metadata"] = {"order": order.number}

    assert deliver(body) == "parked"
    assert status(order) == "placed"


@in_one_transaction
def test_an_event_before_our_own_row_is_parked_and_drained(till: Till) -> None:
    order, payment = paid_intent(till)
    intent = payment.intent_id or ""
    Payment.objects.update(intent_id=None, state="created")
    assert deliver(event(intent=intent)) == "parked"
    Payment.objects.update(intent_id=intent, state="pending")

    assert webhook.drain(at=NOW) == 1

    assert status(order) == "paid"
    assert GatewayEvent.objects.get().settled_at == NOW


@in_one_transaction
def test_what_nobody_knows_after_three_days_is_given_up(till: Till) -> None:
    deliver(event())

    early = webhook.drain(at=NOW + timedelta(days=2))
    late = webhook.drain(at=NOW + timedelta(days=3))

    assert (early, late) == (0, 1)
    assert GatewayEvent.objects.get().outcome == "no payment of this shop"


@in_one_transaction
def test_while_the_gateway_is_silent_the_event_is_kept_and_later_drained(till: Till) -> None:
    order, payment = paid_intent(till)
    till.fail(status=500)

    with pytest.raises(collect.PaymentBeingChecked):
        deliver(event(intent=payment.intent_id or ""))
    tasks.drain.func()

    assert status(order) == "paid"


@in_one_transaction
def test_the_view_answers_503_while_the_gateway_is_silent_so_that_it_is_sent_again(till: Till) -> None:
    _order, payment = paid_intent(till)
    till.fail(status=500)
    payload = json.dumps(event(intent=payment.intent_id or ""))
    header = signature(payload=payload, secret=SECRET, at=time.time())

    assert post(payload.encode(), header) == 503
    assert post(payload.encode(), header) == 200


@in_one_transaction
def test_a_refund_event_is_looked_up_by_the_refunds_own_id(till: Till) -> None:
    nodes = world.open_network()
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)))
    payment = pay(till, order)
    from shop.payments import refunds

    one, other = (
        refunds.refund_line(line=order.lines.get(), amount_fen=500, reason="t", reference=name, by=None, at=NOW)
        for name in ("one", "other")
    )
    till.run_jobs()
    Refund.objects.update(state="asked", done_at=None)
    other.refresh_from_db()
    body = event("refund.updated")
    body["data"]["object"] = {
        "object": "refund",
        "id": other.refund_id,
        "payment_intent": payment.intent_id,
        "amount": 1,
    }

    assert deliver(body) == "payment succeeded, refund done"

    one.refresh_from_db()
    assert one.state == "asked"


GOOD = json.dumps(event())


def signed(payload: str = GOOD, secret: str = SECRET, *, late: float = 0) -> str:
    return signature(payload=payload, secret=secret, at=time.time() + late)


@in_one_transaction
@pytest.mark.parametrize(
    ("payload", "header"),
    [
        (GOOD, None),
        (GOOD, ""),
        (GOOD, lambda: signed(secret="whsec_another")),
        (GOOD, lambda: signed().replace("v1=", "v0=")),
        (GOOD, lambda: signed().split(",")[0]),
        (GOOD, lambda: signed().split(",")[1]),
        (GOOD, lambda: "t=1e9," + signed().split(",")[1]),
        (GOOD, lambda: "t=１２３," + signed().split(",")[1]),
        (GOOD, lambda: signed() + ",t=1"),
        (GOOD, lambda: signed()[:-1] + "é"),
        (GOOD, lambda: "t=1,v1=" + "签" * 10),
        (GOOD, lambda: "t=1," + "v1=00," * 1000),
        (GOOD, lambda: signed(late=-302)),
        (GOOD, lambda: signed(late=+302)),
        (GOOD + " ", lambda: signed()),
        (GOOD.replace("evt_1", "evt_2"), lambda: signed()),
        (json.dumps(json.loads(GOOD), indent=1), lambda: signed()),
        ("[1]", lambda: signed("[1]")),
        ("null", lambda: signed("null")),
        ('"text"', lambda: signed('"text"')),
        ("", lambda: signed("")),
        ("{", lambda: signed("{")),
        ("[" * 100_000, lambda: signed("[" * 100_000)),
        ("{}", lambda: signed("{}")),
        ('{"id": 1}', lambda: signed('{"id": 1}')),
        ('{"id": 1e400}', lambda: signed('{"id": 1e400}')),
        ('{"id": "evt_\\u0000", "type": "a"}', lambda: signed('{"id": "evt_\\u0000", "type": "a"}')),
        ('{"id": "evt_1", "type": "a"}', lambda: signed('{"id": "evt_1", "type": "a"}')),
        ('{"id": "evt_1", "type": "a", "livemode": 0}', lambda: signed('{"id": "evt_1", "type": "a", "livemode": 0}')),
        (json.dumps(event(livemode=True)), lambda: signed(json.dumps(event(livemode=True)))),
    ],
)  # fmt: skip
def test_what_is_not_genuine_is_answered_400_and_not_kept(till: Till, payload: str, header: Any) -> None:
    given = header() if callable(header) else header

    assert post(payload.encode(), given) == 400
    assert not GatewayEvent.objects.exists()


@in_one_transaction
def test_bytes_that_are_no_utf8_are_answered_400(till: Till) -> None:
    payload = b"\xff\xfe{}"
    header = signature_of_bytes(payload)

    assert post(payload, header) == 400


def signature_of_bytes(payload: bytes) -> str:
    import hashlib
    import hmac

    moment = int(time.time())
    return f"t={moment},v1=" + hmac.new(SECRET.encode(), f"{moment}.".encode() + payload, hashlib.sha256).hexdigest()


@in_one_transaction
@pytest.mark.parametrize("late", [-298, 0, 298])
def test_what_is_genuine_is_answered_200(till: Till, late: int) -> None:
    assert post(GOOD.encode(), signed(late=late)) == 200
    assert GatewayEvent.objects.count() == 1


@in_one_transaction
def test_without_the_tolerance_a_delivery_from_the_future_would_be_taken(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "TOLERANCE_S", 10_000)

    assert post(GOOD.encode(), signed(late=+3_600)) == 200


@in_one_transaction
@pytest.mark.parametrize("secret", ["", " ", "\n"])
def test_without_a_secret_everything_is_refused_and_the_deployment_check_fails(
    till: Till, settings: Any, secret: str
) -> None:
    settings.STRIPE_WEBHOOK_SECRET = secret

    assert post(GOOD.encode(), signed(secret=secret)) == 400
    found = run_checks(tags=["security"], include_deployment_checks=True)
    assert "payments.E001" in {message.id for message in found}


@in_one_transaction
def test_a_live_shop_refuses_events_of_the_test_mode(till: Till, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_live_x"

    assert post(GOOD.encode(), signed()) == 400


@in_one_transaction
@pytest.mark.parametrize("method", ["get", "put", "delete", "head", "options"])
def test_only_post_is_answered(till: Till, method: str) -> None:
    assert getattr(Client(), method)(ADDRESS).status_code == 405


@in_one_transaction
def test_no_csrf_token_is_asked_for(till: Till) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(ADDRESS, GOOD, content_type="application/json", headers={"Stripe-Signature": signed()})

    assert answer.status_code == 200


@real_commits
def test_one_event_in_sixteen_requests_at_once_pays_once_and_answers_well(till: Till) -> None:
    order, payment = paid_intent(till)
    payload = json.dumps(event(intent=payment.intent_id or ""))
    header = signature(payload=payload, secret=SECRET, at=time.time())

    answers = world.at_once(*(partial(post, payload.encode(), header) for _ in range(16)))

    assert answers == [200] * 16
    assert status(order) == "paid"
    assert Entry.objects.filter(reference=f"payment {payment.pk}").count() == 1
    assert not Refund.objects.exists()


@real_commits
def test_webhook_return_page_and_sweep_in_the_same_moment_pay_once(till: Till) -> None:
    order, payment = paid_intent(till)
    payload = json.dumps(event(intent=payment.intent_id or ""))
    header = signature(payload=payload, secret=SECRET, at=time.time())
    now = datetime.now(UTC)

    results = world.at_once(
        partial(post, payload.encode(), header),
        partial(collect.settle, payment=Payment.objects.get(), at=now),
        partial(collect.settle, payment=Payment.objects.get(), at=now),
        partial(tasks.every_minute.func, 0),
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert status(order) == "paid"
    assert Entry.objects.filter(reference=f"payment {payment.pk}").count() == 1
    assert not Refund.objects.exists()


@real_commits
def test_the_gateways_own_webhook_pays_an_order_end_to_end(live_server: Any, tmp_path: Any, settings: Any) -> None:
    with process.running(
        state=tmp_path / "g.sqlite3", webhook_url=live_server.url + ADDRESS, retry_seconds=0.1
    ) as started:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = started.url, started.api_key
        settings.STRIPE_WEBHOOK_SECRET = started.webhook_secret
        till = Till(started.url, started.api_key)
        till.control("behaviour", {"repeat_events": 3, "shuffle_events": True})
        order, payment = paid_intent(till)
        wait_until(lambda: status(order) == "paid" and all_delivered(till))

    assert Entry.objects.filter(reference=f"payment {payment.pk}").count() == 1
    assert GatewayEvent.objects.count() == 2


def all_delivered(till: Till) -> bool:
    rows = till._call("/test/deliveries")["deliveries"]
    return bool(rows) and all(row["status"] == "delivered" for row in rows)


def wait_until(done: Any) -> None:
    for _ in range(200):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")
