"""Order numbers nobody can guess, and the signed token by which a guest opens an order."""

from __future__ import annotations

import secrets

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from shop.order.models import Order

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: nothing to mistake when read aloud
LENGTH = 12
BITS = LENGTH * 5  # of randomness in a number

_signer = signing.Signer(salt="shop.order.link")


class LinkNotValid(Exception):
    """The link was not signed by this site, or its order is gone."""


def new() -> str:
    """A random number of 60 bits; it says nothing about how many orders there are."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def token_for(order: Order) -> str:
    """What a link carries: the number and an HMAC-SHA256 over it. The same order always has the same token."""
    return _signer.sign(order.number)


def link_for(order: Order) -> str:
    """The path of the order's page, for who holds the link; in the language active now."""
    return reverse("order:detail", args=[token_for(order)])


def order_from(token: str) -> Order:
    """The order a link opens. Raises LinkNotValid, with the same words for every kind of failure."""
    try:
        found: Order = Order.objects.get(number=_signer.unsign(token))
    except (signing.BadSignature, Order.DoesNotExist, ValueError) as problem:
        raise LinkNotValid(_("This link opens no order. Use the link in the order's e-mail.")) from problem
    return found
