"""A typed quantity is a whole number from 1 to 999 in plain digits."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from shop.order.quantities import QuantityField


@pytest.mark.parametrize(
    "typed",
    [
        "0",
        "-1",
        "1e9",
        "1000000000",
        "1000",
        "１２",
        "NaN",
        "Infinity",
        "1.0",
        "1_0",
        "+1",
        "0x1",
        "٣",
        "",
        "1 2",
        "²",
        "1\x00",
    ],
)
def test_anything_else_is_refused_with_the_range(typed: str) -> None:
    with pytest.raises(ValidationError):
        QuantityField().clean(typed)


@pytest.mark.parametrize(("typed", "number"), [("1", 1), ("999", 999), (" 12 ", 12), ("007", 7)])
def test_a_whole_number_in_range_is_taken(typed: str, number: int) -> None:
    assert QuantityField().clean(typed) == number
