"""The letter at each step of an order, as text and HTML, in the order's language; it carries no name and no address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shop import money
from shop.order import numbers
from shop.order.models import Line, Order

# what the letter says: its subject, then its first sentence
SAID = {
    "placed": (_("Your order %s"), _("We hold your goods for 30 minutes. Please pay on the order's page.")),
    "paid": (_("Order %s is paid"), _("Thank you. Your payment has arrived and the goods are being prepared.")),
    "shipping": (_("Order %s is on its way"), _("The first parcel has left. The order's page shows where it is.")),
    "delivered": (_("Order %s is delivered"), _("All parcels have arrived. The order's page shows who shares in it.")),
    "cancelled": (_("Order %s is cancelled"), _("The order has ended. What you paid goes back to you by itself.")),
    "refunded": (_("Refund for order %s"), _("We have sent money back to the card or wallet you paid with.")),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    title: str
    quantity: int
    yuan: str


def send(*, order: Order, kind: str, refund_id: int = 0) -> bool:
    """Send one letter; False when nobody left an address. The same letter always has the same Message-ID."""
    if not order.email:
        return False
    letter = compose(order=order, kind=kind, refund_id=refund_id)
    letter.send()
    return True


def compose(*, order: Order, kind: str, refund_id: int = 0) -> EmailMultiAlternatives:
    """The letter, unsent."""
    subject, lead = SAID[kind]
    with translation.override(order.language):
        title = str(subject) % order.number
        context = {"subject": title, "lead": str(lead), "language": order.language} | _figures(order, refund_id)
        context |= {"link": f"{settings.SITE_URL}{numbers.link_for(order)}"}
        letter = EmailMultiAlternatives(
            subject=title,
            body=render_to_string("order/mail.txt", context),
            to=[order.email],
            headers={"Message-ID": f"<order-{order.number}-{kind}-{refund_id}@{_host()}>"},
        )
        letter.attach_alternative(render_to_string("order/mail.html", context), "text/html")
    return letter


def _figures(order: Order, refund_id: int) -> dict[str, Any]:
    refund = order.payments.filter(refunds=refund_id).values_list("refunds__amount_fen", flat=True).first()
    return {
        "rows": [_row(line) for line in order.lines.select_related("product").order_by("pk")],
        "freight": _yuan(order.freight_fen),
        "total": _yuan(order.total_fen),
        "refunded": _yuan(refund) if refund else "",
    }


def _row(line: Line) -> Row:
    return Row(line.product.name if line.product else line.title, line.quantity, _yuan(line.price_fen))


def _yuan(fen: int) -> str:
    return f"¥{money.to_yuan(fen):.2f}"


def _host() -> str:
    return settings.SITE_URL.split("://", 1)[-1].split(":", 1)[0]
