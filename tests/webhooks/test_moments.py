"""What the house does becomes events: with what causes them, for those they concern, and never about a person."""

from __future__ import annotations

import json
import logging
from collections import Counter
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from certification import certificates
from certification.models import Application
from logistics import shipments
from logistics.models import Operator, Shipment
from shop.buyers.models import Unit
from shop.order import lifecycle
from shop.order.models import Order
from shop.payments import gateway, refunds
from shop.webhooks import deliveries
from shop.webhooks.models import Delivery, Subscription
from tests import make
from tests.make import NOW
from tests.order import world
from tests.rooms import Market
from tests.webhooks.conftest import Subscribe
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.fixture
def order(market: Market) -> Order:
    """Two suppliers' goods, two packs each."""
    return market.ordered(market.goods(price="39.90"), market.goods(price="12.00"), quantity=2)


def unit() -> Unit:
    return Unit.objects.create(code="school-1", name="学校", kind="school", county=make.place(make.SHANGHAI_HUANGPU))


def paid(order: Order) -> Order:
    return lifecycle.mark_paid(order=order, at=NOW)


def told(subscription: Subscription) -> list[tuple[str, Any]]:
    """kind and data of all that a subscription was told, in the order of the moments."""
    rows = subscription.deliveries.order_by("pk")
    return [(row.kind, json.loads(row.body)["data"]) for row in rows]


def drive(shipment: Shipment) -> None:
    """Scan a parcel along its whole way."""
    person = make.user()
    hops = list(shipment.hops.select_related("origin", "destination").order_by("position"))
    for node in {hop.origin for hop in hops} | {hops[-1].destination}:
        Operator.objects.create(user=person, node=node)
    for step, hop in enumerate(hops):
        at = NOW + timedelta(hours=2 * step + 1)
        shipments.scan_out(waybill=shipment.waybill, node=hop.origin, by=person, at=at)
        if hop is not hops[-1]:
            shipments.scan_in(waybill=shipment.waybill, node=hop.destination, by=person, at=at + timedelta(hours=1))
    shipments.deliver(waybill=shipment.waybill, proof="handed to 王小明", by=person, at=NOW + 2 * DAY)


def test_the_platform_is_told_of_the_whole_paid_order(order: Order, subscribe: Subscribe) -> None:
    platform = subscribe()

    paid(order)

    first, second = order.lines.order_by("pk")
    ((kind, data),) = told(platform)
    assert kind == "order.paid"
    assert data["order"] == order.number and data["status"] == "paid" and data["channel"] == "online"
    assert data["total_fen"] == order.total_fen == data["goods_fen"] + data["freight_fen"]
    assert data["lines"][0] == {
        "line": first.pk,
        "product": first.product_id,
        "sku": first.partner_sku,
        "supplier": first.partner.code,
        "quantity": 2,
        "price_fen": 7980,
        "refunded_fen": 0,
    }
    assert [line["line"] for line in data["lines"]] == [first.pk, second.pk]


def test_a_supplier_is_told_of_its_own_line_and_of_no_total(order: Order, subscribe: Subscribe) -> None:
    first, second = order.lines.order_by("pk")
    mine = subscribe(partner=first.partner)
    platform = subscribe()

    paid(order)

    ((_kind, data),) = told(mine)
    assert [line["line"] for line in data["lines"]] == [first.pk]
    assert set(data) == {"order", "status", "channel", "lines"}
    body = mine.deliveries.get().body
    assert second.partner.code not in body and second.partner_sku not in body
    assert second.partner.code in platform.deliveries.get().body


def test_a_supplier_with_no_line_in_an_order_is_told_nothing(order: Order, subscribe: Subscribe) -> None:
    stranger = subscribe(partner=make.partner())

    paid(order)

    assert told(stranger) == []


def test_a_unit_is_told_of_its_own_orders_only(market: Market, subscribe: Subscribe) -> None:
    school = unit()
    product = market.goods()
    own, other = market.ordered(product), market.ordered(product)
    Order.objects.filter(pk=own.pk).update(unit=school)
    subscription = subscribe(unit=school)

    paid(Order.objects.get(pk=own.pk))
    paid(other)

    ((_kind, data),) = told(subscription)
    assert data["order"] == own.number and data["total_fen"] == own.total_fen


def test_only_what_was_chosen_is_told(order: Order, subscribe: Subscribe) -> None:
    subscription = subscribe(events=["order.delivered"])

    paid(order)

    assert told(subscription) == []


def test_one_moment_has_one_id_for_all_who_hear_of_it(order: Order, subscribe: Subscribe) -> None:
    subscribe()
    subscribe(partner=order.lines.order_by("pk")[0].partner)

    paid(order)

    assert len(set(Delivery.objects.values_list("event_id", flat=True))) == 1
    assert Delivery.objects.count() == 2


def test_the_event_and_its_job_are_kept_with_the_payment_or_not_at_all(order: Order, subscribe: Subscribe) -> None:
    subscribe()

    class TheLastStepFails(Exception):
        pass

    with pytest.raises(TheLastStepFails), transaction.atomic():
        paid(order)
        assert Delivery.objects.count() == 1
        raise TheLastStepFails

    assert Delivery.objects.count() == 0
    assert not ProcrastinateJob.objects.filter(task_name="webhooks.deliver").exists()


def test_an_order_is_not_paid_when_its_event_cannot_be_written_down(order: Order, subscribe: Subscribe) -> None:
    subscribe()

    with mock.patch.object(deliveries, "_body", side_effect=RuntimeError), pytest.raises(RuntimeError):
        paid(order)

    assert Order.objects.get(pk=order.pk).status == "placed"


def test_each_parcel_is_told_as_it_leaves_and_arrives(market: Market, subscribe: Subscribe) -> None:
    order = market.paid(market.goods(), market.goods(temperature="frozen"), quantity=2)
    first, second = order.lines.order_by("pk")
    mine, platform = subscribe(partner=first.partner), subscribe()
    paid(order)

    for shipment in Shipment.objects.order_by("pk"):
        drive(shipment)

    assert Counter(kind for kind, _data in told(platform)) == {
        "order.paid": 1,
        "parcel.left": 2,
        "parcel.delivered": 2,
        "order.delivered": 1,
    }
    kinds = {"order.paid", "parcel.left", "parcel.delivered", "order.delivered"}
    assert {kind for kind, _data in told(mine)} == kinds and len(told(mine)) == 4
    left = dict(told(mine))["parcel.left"]
    assert left["order"] == order.number and left["waybill"] == Shipment.objects.order_by("pk")[0].waybill
    assert [(line["line"], line["packs"]) for line in left["lines"]] == [(first.pk, 2)]
    assert second.partner_sku not in " ".join(mine.deliveries.values_list("body", flat=True))


def test_a_paid_order_that_is_cancelled_is_told(order: Order, subscribe: Subscribe) -> None:
    platform = subscribe()
    order = paid(order)

    lifecycle.cancel(order=order, reason="王小明 asked for it", at=NOW)

    assert [(kind, data["status"]) for kind, data in told(platform)] == [
        ("order.paid", "paid"),
        ("order.cancelled", "cancelled"),
    ]


def test_an_order_that_was_never_paid_is_no_event(order: Order, subscribe: Subscribe) -> None:
    platform = subscribe()

    lifecycle.cancel(order=order, reason="not paid in time", at=NOW)

    assert told(platform) == []


def refunded(order: Order, line: Any, fen: int) -> None:
    """The officer refunds, the gateway says that it is done."""
    refund = refunds.refund_line(line=line, amount_fen=fen, reason="王小明", reference="R1", by=None, at=NOW)
    with mock.patch.object(gateway, "current") as current:
        current.return_value.refund.return_value = gateway.Returned("re_1", "succeeded", fen)
        refunds.settle_refund(refund=refund, at=NOW)


def test_a_refund_is_told_to_the_supplier_of_its_line_and_to_no_other(market: Market, subscribe: Subscribe) -> None:
    order = market.paid(market.goods(), market.goods())
    first, second = order.lines.order_by("pk")
    mine, other, platform = subscribe(partner=first.partner), subscribe(partner=second.partner), subscribe()

    refunded(order, first, 150)

    ((kind, data),) = told(mine)
    assert (kind, data["order"], data["line"], data["amount_fen"]) == ("refund.made", order.number, first.pk, 150)
    assert data["refunded_fen"] == 150
    assert told(platform) == told(mine) and told(other) == []


def test_freight_given_back_concerns_no_supplier(market: Market, subscribe: Subscribe) -> None:
    order = market.paid(market.goods())
    mine, platform = subscribe(partner=order.lines.get().partner), subscribe()

    with mock.patch.object(gateway, "current") as current:
        for refund in refunds.refund_order(order=order, reason="x", by=None, at=NOW):
            current.return_value.refund.return_value = gateway.Returned(
                f"re_{refund.pk}", "succeeded", refund.amount_fen
            )
            refunds.settle_refund(refund=refund, at=NOW)

    assert [data["line"] is None for _kind, data in told(mine)] == [False]
    assert [data["line"] is None for _kind, data in told(platform)] == [False, True]


def test_a_certificate_is_told_from_issue_to_end(subscribe: Subscribe) -> None:
    product = make.product()
    supplier = make.supplier_of(product)
    mine, school, stranger = (
        subscribe(partner=supplier),
        subscribe(unit=unit()),
        subscribe(partner=make.partner()),
    )
    officer = make.officer()
    application = Application.objects.create(
        scheme=make.scheme(), product=product, partner=supplier, season="2026", quantity_g=5000,
        state="public_notice", steps_done=2, notice_from=(NOW - 9 * DAY).date(), notice_until=(NOW - DAY).date(),
    )  # fmt: skip

    made = certificates.issue(application=application, number="X-1", by=officer, at=NOW)
    certificates.suspend(certificate=made, reason="a look at the scales", by=officer, at=NOW + DAY)
    certificates.restore(certificate=made, reason="they are right", by=officer, at=NOW + 2 * DAY)
    certificates.expire_due(at=NOW + 400 * DAY)

    assert [(kind, data["state"]) for kind, data in told(mine)] == [
        ("certificate.issued", "certified"),
        ("certificate.suspended", "suspended"),
        ("certificate.restored", "certified"),
        ("certificate.expired", "expired"),
    ]
    assert told(mine)[0][1] == {
        "certificate": "X-1",
        "state": "certified",
        "product": product.pk,
        "supplier": supplier.code,
        "scheme": application.scheme.code,
        "season": "2026",
        "valid_from": "2026-09-10T04:00:00+00:00",
        "valid_until": "2027-09-09T16:00:00+00:00",
        "cap_g": 5000,
    }
    assert told(school) == told(mine) and told(stranger) == []


def test_a_revocation_is_told(subscribe: Subscribe) -> None:
    product = make.product()
    made, platform = make.certificate(product), subscribe()

    certificates.revoke(certificate=made, reason="sold under it what was not", by=make.officer(), at=NOW)

    assert [(kind, data["state"]) for kind, data in told(platform)] == [("certificate.revoked", "revoked")]


def test_no_person_is_ever_in_a_message_or_in_the_log(
    market: Market, subscribe: Subscribe, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.answers = [500]
    subscribe()
    product = market.goods()
    subscribe(partner=make.supplier_of(product))
    order = paid(market.paid(product))
    for shipment in Shipment.objects.all():
        drive(shipment)
    for row in Delivery.objects.all():
        deliveries.send(delivery_id=row.pk, at=NOW + 3 * DAY - timedelta(minutes=1))
        deliveries.send(delivery_id=row.pk, at=NOW + 9 * DAY)

    said = caplog.text + " ".join(message.body.decode() for message in receiver.got)
    said += " ".join(Delivery.objects.values_list("body", flat=True))
    canaries = [*world.STREET.values(), "guest@example.org", "H-0", "王", "handed to"]
    assert order.number in said and len(receiver.got) >= 2
    assert [canary for canary in canaries if canary in said] == []


def test_where_nobody_listens_a_payment_asks_one_question_more(order: Order) -> None:
    with CaptureQueriesContext(connection) as caught:
        paid(order)

    asked = [query["sql"] for query in caught.captured_queries if "webhooks_" in query["sql"]]
    assert len(asked) == 1
