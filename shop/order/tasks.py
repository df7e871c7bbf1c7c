"""The worker's part of orders: letters to the buyer."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from shop.order import mail
from shop.order.models import Order


@app.task(name="order.mail", retry=RetryStrategy(max_attempts=10, exponential_wait=3))
def send(order_id: int, kind: str, refund_id: int = 0, parcel: int = 0) -> None:
    """Write to the buyer. kind, refund_id, parcel: as for `letters.of`"""
    mail.send(order=Order.objects.get(pk=order_id), kind=kind, refund_id=refund_id, parcel=parcel)
