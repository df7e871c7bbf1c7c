"""Placing an order: stock, certified grams, ways and rows in one transaction, or nothing and the reasons why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import repeat
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from catalogue import days
from catalogue.compiled import compiled
from catalogue.models import Place, Product
from certification import certificates
from certification.models import Certificate
from logistics import stock
from logistics.models import LotStock
from shop import jobs, money
from shop.order import addresses, items, numbers, parcels
from shop.order.addresses import Address
from shop.order.items import Item
from shop.order.models import Consignment, Line, LineLot, Order
from shop.order.parcels import Parcel
from shop.pagecache import memo
from shop.revenue import division as dividing

__all__ = ["Address", "CannotPlace", "Preview", "place", "preview"]

RESERVED = timedelta(minutes=30)
SUBMISSION_LEAST, SUBMISSION_MOST = 16, 64
TOTALS = [
    "freight_fen", "total_fen", "total_incl_tax", "total_excl_tax", "shipping_incl_tax", "shipping_excl_tax",
]  # fmt: skip


class CannotPlace(Exception):
    """The order cannot be placed; nothing was kept. reasons: what stands in the way, one sentence each."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = list(dict.fromkeys(reasons))
        super().__init__(" ".join(self.reasons))


@dataclass(frozen=True)
class Preview:
    """What an order placed now would cost and which ways it would take."""

    consignments: list[Parcel]
    goods_fen: int
    freight_fen: int

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.freight_fen


def preview(*, basket: Any, division: Place, choice: str, at: datetime) -> Preview:
    """The parcels, promises and prices of an order placed now; nothing is written or held. Raises CannotPlace."""
    wishes, reasons = items.of(basket, at)
    reasons += [*_no_rule(at), *addresses.place_problems(division)]
    _refuse(reasons)
    wanted: dict[Product, int] = defaultdict(int)
    for item in wishes:
        wanted[item.product] += item.quantity
    today = days.day_of(at)
    packs, short = parcels.expected(wanted, on=today)
    for product in short:
        left = stock.available(product, today)
        reasons.append(str(stock.NotEnoughStock(product=product, left=left, wanted=wanted[product])))
        reasons += _expired(product, today)
    _refuse(reasons)
    made = parcels.group(packs)
    _refuse(parcels.route(made, division=division, choice=choice, at=at))
    return Preview(made, sum(item.price_fen for item in wishes), sum(parcel.freight_fen for parcel in made))


def place(
    *,
    basket: Any,
    address: Address,
    email: str,
    user: Any = None,
    channel: str = Order.Channel.ONLINE,
    unit: Any = None,
    choice: str = "cheapest",
    language: str,
    submission: str,
    at: datetime,
    total_fen: int | None = None,
) -> Order:
    """Turn a basket into an order that holds its stock and certified grams for 30 minutes, and wait for the payment.

    submission: the checkout form's own random token; the same form sent twice gives the same order
    total_fen: what the buyer was shown; None: nothing was. Another total is refused, for the buyer to look at
    email: where a guest's letters go; an account's go to the account's address

    Prices are those of the stock records now. Raises CannotPlace with every reason found; then nothing is kept.
    """
    if not SUBMISSION_LEAST <= len(submission) <= SUBMISSION_MOST:
        raise CannotPlace([_("This form is out of date. Load the page again.")])
    with transaction.atomic():
        locked = next(iter(_locked(basket.pk)), None)
        if found := _placed_before(submission, user):
            return found
        if locked is None or locked.status not in locked.editable_statuses:
            raise CannotPlace([_("This basket was already ordered, or it is empty. Look into your orders.")])
        order = _write(locked, address, choice, at, {
            "number": numbers.new(), "basket": locked, "user": user, "guest_email": "" if user else email, "unit": unit,
            "channel": channel, "language": language, "submission": submission, "site_id": None, "currency": "CNY",
            "status": "placed", "date_placed": at, "reserved_until": at + RESERVED,
        })  # fmt: skip
        if total_fen is not None and order.total_fen != total_fen:
            raise CannotPlace(
                [
                    _("The total is now %(total)s. Look at the ways and prices again, then go on.")
                    % {"total": _yuan(order.total_fen)}
                ]
            )
        locked.status, locked.date_submitted = locked.SUBMITTED, at
        locked.save(update_fields=["status", "date_submitted"])
        jobs.defer("order.mail", order_id=order.pk, kind="placed")
    return order


@compiled
def _locked(basket: int) -> QuerySet[Any]:
    return get_model("basket", "Basket").objects.select_for_update(no_key=True).filter(pk=basket)


def _placed_before(submission: str, user: Any) -> Order | None:
    found = of_submission(submission)
    if found and found.user_id != (user.pk if user else None):
        raise CannotPlace([_("This form is out of date. Load the page again.")])
    return found


def of_submission(submission: str) -> Order | None:
    """The order that was placed with a checkout form's token."""
    return next(iter(_of_submission(submission)), None)


@compiled
def _of_submission(submission: str) -> QuerySet[Order]:
    return Order.objects.filter(submission=submission)


def _write(basket: Any, address: Address, choice: str, at: datetime, fields: dict[str, Any]) -> Order:
    """The order and all that belongs to it. Locks stock records, then certificates, each in the order of their keys."""
    division = addresses.division_of(address)
    wishes, reasons = items.of(basket, at)
    reasons += [*_no_rule(at), *addresses.problems(address, division)]
    _refuse(reasons)
    assert division is not None
    stock.lock(products=[item.product for item in wishes])
    order = Order(**fields, goods_fen=sum(item.price_fen for item in wishes))
    order.shipping_address = addresses.save(address, division)
    _write_totals(order, 0)
    order.save(force_insert=True)
    drawn_on = [certificates.valid_for(item.product, at) for item in wishes]
    lines = Line.objects.bulk_create(map(_line, repeat(order), wishes, drawn_on))
    packs, reasons = _reserve(lines, wishes, at)
    reasons += _take(lines, wishes, at)
    made = parcels.group(packs)
    reasons += parcels.route(made, division=division, choice=choice, at=at)
    _refuse(reasons)
    _write_consignments(order, made, {line.reference: line for line in lines})
    _write_totals(order, sum(parcel.freight_fen for parcel in made))
    order.save(update_fields=TOTALS)
    return order


def _line(order: Order, item: Item, certificate: Certificate | None) -> Line:
    price, unit, partner = money.to_yuan(item.price_fen), item.record.price, item.record.partner
    return Line(
        order=order, partner=partner, partner_name=partner.name, partner_sku=item.record.partner_sku,
        stockrecord=item.record, product=item.product, title=item.product.title, upc=item.product.upc,
        quantity=item.quantity, line_price_incl_tax=price, line_price_excl_tax=price,
        line_price_before_discounts_incl_tax=price, line_price_before_discounts_excl_tax=price,
        unit_price_incl_tax=unit, unit_price_excl_tax=unit,
        status="placed", num_allocated=item.quantity, price_fen=item.price_fen, grams=item.grams,
        certificate=certificate,
    )  # fmt: skip


def _reserve(lines: list[Line], wishes: list[Item], at: datetime) -> tuple[list[parcels.Packs], list[str]]:
    packs: list[parcels.Packs] = []
    reasons: list[str] = []
    for line, item in zip(lines, wishes, strict=True):
        try:
            held = stock.reserve(
                product=item.product, units=item.quantity, reference=line.reference, at=at, expires_at=at + RESERVED
            )
        except stock.NotEnoughStock as refusal:
            reasons += [str(refusal), *_expired(item.product, days.day_of(at))]
        else:
            packs += [parcels.Packs(line.reference, item.product, row.stock, row.units) for row in held]
    return packs, reasons


def _take(lines: list[Line], wishes: list[Item], at: datetime) -> list[str]:
    """Take every line's certified grams, certificates in the order of their keys."""
    words = _("%s has no valid certificate now, so it is not on sale.")
    reasons = [words % item.product.name for line, item in zip(lines, wishes, strict=True) if not line.certificate]
    for line in sorted(lines, key=lambda line: (line.certificate_id or 0, line.pk)):
        try:
            if line.certificate:
                certificates.take(certificate=line.certificate, grams=line.grams, reference=line.reference, at=at)
        except (certificates.CertificateNotValid, certificates.QuantityExhausted) as refusal:
            reasons.append(str(refusal))
    return reasons


def _expired(product: Product, on: date) -> list[str]:
    """One sentence when packs lie there but are past their day."""
    rows = LotStock.objects.filter(lot__product=product, lot__expires_date__lte=on, units__gt=F("reserved_units"))
    units = rows.aggregate(left=Sum(F("units") - F("reserved_units")))["left"]
    words = _("%(product)s: %(units)d packs are past their date and are not sold.")
    return [words % {"product": product.name, "units": units}] if units else []


def _yuan(fen: int) -> str:
    return f"¥{money.to_yuan(fen):,.2f}"


def _no_rule(at: datetime) -> list[str]:
    """A sale that could not be divided at delivery is not begun."""
    try:
        dividing.rule_at(at, memo.keep("fee rules", dividing.rules))
    except dividing.NoFeeRule:
        return [_("The shop cannot sell now: no fee rule is in force. Please tell us; nothing was charged.")]
    return []


def _refuse(reasons: list[str]) -> None:
    if reasons:
        raise CannotPlace(reasons)


def _write_consignments(order: Order, made: list[Parcel], lines: dict[str, Line]) -> None:
    rows, lots = [], []
    for position, parcel in enumerate(made, start=1):
        quote = parcel.quote
        assert quote is not None
        row = Consignment(
            order=order, position=position, origin=quote.origin, destination=quote.destination,
            temperature=parcel.temperature, grams=parcel.grams, way=quote.hops, freight_fen=quote.freight_fen,
            promised_at=quote.promised_at,
        )  # fmt: skip
        rows.append(row)
        lots += [
            LineLot(line=lines[each.reference], lot=each.stock.lot, consignment=row, units=each.units)
            for each in parcel.packs
        ]
    Consignment.objects.bulk_create(rows)
    LineLot.objects.bulk_create(lots)


def _write_totals(order: Order, freight_fen: int) -> None:
    """Our fen and Oscar's decimals say the same."""
    order.freight_fen, order.total_fen = freight_fen, order.goods_fen + freight_fen
    order.shipping_incl_tax = order.shipping_excl_tax = money.to_yuan(freight_fen)
    order.total_incl_tax = order.total_excl_tax = money.to_yuan(order.total_fen)
