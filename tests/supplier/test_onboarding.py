"""A supplier's way into the shop: named actions alone move it, and each is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given as each_of
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalogue.partner import documents, onboarding, staff
from catalogue.partner.models import Document, DocumentKind, Partner, PartnerStep
from tests import make
from tests.make import NOW, TODAY
from tests.supplier.papers import BANK, FOOD, LICENCE, accepted, given, manager_of, operator

pytestmark = pytest.mark.django_db
WHY = "the licence is under review"
NEXT_YEAR = TODAY + timedelta(days=365)


def registered(kind: str = "cooperative") -> Partner:
    return onboarding.register(
        name="古勒巴格合作社", name_en="Gulbagh", kind=kind, place=make.place("653223100"), by=make.user(), at=NOW
    )


def submitted(kind: str = "cooperative") -> Partner:
    partner = registered(kind)
    for required in DocumentKind.objects.filter(required_of__contains=[kind]):
        given(partner, required.code, until=NEXT_YEAR)
    return onboarding.submit(partner=partner, by=manager_of(partner), at=NOW)


def steps(partner: Partner) -> list[str]:
    return list(partner.steps.order_by("pk").values_list("action", flat=True))


def test_whoever_registers_a_supplier_is_its_manager_and_it_applies() -> None:
    partner = registered()

    assert (partner.state, partner.county_id, partner.township_id) == ("applying", "653223", "653223100")
    assert partner.memberships.get().role == "manager"
    assert steps(partner) == ["register"]


def test_nobody_has_more_than_three_on_the_way() -> None:
    person = make.user()
    names = {"name_en": "", "kind": "enterprise", "place": make.place(), "by": person, "at": NOW}
    for number in range(3):
        onboarding.register(name=f"企业{number}", **names)

    with pytest.raises(onboarding.CannotRegister):
        onboarding.register(name="企业四", **names)


@pytest.mark.parametrize(("kind", "missing"), [("cooperative", {LICENCE, BANK}), ("enterprise", {LICENCE, FOOD, BANK})])
def test_a_review_is_asked_for_when_all_that_is_required_is_handed_in(kind: str, missing: set[str]) -> None:
    partner = registered(kind)
    for code in sorted(missing):
        with pytest.raises(onboarding.NotComplete):
            onboarding.submit(partner=partner, by=manager_of(partner), at=NOW)
        given(partner, code, until=NEXT_YEAR)

    onboarding.submit(partner=partner, by=manager_of(partner), at=NOW)

    assert partner in documents.waiting()
    with pytest.raises(onboarding.WrongState):
        onboarding.submit(partner=partner, by=manager_of(partner), at=NOW)


def test_a_supplier_is_approved_when_all_that_is_required_is_accepted() -> None:
    partner, reviewer = submitted(), operator()
    first, *rest = Document.objects.filter(partner=partner)
    for document in rest:
        documents.accept(document=document, by=reviewer, at=NOW)
    with pytest.raises(onboarding.NotComplete):
        onboarding.approve(partner=partner, by=reviewer, at=NOW)
    documents.accept(document=first, by=reviewer, at=NOW)

    onboarding.approve(partner=partner, by=reviewer, at=NOW)

    partner.refresh_from_db()
    assert partner.state == "approved" and onboarding.in_the_way(partner, on=TODAY) is None
    assert partner not in documents.waiting()


def test_a_supplier_that_has_not_asked_for_it_is_not_approved() -> None:
    partner = registered()
    accepted(partner)
    accepted(partner, BANK)

    with pytest.raises(onboarding.WrongState):
        onboarding.approve(partner=partner, by=operator(), at=NOW)


def test_suspended_opened_again_closed_and_applying_once_more() -> None:
    partner, reviewer = make.partner(), operator()

    for act, state in (
        (onboarding.suspend, "suspended"),
        (onboarding.reopen, "approved"),
        (onboarding.close, "closed"),
        (onboarding.reopen, "applying"),
    ):
        act(partner=partner, by=reviewer, at=NOW, reason=WHY)
        partner.refresh_from_db()
        assert partner.state == state
    assert steps(partner) == ["approve", "suspend", "reopen", "close", "reopen"]
    assert set(partner.steps.exclude(action="approve").values_list("by", "reason")) == {(reviewer.pk, WHY)}


def decisions(partner: Partner, by: Any) -> list[Callable[[], Any]]:
    document = given(partner, number="to be decided")
    said = {"by": by, "at": NOW}
    return [
        lambda: documents.accept(document=document, **said),
        lambda: documents.refuse(document=document, **said, reason=WHY),
        lambda: onboarding.approve(partner=partner, **said),
        lambda: onboarding.suspend(partner=partner, **said, reason=WHY),
        lambda: onboarding.reopen(partner=partner, **said, reason=WHY),
        lambda: onboarding.close(partner=partner, **said, reason=WHY),
    ]


@pytest.mark.parametrize("who", ["a buyer", "its manager", "an operator who belongs to it"])
def test_nobody_decides_about_their_own_supplier_and_only_operators_do(who: str) -> None:
    partner = make.partner()
    manager = manager_of(partner)
    if who == "an operator who belongs to it":
        manager.is_staff = True
        manager.save(update_fields=["is_staff"])

    for decide in decisions(partner, make.user() if who == "a buyer" else manager):
        with pytest.raises(onboarding.NotAReviewer):
            decide()
    assert steps(partner) == ["approve", "give"]


def test_the_database_lets_no_member_decide_either() -> None:
    partner = make.partner()
    step = PartnerStep(
        partner=partner, action="suspend", from_state="approved", to_state="suspended", at=NOW, reason=WHY
    )
    step.by = manager_of(partner)

    with pytest.raises(IntegrityError, match="decides nothing"), transaction.atomic():
        step.save()


@pytest.mark.parametrize("act", [onboarding.suspend, onboarding.reopen, onboarding.close])
@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_what_is_decided_against_a_supplier_says_why(act: Callable[..., Any], reason: str) -> None:
    with pytest.raises(onboarding.ReasonMissing):
        act(partner=make.partner(), by=operator(), at=NOW, reason=reason)


@pytest.mark.parametrize("role", ["clerk", "accountant"])
def test_only_managers_hand_in_and_ask(role: str) -> None:
    partner = registered()
    other = make.user()
    partner.memberships.create(user=other, role=role)

    with pytest.raises(staff.NotAManager):
        given(partner, by=other)
    with pytest.raises(staff.NotAManager):
        onboarding.submit(partner=partner, by=other, at=NOW)


def test_a_state_without_its_step_is_refused_by_the_database() -> None:
    partner = make.partner()

    with pytest.raises(IntegrityError, match="with a step alone"), transaction.atomic():
        Partner.objects.filter(pk=partner.pk).update(state="suspended")
        connection.check_constraints()
    with pytest.raises(IntegrityError, match="with a step alone"), transaction.atomic():
        Partner.objects.create(code="bold", name="不经审核", state="approved")
        connection.check_constraints()


def test_a_step_without_its_state_or_out_of_turn_is_refused_by_the_database() -> None:
    partner = make.partner()
    said: dict[str, Any] = {"partner": partner, "action": "suspend", "at": NOW, "reason": WHY}

    with pytest.raises(IntegrityError, match="with a step alone"), transaction.atomic():
        PartnerStep.objects.create(**said, from_state="approved", to_state="suspended")
        connection.check_constraints()
    with pytest.raises(IntegrityError, match="cannot follow"), transaction.atomic():
        PartnerStep.objects.create(**said, from_state="applying", to_state="suspended")
    with pytest.raises(IntegrityError, match="partner_step_moves"), transaction.atomic():
        PartnerStep.objects.create(**said, from_state="approved", to_state="closed")


def test_without_its_triggers_the_database_would_take_any_state() -> None:
    """The control of the two above."""
    partner = make.partner()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE partner_partner DISABLE TRIGGER partner_state_of_row")

    Partner.objects.filter(pk=partner.pk).update(state="closed")
    connection.check_constraints()


def test_what_was_done_is_never_changed() -> None:
    make.partner()

    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerStep.objects.update(reason="something else")


# what may be listed


@pytest.mark.parametrize(
    ("on", "free"), [(TODAY, True), (TODAY + timedelta(days=5), True), (TODAY + timedelta(days=6), False)]
)
def test_a_required_document_that_ended_stands_in_the_way(on: date, free: bool) -> None:
    partner = make.partner()
    accepted(partner, until=TODAY + timedelta(days=5))

    blocked = onboarding.in_the_way(partner, on=on)

    assert (blocked is None) == free
    if blocked is not None:
        assert "营业执照" in str(blocked) and "2026-09-15" in str(blocked)


def test_a_successor_or_a_document_that_is_not_required_changes_nothing_for_the_worse() -> None:
    partner, later = make.partner(), TODAY + timedelta(days=60)
    accepted(partner, until=TODAY + timedelta(days=5))
    accepted(partner, "product-test", until=TODAY + timedelta(days=5))
    given(partner, until=NEXT_YEAR)

    assert onboarding.in_the_way(partner, on=later)
    accepted(partner, until=NEXT_YEAR)
    assert onboarding.in_the_way(partner, on=later) is None
    assert onboarding.in_the_way(make.partner(), on=later) is None, "nothing was ever asked of it, and nothing ended"


@pytest.mark.parametrize("state", ["applying", "suspended", "closed"])
def test_only_an_approved_supplier_lists(state: str) -> None:
    assert onboarding.in_the_way(Partner(state=state, name="x"), on=TODAY)


ACTS = st.lists(
    st.sampled_from(["give", "submit", "accept", "refuse", "approve", "suspend", "reopen", "close"]), max_size=12
)


class AnyOrder(TestCase):
    @each_of(acts=ACTS)
    @hypothesis_settings(max_examples=25, deadline=None)
    def test_whatever_is_tried_in_whatever_order_state_and_steps_say_the_same(self, acts: list[str]) -> None:
        """And nothing is approved that misses a required document."""
        partner, reviewer = registered(), operator()
        codes = iter([LICENCE, BANK] * len(acts))
        for act in acts:
            try:
                with transaction.atomic():
                    tried(act, partner, reviewer, codes)
            except (onboarding.WrongState, onboarding.NotComplete):
                pass
            connection.check_constraints()
            partner.refresh_from_db()
            last = partner.steps.first()
            assert last is not None and last.to_state == partner.state
            if last.action == "approve":
                good = {line.kind.code for line in documents.checklist(partner, on=TODAY) if line.good}
                assert {LICENCE, BANK} <= good


def tried(act: str, partner: Partner, reviewer: Any, codes: Any) -> None:
    document = partner.documents.filter(state="given").first()
    if act == "give":
        given(partner, next(codes))
    elif act == "submit":
        onboarding.submit(partner=partner, by=manager_of(partner), at=NOW)
    elif act == "approve":
        onboarding.approve(partner=partner, by=reviewer, at=NOW)
    elif act in ("suspend", "reopen", "close"):
        getattr(onboarding, act)(partner=partner, by=reviewer, at=NOW, reason=WHY)
    elif document is not None:
        why = {"reason": WHY} if act == "refuse" else {}
        getattr(documents, act)(document=document, by=reviewer, at=NOW, **why)
