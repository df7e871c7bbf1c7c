from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What is said is compared in the language of the code."""
    with translation.override("en"):
        yield
