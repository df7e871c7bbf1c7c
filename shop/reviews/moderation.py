"""Reading what buyers and suppliers wrote before everybody can: published, or refused with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.partner.models import Partner
from shop import jobs
from shop.accounts.models import User
from shop.reviews.models import ProductReview, Reply, Status

Words = TypeVar("Words", ProductReview, Reply)


class OwnWords(Exception):
    """Nobody decides about what they or their supplier wrote, nor about what is said of their supplier's goods."""


class Changed(Exception):
    """The words are no longer those that were read."""


@transaction.atomic
def publish(words: Words, *, seen_at: datetime, by: User, at: datetime) -> Words:
    """Everybody may read it. seen_at: when the words that were read had been written

    Raises OwnWords, Changed.
    """
    return _decide(words, Status.APPROVED, "", seen_at, by, at)


@transaction.atomic
def refuse(words: Words, *, reason: str, seen_at: datetime, by: User, at: datetime) -> Words:
    """It is not published, or no longer; the writer of a review gets the reason by e-mail.

    Raises OwnWords, Changed.
    """
    decided = _decide(words, Status.REFUSED, reason, seen_at, by, at)
    if isinstance(decided, ProductReview) and decided.line is not None:
        jobs.defer("reviews.refused", review_id=decided.pk)
    return decided


def _decide(words: Words, status: Status, reason: str, seen_at: datetime, by: User, at: datetime) -> Words:
    found = type(words).objects.select_for_update().filter(pk=words.pk).first()
    if found is None or found.written_at != seen_at:
        raise Changed(_("These words were changed or taken back since you read them. Read the list again."))
    review = found.review if isinstance(found, Reply) else found
    is_partial = review.line is not None and Partner.objects.filter(pk=review.line.partner_id, users=by).exists()
    if review.user_id == by.pk or is_partial:
        raise OwnWords(_("You wrote this or sell these goods, so somebody else decides."))
    found.status, found.reason, found.decided_by, found.decided_at = status, reason, by, at
    found.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    return found
