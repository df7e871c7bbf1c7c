"""Schemes, applications and certificates: what may be claimed about a product, and who decided it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models import in_language


class Role(models.TextChoices):
    """Who reviews; one officer holds one role for one area."""

    TOWNSHIP = "township", _("township reviewer")
    SECTOR = "sector", _("sector reviewer")
    COUNTY = "county", _("county certifier")
    PREFECTURE = "prefecture", _("prefecture certifier")
    PROVINCE = "province", _("regional certifier")


class Officer(models.Model):
    stands_on = ("area",)  # catalogue.places.standing

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="offices")
    role = models.CharField(max_length=12, choices=Role.choices)
    area = models.ForeignKey("catalogue.Place", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role", "area"], name="officer_once")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.area}"


class Scheme(models.Model):
    """One version of a certification scheme. A scheme in use is never edited: a new version begins on a date."""

    code = models.SlugField()
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200)
    issuer_en = models.CharField(max_length=200)
    basis = models.CharField(max_length=300)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    notice_days = models.PositiveIntegerField()
    validity_days = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="scheme_version_once"),
            models.CheckConstraint(condition=models.Q(validity_days__gt=0), name="scheme_validity_positive"),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def issuer_name(self) -> str:
        return in_language(self.issuer, self.issuer_en)


class SchemeStep(models.Model):
    """One review step; the public notice begins after the last step."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="steps")
    position = models.PositiveIntegerField()  # 1, 2, 3 ... without gaps; `applications.submit` refuses others
    role = models.CharField(max_length=12, choices=Role.choices)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["scheme", "position"], name="scheme_step_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.get_role_display()}"


class Application(models.Model):
    """A supplier asks for one product to be certified under one scheme. State moves only through `applications`."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        IN_REVIEW = "in_review", _("in review")
        PUBLIC_NOTICE = "public_notice", _("public notice")
        CERTIFIED = "certified", _("certified")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="applications")
    product = models.ForeignKey("catalogue.Product", models.PROTECT, related_name="applications")
    partner = models.ForeignKey("partner.Partner", models.PROTECT, related_name="applications")
    season = models.CharField(max_length=20)
    quantity_g = models.PositiveBigIntegerField()
    output_value_fen = models.PositiveBigIntegerField(default=0)  # declared by the applicant, never added to sales
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    steps_done = models.PositiveIntegerField(default=0)
    notice_from = models.DateField(null=True)
    notice_until = models.DateField(null=True)  # the first day after the notice

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity_g__gt=0), name="application_quantity_positive"),
            models.UniqueConstraint(
                fields=["scheme", "product", "season"],
                condition=~models.Q(state__in=["refused", "withdrawn"]),
                name="application_once_a_season",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="public_notice")
                | models.Q(
                    notice_from__isnull=False, notice_until__isnull=False, notice_until__gte=models.F("notice_from")
                ),
                name="application_notice_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="application_state")]

    def __str__(self) -> str:
        return f"{self.product.name} {self.season}"


class ApplicationMove(models.Model):
    """One named action on an application; append-only (a trigger refuses change and deletion).

    role: one of Role, or "supplier"
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="moves")
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=14)
    to_state = models.CharField(max_length=14)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def valid(self, at: datetime) -> CertificateQuerySet:
        """Certified, begun and not ended at a moment."""
        return self.filter(state=Certificate.State.CERTIFIED, valid_from__lte=at, valid_until__gt=at)


class Certificate(models.Model):
    """One product of one supplier under one scheme. Certified grams are taken by sales and never exceed the cap."""

    class State(models.TextChoices):
        CERTIFIED = "certified", _("valid")
        SUSPENDED = "suspended", _("suspended")
        REVOKED = "revoked", _("revoked")
        EXPIRED = "expired", _("expired")

    number = models.CharField(max_length=30, unique=True)
    application = models.OneToOneField(Application, models.PROTECT, related_name="certificate")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="certificates")
    product = models.ForeignKey("catalogue.Product", models.PROTECT, related_name="certificates")
    partner = models.ForeignKey("partner.Partner", models.PROTECT, related_name="certificates")
    season = models.CharField(max_length=20)
    cap_g = models.PositiveBigIntegerField()
    taken_g = models.PositiveBigIntegerField(default=0)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.CERTIFIED)
    state_reason = models.CharField(max_length=500, blank=True)
    state_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=models.Q(taken_g__lte=models.F("cap_g")), name="certificate_cap_holds"),
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("valid_from")), name="certificate_period"
            ),
        ]
        indexes = [models.Index(fields=["state", "valid_until"], name="certificate_due")]

    def __str__(self) -> str:
        return self.number


class CertificateMove(models.Model):
    """Issue, suspend, restore, revoke, expire: append-only history. Nobody's name and no role: the clock did it."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="moves")
    action = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"


class Consumption(models.Model):
    """Certified grams one sale took; given back when the order ends unpaid or is cancelled."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="consumptions")
    reference = models.CharField(max_length=80, unique=True)
    grams = models.PositiveBigIntegerField()
    taken_at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(grams__gt=0), name="consumption_positive")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.grams} g"
