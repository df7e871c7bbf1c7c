"""What was asked of a gateway and what it said. Money itself stands in the ledger."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.payments import words


class Payment(models.Model):
    """One attempt to collect an order's total. An order may see several; at most one is kept, any other is refunded."""

    class Method(models.TextChoices):
        CARD = "card", _("bank card")
        ALIPAY = "alipay", _("Alipay")
        WECHAT_PAY = "wechat_pay", _("WeChat Pay")

    class State(models.TextChoices):
        CREATED = "created", _("being prepared")
        PENDING = "pending", _("waiting for the payer")
        SUCCEEDED = "succeeded", _("paid")
        FAILED = "failed", _("not paid")
        MISMATCH = "mismatch", _("held: amount or currency differs")

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="payments")
    method = models.CharField(max_length=12, choices=Method.choices)
    amount_fen = models.PositiveBigIntegerField()
    idempotency_key = models.CharField(max_length=80, unique=True)
    return_url = models.CharField(max_length=500)  # a repeated request must say the same
    intent_id = models.CharField(max_length=80, unique=True, null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CREATED)
    received_fen = models.PositiveBigIntegerField(default=0)
    fee_fen = models.PositiveBigIntegerField(null=True)
    refunded_fen = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    last_word = models.CharField(max_length=300, blank=True)  # the gateway's code, or what differs; for staff

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=models.Q(refunded_fen__lte=models.F("received_fen")), name="payment_refund_at_most_received"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount_fen} fen by {self.method}"

    @property
    def explanation(self) -> str:
        """Why it was not made or is held, for the buyer; empty when there is nothing to explain."""
        if self.state == Payment.State.MISMATCH:
            return str(words.HELD)
        return words.of_code(self.last_word) if self.state == Payment.State.FAILED and self.last_word else ""


class Refund(models.Model):
    """Money on its way back to the payer, keyed by our own reference, then by the gateway's id."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    line = models.ForeignKey("order.Line", models.PROTECT, null=True, related_name="refunds")
    reference = models.CharField(max_length=80, unique=True)
    amount_fen = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=6, choices=State.choices, default=State.ASKED)
    refund_id = models.CharField(max_length=80, unique=True, null=True)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="refund_positive")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount_fen} fen"


class GatewayEvent(models.Model):
    """A verified webhook, kept once by its id; parked until the payment it speaks of is known."""

    event_id = models.CharField(max_length=80, unique=True)
    type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
