"""A household joins by its own consent, changes its mind at once, and leaves when it likes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from certification.households import consents, registry
from certification.households.models import ConsentEvent, Household
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def joined(**fields: Any) -> Household:
    facts = {"reference": "H-100", "county": make.place(), "language": "zh-hans", "how": "signed on paper", "at": NOW}
    texts = fields.pop("texts", None) or [make.consent_text()]
    return registry.join(**(facts | {"texts": texts} | fields))


def settled(household: Household, at: Any) -> bool:
    return consents.stands(household=household, purpose="settlement", at=at)


def test_joining_records_each_consent_given() -> None:
    household = joined(texts=[make.consent_text(), make.consent_text("story")], member_count=4)

    assert (household.member_count, household.joined_at) == (4, NOW)
    assert list(household.consents.order_by("text__purpose").values_list("text__purpose", "decision", "how", "at")) == [
        ("settlement", "given", "signed on paper", NOW),
        ("story", "given", "signed on paper", NOW),
    ]
    assert not consents.stands(household=household, purpose="aggregate_count", at=NOW)


def test_no_row_is_kept_about_a_household_that_does_not_consent_to_settlement() -> None:
    with pytest.raises(registry.SettlementConsentMissing, match="H-100"):
        joined(texts=[make.consent_text("story")])

    assert not Household.objects.exists()


def test_two_texts_for_one_purpose_are_refused() -> None:
    with pytest.raises(registry.SettlementConsentMissing):
        joined(texts=[make.consent_text(), make.consent_text()])


def test_consent_stands_from_the_answer_on_and_not_before() -> None:
    household = joined()

    assert settled(household, NOW)
    assert not settled(household, NOW - SECOND)


@pytest.mark.parametrize("decision", ["withdrawn", "refused"])
def test_the_newest_answer_counts_at_once_and_leaves_the_past_as_it_was(decision: str) -> None:
    household = joined()

    answer = {"household": household, "text": household.consents.get().text, "how": "by telephone"}
    consents.record(**answer, decision=decision, at=NOW + SECOND)

    assert settled(household, NOW)
    assert not settled(household, NOW + SECOND)
    consents.record(**answer, decision="given", at=NOW + SECOND)
    assert settled(household, NOW + SECOND)


def test_refusing_a_story_touches_no_settlement() -> None:
    household = joined()

    consents.record(household=household, text=make.consent_text("story"), decision="refused", how="asked", at=NOW)

    assert settled(household, NOW)
    assert not consents.stands(household=household, purpose="story", at=NOW)


def test_an_answer_nobody_knows_is_refused() -> None:
    household = joined()

    with pytest.raises(ValueError, match="perhaps"):
        consents.record(household=household, text=make.consent_text(), decision="perhaps", how="asked", at=NOW)


@pytest.mark.parametrize("role", ["officer", "supplier"])
def test_neither_an_officer_nor_the_payers_people_assist(role: str) -> None:
    person = make.officer() if role == "officer" else make.user()
    if role == "supplier":
        make.partner().users.add(person)

    with pytest.raises(consents.AssistantNotIndependent, match=f"(?i){person.email}"):
        joined(assisted_by=person.email.upper())

    assert not Household.objects.exists()


def test_control_somebody_independent_assists() -> None:
    household = joined(assisted_by=make.user().email)

    assert household.consents.get().assisted_by.startswith("person")


def test_joining_again_with_the_same_facts_is_the_same_household() -> None:
    text = make.consent_text()

    first, second = joined(texts=[text]), joined(texts=[text], at=NOW + SECOND)

    assert first == second
    assert ConsentEvent.objects.count() == 1


@pytest.mark.parametrize("other", [{"language": "ug"}, {"member_count": 2}, {"texts": None}])
def test_a_reference_belongs_to_one_household(other: dict[str, Any]) -> None:
    joined()

    with pytest.raises(registry.ReferenceTaken, match="H-100"):
        joined(**other)


def test_leaving_withdraws_what_stands_and_nothing_else() -> None:
    household = joined(texts=[make.consent_text(), make.consent_text("story")])
    count = make.consent_text("aggregate_count")
    consents.record(household=household, text=count, decision="refused", how="asked", at=NOW)

    left = registry.leave(household=household, how="at the counter", at=NOW + SECOND)
    registry.leave(household=household, how="twice", at=NOW + 2 * SECOND)

    assert left.left_at == NOW + SECOND
    withdrawn = household.consents.filter(decision="withdrawn")
    assert sorted(withdrawn.values_list("text__purpose", "at", "how")) == [
        ("settlement", NOW + SECOND, "at the counter"),
        ("story", NOW + SECOND, "at the counter"),
    ]
    assert settled(household, NOW)
    assert not settled(household, NOW + SECOND)


def test_a_household_that_left_gives_no_new_consent_and_may_still_withdraw() -> None:
    household = joined()
    answer = {"household": household, "text": household.consents.get().text, "how": "asked", "at": NOW + SECOND}
    registry.leave(household=household, how="at the counter", at=NOW)

    with pytest.raises(consents.HouseholdGone, match="H-100"):
        consents.record(**answer, decision="given")
    consents.record(**answer, decision="withdrawn")

    with pytest.raises(registry.ReferenceTaken):
        joined()


def test_joining_whose_last_step_fails_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [make.consent_text(), make.consent_text("story")]
    record = consents.record

    def fail_on_the_second(**fields: Any) -> ConsentEvent:
        if fields["text"] == texts[1]:
            raise RuntimeError("the disk is full")
        return record(**fields)

    monkeypatch.setattr(consents, "record", fail_on_the_second)

    with pytest.raises(RuntimeError):
        joined(texts=texts)

    assert not Household.objects.exists()
    assert not ConsentEvent.objects.exists()


def test_leaving_whose_last_step_fails_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    household = joined()

    def fail(*_facts: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Household, "save", fail)
    with pytest.raises(RuntimeError):
        registry.leave(household=household, how="at the counter", at=NOW + SECOND)

    assert settled(household, NOW + SECOND)
