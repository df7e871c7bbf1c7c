"""Households join by their own consent and leave when they like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.models import Place
from certification.households import consents
from certification.households.models import ConsentEvent, ConsentText, Household, Purpose

Decision = ConsentEvent.Decision


class SettlementConsentMissing(Exception):
    """Without its consent to settlement no row is kept about a household."""


class ReferenceTaken(Exception):
    """Another household, or another answer, stands under the reference."""


@transaction.atomic
def join(
    *,
    reference: str,
    county: Place,
    language: str,
    texts: Sequence[ConsentText],
    how: str,
    at: datetime,
    member_count: int | None = None,
    assisted_by: str = "",
) -> Household:
    """Enter a household with the consents it gave; the same entry made again is the first one.

    texts: what it agreed to, one per purpose, settlement among them; what it refused is recorded by `consents.record`
    member_count: as the household says; None: it did not say

    Raises SettlementConsentMissing, ReferenceTaken, AssistantNotIndependent; then nothing is kept.
    """
    purposes = [text.purpose for text in texts]
    if Purpose.SETTLEMENT not in purposes or len(set(purposes)) != len(purposes):
        raise SettlementConsentMissing(
            _("%s joins with one consent text per purpose, settlement among them; ask for that consent first.")
            % reference
        )
    facts = {"county": county, "language": language, "member_count": member_count}
    household, created = Household.objects.get_or_create(reference=reference, defaults=facts | {"joined_at": at})
    if created:
        for text in sorted(texts, key=lambda text: text.purpose):
            consents.record(
                household=household, text=text, decision=Decision.GIVEN, how=how, at=at, assisted_by=assisted_by
            )
    elif not _same(household, facts, texts):
        raise ReferenceTaken(_("%s is a household already; choose a reference that is free.") % reference)
    return household


def _same(household: Household, facts: dict[str, object], texts: Sequence[ConsentText]) -> bool:
    joined_with = household.consents.filter(at=household.joined_at, decision=Decision.GIVEN)
    return (
        household.left_at is None
        and all(getattr(household, name) == value for name, value in facts.items())
        and set(joined_with.values_list("text_id", flat=True)) == {text.pk for text in texts}
    )


@transaction.atomic
def leave(*, household: Household, how: str, at: datetime) -> Household:
    """Withdraw every consent that stands, at once. What was delivered and is owed stays owed and payable.

    A household that has left already is returned unchanged.
    """
    held = consents.locked(household)
    if held.left_at is not None:
        return held
    for purpose in Purpose.values:
        answer = consents.last_answer(household=held, purpose=purpose)
        if answer is not None and answer.decision == Decision.GIVEN:
            consents.record(household=held, text=answer.text, decision=Decision.WITHDRAWN, how=how, at=at)
    held.left_at = at
    held.save(update_fields=["left_at"])
    return held
