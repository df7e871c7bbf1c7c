"""The signed cookie by which a guest's browser keeps its basket."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer


def basket_of(cookie: str | None) -> int | None:
    """The key of the basket that the cookie names; None where it names none, or was not signed here."""
    try:
        return int(Signer().unsign(cookie)) if cookie else None
    except (BadSignature, ValueError):
        return None
