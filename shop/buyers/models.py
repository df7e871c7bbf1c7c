"""Purchasing units: institutions of partner provinces that buy together."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models import in_language


class Unit(models.Model):
    stands_on = ("county",)  # catalogue.places.standing

    class Kind(models.TextChoices):
        AGENCY = "agency", _("agency")
        SCHOOL = "school", _("school")
        HOSPITAL = "hospital", _("hospital")
        UNION = "union", _("trade union")
        FIRM = "firm", _("firm")
        STATIONED_TEAM = "stationed_team", _("stationed-team unit")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=15, choices=Kind.choices)
    county = models.ForeignKey("catalogue.Place", models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    has_canteen = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Member(models.Model):
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.unit}"
