"""What a household agreed to: given, refused, withdrawn, in its own words' version and language."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from certification.households.models import ConsentEvent, ConsentText, Household
from certification.models import Officer

Decision = ConsentEvent.Decision


class HouseholdGone(Exception):
    """The household has left; it can only join anew."""


class AssistantNotIndependent(Exception):
    """Whoever helps a household to answer may be neither an officer nor one of a supplier's people."""


@transaction.atomic
def record(
    *, household: Household, text: ConsentText, decision: str, how: str, at: datetime, assisted_by: str = ""
) -> ConsentEvent:
    """Write down one answer; the newest answer to a purpose is the one that counts, from that moment on.

    how: in what way it was given ("signed on paper", "by phone code")
    assisted_by: who explained it; an account's e-mail address is checked for independence, a plain name cannot be

    Raises HouseholdGone when it has left and gives anew, AssistantNotIndependent, ValueError for an unknown decision.
    Source: Personal Information Protection Law, arts 14-17.
    """
    decision = Decision(decision)
    _check_independent(assisted_by)
    held = locked(household)
    if decision == Decision.GIVEN and held.left_at is not None:
        raise HouseholdGone(_("%s has left; let it join again under a new reference.") % held.reference)
    return ConsentEvent.objects.create(
        household=held, text=text, decision=decision, at=at, how=how, assisted_by=assisted_by
    )


def stands(*, household: Household, purpose: str, at: datetime) -> bool:
    """Whether the newest answer up to and including a moment was: given. No answer is no consent."""
    answer = last_answer(household=household, purpose=purpose, until=at)
    return answer is not None and answer.decision == Decision.GIVEN


def last_answer(*, household: Household, purpose: str, until: datetime | None = None) -> ConsentEvent | None:
    """The newest answer to a purpose. until: up to and including that moment; None: of all"""
    answers = ConsentEvent.objects.filter(household=household, text__purpose=purpose)
    if until is not None:
        answers = answers.filter(at__lte=until)
    return answers.select_related("text").order_by("-at", "-pk").first()


def locked(household: Household) -> Household:
    """The household's row, held until the transaction ends, so that an answer and a delivery never cross."""
    return Household.objects.select_for_update(no_key=True).get(pk=household.pk)


def _check_independent(assisted_by: str) -> None:
    if not assisted_by:
        return
    people = get_user_model().objects.filter(email__iexact=assisted_by)
    has_office = Exists(Officer.objects.filter(user_id=OuterRef("pk")))
    if people.filter(has_office).exists() or people.filter(partners__isnull=False).exists():
        raise AssistantNotIndependent(
            _("%s is an officer or works for a supplier; somebody independent has to assist.") % assisted_by
        )
