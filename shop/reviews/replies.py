"""What a supplier answers a buyer: once a review, in public, read by the platform before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalogue.partner.models import Partner
from shop.accounts.models import User
from shop.reviews.models import ProductReview, Reply, Status


class NotPublished(Exception):
    """Only what everybody can read is answered."""


def answerable(partners: Iterable[Partner]) -> QuerySet[ProductReview]:
    """Published reviews of goods that these suppliers sold, newest first, with their replies."""
    mine = ProductReview.objects.filter(line__partner__in=partners, status=Status.APPROVED)
    return mine.select_related("product", "reply").order_by("-written_at", "-id")  # type: ignore[no-any-return]


@transaction.atomic
def write(*, review: ProductReview, text: str, by: User, at: datetime) -> Reply:
    """Answer a review, or answer it anew; the answer waits to be read.

    Raises NotPublished.
    """
    current = ProductReview.objects.select_for_update().get(pk=review.pk)
    if not current.is_published:
        raise NotPublished(_("This review is not published at the moment, so it cannot be answered."))
    said = {"text": text, "written_by": by, "written_at": at, "status": Status.WAITING}
    fields = said | {"reason": "", "decided_by": None, "decided_at": None}
    return Reply.objects.update_or_create(review=current, defaults=fields)[0]


def take_back(*, review: ProductReview) -> None:
    """The answer is gone."""
    Reply.objects.filter(review=review).delete()
