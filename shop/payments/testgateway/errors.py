"""Refusals in the shape and with the status codes of Stripe's API."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A request that is refused.

    status: HTTP status
    began: the operation had begun to execute, so an idempotency key keeps this answer
    intent: the payment intent it is about, as it stands, or None
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        began: bool = False,
        intent: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.began = began
        named = {"code": code, "message": message, "param": param, "type": kind, "payment_intent": intent}
        self.body: Json = {"error": {name: value for name, value in named.items() if value is not None}}


def missing(param: str) -> ApiError:
    """A required parameter was not sent."""
    return ApiError(400, f"Required parameter missing: {param}.", code="parameter_missing", param=param)


def invalid(param: str, message: str, *, code: str | None = None) -> ApiError:
    """A parameter was sent with a value that cannot be used."""
    return ApiError(400, message, code=code, param=param)


def unknown(kind: str, identifier: str, *, param: str = "id", status: int = 404) -> ApiError:
    """No such object. status: 404 when the URL names it, 400 when a parameter does."""
    shown = identifier[:80]
    return ApiError(status, f"No such {kind}: '{shown}'", code="resource_missing", param=param)


def unexpected_state(intent: Json, action: str) -> ApiError:
    """The intent stands where `action` is not possible."""
    message = f"Payment intent {intent['id']} has the status {intent['status']}; it cannot {action} now."
    return ApiError(400, message, code="payment_intent_unexpected_state", began=True, intent=intent)
