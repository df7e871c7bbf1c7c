"""Oscar's review, with the purchase it stands on, whoever decided about it, and one reply of the supplier."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.reviews.abstract_models import AbstractProductReview

TITLE_MOST, TEXT_MOST, REASON_MOST = 60, 1_000, 300  # characters
SHORT_NAME = r"^(.\*\*|\*\*.)?$"  # the only form in which a name is kept: one character of it, or nothing


class Status(models.IntegerChoices):
    """Oscar's numbers."""

    WAITING = AbstractProductReview.FOR_MODERATION, _("waiting to be read")
    APPROVED = AbstractProductReview.APPROVED, _("published")
    REFUSED = AbstractProductReview.REJECTED, _("not published")


class Moderated(models.Model):
    """Words that a person of the platform reads before anybody else does. reason: why they are not published"""

    reason = models.CharField(max_length=REASON_MOST, blank=True)
    written_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def state(self) -> str:
        """In words, the same for reviews and replies."""
        return str(Status(self.status).label)  # type: ignore[attr-defined]

    @property
    def is_published(self) -> bool:
        return bool(self.status == Status.APPROVED)  # type: ignore[attr-defined]


def _decided(name: str) -> list[models.BaseConstraint]:
    """What is refused has its reason, and what is decided has somebody who decided."""
    waits, refused = models.Q(status=Status.WAITING), models.Q(status=Status.REFUSED)
    by_somebody = models.Q(decided_by__isnull=False, decided_at__isnull=False)
    return [
        models.CheckConstraint(condition=waits | by_somebody, name=f"{name}_decided_by_somebody"),
        models.CheckConstraint(
            condition=(refused & ~models.Q(reason="")) | (~refused & models.Q(reason="")),
            name=f"{name}_refused_with_a_reason",
        ),
    ]


class ProductReview(Moderated, AbstractProductReview):
    """What a buyer says about goods that were received.

    line: by which they were received; bought_date: of its order, in Shanghai
    writer: "account 7" or "guest ..." with a keyed digest of the order's e-mail: who wrote, without saying who
    name: as the writer wants to be called, "王**"; `email` and `homepage` of Oscar stay empty
    """

    line = models.ForeignKey("order.Line", models.PROTECT, null=True, related_name="reviews")
    bought_date = models.DateField(null=True)
    writer = models.CharField(max_length=60)

    class Meta(AbstractProductReview.Meta):
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["product", "-written_at", "-id"], name="review_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=["product", "writer"], name="review_once"),
            models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=5), name="review_score_one_to_five"),
            models.CheckConstraint(
                condition=models.Q(name__regex=SHORT_NAME, email="", homepage=""), name="review_names_nobody"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.APPROVED) | models.Q(line__isnull=False),
                name="review_published_with_its_purchase",
            ),
            *_decided("review"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **fields: object) -> None:
        """Without Oscar's addition: a trigger keeps the product's rating."""
        models.Model.save(self, *args, **fields)  # type: ignore[arg-type]

    def delete(self, *args: object, **fields: object) -> tuple[int, dict[str, int]]:
        return models.Model.delete(self, *args, **fields)  # type: ignore[arg-type]


class Reply(Moderated):
    """What the supplier answers, once."""

    review = models.OneToOneField(ProductReview, models.CASCADE, related_name="reply")
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.SmallIntegerField(choices=Status.choices, default=Status.WAITING)

    class Meta:
        app_label = "reviews"
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="reply_says_something"),
            *_decided("reply"),
        ]

    def __str__(self) -> str:
        return self.text[:50]


from oscar.apps.catalogue.reviews.models import *  # noqa: E402, F403  Oscar's own models come after ours
