"""The ledger: entries and postings in whole fen, divisions, household shares, payouts, disputes.

Entries and postings are never edited or deleted; triggers in the migration refuse it for every role.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(models.TextChoices):
    """Positive fen are debits, negative fen credits."""

    GATEWAY = "gateway", _("held by the payment gateway")
    GATEWAY_FEES = "gateway_fees", _("gateway fees")
    BUYERS = "buyers", _("owed to buyers until acceptance")
    SUPPLIERS = "suppliers", _("owed to suppliers")
    HOUSEHOLDS = "households", _("owed to households")
    TRANSPORT = "transport", _("owed to carriers")
    PLATFORM = "platform", _("platform fees earned")
    TAX = "tax", _("tax owed")
    REFUND_RESERVE = "refund_reserve", _("refunds borne by the reserve")


class Entry(models.Model):
    """One thing that happened, in one transaction, balanced. `reference` says it once."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("payment received")
        SALE = "sale", _("sale accepted")
        FREIGHT = "freight", _("freight earned")
        REFUND = "refund", _("refund")
        PAYOUT = "payout", _("payout to a household")
        ADJUSTMENT = "adjustment", _("decision on a dispute")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    reference = models.CharField(max_length=120, unique=True)
    body_hash = models.CharField(max_length=64)
    booked_at = models.DateTimeField()
    booked_date = models.DateField()  # Asia/Shanghai; months close on it
    order = models.ForeignKey("order.Order", models.PROTECT, null=True, related_name="entries")
    line = models.ForeignKey("order.Line", models.PROTECT, null=True, related_name="entries")
    transaction = models.BigIntegerField(default=0, editable=False)  # set by a trigger: postings join only in it

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["booked_date", "kind"], name="entry_by_date")]

    def __str__(self) -> str:
        return self.reference


class Posting(models.Model):
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.CharField(max_length=14, choices=Account.choices)
    partner = models.ForeignKey("partner.Partner", models.PROTECT, null=True, related_name="+")
    household = models.ForeignKey("households.Household", models.PROTECT, null=True, related_name="postings")
    county = models.ForeignKey("catalogue.Place", models.PROTECT, null=True, related_name="+")  # theirs when booked
    fen = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(fen=0), name="posting_not_zero")]
        indexes = [models.Index(fields=["household", "account"], name="posting_by_household")]

    def __str__(self) -> str:
        return f"{self.account} {self.fen:+d}"


class FeeRule(models.Model):
    """What the platform, transport and tax take of a price, in basis points; a new version begins at a moment."""

    version = models.PositiveIntegerField(unique=True)
    platform_bp = models.PositiveIntegerField()
    transport_bp = models.PositiveIntegerField()
    tax_bp = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    basis = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(platform_bp__lte=10_000 - models.F("transport_bp") - models.F("tax_bp")),
                name="fee_rule_at_most_all",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class Division(models.Model):
    """How one accepted order line was divided, frozen at the sale; the parts add up to the price."""

    line = models.OneToOneField("order.Line", models.PROTECT, related_name="division")
    rule = models.ForeignKey(FeeRule, models.PROTECT, related_name="+")
    price_fen = models.PositiveBigIntegerField()
    supplier_fen = models.PositiveBigIntegerField()
    households_fen = models.PositiveBigIntegerField()
    platform_fen = models.PositiveBigIntegerField()
    transport_fen = models.PositiveBigIntegerField()
    tax_fen = models.PositiveBigIntegerField()
    divided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    price_fen=models.F("supplier_fen")
                    + models.F("households_fen")
                    + models.F("platform_fen")
                    + models.F("transport_fen")
                    + models.F("tax_fen")
                ),
                name="division_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.price_fen} fen"


class Share(models.Model):
    """One household's part of one order line.

    Owed in all = fen + adjusted_fen - reversed_fen; still due = that - paid_fen.

    weight: its packs of the line's lots, in proportion to the other households' (exact, whole)
    reversed_fen: taken back by refunds before payout; borne_fen: refunded after payout, borne by the reserve
    item: the payout it stands in now, or was last paid by
    """

    class State(models.TextChoices):
        PAYABLE = "payable", _("to be paid")
        IN_PAYOUT = "in_payout", _("in a payout")
        PAID = "paid", _("paid, with evidence")
        CONFIRMED = "confirmed", _("received, confirmed by the household")
        DISPUTED = "disputed", _("disputed")
        CLOSED = "closed", _("nothing left to pay")

    line = models.ForeignKey("order.Line", models.PROTECT, related_name="shares")
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="shares")
    agreement = models.ForeignKey("households.Agreement", models.PROTECT, related_name="shares")
    partner = models.ForeignKey("partner.Partner", models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()  # the order in which the line was split
    weight = models.DecimalField(max_digits=300, decimal_places=0)
    fen = models.PositiveBigIntegerField()
    reversed_fen = models.PositiveBigIntegerField(default=0)
    borne_fen = models.PositiveBigIntegerField(default=0)
    adjusted_fen = models.PositiveBigIntegerField(default=0)
    paid_fen = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PAYABLE)
    item = models.ForeignKey("revenue.PayoutItem", models.PROTECT, null=True, related_name="shares")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["line", "position"]
        constraints = [
            models.UniqueConstraint(fields=["line", "household", "agreement"], name="share_once"),
            models.CheckConstraint(
                condition=models.Q(reversed_fen__lte=models.F("fen") - models.F("borne_fen")),
                name="share_never_below_zero",
            ),
            models.CheckConstraint(
                condition=models.Q(paid_fen__lte=models.F("fen") + models.F("adjusted_fen") - models.F("reversed_fen")),
                name="share_household_never_owes",
            ),
        ]
        indexes = [models.Index(fields=["state", "household"], name="share_by_state")]

    def __str__(self) -> str:
        return f"{self.household} {self.fen} fen"

    @property
    def owed_fen(self) -> int:
        return self.fen + self.adjusted_fen - self.reversed_fen

    @property
    def due_fen(self) -> int:
        return self.owed_fen - self.paid_fen

    @property
    def is_out_of_reach(self) -> bool:
        """In a payout or paid: a refund leaves it alone."""
        return self.state == self.State.IN_PAYOUT or self.paid_fen > 0

    @property
    def settled_state(self) -> Share.State:
        """The state when no payout is under way and no dispute is open."""
        if self.due_fen:
            return self.State.PAYABLE
        return self.State.PAID if self.paid_fen else self.State.CLOSED

    def give_back(self, fen: int) -> None:
        """Set what one refund takes from this share: from the household if it is unpaid, else from the reserve."""
        if self.is_out_of_reach:
            self.borne_fen += fen
            return
        self.reversed_fen += fen
        if self.state == self.State.PAYABLE:
            self.state = self.settled_state


class PayoutBatch(models.Model):
    class State(models.TextChoices):
        DRAFTED = "drafted", _("drafted")
        APPROVED = "approved", _("approved")
        RELEASED = "released", _("released")

    reference = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFTED)
    total_fen = models.PositiveBigIntegerField()
    body_hash = models.CharField(max_length=64)  # over every item; approval and release are for this content
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "payout batches"
        permissions = [
            ("draft_payout", "may draft payouts"),
            ("approve_payout", "may approve payouts"),
            ("release_payout", "may release payouts"),
            ("evidence_payout", "may record the proof of payouts"),
            ("decide_dispute", "may decide disputes"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("drafted_by")))
                & (
                    models.Q(released_by__isnull=True)
                    | (~models.Q(released_by=models.F("drafted_by")) & ~models.Q(released_by=models.F("approved_by")))
                ),
                name="payout_by_three_people",
            ),
            models.CheckConstraint(
                condition=(models.Q(state="drafted") | models.Q(approved_by__isnull=False, approved_at__isnull=False))
                & (~models.Q(state="released") | models.Q(released_by__isnull=False, released_at__isnull=False)),
                name="payout_released_after_approval",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class PayoutItem(models.Model):
    """What one household gets from one supplier's sales in one batch, and the proof that it did."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        PAID = "paid", _("paid")
        FAILED = "failed", _("not paid")

    class Evidence(models.TextChoices):
        BANK_RECEIPT = "bank_receipt", _("bank receipt")
        SPLIT_PAYMENT = "split_payment", _("split-payment number")
        CASH_RECEIPT = "cash_receipt", _("signed cash receipt")

    batch = models.ForeignKey(PayoutBatch, models.PROTECT, related_name="items")
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="payouts")
    partner = models.ForeignKey("partner.Partner", models.PROTECT, related_name="+")
    fen = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    evidence = models.CharField(max_length=14, choices=Evidence.choices, blank=True)
    evidence_reference = models.CharField(max_length=80, blank=True)
    paid_date = models.DateField(null=True)
    evidenced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    evidenced_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    failed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "household", "partner"], name="payout_item_once"),
            models.UniqueConstraint(
                fields=["evidence", "evidence_reference"],
                condition=~models.Q(evidence_reference=""),
                name="payout_evidence_once",
            ),
            models.CheckConstraint(condition=models.Q(fen__gt=0), name="payout_item_positive"),
            models.CheckConstraint(
                condition=~models.Q(state="paid")
                | models.Q(paid_date__isnull=False, evidenced_by__isnull=False) & ~models.Q(evidence_reference=""),
                name="payout_paid_needs_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.fen} fen"


class PayoutPart(models.Model):
    """What one payout item pays of one share; stays as drafted, also when the item fails (a trigger holds it)."""

    item = models.ForeignKey(PayoutItem, models.PROTECT, related_name="parts")
    share = models.ForeignKey(Share, models.PROTECT, related_name="parts")
    fen = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "share"], name="payout_part_once"),
            models.CheckConstraint(condition=models.Q(fen__gt=0), name="payout_part_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.fen} fen of share {self.share_id}"


class Dispute(models.Model):
    """A household says a share is wrong; somebody who had no part in the payout decides, and the money follows."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        UPHELD = "upheld", _("upheld")
        REJECTED = "rejected", _("not upheld")

    share = models.ForeignKey(Share, models.PROTECT, related_name="disputes")
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    due_date = models.DateField()
    adjustment_fen = models.PositiveBigIntegerField(default=0)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share"], condition=models.Q(state="open"), name="dispute_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.share_id} {self.state}"
