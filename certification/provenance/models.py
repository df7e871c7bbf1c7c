"""The lot chain: intake slips of households flow into bulk lots, graded lots and packed lots."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Lot(models.Model):
    """Goods of one kind that stay together. `used_g` is what later lots have taken; output never exceeds input."""

    class Kind(models.TextChoices):
        BULK = "bulk", _("bulk lot")
        GRADED = "graded", _("graded lot")
        PACKED = "packed", _("packed lot")

    code = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    partner = models.ForeignKey("partner.Partner", models.PROTECT, related_name="lots")
    commodity = models.ForeignKey("catalogue.Commodity", models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", models.PROTECT, null=True, related_name="lots")
    origin = models.ForeignKey("catalogue.Place", models.PROTECT, related_name="+")
    grams = models.PositiveBigIntegerField()
    used_g = models.PositiveBigIntegerField(default=0)
    units = models.PositiveIntegerField(default=0)  # packs; packed lots only
    harvest_date = models.DateField()
    made_date = models.DateField()
    expires_date = models.DateField(null=True)  # the first day it may no longer be sold; packed lots only
    test_report = models.CharField(max_length=60, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(used_g__lte=models.F("grams")), name="lot_mass_balance"),
            models.CheckConstraint(condition=models.Q(grams__gt=0), name="lot_not_empty"),
            models.CheckConstraint(
                condition=~models.Q(kind="packed")
                | models.Q(product__isnull=False, units__gt=0, expires_date__isnull=False),
                name="packed_lot_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class IntakeSlip(models.Model):
    """One household's delivery at the scale. Never edited; a correction is a reversal and a new slip."""

    number = models.CharField(max_length=40, unique=True)
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="slips_in")
    agreement = models.ForeignKey("households.Agreement", models.PROTECT, related_name="slips_in")
    partner = models.ForeignKey("partner.Partner", models.PROTECT, related_name="slips_in")
    commodity = models.ForeignKey("catalogue.Commodity", models.PROTECT, related_name="+")
    grade = models.CharField(max_length=30)
    grams = models.PositiveBigIntegerField()
    delivered_date = models.DateField()
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(grams__gt=0), name="slip_not_empty")]

    def __str__(self) -> str:
        return self.number


class LotInput(models.Model):
    """Grams that went into a lot, from an intake slip or from an earlier lot; append-only."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="inputs")
    slip = models.OneToOneField(IntakeSlip, models.PROTECT, null=True, related_name="input")
    source = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="outputs")
    grams = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(grams__gt=0), name="lot_input_positive"),
            models.CheckConstraint(
                condition=models.Q(slip__isnull=True, source__isnull=False)
                | models.Q(slip__isnull=False, source__isnull=True),
                name="lot_input_has_one_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot} <- {self.slip or self.source}"
