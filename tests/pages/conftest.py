from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from shop.pages.models import HomePage
from tests.pages import site


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """A request leaves its language behind; no test begins with another's."""
    with translation.override(site.CHINESE):
        yield


@pytest.fixture
def door(db: None) -> HomePage:
    return site.home()
