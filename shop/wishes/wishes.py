"""What somebody with an account would like to buy one day: one list each, on Oscar's model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from catalogue.models import Product
from shop.accounts.models import User
from shop.storefront import cards
from shop.storefront.cards import Card

MOST = 200  # products on one list


class ListFull(Exception):
    """The list holds as many products as it may."""


@dataclass(frozen=True)
class Wished:
    """card: how the product stands now; None while it is not for sale"""

    product: Product
    card: Card | None


@transaction.atomic
def add(*, product: Product, by: User) -> bool:
    """Put a product on the list; False when it stands there already.

    Raises ListFull.
    """
    person = User.objects.select_for_update().get(pk=by.pk)  # two windows at once still make one list
    wishlist = get_model("wishlists", "WishList").objects.get_or_create(owner=person)[0]
    if wishlist.lines.filter(product=product).exists():
        return False
    if wishlist.lines.count() >= MOST:
        words = _("Your wish list holds %(most)d products, which is the most. Take one off first.")
        raise ListFull(words % {"most": MOST})
    wishlist.lines.create(product=product, title=product.get_title())
    return True


def remove(*, product: Product, by: User) -> None:
    _lines(by).filter(product=product).delete()


def holds(product: int, *, of: Any) -> bool:
    """Whether a product stands on somebody's list. product: its key"""
    return bool(_lines(of).filter(product=product).exists())


def of_account(person: User, *, at: datetime) -> list[Wished]:
    """The newest wish first, with price and stock of this moment: two queries."""
    lines = _lines(person).exclude(product=None).select_related("product").order_by("-pk")
    products = [line.product for line in lines]
    found = {card.id: card for card in cards.of([product.pk for product in products], at=at)}
    return [Wished(product, found.get(product.pk)) for product in products]


def _lines(person: Any) -> Any:
    return get_model("wishlists", "Line").objects.filter(wishlist__owner=person)
