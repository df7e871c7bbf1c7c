"""What buyers say: written by who received the goods, once a product, changed or taken back whenever they like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from catalogue.days import day_of
from shop.order.models import Line, Order
from shop.reviews.models import ProductReview, Reply, Status

STARS = "**"


class NotReceived(Exception):
    """The goods have not arrived, so nothing can be said about them yet."""


@dataclass(frozen=True)
class Bought:
    """Goods that were received, and what their buyer said about them so far."""

    line: Line
    review: ProductReview | None


@transaction.atomic
def write(*, line: Line, score: int, title: str, text: str, name: str, at: datetime) -> ProductReview:
    """Say something about received goods, or say it anew: it waits to be read again, and so does its reply.

    score: 1 to 5; name: one of `names`. Who may do so is the view's to ask: the order's buyer.

    Raises NotReceived.
    """
    if line.accepted_at is None or line.product_id is None:
        raise NotReceived(_("These goods have not arrived yet. You can write about them once they have."))
    order = line.order
    review, is_new = ProductReview.objects.select_for_update().update_or_create(
        product_id=line.product_id,
        writer=writer_of(order),
        defaults={
            "score": score, "title": title, "body": text, "name": name, "written_at": at,
            "status": Status.WAITING, "reason": "", "decided_by": None, "decided_at": None,
        },
        create_defaults={
            "score": score, "title": title, "body": text, "name": name, "written_at": at, "status": Status.WAITING,
            "line": line, "user": order.user, "bought_date": day_of(order.date_placed),
        },
    )  # fmt: skip
    if not is_new:
        waits = {"status": Status.WAITING, "reason": "", "decided_by": None, "decided_at": None}
        Reply.objects.filter(review=review).update(**waits)
    return review


def take_back(*, review: ProductReview) -> None:
    """What was said is gone, and its reply with it."""
    ProductReview.objects.filter(pk=review.pk).delete()


def writer_of(order: Order) -> str:
    """Who the buyer of an order is, without saying it: the account, or a keyed digest of the guest's address."""
    if order.user_id is not None:
        return f"account {order.user_id}"
    address = (order.guest_email or order.number).strip().lower()
    return f"guest {salted_hmac('shop.reviews', address).hexdigest()}"


def names(order: Order) -> list[str]:
    """How a buyer may be called: not at all, or by one character of the name on the parcel."""
    address: Any = order.shipping_address
    name = "".join((address.first_name if address else "").split()).replace("*", "")
    return ["", *dict.fromkeys([f"{name[0]}{STARS}", f"{STARS}{name[-1]}"])] if name else [""]


def of_order(order: Order) -> list[Bought]:
    """Each product of an order that has arrived, with what its buyer said about it."""
    lines = order.lines.exclude(accepted_at=None).exclude(product=None).select_related("product").order_by("pk")
    return _with_reviews(lines, ProductReview.objects.filter(writer=writer_of(order)))


def of_account(person: Any) -> list[Bought]:
    """Each product that has arrived at an account, the newest order first."""
    lines = Line.objects.filter(order__user=person).exclude(accepted_at=None).exclude(product=None)
    lines = lines.select_related("product", "order").order_by("-order__date_placed", "-pk")
    return _with_reviews(lines, ProductReview.objects.filter(user=person))


def _with_reviews(lines: Iterable[Line], reviews: Iterable[ProductReview]) -> list[Bought]:
    said = {review.product_id: review for review in reviews}
    once = {line.product_id: line for line in reversed(list(lines))}
    return [Bought(line, said.get(key)) for key, line in reversed(once.items())]
