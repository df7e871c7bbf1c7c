"""From the basket to the household's share: paid, scanned through every node, delivered, divided, with letters."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core import mail
from django.db import connections
from django.db.models import Sum
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from logistics import shipments
from logistics.models import LotStock, Operator, Shipment
from shop.order import lifecycle
from shop.order.models import Order
from shop.payments import refunds
from shop.revenue.models import Division, Entry, Posting, Share
from tests import make
from tests.order import world
from tests.payments.till import Till, begin, pay

NOW = make.NOW
pytestmark = pytest.mark.django_db


def drive(shipment: Shipment, *, until: str = "delivered") -> None:
    """Scan a parcel along its whole way, or only out of its first node (until="left")."""
    person = make.user()
    hops = list(shipment.hops.select_related("origin", "destination").order_by("position"))
    for node in {hop.origin for hop in hops} | {hops[-1].destination}:
        Operator.objects.create(user=person, node=node)
    for step, hop in enumerate(hops):
        at = NOW + timedelta(hours=2 * step + 1)
        shipments.scan_out(waybill=shipment.waybill, node=hop.origin, by=person, at=at)
        if until == "left":
            return
        if hop is not hops[-1]:
            shipments.scan_in(waybill=shipment.waybill, node=hop.destination, by=person, at=at + timedelta(hours=1))
    shipments.deliver(waybill=shipment.waybill, proof="code 1234", by=person, at=NOW + timedelta(days=2))


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def sums() -> dict[str, int]:
    return dict(Posting.objects.values_list("account").annotate(Sum("fen")))


def test_a_delivered_order_is_divided_to_the_fen(till: Till, nodes: dict[str, Any]) -> None:
    order = world.place(world.basket((world.on_sale(nodes["village"]), 3), (world.on_sale(nodes["village"]), 1)))
    payment = pay(till, order)

    drive(Shipment.objects.get())

    assert fresh(order).status == "delivered"
    assert not order.lines.filter(accepted_at=None).exists()
    assert Division.objects.count() == 2 and Share.objects.count() == 6
    assert sums()["gateway"] == order.total_fen - (payment.fee_fen or 0)
    assert sums().get("buyers", 0) == 0
    assert sum(sums().values()) == 0
    assert LotStock.objects.aggregate(Sum("reserved_units"))["reserved_units__sum"] == 0


def test_a_line_is_accepted_when_all_its_parcels_are_there(till: Till, nodes: dict[str, Any]) -> None:
    far = make.node("village-2", "village", "653223101")
    make.leg(far, nodes["township"])
    product = world.on_sale(nodes["village"], units=2)
    make.stock(make.packed_lot(product, units=5, expires=make.TODAY + timedelta(days=100)), far)
    order = world.place(world.basket((product, 6)))
    pay(till, order)
    first, second = Shipment.objects.order_by("reference")

    drive(first)
    assert fresh(order).status == "shipping"
    assert order.lines.get().accepted_at is None
    drive(second)

    assert fresh(order).status == "delivered"
    assert order.lines.get().accepted_at == NOW + timedelta(days=2)
    assert sums().get("buyers", 0) == 0


def test_an_order_on_its_way_cannot_be_cancelled(till: Till, nodes: dict[str, Any]) -> None:
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)))
    pay(till, order)
    drive(Shipment.objects.get(), until="left")

    with pytest.raises(lifecycle.WrongStatus, match="has left"):
        lifecycle.cancel(order=order, reason="test", at=NOW)

    assert fresh(order).status == "shipping"


def test_a_line_partly_refunded_before_delivery_is_divided_on_the_rest(till: Till, nodes: dict[str, Any]) -> None:
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)))
    pay(till, order)
    refunds.refund_line(line=order.lines.get(), amount_fen=1001, reason="t", reference="r", by=None, at=NOW)

    drive(Shipment.objects.get())

    assert Division.objects.get().price_fen == order.goods_fen - 1001
    assert sums().get("buyers", 0) == 0


def test_a_payment_after_the_first_departure_gives_a_new_promise_at_the_old_price(
    till: Till, nodes: dict[str, Any]
) -> None:
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)))
    first = order.consignments.get()
    payment, page = begin(order)
    till.pay(page)
    from shop.payments import collect

    collect.settle(payment=payment, at=NOW + timedelta(days=1))

    now = order.consignments.get()
    assert now.promised_at > first.promised_at
    assert now.freight_fen == first.freight_fen
    assert Shipment.objects.get().promised_at == now.promised_at


def test_the_buyer_gets_a_letter_at_each_step_in_the_orders_language(till: Till, nodes: dict[str, Any]) -> None:
    order = world.place(world.basket((world.on_sale(nodes["village"], title_en="Walnut <gift>"), 1)), language="en")
    pay(till, order)
    till.run_jobs()
    drive(Shipment.objects.get())
    refunds.refund_line(line=order.lines.get(), amount_fen=100, reason="t", reference="r", by=None, at=NOW)
    till.run_jobs()

    subjects = [letter.subject for letter in mail.outbox]
    assert [subject.replace(order.number, "N") for subject in subjects] == [
        "Your order N", "Order N is paid", "Order N is on its way", "Order N is delivered", "Refund for order N",
    ]  # fmt: skip
    letter = mail.outbox[-1]
    html = letter.alternatives[0][0]
    assert "Walnut <gift>" in letter.body and "Walnut &lt;gift&gt;" in html
    assert "¥1.00" in letter.body and "¥1.00" in html
    assert letter.to == ["guest@example.org"]
    assert f"/en/orders/{order.number}:" in letter.body
    assert not any(word in letter.body + html for word in ("王小明", "13800138000", "南京东路"))


def test_a_chinese_order_gets_chinese_links_and_titles(till: Till, nodes: dict[str, Any]) -> None:
    order = world.place(world.basket((world.on_sale(nodes["village"], title="皮山核桃"), 1)), language="zh-hans")
    till.run_jobs()

    letter = mail.outbox[0]
    assert "皮山核桃" in letter.body
    assert f"/orders/{order.number}:" in letter.body and "/en/" not in letter.body
    assert 'lang="zh-hans"' in letter.alternatives[0][0]


def test_the_same_letter_has_the_same_message_id(till: Till, nodes: dict[str, Any]) -> None:
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)))
    task = app.tasks["order.mail"]

    task.func(order_id=order.pk, kind="paid")
    task.func(order_id=order.pk, kind="paid")

    first, second = (letter.extra_headers["Message-ID"] for letter in mail.outbox)
    assert first == second and order.number in first


@pytest.mark.django_db(transaction=True)
def test_the_worker_itself_does_every_job_an_order_makes(till: Till) -> None:
    nodes = world.open_network()
    order = world.place(world.basket((world.on_sale(nodes["village"]), 1)))
    pay(till, order)
    lifecycle.cancel(order=order, reason="test", at=NOW)

    asyncio.run(work())

    left = ProcrastinateJob.objects.exclude(status="succeeded").filter(task_name__in=["payments.refund", "order.mail"])
    assert not left.exists()
    assert till.books()["totals"]["cny"]["net"] == -till.books()["totals"]["cny"]["fees"]
    assert Entry.objects.filter(kind="refund").exists()


async def work() -> None:
    """What the worker does until nothing waits. Its thread outlives a test, and its connection does not."""
    await sync_to_async(connections.close_all)()
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        await worker_app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
