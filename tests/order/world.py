"""A small world to buy in: certified products with packs in the village, the way to Shanghai, and baskets."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from oscar.core.loading import get_model

from catalogue.models import Product
from shop.order import placing
from shop.order.models import Order
from shop.revenue.models import FeeRule
from tests import make

STREET = {"name": "王小明", "phone": "13800138000", "street": "南京东路 100 号"}


def open_network() -> dict[str, Any]:
    FeeRule.objects.get_or_create(
        version=9001,
        defaults={
            "platform_bp": 300,
            "transport_bp": 500,
            "tax_bp": 100,
            "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
            "basis": "test",
        },
    )
    return make.network()


def on_sale(
    village: Any, *, units: int = 10, price: str = "39.90", expires: date | None = None, **fields: Any
) -> Product:
    """A certified product with packs in the village."""
    product = make.product(price=price, **fields)
    make.certificate(product)
    make.stock(make.packed_lot(product, units=units, expires=expires), village)
    return product


def basket(*wishes: tuple[Product, int], owner: Any = None) -> Any:
    made = get_model("basket", "Basket").objects.create(owner=owner)
    for number, (product, quantity) in enumerate(wishes):
        record = product.stockrecords.get()
        made.lines.create(
            product=product, stockrecord=record, quantity=quantity, line_reference=f"{record.pk}-{number}",
            price_currency="CNY", price_excl_tax=record.price, price_incl_tax=record.price,
        )  # fmt: skip
    return made


def address(**changes: Any) -> placing.Address:
    return placing.Address(**({"division_code": make.SHANGHAI_HUANGPU} | STREET | changes))


def place(of: Any, **changes: Any) -> Order:
    wish: dict[str, Any] = {
        "basket": of, "address": address(), "email": "guest@example.org", "language": "zh-hans",
        "submission": uuid.uuid4().hex, "at": make.NOW,
    }  # fmt: skip
    return placing.place(**(wish | changes))


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls on threads of their own, each with its own connection; exceptions are returned."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
