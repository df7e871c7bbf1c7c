"""Who is told what by our machine, and how each telling went. No row holds a secret or anything about a person."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What is told. The first word says what the data speak of, the second what happened to it."""

    ORDER_PAID = "order.paid", _("an order is paid")
    ORDER_CANCELLED = "order.cancelled", _("a paid order is cancelled")
    ORDER_DELIVERED = "order.delivered", _("all parcels of an order are delivered")
    PARCEL_LEFT = "parcel.left", _("a parcel has left")
    PARCEL_DELIVERED = "parcel.delivered", _("a parcel is delivered")
    REFUND_MADE = "refund.made", _("money went back to the buyer")
    CERTIFICATE_ISSUED = "certificate.issued", _("a certificate is issued")
    CERTIFICATE_SUSPENDED = "certificate.suspended", _("a certificate is suspended")
    CERTIFICATE_RESTORED = "certificate.restored", _("a suspended certificate stands again")
    CERTIFICATE_REVOKED = "certificate.revoked", _("a certificate is revoked")
    CERTIFICATE_EXPIRED = "certificate.expired", _("a certificate has expired")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def standing(self) -> SubscriptionQuerySet:
        return self.filter(ended_at=None)


class Subscription(models.Model):
    """One address that is told. It belongs to a supplier, to a purchasing unit, or (neither) to the platform.

    The secret is derived from `seed` and the site's SECRET_KEY (`subscriptions.newest_secret`), so no dump of the
    tables holds it. `seed_before` still signs until `seed_before_until`: the overlap of a change of secret.
    rests_until: after a failure nothing is sent before this moment, so that a dead address holds up no other
    """

    partner = models.ForeignKey("partner.Partner", models.PROTECT, null=True, related_name="webhooks")
    unit = models.ForeignKey("buyers.Unit", models.PROTECT, null=True, related_name="webhooks")
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=30, choices=Kind.choices))
    seed = models.CharField(max_length=32)
    seed_before = models.CharField(max_length=32, blank=True)
    seed_before_until = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(partner=None) | Q(unit=None), name="webhook_has_one_owner"),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event for one subscription: its exact bytes, and where it stands. Kept for 30 days.

    event_id: the same for every subscription that hears of one moment; the receiver's key against repetitions
    begun_at: tries go on for three days from here; sending again by hand begins anew
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        DELIVERED = "delivered", _("delivered")
        PARKED = "parked", _("parked")

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    event_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=30)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    begun_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event_id"], name="webhook_event_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", next_at__isnull=False) | (~Q(state="waiting") & Q(next_at=None)),
                name="webhook_waits_for_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="webhook_due"),
            models.Index(fields=["made_at"], name="webhook_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class Attempt(models.Model):
    """One try. answer: the HTTP status, None when none came; problem: why it failed, empty when it did not."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    answer = models.PositiveIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    took_ms = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.answer or self.problem}"
