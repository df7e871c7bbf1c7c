"""What a buyer does in a browser: fill a basket, send the form, pay on the gateway's page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.urls import reverse
from oscar.core.loading import get_model

from catalogue.partner.models import StockRecord
from shop.demo.plan import Wish
from shop.order import numbers, placing
from shop.order.models import Order
from shop.payments.testgateway import process

GOOD_CARD, BAD_CARD = "4242424242424242", "4000000000000002"
TIMEOUT_S = 10


class NoTestGateway(Exception):
    """The demo's payments need the local test gateway, which these settings switch off or which does not behave."""


class PayPage:
    """The gateway's pages."""

    def __init__(self, base: str) -> None:
        self.host = urlsplit(base).netloc

    def pay(self, url: str, *, method: str) -> None:
        self._press(url, {"action": "pay"} | ({"card_number": GOOD_CARD} if method == "card" else {}))

    def fail(self, url: str) -> None:
        """Try a card that is declined, and go back to the shop."""
        self._press(url, {"action": "pay", "card_number": BAD_CARD})
        self._press(url, {"action": "cancel"})

    def control(self, path: str, **body: Any) -> None:
        self._send(path, json.dumps(body), "application/json", (200,))

    def _press(self, url: str, form: dict[str, str]) -> None:
        self._send(urlsplit(url).path, urlencode(form), "application/x-www-form-urlencoded", (200, 303))

    def _send(self, path: str, body: str, kind: str, expected: tuple[int, ...]) -> None:
        with closing(HTTPConnection(self.host, timeout=TIMEOUT_S)) as connection:
            connection.request("POST", path, body, {"Content-Type": kind})
            status = connection.getresponse().status
        if status not in expected:
            raise NoTestGateway(f"The test gateway answered {status} to {path}; look into its messages.")


@contextmanager
def gateway(*, is_new: bool) -> Iterator[PayPage]:
    """The pay pages of the running test gateway, or of one started for this block with the same state and key.

    is_new: no payment was ever made here, so what the gateway remembers belongs to an earlier database and is forgotten

    Its events are held back meanwhile: the load settles every payment itself.
    Raises NoTestGateway.
    """
    base = settings.STRIPE_API_BASE
    if base and _answers(base):
        with _quiet(base, is_new) as page:
            yield page
        return
    if not settings.TEST_GATEWAY:
        raise NoTestGateway("The demo world pays at the local test gateway; load it without STRIPE_SECRET_KEY.")
    state, port = settings.VAR_DIR / "gateway.sqlite3", urlsplit(base).port or 0
    with (
        process.running(state=state, port=port, api_key=settings.STRIPE_SECRET_KEY),
        _quiet(base, is_new) as page,
    ):
        yield page


@contextmanager
def _quiet(base: str, is_new: bool) -> Iterator[PayPage]:
    page = PayPage(base)
    if is_new:
        page.control("/test/reset")
    page.control("/test/behaviour", hold_events=True)
    try:
        yield page
    finally:
        page.control("/test/behaviour", hold_events=None)


def _answers(base: str) -> bool:
    host = urlsplit(base).netloc
    with suppress(OSError, HTTPException), closing(HTTPConnection(host, timeout=TIMEOUT_S)) as connection:
        connection.request("GET", "/test/behaviour")
        return connection.getresponse().status == 200
    return False


def place(wish: Wish, *, user: Any, unit: Any, records: dict[str, StockRecord], at: datetime) -> Order:
    """Fill a basket as the wish says and order it."""
    basket = get_model("basket", "Basket").objects.create(owner=user)
    line = get_model("basket", "Line")
    line.objects.bulk_create(
        line(
            basket=basket, line_reference=sku, product_id=records[sku].product_id, stockrecord=records[sku],
            quantity=units, price_currency="CNY", price_excl_tax=records[sku].price,
            price_incl_tax=records[sku].price,
        )
        for sku, units in wish.items
    )  # fmt: skip
    return placing.place(
        basket=basket, address=_address(wish), email=wish.email, user=user, channel=wish.channel, unit=unit,
        choice="fastest" if wish.number % 4 == 0 else "cheapest", language="en" if wish.number % 9 == 0 else "zh-hans",
        submission=f"demo-order-{wish.number:07d}", at=at,
    )  # fmt: skip


def return_url(order: Order) -> str:
    return settings.SITE_URL + reverse("order:returned", args=[numbers.token_for(order)])


def _address(wish: Wish) -> placing.Address:
    """No person's: a numbered recipient, a numbered house, a telephone number no network gives out."""
    return placing.Address(
        name=f"演示收件人{wish.number + 1}", phone=f"1000{wish.number % 10_000_000:07d}", division_code=wish.division,
        street=f"演示路{wish.number % 300 + 1}号",
    )  # fmt: skip
