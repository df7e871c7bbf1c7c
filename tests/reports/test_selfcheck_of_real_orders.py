"""Orders that went through the shop's own doors leave a house in order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from logistics import shipments
from logistics.models import Operator, Shipment
from shop.order import lifecycle
from shop.order.models import Order
from shop.payments import refunds
from shop.payments.models import Payment
from shop.reports import selfcheck
from shop.revenue import days, ledger
from tests.make import NOW
from tests.order import world as counter
from tests.revenue import world

pytestmark = pytest.mark.django_db


def pay(order: Order) -> None:
    payment = Payment.objects.create(
        order=order, method="alipay", amount_fen=order.total_fen, received_fen=order.total_fen, fee_fen=41,
        state="succeeded", made_at=NOW, succeeded_at=NOW, idempotency_key=order.number, intent_id=order.number,
    )  # fmt: skip
    ledger.post_payment(payment=payment, at=NOW)
    lifecycle.mark_paid(order=order, at=NOW)


def carry(shipment: Shipment) -> datetime:
    """Scan a parcel over all its hops to the door."""
    person, at = world.person(), NOW
    for hop in shipment.hops.order_by("position"):
        for node in (hop.origin, hop.destination):
            Operator.objects.get_or_create(user=person, node=node)
        at = max(at, hop.planned_depart_at)
        shipments.scan_out(waybill=shipment.waybill, node=hop.origin, by=person, at=at)
        at = hop.planned_arrive_at
        if hop.destination.tier != "door":
            shipments.scan_in(waybill=shipment.waybill, node=hop.destination, by=person, at=at)
    shipments.deliver(waybill=shipment.waybill, proof="signed", by=person, at=at)
    return at


def test_ordered_paid_carried_refunded_and_paid_out() -> None:
    nodes = counter.open_network()
    first, second = counter.on_sale(nodes["village"]), counter.on_sale(nodes["village"])
    delivered, returned, cancelled, waiting = (counter.place(counter.basket((first, 2), (second, 1))) for _ in range(4))
    for order in (delivered, returned, cancelled):
        pay(order)
    lifecycle.cancel(order=cancelled, reason="cancelled by the buyer", at=NOW)
    refunds.refund_order(order=cancelled, reason="cancelled", by=None, at=NOW)
    line = returned.lines.order_by("pk")[0]
    refunds.refund_line(line=line, amount_fen=123, reason="dented", reference="one", by=None, at=NOW)

    for order in (delivered, returned):
        for parcel in order.consignments.all():
            at = carry(Shipment.objects.get(reference=parcel.reference))
    refunds.refund_line(line=line, amount_fen=321, reason="dented", reference="two", by=None, at=at)
    batch = world.released(at=at)
    for item in batch.items.all():
        world.prove(item, at=at, on=days.day(at))
    refunds.refund_order(order=delivered, reason="all of it", by=None, at=at)

    assert {Order.objects.get(pk=order.pk).status for order in (delivered, returned)} == {"delivered"}
    assert selfcheck.run(at=NOW + timedelta(minutes=20)) == []
    assert {finding.invariant for finding in selfcheck.run(at=NOW + timedelta(hours=1))} == {
        "order-expired-holds-nothing"
    }
    lifecycle.expire_unpaid(at=NOW + timedelta(hours=1))
    assert selfcheck.run(at=NOW + timedelta(hours=1)) == []
    assert Order.objects.get(pk=waiting.pk).status == "cancelled"
