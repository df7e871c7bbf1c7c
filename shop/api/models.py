"""The keys by which a supplier's own software comes in. No row holds a key, only what one can be checked against."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """One thing a key opens. The first word says what it is about, the second whether it changes it."""

    PRODUCTS_READ = "products:read", _("read your articles")
    PRODUCTS_WRITE = "products:write", _("make and change your articles")
    PRICES_WRITE = "prices:write", _("change your prices")
    STOCK_READ = "stock:read", _("read your stock")
    PHOTOS_WRITE = "photos:write", _("add photographs")
    IMPORTS_WRITE = "imports:write", _("import tables of articles")


class TokenQuerySet(models.QuerySet["Token"]):
    def standing(self) -> TokenQuerySet:
        """Those that nobody ended; they may have run out."""
        return self.filter(ended_at=None)


class Token(models.Model):
    """A key of a supplier's software.

    digest: SHA-256 of the key, in hexadecimal; a key has 256 random bits, so nothing slower is needed
    ending: its last four signs, by which people tell keys apart; used_date: the last Shanghai day it was used
    """

    partner = models.ForeignKey("partner.Partner", models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_date = models.DateField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="token_opens_something"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="token_runs_out"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="token_is_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"

    def stands(self, at: datetime) -> bool:
        """Whether the key opens anything at that moment."""
        return self.ended_at is None and at < self.expires_at
