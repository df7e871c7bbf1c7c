"""A waybill number carries its own check: a wrong digit is found before anything is looked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics import waybills

DIGITS = st.text("0123456789", min_size=10, max_size=10)


@pytest.mark.parametrize(("digits", "check"), [("6943515153", "0"), ("79462", "3"), ("8609574271", "9")])
def test_the_check_digit_is_that_of_iso_7064_mod_11_10(digits: str, check: str) -> None:
    assert waybills.check_digit(digits) == check


@given(DIGITS)
def test_a_whole_number_is_read_as_it_stands(digits: str) -> None:
    number = waybills.LETTERS + digits + waybills.check_digit(digits)

    assert waybills.read(number) == number


@given(DIGITS, st.integers(0, 10), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(digits: str, place: int, by: int) -> None:
    whole = digits + waybills.check_digit(digits)
    wrong = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]

    with pytest.raises(waybills.Misread):
        waybills.read(waybills.LETTERS + wrong)


def test_drawn_numbers_are_whole_and_differ() -> None:
    drawn = {waybills.draw() for _ in range(50)}

    assert len(drawn) == 50
    assert all(waybills.read(number) == number for number in drawn)


@given(st.text())
def test_whatever_is_scanned_is_a_number_or_refused(text: str) -> None:
    try:
        number = waybills.read(text)
    except waybills.Misread:
        return

    assert number.isascii() and len(number) == 13
