"""A supplier in a shop whose lists its tables choose from, and its clerk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from catalogue.models import Category
from catalogue.partner.models import Partner
from shop.accounts.models import User
from tests import make, rooms


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with rooms.clock("supplier.uploads"):
        yield


@pytest.fixture
def supplier(db: None) -> Partner:
    make.commodity("walnut")
    Category.add_root(name="核桃", name_en="Walnuts", slug="walnuts")
    return make.partner("ps-e01")


@pytest.fixture
def clerk(supplier: Partner) -> User:
    return rooms.person(partner=supplier)


@pytest.fixture
def member(clerk: User) -> Client:
    return rooms.client_of(clerk)
