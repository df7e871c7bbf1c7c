"""The test gateway's pages: marked as a test, and what each button does to the money."""

import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from html.parser import HTMLParser
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import stripe

from shop.payments.testgateway import process

RETURN_URL = "http://127.0.0.1:8000/checkout/return?order=100123"
MARKS = ("TEST GATEWAY - no real money", "测试网关 不是真钱")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **named: object) -> None:
        return None


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[process.Running]:
    with process.running(state=tmp_path / "gateway.sqlite3") as running:
        yield running


def client(gateway: process.Running) -> Any:
    addresses: Any = {"api": gateway.url}
    return stripe.StripeClient(gateway.api_key, base_addresses=addresses, max_network_retries=0)


def visit(url: str, *, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str, Message]:
    data = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(url, data=data, headers={"Accept": "text/html", **headers})
    try:
        with urllib.request.build_opener(NoRedirect).open(request) as answer:
            assert isinstance(answer, HTTPResponse)
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as other:
        return other.code, other.read().decode(), other.headers


def sent_to_page(gateway: process.Running, method: str, **more: str) -> Any:
    intent = client(gateway).v1.payment_intents.create(
        {"amount": 12345, "currency": "cny", "payment_method_types": [method], **more}
    )
    wish: Any = {"return_url": RETURN_URL}
    if method != "card":
        wish["payment_method_data"] = {"type": method}
    return client(gateway).v1.payment_intents.confirm(intent.id, wish)


def address(intent: Any) -> str:
    return str(intent.next_action.redirect_to_url.url)


def status_of(gateway: process.Running, intent: Any) -> str:
    return str(client(gateway).v1.payment_intents.retrieve(intent.id).status)


@pytest.mark.parametrize("method", ["alipay", "wechat_pay", "card"])
def test_a_confirm_leads_to_the_page_with_amount_order_and_test_mark(gateway: process.Running, method: str) -> None:
    intent = sent_to_page(gateway, method, description="订单 100123")

    status, html, _ = visit(address(intent))

    assert (intent.status, intent.next_action.type, status) == ("requires_action", "redirect_to_url", 200)
    assert all(told in html for told in (*MARKS, "123.45 CNY", "订单 100123"))
    assert status_of(gateway, intent) == "requires_action"


@pytest.mark.parametrize("path", ["/", "/test/pay/pi_unknown", "/nowhere"])
def test_every_other_page_bears_the_test_mark(gateway: process.Running, path: str) -> None:
    _, html, _ = visit(f"{gateway.url}{path}")

    assert all(mark in html for mark in MARKS)


@pytest.mark.parametrize("method", ["alipay", "wechat_pay"])
def test_pay_takes_the_money_and_goes_back_to_the_shop(gateway: process.Running, method: str) -> None:
    intent = sent_to_page(gateway, method)

    status, _, headers = visit(address(intent), form={"action": "pay"})

    back = urlsplit(headers["Location"])
    assert (status, back.path) == (303, "/checkout/return")
    assert parse_qs(back.query) == {
        "order": ["100123"],
        "payment_intent": [intent.id],
        "payment_intent_client_secret": [intent.client_secret],
        "redirect_status": ["succeeded"],
    }
    assert status_of(gateway, intent) == "succeeded"


@pytest.mark.parametrize(
    ("action", "code"),
    [("fail", "payment_method_provider_decline"), ("cancel", "payment_method_customer_decline")],
)
@pytest.mark.parametrize("method", ["alipay", "card"])
def test_fail_and_cancel_end_the_attempt_without_money(
    gateway: process.Running, method: str, action: str, code: str
) -> None:
    intent = sent_to_page(gateway, method)

    _, _, headers = visit(address(intent), form={"action": action})

    now = client(gateway).v1.payment_intents.retrieve(intent.id)
    assert parse_qs(urlsplit(headers["Location"]).query)["redirect_status"] == ["failed"]
    assert (now.status, now.amount_received) == ("requires_payment_method", 0)
    assert now.last_payment_error is not None
    assert now.last_payment_error.code == code


def test_a_failed_wallet_attempt_cannot_be_paid_from_the_old_page(gateway: process.Running) -> None:
    intent = sent_to_page(gateway, "alipay")
    visit(address(intent), form={"action": "fail"})

    _, _, headers = visit(address(intent), form={"action": "pay"})

    assert parse_qs(urlsplit(headers["Location"]).query)["redirect_status"] == ["failed"]
    assert status_of(gateway, intent) == "requires_payment_method"


def test_a_test_card_number_pays(gateway: process.Running) -> None:
    intent = sent_to_page(gateway, "card")

    status, _, headers = visit(address(intent), form={"action": "pay", "card_number": "4242 4242 4242 4242"})

    assert status == 303
    assert "redirect_status=succeeded" in headers["Location"]
    assert status_of(gateway, intent) == "succeeded"


def test_a_declined_card_is_told_and_another_card_pays(gateway: process.Running) -> None:
    intent = sent_to_page(gateway, "card")

    status, html, _ = visit(address(intent), form={"action": "pay", "card_number": "4000000000000002"})
    declined = client(gateway).v1.payment_intents.retrieve(intent.id)
    visit(address(intent), form={"action": "pay", "card_number": "4242424242424242"})

    assert (status, declined.status) == (200, "requires_payment_method")
    assert "The test card was declined." in html
    assert status_of(gateway, intent) == "succeeded"


def test_any_other_number_is_refused_and_not_kept(gateway: process.Running, tmp_path: Path) -> None:
    intent = sent_to_page(gateway, "card")

    _, html, _ = visit(address(intent), form={"action": "pay", "card_number": "5555555555554444"})

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("gateway.sqlite3*"))
    assert "never type a real card number" in html
    assert "5555555555554444" not in html
    assert intent.id.encode() in kept
    assert b"5555555555554444" not in kept
    assert status_of(gateway, intent) == "requires_action"


def test_pay_pressed_in_eight_tabs_at_once_is_one_charge(gateway: process.Running) -> None:
    intent = sent_to_page(gateway, "alipay")
    start = threading.Barrier(8)
    went: list[str] = []

    def press() -> None:
        start.wait()
        went.append(visit(address(intent), form={"action": "pay"})[2]["Location"])

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    rows = client(gateway).v1.balance_transactions.list().data
    assert [row.amount for row in rows] == [12345]
    assert len(set(went)) == 1


def test_a_canceled_intent_cannot_be_paid_on_its_page(gateway: process.Running) -> None:
    intent = sent_to_page(gateway, "alipay")
    client(gateway).v1.payment_intents.cancel(intent.id)

    visit(address(intent), form={"action": "pay"})

    _, html, _ = visit(address(intent))
    assert status_of(gateway, intent) == "canceled"
    assert "The shop has canceled this payment." in html
    assert "<form" not in html


def test_a_page_of_another_site_cannot_press_the_buttons(gateway: process.Running) -> None:
    intent = sent_to_page(gateway, "alipay")

    foreign, _, _ = visit(address(intent), form={"action": "pay"}, Origin="http://other.example")
    before = status_of(gateway, intent)
    own, _, _ = visit(address(intent), form={"action": "pay"}, Origin=gateway.url)

    assert (foreign, before) == (403, "requires_action")
    assert (own, status_of(gateway, intent)) == (303, "succeeded")


def test_an_order_description_is_text_not_markup(gateway: process.Running) -> None:
    intent = sent_to_page(gateway, "alipay", description="<script>alert(1)</script>")

    _, html, _ = visit(address(intent))

    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//other.example/", "http://a.example/\r\nX: 1", "http://["])
def test_a_return_url_that_is_no_web_address_is_refused(gateway: process.Running, url: str) -> None:
    intent = client(gateway).v1.payment_intents.create({"amount": 1, "currency": "cny"})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client(gateway).v1.payment_intents.confirm(
            intent.id, {"return_url": url, "payment_method_data": {"type": "alipay"}}
        )

    assert refused.value.param == "return_url"


def test_a_wallet_without_a_return_url_is_refused(gateway: process.Running) -> None:
    intent = client(gateway).v1.payment_intents.create({"amount": 1, "currency": "cny"})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client(gateway).v1.payment_intents.confirm(intent.id, {"payment_method_data": {"type": "alipay"}})

    assert refused.value.param == "return_url"


class Parts(HTMLParser):
    """Collects tags, outside addresses and inline handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]


def test_the_page_needs_no_script_and_nothing_from_outside(gateway: process.Running) -> None:
    _, html, headers = visit(address(sent_to_page(gateway, "card")))

    parts = Parts()
    parts.feed(html)
    assert "form" in parts.tags
    assert parts.tags.isdisjoint({"script", "link", "img", "iframe"})
    assert (parts.addresses, parts.handlers) == ([], [])
    assert not re.search(r"url\(|@import", html)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
