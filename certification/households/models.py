"""Households that joined by their own recorded consent. A household that never joined leaves no record.

Deliberately absent: names, identity numbers, ethnicity, religion, health, education, photographs, positions.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    SETTLEMENT = "settlement", _("settlement")
    AGGREGATE_COUNT = "aggregate_count", _("aggregate count")
    STORY = "story", _("story publication")


class Household(models.Model):
    stands_on = ("county",)  # catalogue.places.standing

    reference = models.CharField(max_length=20, unique=True)  # invented, says nothing about the people
    county = models.ForeignKey("catalogue.Place", models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, default="zh-hans")
    member_count = models.PositiveSmallIntegerField(null=True)  # self-declared, optional
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["reference"]

    def __str__(self) -> str:
        return self.reference


class ConsentText(models.Model):
    """The words a household answered to, per purpose, version and language; never edited."""

    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version", "language"], name="consent_text_once")]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version} ({self.language})"


class ConsentEvent(models.Model):
    """Given, refused or withdrawn; append-only (a trigger refuses change and deletion)."""

    class Decision(models.TextChoices):
        GIVEN = "given", _("given")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    household = models.ForeignKey(Household, models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    at = models.DateTimeField()
    how = models.CharField(max_length=100)
    assisted_by = models.CharField(max_length=100, blank=True)  # never an officer of the payer or an official

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.household} {self.decision} {self.text}"


class Agreement(models.Model):
    """What a household is owed for deliveries to one supplier: versioned, dated, frozen once used."""

    class Channel(models.TextChoices):
        SHARE = "share", _("share of sales")

    household = models.ForeignKey(Household, models.PROTECT, related_name="agreements")
    partner = models.ForeignKey("partner.Partner", models.PROTECT, related_name="agreements")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.SHARE)
    version = models.PositiveIntegerField(default=1)
    share_bp = models.PositiveIntegerField()  # basis points of the supplier part, all households of a lot together
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    language = models.CharField(max_length=10, default="zh-hans")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "partner", "channel", "version"], name="agreement_version_once"
            ),
            models.CheckConstraint(condition=models.Q(share_bp__lte=10_000), name="agreement_share_at_most_all"),
        ]

    def __str__(self) -> str:
        return f"{self.household} / {self.partner_id} v{self.version}"


class AccessSlip(models.Model):
    """A printed code with which a household opens its own statement; only its hash is kept."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="slips")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.household} {self.issued_at:%Y-%m-%d}"
