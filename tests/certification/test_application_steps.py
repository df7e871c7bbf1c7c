"""An application goes step by step, each by the right office, and every move leaves its row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError

from certification import applications
from certification.models import Application, ApplicationMove, Officer
from tests import make
from tests.certification.walk import REVIEWED, SUBMITTED, begin
from tests.supplier.papers import accepted

pytestmark = pytest.mark.django_db


def test_two_reviews_bring_an_application_to_public_notice_from_the_next_shanghai_day() -> None:
    walk = begin().reviewed()

    application = Application.objects.get()
    assert application == walk.application
    assert application.state == "public_notice"
    assert (application.notice_from, application.notice_until) == (date(2026, 9, 3), date(2026, 9, 10))


def test_every_move_is_kept_with_actor_role_time_and_reason() -> None:
    walk = begin()

    applications.review(application=walk.application, by=walk.township, at=REVIEWED, reason="papers complete")

    submitted, reviewed = ApplicationMove.objects.all()
    assert (submitted.action, submitted.from_state, submitted.to_state) == ("submit", "draft", "submitted")
    assert (submitted.by, submitted.role, submitted.at) == (walk.applicant, "supplier", SUBMITTED)
    assert (reviewed.action, reviewed.from_state, reviewed.to_state) == ("review", "submitted", "in_review")
    assert (reviewed.by, reviewed.role, reviewed.at) == (walk.township, "township", REVIEWED)
    assert reviewed.reason == "papers complete"


def test_a_step_waits_for_its_own_role() -> None:
    walk = begin()

    with pytest.raises(applications.WrongStep, match="township|乡"):
        applications.review(application=walk.application, by=walk.county, at=REVIEWED)

    walk.application.refresh_from_db()
    assert walk.application.steps_done == 0


@pytest.mark.parametrize(
    ("area", "allowed"), [("653223100", True), ("653223", True), ("65", True), ("653223101", False), ("653126", False)]
)
def test_an_office_reaches_as_far_as_its_area(area: str, allowed: bool) -> None:
    walk = begin()
    officer = make.officer("township", area)

    try:
        applications.review(application=walk.application, by=officer, at=REVIEWED)
        passed = True
    except applications.NotYourArea:
        passed = False

    assert passed is allowed
    assert ApplicationMove.objects.filter(by=officer).exists() is allowed
    assert applications.visible_to(officer).exists() is allowed


def reviewing_twice(walk: Any) -> AbstractUser:
    Officer.objects.create(user=walk.township, role="county", area=make.place())
    return walk.township


def deciding_what_they_submitted(walk: Any) -> AbstractUser:
    walk.application.partner.users.clear()
    Officer.objects.create(user=walk.applicant, role="county", area=make.place())
    return walk.applicant


def belonging_to_the_supplier(walk: Any) -> AbstractUser:
    walk.application.partner.users.add(walk.county)
    return walk.county


def nobody_in_particular(walk: Any) -> AbstractUser:
    return walk.county


@pytest.mark.parametrize("act", [applications.review, applications.refuse])
@pytest.mark.parametrize("who", [reviewing_twice, deciding_what_they_submitted, belonging_to_the_supplier])
def test_nobody_decides_what_they_had_a_hand_in(who: Any, act: Any) -> None:
    walk = begin()
    applications.review(application=walk.application, by=walk.township, at=REVIEWED)
    officer = who(walk)
    before = ApplicationMove.objects.count()

    with pytest.raises(applications.SeparationOfDuties):
        act(application=walk.application, by=officer, at=REVIEWED, reason="because")

    assert ApplicationMove.objects.count() == before
    assert not applications.waiting_for(officer, at=REVIEWED).exists()


@pytest.mark.parametrize("act", [applications.review, applications.refuse])
def test_control_an_officer_without_a_hand_in_it_decides(act: Any) -> None:
    walk = begin()
    applications.review(application=walk.application, by=walk.township, at=REVIEWED)
    officer = nobody_in_particular(walk)
    assert applications.waiting_for(officer, at=REVIEWED).get() == walk.application

    act(application=walk.application, by=officer, at=REVIEWED, reason="because")

    assert ApplicationMove.objects.filter(by=officer).count() == 1


def test_a_refusal_ends_an_application_and_needs_a_reason() -> None:
    walk = begin()

    for reason in ("", "  ", "x" * 501):
        with pytest.raises(applications.ReasonMissing):
            applications.refuse(application=walk.application, by=walk.township, at=REVIEWED, reason=reason)
    refused = applications.refuse(application=walk.application, by=walk.township, at=REVIEWED, reason="x" * 500)

    assert refused.state == "refused"
    with pytest.raises(applications.WrongStep):
        applications.review(application=walk.application, by=make.officer("township"), at=REVIEWED)


def test_an_objection_under_notice_is_heard_by_a_county_officer_and_not_by_a_township_one() -> None:
    walk = begin().reviewed()

    with pytest.raises(applications.WrongStep):
        applications.refuse(application=walk.application, by=make.officer("township"), at=REVIEWED, reason="objection")
    refused = applications.refuse(application=walk.application, by=walk.decider, at=REVIEWED, reason="objection")

    assert refused.state == "refused"


def test_a_supplier_takes_back_an_application_until_it_is_decided() -> None:
    walk, colleague = begin(), make.user()
    walk.application.partner.users.add(colleague)

    withdrawn = applications.withdraw(application=walk.application, by=colleague, at=REVIEWED)

    assert withdrawn.state == "withdrawn"
    with pytest.raises(applications.WrongStep):
        applications.withdraw(application=walk.application, by=colleague, at=REVIEWED)


def test_nobody_else_takes_an_application_back() -> None:
    walk = begin()

    with pytest.raises(applications.NotYourArea):
        applications.withdraw(application=walk.application, by=walk.township, at=REVIEWED)

    walk.application.refresh_from_db()
    assert walk.application.state == "submitted"


def test_a_certified_application_cannot_be_withdrawn() -> None:
    walk = begin()
    walk.issued()

    with pytest.raises(applications.WrongStep):
        applications.withdraw(application=walk.application, by=walk.applicant, at=REVIEWED)


def test_the_same_application_again_is_the_first_one_and_another_quantity_is_refused() -> None:
    first = begin()
    same = {"product": first.application.product, "partner": first.application.partner}
    same |= {"scheme": first.application.scheme}

    again = begin(**same)
    with pytest.raises(applications.CannotApply):
        begin(**same, quantity_g=1)

    assert again.application == first.application
    assert ApplicationMove.objects.count() == 1


def test_after_a_refusal_the_same_season_may_be_asked_for_again() -> None:
    first = begin()
    applications.refuse(application=first.application, by=first.township, at=REVIEWED, reason="incomplete")

    again = begin(product=first.application.product, partner=first.application.partner, scheme=first.application.scheme)

    assert again.application != first.application


@pytest.mark.parametrize(
    "day_from, day_to, allowed",
    [
        (date(2026, 9, 1), None, True),
        (date(2026, 9, 2), None, False),
        (date(2026, 1, 1), date(2026, 9, 2), True),
        (date(2026, 1, 1), date(2026, 9, 1), False),
    ],
)
def test_a_scheme_takes_applications_only_while_it_is_in_force(
    day_from: date, day_to: date | None, allowed: bool
) -> None:
    scheme = make.scheme(valid_from=day_from, valid_to=day_to)

    try:
        begin(scheme=scheme)
        passed = True
    except applications.CannotApply:
        passed = False

    assert passed is allowed


@pytest.mark.parametrize("fields", [{"quantity_g": 0}, {"season": " "}])
def test_an_application_names_a_season_and_a_quantity(fields: dict[str, Any]) -> None:
    with pytest.raises(applications.CannotApply):
        begin(**fields)

    assert not Application.objects.exists()


def test_only_a_supplier_who_sells_the_product_in_its_own_county_applies() -> None:
    supplier, elsewhere = make.partner(), make.partner(county=make.YECHENG)

    for product in (make.product(make.partner()), make.product(supplier, origin=elsewhere.county)):
        with pytest.raises(applications.CannotApply):
            begin(partner=supplier, product=product)

    assert not Application.objects.exists()


def test_a_scheme_with_a_gap_in_its_steps_takes_no_application() -> None:
    scheme = make.scheme()
    scheme.steps.filter(position=1).delete()

    with pytest.raises(applications.CannotApply):
        begin(scheme=scheme)


def test_the_oldest_application_waits_first() -> None:
    walks = [begin() for _turn in range(3)]

    waiting = applications.waiting_for(make.officer("township", "653223"), at=REVIEWED)

    assert list(waiting) == [walk.application for walk in walks]


def test_the_database_refuses_a_notice_without_dates() -> None:
    walk = begin()

    with pytest.raises(IntegrityError, match="application_notice_is_dated"):
        Application.objects.filter(pk=walk.application.pk).update(state="public_notice", notice_from=date(2026, 9, 3))


def test_a_review_whose_last_step_fails_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = begin()
    applications.review(application=walk.application, by=walk.township, at=REVIEWED)
    monkeypatch.setattr(ApplicationMove.objects, "create", _fail)

    with pytest.raises(RuntimeError):
        applications.review(application=walk.application, by=walk.county, at=REVIEWED)

    application = Application.objects.get()
    assert (application.state, application.steps_done, application.notice_from) == ("in_review", 1, None)


def test_a_submission_whose_last_step_fails_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ApplicationMove.objects, "create", _fail)

    with pytest.raises(RuntimeError):
        begin()

    assert not Application.objects.exists()


def _fail(**_fields: object) -> None:
    raise RuntimeError("the disk is full")


def test_nobody_applies_for_a_supplier_whose_required_document_has_ended() -> None:
    supplier = make.partner(township=make.place("653223100"))
    accepted(supplier, until=SUBMITTED.date() - timedelta(days=1), at=SUBMITTED - timedelta(days=30))

    with pytest.raises(applications.CannotApply, match="2026-08-31"):
        begin(partner=supplier)
