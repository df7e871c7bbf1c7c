"""The orders this browser has begun: whoever comes back without the letter finds the one that waits for its payment."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from shop.order import numbers
from shop.order.models import Order

KEY = "orders_begun"
MOST = 5


def remember(request: HttpRequest, order: Order) -> None:
    request.session[KEY] = [*request.session.get(KEY, []), order.number][-MOST:]


def unpaid(request: HttpRequest) -> list[dict[str, Any]]:
    """number, total and link of each order of this browser that still waits for its payment, newest first."""
    known = request.session.get(KEY, []) if request.session.session_key else []
    found = Order.objects.filter(number__in=known, status="placed").order_by("-id") if known else []
    return [{"number": order.number, "fen": order.total_fen, "url": numbers.link_for(order)} for order in found]
