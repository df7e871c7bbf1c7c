"""What the rooms' tests share: goods sold and divided, people with their roles, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import Product
from shop.accounts.models import User
from shop.order.models import Line, Order
from shop.payments.models import Payment
from shop.revenue import ledger, payouts
from shop.revenue.models import PayoutBatch, PayoutItem
from tests import make
from tests.order import world

NOW = make.NOW


def person(*permissions: str, partner: Any = None) -> User:
    """An account with permissions named like "revenue.draft_payout", or one of a supplier's people."""
    made = make.user()
    for name in permissions:
        app, code = name.split(".")
        made.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=code))
    if partner:
        partner.users.add(made)
    return made


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@contextmanager
def clock(room: str, at: datetime = NOW) -> Iterator[None]:
    """room: the module whose views read the clock"""
    with mock.patch(f"shop.{room}.views.timezone.now", lambda: at):
        yield


def queries(client: Client, url: str) -> int:
    """How many queries a page takes; it must answer 200."""
    with CaptureQueriesContext(connection) as caught:
        response = client.get(url)
    assert response.status_code == 200
    return len(caught)


class Market:
    """The network is open; `goods` puts a certified product there."""

    def __init__(self) -> None:
        self.nodes = world.open_network()

    def goods(self, supplier: Any = None, *, deliveries: Any = None, units: int = 50, **fields: Any) -> Product:
        product = make.product(supplier, **fields)
        make.certificate(product)
        make.stock(make.packed_lot(product, units=units, deliveries=deliveries), self.nodes["village"])
        return product

    def ordered(self, *products: Product, quantity: int = 1) -> Order:
        return world.place(world.basket(*((product, quantity) for product in products)))

    def paid(self, *products: Product, quantity: int = 1, at: datetime = NOW) -> Order:
        """An order whose buyer's money is in the ledger."""
        order = self.ordered(*products, quantity=quantity)
        payment = Payment.objects.create(
            order=order,
            method="card",
            amount_fen=order.total_fen,
            received_fen=order.total_fen,
            state="succeeded",
            idempotency_key=f"test {order.number}",
            made_at=at,
            succeeded_at=at,
        )
        ledger.post_payment(payment=payment, at=at)
        return order

    def sold(self, *products: Product, quantity: int = 1, at: datetime = NOW) -> list[Line]:
        """Accepted lines, divided down to the households."""
        lines = list(self.paid(*products, quantity=quantity, at=at).lines.order_by("pk"))
        for line in lines:
            line.accepted_at = at
            line.save(update_fields=["accepted_at"])
            ledger.post_sale(line=line, at=at)
        return lines


def released(at: datetime = NOW) -> PayoutBatch:
    """Everything due, in a batch that three people have let go."""
    batch = payouts.draft(by=make.user(), at=at)
    payouts.approve(batch=batch, by=make.user(), at=at)
    return payouts.release(batch=batch, by=make.user(), at=at)


def proved(at: datetime = NOW) -> None:
    """Everything due is paid, with a proof for every row."""
    for item in released(at).items.all():
        payouts.evidence(
            item=item,
            kind=PayoutItem.Evidence.BANK_RECEIPT,
            reference=f"BR-{item.pk}",
            paid_on=at.date(),
            by=make.user(),
            at=at,
        )
