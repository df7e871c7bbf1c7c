from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone, translation

from shop.accounts.models import User
from shop.reviews import moderation, reviews
from shop.reviews.models import ProductReview
from tests import make
from tests.order import world
from tests.storefront import goods


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def operator() -> User:
    """Somebody who runs the shop."""
    return User.objects.create_superuser(f"operator{next(make.numbers)}@example.org", "a long password")


class Shop:
    """The network is open and one product on sale; people buy it and say what they think."""

    def __init__(self) -> None:
        self.village = world.open_network()["village"]
        self.product = goods.on_sale(self.village, title_en="Walnuts")
        self.reader = operator()

    def received(self, *, by: Any = None, product: Any = None, email: str = "guest@example.org") -> Any:
        """An order line that has arrived. by: an account; None: a guest"""
        basket = world.basket((product or self.product, 1), owner=by)
        order = world.place(basket, user=by, email=email, at=timezone.now())
        line = order.lines.get()
        line.accepted_at = timezone.now()
        line.save(update_fields=["accepted_at"])
        return line

    def said(self, line: Any = None, **said: Any) -> ProductReview:
        words = {"score": 5, "title": "Very good", "text": "Thin shells.", "name": "", "at": timezone.now()}
        return reviews.write(line=line or self.received(), **(words | said))

    def published(self, line: Any = None, **said: Any) -> ProductReview:
        return self.publish(self.said(line, **said))

    def publish(self, words: Any) -> Any:
        return moderation.publish(words, seen_at=words.written_at, by=self.reader, at=timezone.now())

    def refuse(self, words: Any, reason: str = "It names a person.") -> Any:
        return moderation.refuse(words, reason=reason, seen_at=words.written_at, by=self.reader, at=timezone.now())


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()
