"""The gateway as the shop sees it: ask for money, look, close, give back. Stripe's API through its official library.

Nothing here touches the database. Amounts are whole fen of CNY; no name, address or telephone number is ever sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import stripe
from django.conf import settings

CURRENCY = "cny"
LIVE_KEYS = ("sk_live", "rk_live")


class GatewayUnsure(Exception):
    """No usable answer came: what was asked may have happened. Ask again with the same key."""


class GatewayRefused(Exception):
    """The gateway said no; nothing happened. code: its own name for why, empty when it gave none"""

    def __init__(self, message: str, code: str = "") -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Intent:
    """What the gateway says about one payment.

    received: in the smallest unit of `currency`; redirect_url: where the buyer pays, empty when nowhere
    problem: the gateway's code of why the last attempt failed; fee_fen: None while unknown or not in CNY
    """

    id: str
    status: str
    amount: int
    received: int
    currency: str
    livemode: bool
    redirect_url: str
    problem: str
    fee_fen: int | None


@dataclass(frozen=True)
class Returned:
    """What the gateway says about one refund. status: succeeded, pending, failed, ..."""

    id: str
    status: str
    amount: int


class Gateway(Protocol):
    """Every method raises GatewayUnsure or GatewayRefused."""

    def create_intent(self, *, amount_fen: int, method: str, order: str, return_url: str, key: str) -> Intent: ...
    def read_intent(self, intent_id: str) -> Intent: ...
    def cancel_intent(self, intent_id: str) -> Intent: ...
    def refund(self, *, intent_id: str, amount_fen: int, reference: str) -> Returned: ...
    def read_refund(self, refund_id: str) -> Returned: ...
    def fee(self, intent_id: str) -> int | None: ...


def current() -> Gateway:
    """The gateway of the settings."""
    return _stripe(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, settings.PAYMENT_TIMEOUT_S)


def is_live() -> bool:
    """Whether the key in the settings moves real money."""
    return settings.STRIPE_SECRET_KEY.startswith(LIVE_KEYS)


@lru_cache(maxsize=8)
def _stripe(key: str, base: str, timeout_s: int) -> StripeGateway:
    return StripeGateway(key=key, base=base, timeout_s=timeout_s)


class StripeGateway:
    """PaymentIntents with card, Alipay or WeChat Pay.

    A wallet is confirmed as it is created and answers with the page to pay on. A card is, too, with the test gateway;
    Stripe itself takes card numbers only in its own hosted element, which this shop does not embed.
    The library does not try again by itself: a request of the site ends in time, and our jobs repeat with the same key.
    """

    def __init__(self, *, key: str, base: str, timeout_s: int) -> None:
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": base} if base else {},
            http_client=stripe.RequestsClient(timeout=timeout_s),
            max_network_retries=0,
        )

    def create_intent(self, *, amount_fen: int, method: str, order: str, return_url: str, key: str) -> Intent:
        """Ask for an order's money. The same key always gives the same intent; it must come with the same content."""
        wish: dict[str, Any] = {
            "amount": amount_fen, "currency": CURRENCY, "payment_method_types": [method], "confirm": True,
            "return_url": return_url, "description": order, "metadata": {"order": order},
        }  # fmt: skip
        if method != "card":
            wish["payment_method_data"] = {"type": method}
        if method == "wechat_pay":
            wish["payment_method_options"] = {"wechat_pay": {"client": "web"}}
        with _translated():
            made = self._client.v1.payment_intents.create(wish, {"idempotency_key": key})  # type: ignore[arg-type]
        return _intent(made.to_dict())

    def read_intent(self, intent_id: str) -> Intent:
        with _translated():
            wish: Any = {"expand": ["latest_charge.balance_transaction"]}
            found = self._client.v1.payment_intents.retrieve(intent_id, wish)
        return _intent(found.to_dict())

    def cancel_intent(self, intent_id: str) -> Intent:
        """Close an intent so that nobody can pay it any more; refused when it is paid or closed already."""
        with _translated():
            closed = self._client.v1.payment_intents.cancel(intent_id)
        return _intent(closed.to_dict())

    def refund(self, *, intent_id: str, amount_fen: int, reference: str) -> Returned:
        """Give money back once per reference: looks for it first, for keys are forgotten after a day, then asks."""
        with _translated():
            earlier = self._client.v1.refunds.list({"payment_intent": intent_id, "limit": 100})
            for known in earlier.auto_paging_iter():
                if (known.to_dict().get("metadata") or {}).get("reference") == reference:
                    return _returned(known.to_dict())
            made = self._client.v1.refunds.create(
                {"payment_intent": intent_id, "amount": amount_fen, "metadata": {"reference": reference}},
                {"idempotency_key": reference},
            )
        return _returned(made.to_dict())

    def read_refund(self, refund_id: str) -> Returned:
        with _translated():
            found = self._client.v1.refunds.retrieve(refund_id)
        return _returned(found.to_dict())

    def fee(self, intent_id: str) -> int | None:
        """What the gateway kept, in fen; None while unknown or in another currency."""
        return self.read_intent(intent_id).fee_fen


@contextmanager
def _translated() -> Iterator[None]:
    """The library's many errors as our two: it may have happened, or it did not."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        if error.http_status == 409:  # the same key is at work in another request
            raise GatewayUnsure("The gateway is still at work on the same request.") from error
        words = error.user_message or "The gateway refused the request."
        raise GatewayRefused(words, _code(error.json_body)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayRefused("The gateway does not accept this shop's key; set STRIPE_SECRET_KEY.") from error
    except stripe.StripeError as error:
        raise GatewayUnsure("The gateway gave no answer.") from error


def _intent(body: dict[str, Any]) -> Intent:
    charge = body.get("latest_charge")
    balance = charge.get("balance_transaction") if isinstance(charge, dict) else None
    fee = balance["fee"] if isinstance(balance, dict) and balance["currency"] == CURRENCY else None
    return Intent(
        id=body["id"], status=body["status"], amount=body["amount"], received=body["amount_received"],
        currency=body["currency"], livemode=body["livemode"], redirect_url=_page(body.get("next_action") or {}),
        problem=_code({"error": body.get("last_payment_error")}), fee_fen=fee,
    )  # fmt: skip


def _code(body: Any) -> str:
    """Why something failed, as exactly as the gateway says it; empty when nothing did."""
    error = (body.get("error") if isinstance(body, dict) else None) or {}
    return str(error.get("decline_code") or error.get("code") or error.get("type") or "unknown") if error else ""


def _page(action: dict[str, Any]) -> str:
    """Where the buyer goes to pay; each method names it in its own way."""
    detail = action.get(action.get("type", ""), {})
    return str(detail.get("url") or detail.get("hosted_instructions_url") or "")


def _returned(body: dict[str, Any]) -> Returned:
    return Returned(id=body["id"], status=body["status"] or "pending", amount=body["amount"])
