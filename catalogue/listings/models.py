"""What is proposed for an article, each step of the review, and everything that changed of the article itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

TEXT_MOST = 1000


class Revision(models.Model):
    """New values for facts that a certificate speaks of, or the wish to list an article, or both.

    An article that nobody sees keeps its draft in its own row, so `values` may be empty where `lists` is true.

    lists: accepting it puts the article on the pages
    values, base: by the product's own field names, what is proposed and what stood there when it was
    edition: rises with every change, so that nobody accepts what they have not read
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("waiting for review")
        QUESTION = "question", _("question asked")
        ACCEPTED = "accepted", _("accepted, waits for the certificate")
        IN_FORCE = "in_force", _("in force")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    product = models.ForeignKey("catalogue.Product", models.PROTECT, related_name="revisions")
    partner = models.ForeignKey("partner.Partner", models.PROTECT, related_name="revisions")
    lists = models.BooleanField()
    values = models.JSONField(default=dict)
    base = models.JSONField(default=dict)
    edition = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product"],
                condition=Q(state__in=["draft", "submitted", "question", "accepted"]),
                name="revision_one_open",
            ),
            models.CheckConstraint(condition=Q(lists=True) | ~Q(values={}), name="revision_proposes_something"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="revision_submitted_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="revision_queue")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.get_state_display()}"


class RevisionMove(models.Model):
    """One named action on a revision; append-only. by: None for the shell and for the clock"""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="moves")
    action = models.CharField(max_length=10)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=TEXT_MOST, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"


class ArticleChange(models.Model):
    """A fact or the price of an article before and after; append-only, and written by triggers, whoever changes it.

    field: as its column is called, or "category"; partner: whose price it is, None for a fact of the article
    by: None where nobody said so (see `history.signed`)
    """

    product = models.ForeignKey("catalogue.Product", models.PROTECT, related_name="changes")
    partner = models.ForeignKey("partner.Partner", models.PROTECT, null=True, related_name="+")
    field = models.CharField(max_length=30)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.field}: {self.before} -> {self.after}"
