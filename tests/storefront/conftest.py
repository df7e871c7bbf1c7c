from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone, translation

from tests.order import world


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Addresses are those of the English pages, and what is said is compared in the language of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def village(db: None) -> Any:
    """Where packs lie, with the way from there to Shanghai."""
    return world.open_network()["village"]


@pytest.fixture
def today() -> Any:
    return timezone.localdate()
