"""What the buyer does on /test/pay/{intent}: pay, fail, or go back to the shop."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from shop.payments.testgateway import intents, methods, pages
from shop.payments.testgateway.calls import Call
from shop.payments.testgateway.errors import ApiError, Json, unexpected_state
from shop.payments.testgateway.forms import Form

ACTIONS = ("pay", "fail", "cancel")
ENDINGS = {  # action -> code and message of the failed attempt
    "fail": ("payment_method_provider_decline", "The payment failed on the test page."),
    "cancel": ("payment_method_customer_decline", "The buyer went back to the shop without paying."),
}
NUMBER_UNKNOWN = pages.Both(
    "这不是测试卡号。请使用页面上列出的卡号；切勿输入真实卡号。",
    "This is not a test card number. Use one listed on this page; never type a real card number.",
)
DECLINED = pages.Both(
    "测试卡被拒绝。请换一张卡，或返回商家。",
    "The test card was declined. Try another card or go back.",
)


@dataclass(frozen=True)
class Shown:
    """A page to show, or (html None) an address to go to."""

    status: int
    html: str | None = None
    location: str | None = None


def show(*, call: Call, identifier: str) -> Shown:
    """The page of an intent that was sent here by a confirm. Raises ApiError (404, 400)."""
    intent, method, return_url = _visit(call=call, identifier=identifier)
    if not _open(intent, method):
        return Shown(200, pages.finished(intent=intent, back=_back(intent, return_url)))
    return Shown(200, pages.pay(intent=intent, method=method))


def act(*, call: Call, identifier: str, form: Form) -> Shown:
    """Do what a button says. A second press finds the intent as the first left it. Raises ApiError."""
    form.allow("action", "card_number")
    action = form.choice("action", ACTIONS)
    intent, method, return_url = _visit(call=call, identifier=identifier)
    if not _open(intent, method):
        return Shown(303, location=_back(intent, return_url))
    if action == "pay" and method == "card":
        told = _pay_by_card(call=call, intent=intent, number=form.text("card_number") or "")
        if told is not None:
            return Shown(200, pages.pay(intent=intent, method=method, problem=told))
    elif action == "pay":
        intents.pay(call=call, intent=intent, method=method, created=call.second)
    elif action is not None:
        code, message = ENDINGS[action]
        error = {"code": code, "message": message, "type": "invalid_request_error"}
        intents.fail(call=call, intent=intent, error=error, created=call.second)
    else:
        raise ApiError(400, "Choose pay, fail or cancel.", param="action")
    return Shown(303, location=_back(intent, return_url))


def _pay_by_card(*, call: Call, intent: Json, number: str) -> pages.Both | None:
    """Try a test card number; returns what to tell the buyer when it did not pay. The number is not kept."""
    token = methods.CARD_NUMBERS.get(number.replace(" ", "").replace("-", ""))
    if token is None:
        return NUMBER_UNKNOWN
    intent["payment_method"] = token
    decline_code = methods.CARD_TOKENS[token]
    if decline_code is None:
        intents.pay(call=call, intent=intent, method="card", created=call.second)
        return None
    intents.decline(call=call, intent=intent, decline_code=decline_code, created=call.second)
    return DECLINED


def _visit(*, call: Call, identifier: str) -> tuple[Json, str, str]:
    intent = intents.retrieve(call=call, identifier=identifier)
    row = call.state.run("SELECT method, return_url FROM pay_pages WHERE intent = ?", identifier).fetchone()
    if row is None:
        raise unexpected_state(intent, "be paid on this page: confirm it with a return_url first")
    return intent, str(row["method"]), str(row["return_url"])


def _open(intent: Json, method: str) -> bool:
    """A declined card may be followed by another card; a wallet's failed attempt needs a new confirm."""
    retry = method == "card" and intent["status"] == "requires_payment_method"
    return intent["status"] == "requires_action" or retry


def _back(intent: Json, return_url: str) -> str:
    """The shop's return_url with what Stripe adds to it."""
    parts = urlsplit(return_url)
    added = urlencode(
        {
            "payment_intent": intent["id"],
            "payment_intent_client_secret": intent["client_secret"],
            "redirect_status": "succeeded" if intent["status"] == "succeeded" else "failed",
        }
    )
    query = f"{parts.query}&{added}" if parts.query else added
    return urlunsplit(parts._replace(query=query))
