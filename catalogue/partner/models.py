"""Who sells: an enterprise or a cooperative registered in a county, its people and its papers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner, AbstractStockRecord

from catalogue.imports import skus
from catalogue.models import in_language
from catalogue.private import PrivateStorage


class Partner(AbstractPartner):
    """`state` moves only through `onboarding`; a trigger refuses a state that the supplier's last step does not say."""

    stands_on = ("county", "township")  # catalogue.places.standing

    class Kind(models.TextChoices):
        COOPERATIVE = "cooperative", _("cooperative")
        ENTERPRISE = "enterprise", _("enterprise")

    class State(models.TextChoices):
        APPLYING = "applying", _("applying")
        APPROVED = "approved", _("approved")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("closed down")

    name_en = models.CharField(max_length=128, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.COOPERATIVE)
    county = models.ForeignKey("catalogue.Place", models.PROTECT, null=True, related_name="partners")
    township = models.ForeignKey("catalogue.Place", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.APPLYING)
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="Membership",
        through_fields=("partner", "user"),
        related_name="partners",
        blank=True,
    )

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)


class StaffRole(models.TextChoices):
    MANAGER = "manager", _("manager")
    CLERK = "clerk", _("clerk")
    ACCOUNTANT = "accountant", _("accountant")


class Membership(models.Model):
    """One person of one supplier. A supplier that has people has a manager: a trigger refuses anything else.

    joined_at: None for people of whom it was not written down
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="supplier_memberships")
    role = models.CharField(max_length=10, choices=StaffRole.choices, default=StaffRole.MANAGER)
    joined_at = models.DateTimeField(null=True, db_default=Now())
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "partner_partner_users"
        unique_together = [("partner", "user")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Invitation(models.Model):
    """An address that may join a supplier. Of the link's secret only a hash is kept: "" until the letter is written."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10, choices=StaffRole.choices)
    language = models.CharField(max_length=10)
    token_hash = models.CharField(max_length=64, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], condition=~models.Q(token_hash=""), name="invitation_hash"),
            models.UniqueConstraint(
                "partner",
                Lower("email"),
                condition=models.Q(used_at=None, withdrawn_at=None),
                name="invitation_once_an_address",
            ),
            models.CheckConstraint(
                condition=models.Q(used_at=None) | models.Q(withdrawn_at=None), name="invitation_used_or_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}"

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and self.withdrawn_at is None and at < self.expires_at


class StaffStep(models.Model):
    """Who was invited, joined, changed or removed; append-only. It is about a person, or about an invited address."""

    class Action(models.TextChoices):
        INVITE = "invite", _("invited")
        WITHDRAW = "withdraw", _("invitation withdrawn")
        JOIN = "join", _("joined")
        CHANGE = "change", _("has another role")
        REMOVE = "remove", _("removed")
        LEAVE = "leave", _("left")

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="staff_steps")
    action = models.CharField(max_length=10, choices=Action.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=10, choices=StaffRole.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None) ^ models.Q(invitation=None), name="staff_step_is_about_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.at:%Y-%m-%d}"


def _kinds() -> ArrayField[Any, Any]:
    return ArrayField(models.CharField(max_length=12, choices=Partner.Kind.choices), default=list, blank=True)


class DocumentKind(models.Model):
    """One line of the checklist, set by the platform.

    asked_of, required_of: kinds of suppliers; what is required is asked
    expires: a document of this kind always has a last day
    """

    code = models.SlugField(primary_key=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    asked_of = _kinds()
    required_of = _kinds()
    expires = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(required_of__contained_by=models.F("asked_of")),
                name="document_kind_required_is_asked",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Document(models.Model):
    """A paper a supplier gave. What it says never changes; it is accepted or refused once.

    expires_date: the last day it is good; None without an end
    digest: SHA-256 of the kept file
    """

    class State(models.TextChoices):
        GIVEN = "given", _("to be looked at")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("not accepted")

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="documents")
    kind = models.ForeignKey(DocumentKind, models.PROTECT, related_name="documents")
    number = models.CharField(max_length=60)
    issuer = models.CharField(max_length=120)
    issued_date = models.DateField()
    expires_date = models.DateField(null=True)
    file = models.FileField(storage=PrivateStorage(), max_length=200)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.GIVEN)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_date=None) | models.Q(expires_date__gte=models.F("issued_date")),
                name="document_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_date"], name="document_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def is_good(self, on: date) -> bool:
        """Accepted, and not ended on that day."""
        return self.state == self.State.ACCEPTED and (self.expires_date is None or on <= self.expires_date)


OF_A_DOCUMENT = models.Q(action__in=["give", "accept", "refuse"])


class PartnerStep(models.Model):
    """One named action on a supplier or one of its documents; append-only. by: None for what was so before."""

    class Action(models.TextChoices):
        REGISTER = "register", _("registered")
        GIVE = "give", _("document handed in")
        SUBMIT = "submit", _("review asked for")
        ACCEPT = "accept", _("document accepted")
        REFUSE = "refuse", _("document not accepted")
        APPROVE = "approve", _("approved")
        SUSPEND = "suspend", _("suspended")
        REOPEN = "reopen", _("opened again")
        CLOSE = "close", _("closed down")

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="steps")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="steps")
    action = models.CharField(max_length=10, choices=Action.choices)
    from_state = models.CharField(max_length=10, choices=Partner.State.choices)
    to_state = models.CharField(max_length=10, choices=Partner.State.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(action__in=["refuse", "suspend", "reopen", "close"]) | ~models.Q(reason=""),
                name="partner_step_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(OF_A_DOCUMENT, document__isnull=False) | models.Q(~OF_A_DOCUMENT, document=None),
                name="partner_step_names_its_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.at:%Y-%m-%d}"


class DocumentAlert(models.Model):
    """The managers were told, `days` days before, that a document ends; append-only, once for each."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="alerts")
    days = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "days"], name="document_alert_once")]

    def __str__(self) -> str:
        return f"{self.document}: {self.days}"


class SkuKey(models.Func):
    """`catalogue.imports.skus.normalised` in PostgreSQL: equal for plain letters, digits and Chinese."""

    template = (
        r"regexp_replace(normalize(%(expressions)s, NFKC),"
        r" '[\s\u00AD\u180E\u200B-\u200F\u2028-\u202F\u205F-\u206F\uFEFF]+', '', 'g')"
    )
    output_field = models.TextField()


class StockRecordQuerySet(models.QuerySet["StockRecord"]):
    def offers(self) -> StockRecordQuerySet:
        """Records with a price; the first of a product is what it is sold by."""
        return self.filter(price__isnull=False).order_by("id")

    def called(self, *said: str) -> StockRecordQuerySet:
        """Records with these SKUs in any case and width; `compared` is the SKU as it is compared."""
        rows = self.annotate(compared=Lower(SkuKey("partner_sku")))
        return rows.filter(compared__in=[skus.normalised(sku) for sku in said])


class StockRecord(AbstractStockRecord):
    """Price and totals. The totals are kept by logistics.stock and always equal the sum of its rows."""

    objects = StockRecordQuerySet.as_manager()

    class Meta(AbstractStockRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(num_in_stock__isnull=True)
                | models.Q(num_allocated__isnull=True)
                | models.Q(num_in_stock__gte=models.F("num_allocated")),
                name="stockrecord_never_oversold",
            ),
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gt=0), name="stockrecord_price_above_zero"
            ),
            models.UniqueConstraint("partner", Lower(SkuKey("partner_sku")), name="stockrecord_sku_once"),
        ]


from oscar.apps.partner.models import *  # noqa: E402, F403  Oscar's own models come after ours
