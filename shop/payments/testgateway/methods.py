"""Ways to pay: the three types, the test card tokens and the test card numbers."""

from shop.payments.testgateway.errors import ApiError, Json, invalid, missing, unexpected_state
from shop.payments.testgateway.forms import Form

TYPES = ("card", "alipay", "wechat_pay")
WECHAT_CLIENTS = ("android", "ios", "web")
CARD_TOKENS: dict[str, str | None] = {  # token -> why it is declined, None: it pays
    "pm_card_visa": None,
    "pm_card_chargeDeclined": "generic_decline",
    "pm_card_visa_chargeDeclined": "generic_decline",
    "pm_card_chargeDeclinedInsufficientFunds": "insufficient_funds",
}
CARD_NUMBERS: dict[str, str] = {
    "4242424242424242": "pm_card_visa",
    "4000000000000002": "pm_card_chargeDeclined",
    "4000000000009995": "pm_card_chargeDeclinedInsufficientFunds",
}


def types(*, form: Form) -> list[str]:
    """`payment_method_types`, all three when absent. Raises ApiError for one not known."""
    wished = list(dict.fromkeys(form.texts("payment_method_types"))) or list(TYPES)
    for kind in wished:
        if kind not in TYPES:
            message = f"Unknown payment method type {kind[:80]}; known: {', '.join(TYPES)}."
            raise invalid("payment_method_types", message)
    return wished


def options(*, form: Form) -> Json:
    """`payment_method_options`: only wechat_pay[client], which Stripe asks for and the test page does not need."""
    part = form.part("payment_method_options")
    if part is None:
        return {}
    part.allow("wechat_pay")
    wechat = part.part("wechat_pay")
    if wechat is None:
        return {}
    wechat.allow("client")
    return {"wechat_pay": {"client": wechat.choice("client", WECHAT_CLIENTS)}}


def token(*, form: Form, allowed: list[str]) -> str | None:
    """`payment_method`: a test card token, None when absent. Raises ApiError."""
    given = form.text("payment_method")
    if given is None:
        return None
    if given not in CARD_TOKENS:
        message = f"No such PaymentMethod: '{given[:80]}'. This test gateway knows {', '.join(CARD_TOKENS)}."
        raise invalid("payment_method", message, code="resource_missing")
    _expect_allowed("card", allowed)
    return given


def choose(*, form: Form, intent: Json, page: bool) -> tuple[str, str | None]:
    """The type to pay with and the test card token, None when the buyer chooses on the test page.

    page: a return_url was sent, so the buyer can go to the test page and come back

    Raises ApiError.
    """
    allowed: list[str] = intent["payment_method_types"]
    given = token(form=form, allowed=allowed)
    data = form.part("payment_method_data")
    if given is not None and data is not None:
        raise ApiError(400, "Send payment_method or payment_method_data, not both.", param="payment_method_data")
    if given is not None:
        return "card", given
    if data is not None:
        data.allow("type")
        kind = data.choice("type", TYPES)
        if kind is None:
            raise missing("payment_method_data[type]")
        _expect_allowed(kind, allowed)
        return kind, None
    if intent["payment_method"] in CARD_TOKENS:
        return "card", intent["payment_method"]
    if not page:
        raise unexpected_state(intent, "be confirmed without a payment method")
    return ("card" if "card" in allowed else allowed[0]), None


def _expect_allowed(kind: str, allowed: list[str]) -> None:
    if kind not in allowed:
        message = f"This payment intent takes {', '.join(allowed)}, not {kind}."
        raise invalid("payment_method", message, code="payment_intent_incompatible_payment_method")
