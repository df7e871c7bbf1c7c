"""Who reads which area's figures, and months that are closed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Official(models.Model):
    """A reader of aggregate figures for an area (region, prefecture or county); never of a household's rows."""

    stands_on = ("area",)  # catalogue.places.standing

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="official_areas")
    area = models.ForeignKey("catalogue.Place", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "area"], name="official_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.area}"


class MonthClose(models.Model):
    """A month's figures as they stood when it was closed. Nothing can be booked into it afterwards (trigger)."""

    month = models.DateField(unique=True)  # its first day
    figures = models.JSONField()
    root_hash = models.CharField(max_length=64)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ["-month"]
        permissions = [("close_month", "may close months")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
