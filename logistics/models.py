"""Places goods lie at, legs they travel, what lies where, and parcels on their way."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models import Temperature, in_language

# A row that breaks one of these would stop the whole network from loading, so the database refuses it.
OPENS_BEFORE_IT_CLOSES = (
    models.Q(open_from__isnull=True)
    | models.Q(open_until__isnull=True)
    | models.Q(open_from__lte=models.F("open_until"))
)


class Node(models.Model):
    stands_on = ("place",)  # catalogue.places.standing

    class Tier(models.TextChoices):
        VILLAGE = "village", _("village cooperative")
        TOWNSHIP = "township", _("township sorting centre")
        COUNTY = "county", _("county distribution centre")
        HUB = "hub", _("prefecture hub")
        WAREHOUSE = "warehouse", _("partner-province warehouse")
        DOOR = "door", _("buyer's door")

    code = models.SlugField(max_length=30, unique=True)
    tier = models.CharField(max_length=10, choices=Tier.choices)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    place = models.ForeignKey("catalogue.Place", models.PROTECT, related_name="nodes")
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    position_basis = models.CharField(max_length=100, blank=True)
    temperatures = ArrayField(models.CharField(max_length=10, choices=Temperature.choices))
    cut_off_minute = models.PositiveIntegerField()  # after midnight in Shanghai
    handling_minutes = models.PositiveIntegerField()
    open_from = models.DateField(null=True)
    open_until = models.DateField(null=True)
    closed_dates = ArrayField(models.DateField(), default=list, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cut_off_minute__gte=1, cut_off_minute__lte=1440), name="node_cut_off_within_day"
            ),
            models.CheckConstraint(
                condition=OPENS_BEFORE_IT_CLOSES,
                name="node_opens_before_it_closes",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Leg(models.Model):
    code = models.SlugField(max_length=80, unique=True)
    origin = models.ForeignKey(Node, models.PROTECT, related_name="legs_out")
    destination = models.ForeignKey(Node, models.PROTECT, related_name="legs_in")
    distance_km = models.PositiveIntegerField()
    basis = models.CharField(max_length=100)
    as_of = models.DateField()
    minutes = models.PositiveIntegerField()
    fixed_fen = models.PositiveIntegerField()
    fen_per_kg = models.PositiveIntegerField()
    temperatures = ArrayField(models.CharField(max_length=10, choices=Temperature.choices))
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    depart_minute = models.PositiveIntegerField()
    open_from = models.DateField(null=True)
    open_until = models.DateField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(depart_minute__lte=1439), name="leg_departs_within_day"),
            models.CheckConstraint(condition=models.Q(weekdays__contained_by=list(range(7))), name="leg_weekdays"),
            models.CheckConstraint(condition=~models.Q(origin=models.F("destination")), name="leg_joins_two_nodes"),
            models.CheckConstraint(condition=OPENS_BEFORE_IT_CLOSES, name="leg_opens_before_it_closes"),
        ]

    def __str__(self) -> str:
        return self.code


class NetworkStamp(models.Model):
    """One row whose stamp is new after every change of a node or leg; triggers on both tables write it.

    A stamp is never used twice, not even after a rollback, so a network kept under it is the network of these rows.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField(db_default=RandomUUID())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="network_stamp_is_one_row")]

    def __str__(self) -> str:
        return str(self.stamp)


class Operator(models.Model):
    """Who works at which node; an operator sees that node's goods only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts")
    node = models.ForeignKey(Node, models.PROTECT, related_name="operators")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "node"], name="operator_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.node}"


class LotStock(models.Model):
    """Packs of one lot at one node. reserved_units are promised to orders; the rest may be sold."""

    lot = models.ForeignKey("provenance.Lot", models.PROTECT, related_name="stock")
    node = models.ForeignKey(Node, models.PROTECT, related_name="stock")
    units = models.PositiveIntegerField(default=0)
    reserved_units = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "node"], name="lot_stock_once"),
            models.CheckConstraint(
                condition=models.Q(reserved_units__lte=models.F("units")), name="lot_stock_never_oversold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot} at {self.node}"


class StockMove(models.Model):
    """Append-only; the sum of a lot's moves at a node is its stock there."""

    class Kind(models.TextChoices):
        PACKED = "packed", _("packed")
        SHIPPED = "shipped", _("shipped")
        RETURNED = "returned", _("returned")

    lot = models.ForeignKey("provenance.Lot", models.PROTECT, related_name="stock_moves")
    node = models.ForeignKey(Node, models.PROTECT, related_name="stock_moves")
    units = models.IntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reference = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference", "lot", "node", "kind"], name="stock_move_once")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.units:+d}"


class Reservation(models.Model):
    """Packs of one lot held for one order line; released on expiry, shipped when the parcel leaves."""

    class State(models.TextChoices):
        HELD = "held", _("held")
        KEPT = "kept", _("kept for a paid order")
        SHIPPED = "shipped", _("shipped")
        RELEASED = "released", _("released")

    stock = models.ForeignKey(LotStock, models.PROTECT, related_name="reservations")
    reference = models.CharField(max_length=80)
    units = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    reserved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state_at = models.DateTimeField(null=True)  # when it was kept, shipped or released

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference", "stock"], name="reservation_once"),
            models.CheckConstraint(condition=models.Q(units__gt=0), name="reservation_positive"),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="reservation_due")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.units}"


class Shipment(models.Model):
    """One parcel with one waybill on its way; `reference` names the order in plain words."""

    class State(models.TextChoices):
        READY = "ready", _("ready to leave")
        MOVING = "moving", _("on its way")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("cancelled")

    waybill = models.CharField(max_length=20, unique=True)
    reference = models.CharField(max_length=80, unique=True)
    temperature = models.CharField(max_length=10, choices=Temperature.choices)
    grams = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    origin = models.ForeignKey(Node, models.PROTECT, related_name="shipments_out")
    destination = models.ForeignKey(Node, models.PROTECT, related_name="shipments_in")
    promised_at = models.DateTimeField()
    made_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.waybill


class ShipmentContent(models.Model):
    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="contents")
    lot = models.ForeignKey("provenance.Lot", models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    reference = models.CharField(max_length=80)  # the order line

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shipment", "lot", "reference"], name="shipment_content_once")]

    def __str__(self) -> str:
        return f"{self.shipment} {self.lot} x {self.units}"


class Hop(models.Model):
    """One leg of a parcel's way: handed over only with both scans."""

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="hops")
    position = models.PositiveIntegerField()
    leg = models.ForeignKey(Leg, models.PROTECT, related_name="+")
    origin = models.ForeignKey(Node, models.PROTECT, related_name="+")
    destination = models.ForeignKey(Node, models.PROTECT, related_name="+")
    planned_depart_at = models.DateTimeField()
    planned_arrive_at = models.DateTimeField()
    out_at = models.DateTimeField(null=True)
    out_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    in_at = models.DateTimeField(null=True)
    in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "position"], name="hop_once"),
            models.CheckConstraint(
                condition=models.Q(in_at__isnull=True) | models.Q(out_at__isnull=False), name="hop_in_after_out"
            ),
        ]
        indexes = [
            models.Index(
                fields=["origin", "planned_depart_at"], name="hop_to_send", condition=models.Q(out_at__isnull=True)
            ),
            models.Index(
                fields=["destination", "planned_arrive_at"],
                name="hop_to_take_in",
                condition=models.Q(in_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment} {self.position}"
