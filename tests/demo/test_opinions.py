"""The demo's reviews: some published, one waiting, one refused, replies below; and a buyer's wish list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.demo import opinions, people
from shop.reviews.models import ProductReview, Reply, Status
from shop.wishes import wishes
from tests import make
from tests.reviews.conftest import Shop


@pytest.mark.django_db
def test_every_state_of_a_review_is_there_and_a_wish_list() -> None:
    people.build()
    shop = Shop()
    make.supplier_of(shop.product).users.add(make.user())
    lines = [shop.received(email=f"g{number}@example.org") for number in range(9)]
    now = max(line.accepted_at for line in lines) + timedelta(days=3)

    opinions.build(now)

    said = list(ProductReview.objects.values_list("status", flat=True))
    assert (said.count(Status.WAITING), said.count(Status.REFUSED), said.count(Status.APPROVED)) == (1, 1, 7)
    assert (
        Reply.objects.filter(status=Status.APPROVED).exists() and Reply.objects.filter(status=Status.WAITING).exists()
    )
    assert wishes.of_account(people.get(people.BUYER), at=timezone.now())
