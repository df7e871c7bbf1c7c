"""Article numbers are equal as people mean them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.imports import skus


@pytest.mark.parametrize(
    "typed", ["PS-E01-01", "ps-e01-01", "ＰＳ－Ｅ０１－０１", " PS-E01 -01\u3000", "PS\u200b-E01\ufeff-01"]
)
def test_case_width_blanks_and_zero_width_signs_make_no_difference(typed: str) -> None:
    assert skus.normalised(typed) == "ps-e01-01"


def test_other_signs_make_one() -> None:
    assert skus.normalised("PS-E01-01") != skus.normalised("PS-E01-0l")


@given(st.text())
def test_what_is_normalised_stays_as_it_is(text: str) -> None:
    once = skus.normalised(text)

    assert skus.normalised(once) == once


@given(st.text(), st.integers(min_value=0))
def test_a_blank_put_anywhere_changes_nothing(text: str, place: int) -> None:
    place %= len(text) + 1

    assert skus.normalised(f"{text[:place]} {text[place:]}") in (
        skus.normalised(text),
        skus.normalised(text[:place]) + skus.normalised(text[place:]),  # a blank keeps a mark from its letter
    )
