"""Orders on our terms: whole fen beside Oscar's decimals, the way each parcel takes, the lots each line holds."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.abstract_models import AbstractShippingAddress
from oscar.apps.order.abstract_models import AbstractLine, AbstractOrder
from oscar.apps.order.exceptions import InvalidLineStatus, InvalidOrderStatus


class Order(AbstractOrder):
    """status: placed -> paid -> shipping -> delivered, or cancelled; moved only by domain functions."""

    class Channel(models.TextChoices):
        ONLINE = "online", _("online")
        COLLABORATIVE = "collaborative", _("collaborative consumption within the region")
        STATIONED_TEAM = "stationed_team", _("stationed-team units")

    channel = models.CharField(max_length=15, choices=Channel.choices, default=Channel.ONLINE)
    unit = models.ForeignKey("buyers.Unit", models.PROTECT, null=True, related_name="orders")
    language = models.CharField(max_length=10, default="zh-hans")
    submission = models.CharField(max_length=64, unique=True, null=True)  # one checkout form, one order
    goods_fen = models.PositiveBigIntegerField(default=0)
    freight_fen = models.PositiveBigIntegerField(default=0)
    total_fen = models.PositiveBigIntegerField(default=0)
    reserved_until = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    cancelled_reason = models.CharField(max_length=200, blank=True)

    class Meta(AbstractOrder.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total_fen=models.F("goods_fen") + models.F("freight_fen")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["placed", "cancelled"]) | models.Q(paid_at__isnull=False),
                name="order_moves_only_when_paid",
            ),
        ]

    def set_status(self, new_status: str) -> None:
        """Oscar's hook, used by its dashboard: refused. Money and parcels move an order, through `lifecycle`."""
        raise InvalidOrderStatus(f"Order {self.number} is moved by its payment and its parcels, not by hand.")


class ShippingAddress(AbstractShippingAddress):
    """Where to; `division` is the county (or township) by code, mainland only."""

    division = models.ForeignKey("catalogue.Place", models.PROTECT, null=True, related_name="+")


class Consignment(models.Model):
    """The lines of an order that travel together: one origin, one temperature class, one way, one promise.

    way: list of hops as chosen at checkout: leg, origin, destination (node codes), depart_at, arrive_at (ISO 8601
    UTC), cost_fen, distance_km
    """

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="consignments")
    position = models.PositiveIntegerField()
    origin = models.ForeignKey("logistics.Node", models.PROTECT, related_name="+")
    destination = models.ForeignKey("logistics.Node", models.PROTECT, related_name="+")
    temperature = models.CharField(max_length=10)
    grams = models.PositiveBigIntegerField()
    way = models.JSONField()
    freight_fen = models.PositiveBigIntegerField()
    promised_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="consignment_once")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The plain words by which logistics knows this consignment."""
        return f"order {self.order.number} consignment {self.position}"


class Line(AbstractLine):
    price_fen = models.PositiveBigIntegerField(default=0)
    refunded_fen = models.PositiveBigIntegerField(default=0)
    grams = models.PositiveBigIntegerField(default=0)
    certificate = models.ForeignKey("certification.Certificate", models.PROTECT, null=True, related_name="order_lines")
    accepted_at = models.DateTimeField(null=True)

    class Meta(AbstractLine.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(refunded_fen__lte=models.F("price_fen")), name="line_refund_at_most_price"
            ),
        ]

    def set_status(self, new_status: str) -> None:
        """Oscar's hook, used by its dashboard: refused, as for the order."""
        raise InvalidLineStatus(f"Line {self.pk} is moved with its order, not by hand.")

    @property
    def reference(self) -> str:
        """The plain words by which lots, certificates and the ledger know this line."""
        return f"order {self.order.number} line {self.id}"


class LineLot(models.Model):
    """Packs of one lot inside one order line."""

    line = models.ForeignKey("order.Line", models.PROTECT, related_name="lots")
    lot = models.ForeignKey("provenance.Lot", models.PROTECT, related_name="order_lines")
    consignment = models.ForeignKey(Consignment, models.PROTECT, related_name="lots")
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "lot", "consignment"], name="line_lot_once"),
            models.CheckConstraint(condition=models.Q(units__gt=0), name="line_lot_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.lot} x {self.units}"


from oscar.apps.order.models import *  # noqa: E402, F403  Oscar's own models come after ours
