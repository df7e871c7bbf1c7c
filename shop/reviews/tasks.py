"""The worker's part of reviews: the letter with the reason."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from shop.order import mail
from shop.order.letters import Fact, Letter
from shop.reviews.models import ProductReview, Status


@app.task(name="reviews.refused", retry=RetryStrategy(max_attempts=10, exponential_wait=3))
def refused(review_id: int) -> None:
    """Write to the buyer why the review is not published; nothing when it was changed or taken back meanwhile."""
    rows = ProductReview.objects.filter(pk=review_id, status=Status.REFUSED)
    review = rows.select_related("line__order", "product").first()
    if review is None or review.line is None:
        return
    order = review.line.order
    with translation.override(order.language):
        product = review.product.name
        letter = Letter(
            _("Your review of %s is not published") % product,
            _("We read every review before it appears. You can change yours from the order's page; it is read again."),
            [Fact(_("Product"), product), Fact(_("Reason"), review.reason)],
        )
    mail.send_letter(order=order, letter=letter, name=f"review-{review.pk}-{review.decided_at:%Y%m%d%H%M%S}")
