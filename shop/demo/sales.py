"""Orders from the basket to the door: each placed, paid, scanned hop by hop and delivered as far as now allows."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random

from catalogue.partner.models import StockRecord
from logistics import shipments
from logistics.models import Hop, Node, Shipment
from shop.accounts.models import User
from shop.buyers.models import Unit
from shop.demo import checkout, people
from shop.demo.checkout import PayPage
from shop.demo.plan import Fate, Wish
from shop.demo.timeline import Timeline
from shop.order import lifecycle
from shop.order.models import Line, Order
from shop.payments import collect, refunds
from shop.payments.models import Payment, Refund

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PROOFS = ("签收", "取件码", "前台代收")


class Sales:
    """Plays the buyers, the operators at every node and the shop's own jobs, in the order of time."""

    def __init__(self, timeline: Timeline, page: PayPage, rng: Random) -> None:
        self.timeline, self.page, self.rng = timeline, page, rng
        self.users = {user.email: user for user in User.objects.all()}
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        records = StockRecord.objects.select_related("partner")
        self.records = {record.partner_sku: record for record in records}
        self.nodes = {node.pk: node for node in Node.objects.all()}
        self.workers = {node.pk: self.users[people.operator_email(node.code)] for node in self.nodes.values()}

    def begin(self, wishes: list[Wish]) -> None:
        for wish in wishes:
            self.timeline.add(wish.at, partial(self._place, wish))

    def _place(self, wish: Wish, at: datetime) -> None:
        user = None if wish.is_guest else self.users[wish.email]
        order = checkout.place(wish, user=user, unit=self.units.get(wish.unit), records=self.records, at=at)
        if wish.fate == Fate.UNPAID:
            self.timeline.add(at + timedelta(minutes=32), lambda then: lifecycle.expire_unpaid(at=then))
        elif wish.fate == Fate.WAITS:
            self._begin_payment(order, wish.method, at + 2 * MINUTE)
        elif wish.fate == Fate.DECLINED_FIRST:
            self.timeline.add(at + 3 * MINUTE, partial(self._decline, order))
            self.timeline.add(at + 6 * MINUTE, partial(self._pay, order, wish))
        else:
            self.timeline.add(at + self.rng.randrange(2, 13) * MINUTE, partial(self._pay, order, wish))

    def _begin_payment(self, order: Order, method: str, at: datetime) -> tuple[Payment, str]:
        return collect.begin(order=order, method=method, return_url=checkout.return_url(order), at=at)

    def _decline(self, order: Order, at: datetime) -> None:
        payment, url = self._begin_payment(order, "card", at)
        self.page.fail(url)
        collect.settle(payment=payment, at=at)
        collect.close(payment=payment, at=at)

    def _pay(self, order: Order, wish: Wish, at: datetime) -> None:
        payment, url = self._begin_payment(order, wish.method, at)
        self.page.pay(url, method=wish.method)
        collect.settle(payment=payment, at=at)
        self._settle_refunds(at)  # of an order that could no longer be delivered
        references = [row.reference for row in order.consignments.select_related("order")]
        for shipment in Shipment.objects.filter(reference__in=references).order_by("pk"):
            hops = list(shipment.hops.order_by("position"))
            self.timeline.add(hops[0].planned_depart_at, partial(self._send, wish, order, shipment, hops, 0))
        if wish.fate == Fate.CALLED_OFF:
            self.timeline.add(at + 15 * MINUTE, partial(self._call_off, order))
        elif wish.fate == Fate.PART_EARLY:
            self.timeline.add(at + 25 * MINUTE, partial(self._refund_part, order, "数量缺少，退还部分货款", 4))

    def _send(self, wish: Wish, order: Order, shipment: Shipment, hops: list[Hop], place: int, at: datetime) -> None:
        """Scan a parcel out, and plan its next scan."""
        hop = hops[place]
        if place == 0 and Shipment.objects.get(pk=shipment.pk).state == Shipment.State.CANCELLED:
            return
        node, worker = self.nodes[hop.origin_id], self.workers[hop.origin_id]
        shipments.scan_out(waybill=shipment.waybill, node=node, by=worker, at=at)
        if place == len(hops) - 1:
            late = self.rng.randrange(60) * MINUTE
            self.timeline.add(hop.planned_arrive_at + late, partial(self._deliver, wish, order, shipment, hop))
        else:
            self.timeline.add(hop.planned_arrive_at, partial(self._take_in, wish, order, shipment, hops, place))

    def _take_in(self, wish: Wish, order: Order, shipment: Shipment, hops: list[Hop], place: int, at: datetime) -> None:
        hop = hops[place]
        node, worker = self.nodes[hop.destination_id], self.workers[hop.destination_id]
        shipments.scan_in(waybill=shipment.waybill, node=node, by=worker, at=at)
        self.timeline.add(
            hops[place + 1].planned_depart_at, partial(self._send, wish, order, shipment, hops, place + 1)
        )

    def _deliver(self, wish: Wish, order: Order, shipment: Shipment, hop: Hop, at: datetime) -> None:
        proof = f"{self.rng.choice(PROOFS)} {shipment.waybill[-4:]}"
        shipments.deliver(waybill=shipment.waybill, proof=proof, by=self.workers[hop.destination_id], at=at)
        if Order.objects.get(pk=order.pk).status != "delivered":
            return
        if wish.fate == Fate.PART_LATE:
            # every second one gives back a whole line, before its households are paid
            words, parts = ("包装破损，整行退款", 1) if wish.number % 2 else ("少量破损，退还部分货款", 5)
            self.timeline.add(at + 30 * MINUTE, partial(self._refund_part, order, words, parts))
        elif wish.fate == Fate.WHOLE_LATE:
            self.timeline.add(at + 12 * DAY, partial(self._refund_all, order))

    def _call_off(self, order: Order, at: datetime) -> None:
        """Cancel a paid order unless it has left, and return its money as the shop's job does."""
        held = Order.objects.get(pk=order.pk)
        if held.status != "paid":
            return
        held = lifecycle.cancel(order=held, reason="cancelled by the buyer", at=at)
        refunds.refund_order(order=held, reason=held.cancelled_reason, by=None, at=at)
        self._settle_refunds(at)

    def _refund_part(self, order: Order, reason: str, parts: int, at: datetime) -> None:
        line = Line.objects.select_related("order").filter(order=order).order_by("pk").first()
        held = Order.objects.get(pk=order.pk)
        if line is None or held.paid_at is None or held.status == "cancelled":
            return
        refunds.refund_line(
            line=line, amount_fen=line.price_fen // parts, reason=reason, reference=f"{line.reference} complaint",
            by=self.users[people.ADMIN], at=at,
        )  # fmt: skip
        self._settle_refunds(at)

    def _refund_all(self, order: Order, at: datetime) -> None:
        held = Order.objects.get(pk=order.pk)
        refunds.refund_order(order=held, reason="七天无理由退货", by=self.users[people.ADMIN], at=at)
        self._settle_refunds(at)

    def _settle_refunds(self, at: datetime) -> None:
        for refund in Refund.objects.filter(state=Refund.State.ASKED).select_related("payment").order_by("pk"):
            refunds.settle_refund(refund=refund, at=min(at + 2 * MINUTE, self.timeline.now))
