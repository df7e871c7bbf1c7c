"""Deliveries at the scale: only with consent and agreement, once per number, corrected by reversal."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from certification.households import consents
from certification.households.models import Agreement
from certification.provenance import intake, lots
from certification.provenance.models import IntakeSlip
from tests import make
from tests.make import NOW, TODAY

pytestmark = pytest.mark.django_db


def consenting(at: datetime = NOW - timedelta(days=30), **fields: Any) -> Agreement:
    household = make.household()
    consents.record(household=household, text=make.consent_text(), decision="given", how="on paper", at=at)
    return make.agreement(household, make.partner(), **fields)


def weighed(agreement: Agreement, **fields: Any) -> IntakeSlip:
    facts = {"number": "S-1", "commodity": make.commodity(), "grade": "一级", "grams": 12_500, "delivered_on": TODAY}
    return intake.record(agreement=agreement, **({"by": None} | facts | fields))


def test_a_delivery_is_recorded_under_its_agreement() -> None:
    agreement, operator = consenting(), make.user()

    slip = weighed(agreement, by=operator)

    assert (slip.household, slip.partner) == (agreement.household, agreement.partner)
    assert (slip.grams, slip.delivered_date, slip.operator) == (12_500, TODAY, operator)


def test_nothing_is_recorded_about_a_household_without_consent() -> None:
    household = make.household()

    with pytest.raises(intake.ConsentMissing, match=household.reference):
        weighed(make.agreement(household, make.partner()))

    assert not IntakeSlip.objects.exists()


def test_consent_given_after_the_day_of_delivery_is_too_late() -> None:
    on_the_day = datetime.combine(TODAY, datetime.min.time(), NOW.tzinfo) + timedelta(hours=15, minutes=59)

    weighed(consenting(at=on_the_day), number="S-in-time")
    with pytest.raises(intake.ConsentMissing):
        weighed(consenting(at=on_the_day + timedelta(minutes=2)), number="S-late")


def test_nothing_is_recorded_after_a_withdrawal_not_even_an_older_delivery() -> None:
    agreement = consenting()
    text = agreement.household.consents.get().text
    consents.record(household=agreement.household, text=text, decision="withdrawn", how="by telephone", at=NOW)

    with pytest.raises(intake.ConsentMissing):
        weighed(agreement, delivered_on=TODAY - timedelta(days=5))

    assert not IntakeSlip.objects.exists()


@pytest.mark.parametrize(
    ("day", "allowed"),
    [(date(2026, 8, 31), False), (date(2026, 9, 1), True), (date(2026, 9, 9), True), (date(2026, 9, 10), False)],
)
def test_an_agreement_covers_its_days_and_no_other(day: date, allowed: bool) -> None:
    agreement = consenting(valid_from=date(2026, 9, 1), valid_to=date(2026, 9, 10))

    try:
        recorded = bool(weighed(agreement, delivered_on=day))
    except intake.AgreementNotInForce:
        recorded = False

    assert recorded is allowed


@pytest.mark.parametrize("grams", [0, -1])
def test_a_delivery_weighs_something(grams: int) -> None:
    with pytest.raises(ValueError, match="S-1"):
        weighed(consenting(), grams=grams)


def test_the_same_slip_again_is_the_first_one_and_a_different_one_is_refused() -> None:
    agreement = consenting()
    first = weighed(agreement)

    again = weighed(agreement)
    for other in ({"grams": 12_501}, {"grade": "二级"}, {"delivered_on": TODAY - timedelta(days=1)}):
        with pytest.raises(intake.NumberReused, match="S-1"):
            weighed(agreement, **other)

    assert first == again
    assert IntakeSlip.objects.count() == 1


def test_a_slip_recorded_before_is_answered_even_after_a_withdrawal() -> None:
    agreement = consenting()
    first = weighed(agreement)
    text = agreement.household.consents.get().text
    consents.record(household=agreement.household, text=text, decision="withdrawn", how="by telephone", at=NOW)

    assert weighed(agreement) == first


def test_a_reversal_names_the_slip_and_repeats_its_facts() -> None:
    slip = weighed(consenting())

    reversal = intake.reverse(slip=slip, number="S-1-R", by=None, on=TODAY + timedelta(days=1))
    again = intake.reverse(slip=slip, number="S-1-R", by=None, on=TODAY + timedelta(days=1))

    assert reversal == again
    assert (reversal.reverses, reversal.grams, reversal.household) == (slip, slip.grams, slip.household)


def test_a_slip_is_reversed_once_and_a_reversal_never() -> None:
    slip = weighed(consenting())
    reversal = intake.reverse(slip=slip, number="S-1-R", by=None, on=TODAY)

    for settled in (slip, reversal):
        with pytest.raises(intake.SlipSettled, match=settled.number):
            intake.reverse(slip=settled, number="S-1-R2", by=None, on=TODAY)


def test_a_slip_in_a_lot_is_not_reversed() -> None:
    slip = weighed(consenting())
    lots.pool(
        code="B-1",
        partner=slip.partner,
        commodity=slip.commodity,
        origin=make.place(),
        slips=[slip],
        harvest_on=TODAY,
        on=TODAY,
        by=None,
    )

    with pytest.raises(intake.SlipSettled):
        intake.reverse(slip=slip, number="S-1-R", by=None, on=TODAY)


def test_a_reversal_number_of_another_delivery_is_refused() -> None:
    agreement = consenting()
    slip, _other = weighed(agreement), weighed(agreement, number="S-2")

    with pytest.raises(intake.NumberReused):
        intake.reverse(slip=slip, number="S-2", by=None, on=TODAY)


def test_the_database_refuses_a_second_reversal() -> None:
    slip = weighed(consenting())
    intake.reverse(slip=slip, number="S-1-R", by=None, on=TODAY)
    copy = {name: getattr(slip, name) for name in ("household", "agreement", "partner", "commodity", "grade", "grams")}

    with pytest.raises(IntegrityError), transaction.atomic():
        IntakeSlip.objects.create(number="S-1-R2", delivered_date=TODAY, reverses=slip, **copy)
