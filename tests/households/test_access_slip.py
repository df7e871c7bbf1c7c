"""A printed code opens one household's statement; nothing in the database does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from certification.households import access
from certification.households.models import AccessSlip, Household
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


def issued(household: Household, days: int = 90) -> str:
    return access.issue_slip(household=household, by=make.user(), at=NOW, days=days)


def test_a_slip_opens_its_own_household() -> None:
    household = make.household()

    code = issued(household)

    assert access.open_with(reference=household.reference, code=code, at=NOW) == household


def test_a_code_is_long_and_without_look_alikes_and_never_the_same() -> None:
    household = make.household()

    codes = [issued(household).replace("-", "") for _turn in range(50)]

    assert {len(code) for code in codes} == {16}
    assert not set("".join(codes)) & set("0O1IL2Z5S68BUV")
    assert len(set(codes)) == 50


def test_only_a_hash_keyed_with_the_secret_is_kept(settings: Any) -> None:
    household = make.household()

    code = issued(household)

    kept = AccessSlip.objects.get().code_hash
    assert len(kept) == 64
    assert code.replace("-", "") not in kept.upper()
    settings.SECRET_KEY = "another secret " * 4
    with pytest.raises(access.SlipNotValid):
        access.open_with(reference=household.reference, code=code, at=NOW)


@pytest.mark.parametrize("written", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}\t"])
def test_case_spaces_and_dashes_do_not_matter(written: Any) -> None:
    household = make.household()
    code = issued(household)

    assert access.open_with(reference=f" {household.reference} ", code=written(code), at=NOW) == household


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (NOW - timedelta(microseconds=1), False),
        (NOW, True),
        (NOW + timedelta(days=90, microseconds=-1), True),
        (NOW + timedelta(days=90), False),
    ],
)
def test_a_slip_opens_until_its_days_are_over(at: datetime, opens: bool) -> None:
    household = make.household()
    code = issued(household)

    try:
        opened = access.open_with(reference=household.reference, code=code, at=at) == household
    except access.SlipNotValid:
        opened = False

    assert opened is opens


def test_a_lost_slip_is_made_useless_and_a_new_one_opens() -> None:
    household, other = make.household(), make.household()
    lost, kept = issued(household), issued(other)

    counts = [access.revoke(household=household, at=NOW), access.revoke(household=household, at=NOW)]

    assert counts == [1, 0]
    with pytest.raises(access.SlipNotValid):
        access.open_with(reference=household.reference, code=lost, at=NOW)
    assert access.open_with(reference=household.reference, code=issued(household), at=NOW) == household
    assert access.open_with(reference=other.reference, code=kept, at=NOW) == other


def test_every_failure_says_the_same_and_asks_the_database_as_often() -> None:
    household, other, revoked = make.household(), make.household(), make.household()
    code, foreign, gone = issued(household), issued(other), issued(revoked)
    access.revoke(household=revoked, at=NOW)
    failures = [
        ("H-nobody", code, NOW),
        (household.reference, "", NOW),
        (household.reference, "WRONG", NOW),
        (household.reference, foreign, NOW),
        (household.reference, code + "A", NOW),
        (household.reference, code[:-1], NOW),
        (household.reference, "é" + code, NOW),
        (household.reference, code, NOW + timedelta(days=91)),
        (revoked.reference, gone, NOW),
        ("", "", NOW),
        ("\x00", "\x00", NOW),
        ("\ud800", "\ud800", NOW),
    ]
    words, queries = set(), set()

    for reference, wrong, at in failures:
        with CaptureQueriesContext(connection) as asked, pytest.raises(access.SlipNotValid) as caught:
            access.open_with(reference=reference, code=wrong, at=at)
        words.add(str(caught.value))
        queries.add(len(asked))

    assert len(words) == 1
    assert queries == {1}


@given(code=st.text(max_size=300))
def test_no_strange_text_is_read_as_a_code_with_other_characters(code: str) -> None:
    assert set(access._plain(code)) <= set(access.ALPHABET)


def test_codes_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    household = make.household()
    codes = [issued(household) for _turn in range(3)]
    compared: list[str] = []
    compare = access.constant_time_compare

    def watched(one: str, other: str) -> bool:
        compared.append(other)
        return compare(one, other)

    monkeypatch.setattr(access, "constant_time_compare", watched)

    access.open_with(reference=household.reference, code=codes[0], at=NOW)

    assert set(AccessSlip.objects.values_list("code_hash", flat=True)) <= set(compared)
