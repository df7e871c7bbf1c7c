"""One request as the domain sees it, and what it gets back."""

import secrets
from dataclasses import dataclass

from shop.payments.testgateway.errors import Json
from shop.payments.testgateway.state import State

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True)
class Call:
    """at: unix seconds; own_url: this gateway's address without a slash at the end; request_id: None on a page."""

    state: State
    at: float
    own_url: str
    request_id: str | None = None
    idempotency_key: str | None = None

    @property
    def second(self) -> int:
        return int(self.at)


@dataclass(frozen=True)
class Answer:
    """status: HTTP status; replayed: the request id whose stored answer this is, or None."""

    status: int
    body: Json
    replayed: str | None = None


def new_id(prefix: str) -> str:
    """A new identifier such as pi_3f...: the prefix and 24 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(12)}"
