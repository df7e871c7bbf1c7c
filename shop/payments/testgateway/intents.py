"""Payment intents: create, confirm, cancel, and what the buyer does on the test page.

requires_payment_method -> [requires_confirmation ->] [requires_action ->] succeeded; a failed attempt goes back to
requires_payment_method; canceled from any of the open ones.
"""

import re
import secrets

from shop.payments.testgateway import charges, events, methods
from shop.payments.testgateway.calls import Answer, Call, new_id
from shop.payments.testgateway.errors import Json, invalid, missing, unexpected_state, unknown
from shop.payments.testgateway.forms import Form

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
CONFIRM_FIELDS = (
    "payment_method", "payment_method_data", "payment_method_options", "return_url", "expand", "test_created",
)  # fmt: skip
CREATE_FIELDS = (
    *CONFIRM_FIELDS, "amount", "currency", "payment_method_types", "metadata", "description", "confirm",
)  # fmt: skip
CANCEL_REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")

_CURRENCY = re.compile(r"[a-zA-Z]{3}")


def create(*, call: Call, form: Form) -> Answer:
    """A new intent; with confirm=true confirmed at once. Raises ApiError."""
    form.allow(*CREATE_FIELDS)
    intent = _new(form=form, created=form.moment(at=call.second))
    call.state.add(intent)
    events.emit(call=call, kind="payment_intent.created", about=intent, created=intent["created"])
    if form.flag("confirm"):
        return _confirm(call=call, form=form, intent=intent)
    return Answer(200, intent)


def retrieve(*, call: Call, identifier: str) -> Json:
    """The intent with this id. Raises ApiError (404)."""
    intent = call.state.get(identifier, kind="payment_intent")
    if intent is None:
        raise unknown("payment_intent", identifier, param="intent")
    return intent


def confirm(*, call: Call, form: Form, identifier: str) -> Answer:
    """Try to pay: paid or declined (402) at once by a test card token, or sent to the test page. Raises ApiError."""
    form.allow(*CONFIRM_FIELDS)
    return _confirm(call=call, form=form, intent=retrieve(call=call, identifier=identifier))


def cancel(*, call: Call, form: Form, identifier: str) -> Answer:
    """Close an open intent for good. Raises ApiError."""
    form.allow("cancellation_reason", "expand")
    reason = form.choice("cancellation_reason", CANCEL_REASONS)
    intent = retrieve(call=call, identifier=identifier)
    if intent["status"] not in OPEN:
        raise unexpected_state(intent, "be canceled")
    intent |= {
        "status": "canceled",
        "canceled_at": call.second,
        "cancellation_reason": reason,
        "next_action": None,
    }
    call.state.save(intent)
    events.emit(call=call, kind="payment_intent.canceled", about=intent, created=call.second)
    return Answer(200, intent)


def pay(*, call: Call, intent: Json, method: str, created: int) -> None:
    """Take the money of an open intent."""
    charge = charges.add_success(call=call, intent=intent, method=method, created=created)
    intent |= {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "status": "succeeded",
    }
    call.state.save(intent)
    events.emit(call=call, kind="payment_intent.succeeded", about=intent, created=created)


def decline(*, call: Call, intent: Json, decline_code: str, created: int) -> Json:
    """Record a declined card; returns the error as the API sends it."""
    charge = charges.add_failure(call=call, intent=intent, method="card", created=created, decline_code=decline_code)
    error = {
        "charge": charge["id"],
        "code": "card_declined",
        "decline_code": decline_code,
        "message": "The test card was declined.",
        "type": "card_error",
    }
    intent["latest_charge"] = charge["id"]
    fail(call=call, intent=intent, error=error, created=created)
    return {"error": {**error, "payment_intent": intent}}


def fail(*, call: Call, intent: Json, error: Json, created: int) -> None:
    """End the attempt without money; the intent waits for another."""
    intent |= {
        "last_payment_error": error,
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    call.state.save(intent)
    events.emit(call=call, kind="payment_intent.payment_failed", about=intent, created=created)


def _new(*, form: Form, created: int) -> Json:
    amount = form.amount()
    if amount is None:
        raise missing("amount")
    currency = form.required("currency")
    if not _CURRENCY.fullmatch(currency):
        raise invalid("currency", "currency must be a code of three letters such as cny.")
    identifier = new_id("pi")
    intent: Json = {
        "id": identifier,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{identifier}_secret_{secrets.token_hex(12)}",
        "confirmation_method": "automatic",
        "created": created,
        "currency": currency.lower(),
        "customer": None,
        "description": form.text("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": form.metadata(),
        "next_action": None,
        "payment_method": None,
        "payment_method_options": methods.options(form=form),
        "payment_method_types": methods.types(form=form),
        "status": "requires_payment_method",
    }
    token = methods.token(form=form, allowed=intent["payment_method_types"])
    return intent if token is None else intent | {"payment_method": token, "status": "requires_confirmation"}


def _confirm(*, call: Call, form: Form, intent: Json) -> Answer:
    created = form.moment(at=call.second)
    return_url = form.return_url()
    if intent["status"] not in OPEN:
        raise unexpected_state(intent, "be confirmed")
    method, token = methods.choose(form=form, intent=intent, page=return_url is not None)
    intent["payment_method_options"] |= methods.options(form=form)
    intent["payment_method"] = token or (None if method == "card" else new_id("pm"))
    if token is None:
        return _send_to_page(call=call, intent=intent, method=method, return_url=return_url)
    code = methods.CARD_TOKENS[token]
    if code is not None:
        return Answer(402, decline(call=call, intent=intent, decline_code=code, created=created))
    pay(call=call, intent=intent, method=method, created=created)
    return Answer(200, intent)


def _send_to_page(*, call: Call, intent: Json, method: str, return_url: str | None) -> Answer:
    if return_url is None:
        raise missing("return_url")
    sql = "INSERT OR REPLACE INTO pay_pages (intent, method, return_url) VALUES (?, ?, ?)"
    call.state.run(sql, intent["id"], method, return_url)
    url = f"{call.own_url}/test/pay/{intent['id']}"
    intent |= {
        "last_payment_error": None,
        "next_action": {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}},
        "status": "requires_action",
    }
    call.state.save(intent)
    return Answer(200, intent)
