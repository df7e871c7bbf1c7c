"""Little sales worlds made of rows: paid orders over packed lots, accepted, refunded and paid out by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from catalogue.models import Product
from certification.households.models import Household
from certification.provenance.models import Lot
from logistics.models import Node
from shop import money
from shop.accounts.models import User
from shop.order.models import Consignment, Line, LineLot, Order
from shop.payments.models import Payment, Refund
from shop.revenue import ledger, payouts
from shop.revenue.models import Division, Entry, FeeRule, PayoutBatch, PayoutItem, Share
from tests import make
from tests.make import NOW

numbers = count(1)


def person() -> User:
    """Somebody, without the cost of hashing a password."""
    return User.objects.create(email=f"somebody{next(numbers)}@example.org")


def rule(
    version: int = 1, *, platform_bp: int = 300, transport_bp: int = 700, tax_bp: int = 100, **fields: object
) -> FeeRule:
    defaults = {"valid_from": NOW - timedelta(days=400), "basis": "test"} | fields
    return FeeRule.objects.create(
        version=version, platform_bp=platform_bp, transport_bp=transport_bp, tax_bp=tax_bp, **defaults
    )


def lot(
    *grams: int, share_bp: int = 6000, units: int = 1000, of: Product | None = None, county: str = make.PISHAN
) -> Lot:
    """A packed lot of one household per weight; each delivers so many parts of the lot."""
    product = of or make.product()
    whole = units * product.net_content_g
    homes = {make.household(county): whole * part for part in grams}
    return make.packed_lot(product, units=units, deliveries=homes, share_bp=share_bp)


def order(
    *lines: tuple[Lot, int, int], freight_fen: int = 0, at: datetime = NOW, fee_fen: int = 0, status: str = "paid"
) -> Order:
    """An order with one line per (lot, units, price in fen), by default paid and booked."""
    goods = sum(price for _lot, _units, price in lines)
    yuan, freight = money.to_yuan(goods + freight_fen), money.to_yuan(freight_fen)
    made = Order.objects.create(
        number=f"T{next(numbers):06d}", currency="CNY", total_incl_tax=yuan, total_excl_tax=yuan, status=status,
        shipping_incl_tax=freight, shipping_excl_tax=freight, goods_fen=goods, freight_fen=freight_fen,
        total_fen=goods + freight_fen, date_placed=at, reserved_until=at + timedelta(minutes=30),
        paid_at=at if status == "paid" else None,
    )  # fmt: skip
    parcel = Consignment.objects.create(
        order=made, position=1, origin=_node("origin", "county"), destination=_node("door", "door"), way=[],
        temperature="ambient", grams=1000, freight_fen=freight_fen, promised_at=at + timedelta(days=5),
    )  # fmt: skip
    for each, units, price in lines:
        LineLot.objects.create(line=_line(made, each, units, price), lot=each, consignment=parcel, units=units)
    if status == "paid":
        pay(made, at=at, fee_fen=fee_fen)
    return made


def _line(of: Order, lot: Lot, units: int, price_fen: int) -> Line:
    product = lot.product
    assert product is not None
    record = product.stockrecords.get()
    yuan: Decimal = money.to_yuan(price_fen)
    return Line.objects.create(
        order=of, product=product, stockrecord=record, partner=record.partner, partner_name=record.partner.name,
        partner_sku=record.partner_sku, title=product.title, quantity=units, price_fen=price_fen,
        grams=units * product.net_content_g, line_price_incl_tax=yuan, line_price_excl_tax=yuan,
        line_price_before_discounts_incl_tax=yuan, line_price_before_discounts_excl_tax=yuan, status="paid",
        num_allocated=units,
    )  # fmt: skip


def _node(code: str, tier: str) -> Node:
    return Node.objects.filter(code=code).first() or make.node(code, tier)


def pay(of: Order, *, at: datetime = NOW, fee_fen: int = 0) -> Payment:
    payment = Payment.objects.create(
        order=of, method="alipay", amount_fen=of.total_fen, received_fen=of.total_fen, state="succeeded", made_at=at,
        succeeded_at=at, fee_fen=fee_fen, idempotency_key=f"key {next(numbers)}",
    )  # fmt: skip
    ledger.post_payment(payment=payment, at=at)
    Order.objects.filter(pk=of.pk).update(status="paid", paid_at=at)
    return payment


def deliver(of: Order, *, at: datetime = NOW) -> list[Division]:
    """The parcel arrives: freight earned, every line accepted and divided."""
    ledger.post_freight(consignment=of.consignments.get(), at=at)
    of.lines.update(accepted_at=at)
    made = [ledger.post_sale(line=line, at=at) for line in of.lines.order_by("pk")]
    Order.objects.filter(pk=of.pk).update(status="delivered")
    return made


def sold(*grams: int, price_fen: int = 10_007, share_bp: int = 6000, at: datetime = NOW) -> Line:
    """One delivered line of one lot; the households delivered in the given proportion."""
    of = order((lot(*grams, share_bp=share_bp), 1, price_fen), at=at)
    deliver(of, at=at)
    return line_of(of)


def line_of(of: Order) -> Line:
    return of.lines.get()  # type: ignore[no-any-return]


def refund(line: Line, fen: int, reference: str = "", *, at: datetime = NOW) -> Entry:
    """The rows and the entry of one refund."""
    reference = reference or f"R-{next(numbers)}"
    payment = Payment.objects.get(order=line.order, state="succeeded")
    payment.refunded_fen += fen
    payment.save(update_fields=["refunded_fen"])
    Refund.objects.create(
        payment=payment, line=line, reference=reference, amount_fen=fen, reason="test", state="done", asked_at=at
    )
    line.refresh_from_db()
    Line.objects.filter(pk=line.pk).update(refunded_fen=line.refunded_fen + fen)
    entry = ledger.post_refund(line=line, amount_fen=fen, reference=reference, at=at)
    line.refresh_from_db()
    return entry


def released(*, at: datetime = NOW, partner: object = None) -> PayoutBatch:
    """All that is due, drafted, approved and released by three people."""
    batch = payouts.draft(by=person(), at=at, partner=partner)  # type: ignore[arg-type]
    batch = payouts.approve(batch=batch, by=person(), at=at)
    return payouts.release(batch=batch, by=person(), at=at)


def prove(item: PayoutItem, *, at: datetime = NOW, on: date | None = None, by: User | None = None) -> PayoutItem:
    return payouts.evidence(
        item=item, kind=PayoutItem.Evidence.BANK_RECEIPT, reference=f"B-{next(numbers)}", paid_on=on or make.TODAY,
        by=by or person(), at=at,
    )  # fmt: skip


def paid_out(*, at: datetime = NOW) -> PayoutBatch:
    """All that is due, paid and proved."""
    batch = released(at=at)
    for item in batch.items.order_by("pk"):
        prove(item, at=at)
    return batch


def shares(line: Line) -> list[Share]:
    return list(Share.objects.filter(line=line).order_by("position"))


def owed_fen(household: Household) -> int:
    """What the ledger owes a household, straight from SQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(-sum(fen), 0) FROM revenue_posting WHERE account = 'households' AND household_id = %s",
            [household.pk],
        )
        return int(cursor.fetchone()[0])
