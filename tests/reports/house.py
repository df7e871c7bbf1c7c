"""A small house in which a little of everything has happened, all of it in order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from certification.models import Certificate, Consumption
from certification.provenance.models import Lot
from logistics.models import LotStock, Reservation, StockMove
from shop.order.models import Order
from shop.reports import closing
from shop.revenue import disputes, payouts
from shop.revenue.models import Entry
from tests import make
from tests.make import NOW
from tests.revenue import world

AUGUST = datetime(2026, 8, 20, 4, 0, tzinfo=UTC)


class House:
    """August is closed: one order sold and paid out. September: orders in every state, payouts, refunds, disputes."""

    def __init__(self) -> None:
        world.rule()
        self.product = make.product()
        self.certificate: Certificate = make.certificate(self.product)
        self.lot: Lot = world.lot(1, 2, 3, of=self.product)
        self.stock: LotStock = make.stock(self.lot, make.node("county", "county"), 500)
        self.august = self.order(2, 8000, state="shipped", at=AUGUST)
        world.deliver(self.august, at=AUGUST)
        for item in world.released(at=AUGUST).items.all():
            world.prove(item, at=AUGUST, on=date(2026, 8, 20))
        self.close = closing.close(month=date(2026, 8, 1), by=world.person(), at=NOW)
        self.delivered = self.order(3, 10_007, state="shipped", freight_fen=600, fee_fen=55)
        world.deliver(self.delivered)
        self.paid_batch = world.released()
        world.prove(self.paid_batch.items.order_by("pk")[0])
        payouts.fail(item=self.paid_batch.items.order_by("pk")[1], reason="closed", by=world.person(), at=NOW)
        world.refund(world.line_of(self.delivered), 2_345, "R-after")
        self.dispute = disputes.open_for(share=world.shares(world.line_of(self.delivered))[1], text="less", at=NOW)
        disputes.decide(dispute=self.dispute, uphold=True, adjustment_fen=90, answer="yes", by=world.person(), at=NOW)
        self.paid = self.order(1, 4000, state="kept", freight_fen=300)
        world.refund(world.line_of(self.paid), 100, "R-before")
        self.placed = self.order(1, 4000, state="held", status="placed")
        self.cancelled = self.order(1, 4000, state="released", status="cancelled")

    def order(
        self, units: int, price_fen: int, *, state: str, status: str = "paid", at: datetime = NOW, **fields: int
    ) -> Order:
        """An order with its packs and certified grams held, kept, shipped or given back."""
        made = world.order((self.lot, units, price_fen), status=status, at=at, **fields)
        line = world.line_of(made)
        Reservation.objects.create(
            stock=self.stock, reference=line.reference, units=units, state=state, reserved_at=at,
            expires_at=at + timedelta(minutes=30),
        )  # fmt: skip
        back = at if state == "released" else None
        Consumption.objects.create(
            certificate=self.certificate, reference=line.reference, grams=line.grams, taken_at=at, given_back_at=back
        )
        if not back:
            self.certificate.taken_g += line.grams
            self.certificate.save(update_fields=["taken_g"])
        if state == "shipped":
            StockMove.objects.create(
                lot=self.lot, node=self.stock.node, units=-units, kind="shipped", reference=line.reference, at=at
            )
            self.stock.units -= units
        elif state in ("held", "kept"):
            self.stock.reserved_units += units
        self.stock.save(update_fields=["units", "reserved_units"])
        self.product.stockrecords.update(num_in_stock=self.stock.units, num_allocated=self.stock.reserved_units)
        return made


def payment_of(order: Order) -> int:
    return int(order.payments.get().pk)


def booked(reference: str) -> int:
    return int(Entry.objects.get(reference=reference).pk)
