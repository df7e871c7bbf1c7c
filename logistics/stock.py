"""Packs on hand and packs promised, lot by lot and node by node, first expired first out.

Every function that makes stock scarcer or freer first locks the stock records of the products it touches, in the order
of their keys, and only then looks. So two callers of one product wait for each other, and nobody deadlocks. Whoever
touches several products in one transaction calls `lock` for all of them before the first of them.

The rows (LotStock, Reservation, StockMove) are the truth; a stock record's totals (num_in_stock: units on hand over
all nodes, num_allocated: reserved) change in the same transaction, and CHECK constraints stand behind both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from catalogue.compiled import among, compiled
from catalogue.days import day_of
from catalogue.models import Product
from catalogue.partner.models import StockRecord
from certification.provenance.models import Lot
from logistics.models import LotStock, Node, Reservation, StockMove

State = Reservation.State


class NotEnoughStock(Exception):
    """Fewer packs are free than wanted; nothing was reserved."""

    def __init__(self, *, product: Product, left: int, wanted: int) -> None:
        self.product, self.left, self.wanted = product, left, wanted
        words = _("%(product)s: %(left)d left, %(wanted)d wanted; take fewer or another product.")
        super().__init__(words % {"product": product.name, "left": left, "wanted": wanted})


class ReservationGone(Exception):
    """What was reserved is not there to be kept or shipped."""


class AlreadyShipped(Exception):
    """Goods that have left cannot be released."""


class ReferenceReused(Exception):
    """The reference already stands for something else."""


class TooManyUnits(Exception):
    """More packs would be on hand than the lot was packed into."""


class NoStockRecord(Exception):
    """The lot's supplier has no stock record for its product."""


def lock(*, products: Iterable[Product]) -> None:
    """Hold the stock records of these products, in key order, until the transaction ends."""
    _lock({product.pk for product in products})


@transaction.atomic
def receive(*, lot: Lot, node: Node, units: int, reference: str, at: datetime) -> LotStock:
    """Take packs of a packed lot into stock at a node.

    units: above zero
    reference: of this receipt; a second call with it, the lot and the node returns the stock and adds nothing

    Raises ReferenceReused (the same reference with other units), TooManyUnits, NoStockRecord.
    """
    _at_least_one(units)
    if lot.product_id is None:
        raise ValueError(f"{lot} is not packed; only packs are taken into stock.")
    _lock({lot.product_id})
    moves = StockMove.objects.filter(lot=lot, kind=StockMove.Kind.PACKED)
    earlier = moves.filter(node=node, reference=reference).first()
    if earlier:
        if earlier.units != units:
            raise ReferenceReused(f"{reference} received {earlier.units} packs of {lot}; {units} need a new reference.")
        return LotStock.objects.get(lot=lot, node=node)
    received = moves.aggregate(units=Sum("units"))["units"] or 0
    if received + units > lot.units:
        raise TooManyUnits(f"{lot} has {lot.units} packs, {received} are received; {units} more are too many.")
    stock, _made = LotStock.objects.get_or_create(lot=lot, node=node)
    StockMove.objects.create(lot=lot, node=node, units=units, kind=StockMove.Kind.PACKED, reference=reference, at=at)
    LotStock.objects.filter(pk=stock.pk).update(units=F("units") + units)
    _count(lot, units=units)
    stock.refresh_from_db(fields=["units", "reserved_units"])
    return stock


def available(product: Product, on: date) -> int:
    """Packs that may still be promised on that day, over all nodes."""
    return sum(row.units - row.reserved_units for row in sellable([product.pk], on))


@transaction.atomic
def reserve(*, product: Product, units: int, reference: str, at: datetime, expires_at: datetime) -> list[Reservation]:
    """Hold packs for one order line, first expired first out over lots and nodes.

    units: above zero
    reference: of the line; a second call with it returns the first result
    at: lots whose expiry day is this moment's Shanghai day or earlier are not sold
    expires_at: from when `release_expired` may give them back, unless kept

    Raises NotEnoughStock, ReferenceReused, ReservationGone (the reference was reserved and released before).
    """
    _at_least_one(units)
    _lock({product.pk})
    if earlier := _held_for(reference):
        return _same(earlier, product, units)
    lots = sellable([product.pk], day_of(at))
    left = sum(row.units - row.reserved_units for row in lots)
    if left < units:
        raise NotEnoughStock(product=product, left=left, wanted=units)
    made, missing = [], units
    for row in lots:
        taken = min(missing, row.units - row.reserved_units)
        _hold(row, taken, product)
        made.append(Reservation(stock=row, reference=reference, units=taken, reserved_at=at, expires_at=expires_at))
        missing -= taken
        if not missing:
            break
    return Reservation.objects.bulk_create(made)


@transaction.atomic
def keep(*, reference: str, at: datetime) -> None:
    """The order is paid: what it holds no longer expires. A second call changes nothing.

    What is past its expiry and not yet released is kept as well.

    Raises ReservationGone when it was released meanwhile, or never reserved.
    """
    rows = list(_of(reference).select_for_update(of=("self",), no_key=True))
    _refuse_if_gone(reference, rows)
    held = [row.pk for row in rows if row.state == State.HELD]
    Reservation.objects.filter(pk__in=held).update(state=State.KEPT, state_at=at)


@transaction.atomic
def release(*, reference: str, at: datetime) -> int:
    """Give back what a reference holds or keeps; returns the packs given back, 0 when there are none (any more).

    Raises AlreadyShipped; then nothing is released.
    """
    _lock(set(_of(reference).values_list("stock__lot__product_id", flat=True)))
    shipped = _of(reference).filter(state=State.SHIPPED).first()
    if shipped:
        raise AlreadyShipped(f"{reference}: {shipped.units} packs of {shipped.stock.lot} have left for the buyer.")
    return sum(row.units for row in _free(_of(reference).filter(state__in=[State.HELD, State.KEPT]), at))


@transaction.atomic
def release_expired(*, at: datetime) -> int:
    """Give back everything held past its expiry; returns the number of references it was held for."""
    due = Reservation.objects.filter(state=State.HELD, expires_at__lte=at)
    seen = dict(due.values_list("pk", "stock__lot__product_id"))
    _lock(set(seen.values()))
    return len({row.reference for row in _free(due.filter(pk__in=seen), at)})


@transaction.atomic
def ship(*, reference: str, at: datetime, node: Node | None = None, lot: Lot | None = None) -> int:
    """The parcel leaves: what a paid reference keeps is no longer in stock. Returns the packs; a second call 0.

    node, lot: only what lies at that node, only that lot; None: all

    Raises ReservationGone when there is nothing kept: never reserved, released, or not paid yet.
    """
    _lock(set(_of(reference).values_list("stock__lot__product_id", flat=True)))
    found = _of(reference).filter(**({"stock__node": node} if node else {}), **({"stock__lot": lot} if lot else {}))
    rows = list(found.select_for_update(of=("self",), no_key=True))
    _refuse_if_gone(reference, rows)
    if any(row.state == State.HELD for row in rows):
        raise ReservationGone(f"{reference} is reserved but not paid; it leaves once the payment is there.")
    kept = [row for row in rows if row.state == State.KEPT]
    for row in kept:
        _take_out(row, at)
    Reservation.objects.filter(pk__in=[row.pk for row in kept]).update(state=State.SHIPPED, state_at=at)
    return sum(row.units for row in kept)


def _at_least_one(units: int) -> None:
    if units < 1:
        raise ValueError(f"{units} packs cannot be moved; give a whole number above zero.")


def _lock(product_ids: set[int]) -> None:
    _locked_records(list(product_ids))


@compiled
def _locked_records(products: list[int]) -> QuerySet[StockRecord, int]:
    rows = StockRecord.objects.select_for_update(no_key=True).filter(among("product", products))
    return rows.order_by("pk").values_list("pk", flat=True)


@compiled
def sellable(products: list[int], on: date) -> QuerySet[LotStock]:
    """What may be promised of these products on that day, first expired first out, with lots and nodes.

    products: keys
    """
    rows = LotStock.objects.filter(among("lot__product", products), lot__expires_date__gt=on)
    rows = rows.filter(units__gt=F("reserved_units")).select_related("lot", "node")
    return rows.order_by("lot__expires_date", "lot_id", "node_id")


@compiled
def _held_for(reference: str) -> QuerySet[Reservation]:
    return _of(reference)


def _of(reference: str) -> QuerySet[Reservation]:
    return Reservation.objects.filter(reference=reference).select_related("stock__lot", "stock__node").order_by("pk")


def _same(earlier: list[Reservation], product: Product, units: int) -> list[Reservation]:
    reference = earlier[0].reference
    held = sum(row.units for row in earlier)
    if held != units or any(row.stock.lot.product_id != product.pk for row in earlier):
        raise ReferenceReused(f"{reference} already holds {held} packs of {earlier[0].stock.lot}; use a new reference.")
    _refuse_if_gone(reference, earlier)
    return earlier


def _refuse_if_gone(reference: str, rows: list[Reservation]) -> None:
    if not rows:
        raise ReservationGone(f"Nothing is reserved for {reference}; reserve it first.")
    released = [row for row in rows if row.state == State.RELEASED]
    if released:
        units = sum(row.units for row in released)
        raise ReservationGone(f"{reference}: {units} packs were given back; order anew.")


def _hold(stock: LotStock, units: int, product: Product) -> None:
    free = LotStock.objects.filter(pk=stock.pk, units__gte=F("reserved_units") + units)
    if not free.update(reserved_units=F("reserved_units") + units):
        stock.refresh_from_db(fields=["units", "reserved_units"])
        raise NotEnoughStock(product=product, left=stock.units - stock.reserved_units, wanted=units)
    _count(stock.lot, reserved=units)


def _take_out(row: Reservation, at: datetime) -> None:
    stock = row.stock
    LotStock.objects.filter(pk=stock.pk).update(
        units=F("units") - row.units, reserved_units=F("reserved_units") - row.units
    )
    StockMove.objects.create(
        lot=stock.lot, node=stock.node, units=-row.units, kind=StockMove.Kind.SHIPPED, reference=row.reference, at=at
    )
    _count(stock.lot, units=-row.units, reserved=-row.units)


def _free(rows: QuerySet[Reservation], at: datetime) -> list[Reservation]:
    """Release these rows; their products' stock records are locked already. Three updates, whatever their number."""
    freed = list(rows.select_for_update(of=("self",), no_key=True).select_related("stock__lot").order_by("pk"))
    if not freed:
        return []
    same = Reservation.objects.filter(pk__in=[row.pk for row in freed]).order_by()
    same.update(state=State.RELEASED, state_at=at)
    at_node = same.filter(stock=OuterRef("pk")).values("stock").annotate(total=Sum("units")).values("total")
    LotStock.objects.filter(pk__in={row.stock_id for row in freed}).update(
        reserved_units=F("reserved_units") - Subquery(at_node)
    )
    here = {"stock__lot__product": OuterRef("product"), "stock__lot__partner": OuterRef("partner")}
    of_record = same.filter(**here).values("stock__lot__product").annotate(total=Sum("units")).values("total")
    StockRecord.objects.filter(product__in={row.stock.lot.product_id for row in freed}).update(
        num_allocated=F("num_allocated") - Coalesce(Subquery(of_record), 0)
    )
    return freed


def _count(lot: Lot, *, units: int = 0, reserved: int = 0) -> None:
    record = StockRecord.objects.filter(product=lot.product_id, partner=lot.partner_id)
    totals = {
        "num_in_stock": Coalesce(F("num_in_stock"), 0) + units,
        "num_allocated": Coalesce(F("num_allocated"), 0) + reserved,
    }
    if record.update(**totals) != 1:
        raise NoStockRecord(f"The supplier of {lot} has no single stock record for its product; make one first.")
