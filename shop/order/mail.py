"""A letter to the buyer as text and HTML, in the order's language. It fetches nothing from anywhere."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from shop.order import letters, numbers
from shop.order.models import Order


def send(*, order: Order, kind: str, refund_id: int = 0, parcel: int = 0) -> bool:
    """Send one letter; False when nobody left an address. The same letter always has the same Message-ID."""
    if not order.email:
        return False
    compose(order=order, kind=kind, refund_id=refund_id, parcel=parcel).send()
    return True


def send_letter(*, order: Order, letter: letters.Letter, name: str) -> None:
    """Send a letter of another room to an order's buyer, if there is an address. name: the same for the same letter"""
    if order.email:
        _written(order, letter, name).send()


def compose(*, order: Order, kind: str, refund_id: int = 0, parcel: int = 0) -> EmailMultiAlternatives:
    """The letter, unsent. kind, refund_id, parcel: as for `letters.of`"""
    with translation.override(order.language):
        said = letters.of(order, kind=kind, refund_id=refund_id, parcel=parcel)
    return _written(order, said, f"{kind}-{refund_id or parcel}")


def _written(order: Order, said: letters.Letter, name: str) -> EmailMultiAlternatives:
    with translation.override(order.language):
        context = asdict(said) | {
            "language": order.language,
            "link": f"{settings.SITE_URL}{numbers.link_for(order)}",
            "contact": settings.DEFAULT_FROM_EMAIL,
            "beam": range(10),
        }
        letter = EmailMultiAlternatives(
            subject=said.subject,
            body=render_to_string("order/mail.txt", context),
            to=[order.email],
            headers={
                "Message-ID": f"<order-{order.number}-{name}@{_host()}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        letter.attach_alternative(render_to_string("order/mail.html", context), "text/html")
    return letter


def _host() -> str:
    return settings.SITE_URL.split("://", 1)[-1].split(":", 1)[0]
