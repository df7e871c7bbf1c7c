"""Issued after the notice, suspended, restored, revoked, expired; the product follows in the same transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from catalogue.models import Product
from certification import applications, certificates
from certification.models import Application, ApplicationMove, Certificate, CertificateMove, Officer
from tests import make
from tests.certification.test_certificate_quantity import in_threads
from tests.certification.walk import LAST_NOTICE_SECOND, NOTICE_OVER, begin
from tests.make import NOW

pytestmark = pytest.mark.django_db


def until(product: Any) -> datetime | None:
    return Product.objects.get(pk=product.pk).certified_until


def test_no_certificate_in_the_last_second_of_the_notice_in_shanghai() -> None:
    walk = begin().reviewed()

    with pytest.raises(applications.NoticeRunning, match="2026-09-09.*2026-09-10"):
        certificates.issue(application=walk.application, by=walk.decider, at=LAST_NOTICE_SECOND)

    assert not Certificate.objects.exists()
    assert until(walk.application.product) is None


def test_a_certificate_in_the_first_second_after_the_notice() -> None:
    walk = begin().reviewed()

    made = certificates.issue(application=walk.application, by=walk.decider, at=NOTICE_OVER)

    assert (made.cap_g, made.taken_g, made.state) == (20_000_000, 0, "certified")
    assert made.valid_from == NOTICE_OVER
    assert made.valid_until == datetime(2027, 9, 9, 16, 0, tzinfo=UTC)  # midnight in Shanghai, 365 days on
    assert until(made.product) == made.valid_until
    assert made.number == f"653223-2026-{walk.application.pk:05d}"
    walk.application.refresh_from_db()
    assert walk.application.state == "certified"


def test_issuing_leaves_a_move_on_the_application_and_on_the_certificate() -> None:
    walk = begin()
    made = walk.issued()

    move = CertificateMove.objects.get()
    assert (move.certificate, move.action, move.by, move.role) == (made, "issue", walk.decider, "county")
    last = ApplicationMove.objects.last()
    assert last is not None
    assert (last.action, last.to_state, last.by, last.role) == ("certify", "certified", walk.decider, "county")


@pytest.mark.parametrize("state", ["submitted", "refused"])
def test_no_certificate_without_a_notice(state: str) -> None:
    walk = begin()
    Application.objects.update(state=state)

    with pytest.raises(applications.WrongStep):
        certificates.issue(application=walk.application, by=walk.decider, at=NOTICE_OVER)


def test_only_an_independent_county_or_higher_officer_of_the_area_issues() -> None:
    walk = begin().reviewed()
    sold_out = make.officer("prefecture", "6532")
    walk.application.partner.users.add(sold_out)
    wrong = {
        walk.county: applications.SeparationOfDuties,
        sold_out: applications.SeparationOfDuties,
        make.officer("sector"): applications.WrongStep,
        make.user(): applications.WrongStep,
        make.officer("county", make.YECHENG): applications.NotYourArea,
    }

    for person, refusal in wrong.items():
        with pytest.raises(refusal):
            certificates.issue(application=walk.application, by=person, at=NOTICE_OVER)
    assert not Certificate.objects.exists()

    certificates.issue(application=walk.application, by=make.officer("prefecture", "6532"), at=NOTICE_OVER)
    assert Certificate.objects.count() == 1


def test_issuing_again_returns_the_certificate_and_another_number_is_refused() -> None:
    walk = begin()
    made = walk.issued("PS-2026-001")

    same = certificates.issue(application=walk.application, number="PS-2026-001", by=walk.decider, at=NOTICE_OVER)
    unnamed = certificates.issue(application=walk.application, by=walk.decider, at=NOTICE_OVER)
    with pytest.raises(certificates.NumberReused, match="PS-2026-001"):
        certificates.issue(application=walk.application, number="PS-2026-002", by=walk.decider, at=NOTICE_OVER)

    assert made == same == unnamed
    assert CertificateMove.objects.count() == 1


def test_a_number_belongs_to_one_certificate() -> None:
    begin().issued("PS-2026-001")

    with pytest.raises(certificates.NumberReused, match="PS-2026-001"):
        begin().issued("PS-2026-001")

    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("number", ["notices", "a/1", "1" * 31, "1 2"])
def test_a_number_that_could_not_stand_in_an_address_is_refused(number: str) -> None:
    with pytest.raises(certificates.NumberReused, match="letters|字母"):
        begin().issued(number)


def test_suspending_takes_the_product_off_sale_at_once_and_restoring_brings_it_back() -> None:
    walk = begin()
    made = walk.issued()

    suspended = certificates.suspend(certificate=made, reason="label differs", by=walk.decider, at=NOW)
    off = until(made.product)
    restored = certificates.restore(certificate=made, reason="label corrected", by=walk.decider, at=NOW)

    assert (suspended.state, suspended.state_reason, suspended.state_at) == ("suspended", "label differs", NOW)
    assert off is None
    assert restored.state == "certified"
    assert until(made.product) == made.valid_until
    actions = CertificateMove.objects.values_list("action", "role", "reason")
    assert list(actions)[1:] == [("suspend", "county", "label differs"), ("restore", "county", "label corrected")]


def test_a_revoked_certificate_never_comes_back() -> None:
    walk = begin()
    made = walk.issued()

    certificates.revoke(certificate=made, reason="mixed with bought goods", by=walk.decider, at=NOW)

    assert until(made.product) is None
    for act in (certificates.restore, certificates.suspend, certificates.revoke):
        with pytest.raises(certificates.CertificateNotValid, match=made.number):
            act(certificate=made, reason="again", by=walk.decider, at=NOW)
    assert Certificate.objects.get().state == "revoked"


def test_a_suspended_certificate_whose_time_has_ended_is_not_restored() -> None:
    walk = begin()
    made = walk.issued()
    certificates.suspend(certificate=made, reason="label differs", by=walk.decider, at=NOW)

    with pytest.raises(certificates.CertificateNotValid):
        certificates.restore(certificate=made, reason="late", by=walk.decider, at=made.valid_until)

    certificates.restore(
        certificate=made, reason="in time", by=walk.decider, at=made.valid_until - timedelta(microseconds=1)
    )


def test_a_certificate_is_changed_with_a_reason_by_an_independent_deciding_officer_of_the_area() -> None:
    walk = begin()
    made = walk.issued()
    wrong = {
        walk.township: applications.WrongStep,
        make.officer("county", make.YECHENG): applications.NotYourArea,
        walk.applicant: applications.SeparationOfDuties,
    }
    Officer.objects.create(user=walk.applicant, role="county", area=make.place())

    for person, refusal in wrong.items():
        with pytest.raises(refusal):
            certificates.suspend(certificate=made, reason="because", by=person, at=NOW)
    with pytest.raises(applications.ReasonMissing):
        certificates.suspend(certificate=made, reason=" ", by=walk.decider, at=NOW)

    assert Certificate.objects.get().state == "certified"
    certificates.suspend(certificate=made, reason="because", by=walk.county, at=NOW)


def test_a_product_is_certified_until_the_last_of_its_certificates_that_stand() -> None:
    walk = begin()
    made = walk.issued()
    longer = make.certificate(made.product, until=made.valid_until + timedelta(days=30))
    make.certificate(made.product, until=made.valid_until + timedelta(days=90), state="revoked")
    future = make.certificate(made.product, until=made.valid_until + timedelta(days=60))
    Certificate.objects.filter(pk=future.pk).update(valid_from=made.valid_until)

    certificates.suspend(certificate=made, reason="check", by=walk.decider, at=NOW)
    with_longer = until(made.product)
    certificates.restore(certificate=made, reason="checked", by=walk.decider, at=NOW)
    certificates.revoke(certificate=longer, reason="error", by=walk.decider, at=NOW)

    assert with_longer == longer.valid_until
    assert until(made.product) == made.valid_until


def test_expiry_is_written_once_for_all_that_is_due() -> None:
    product, other = make.product(), make.product()
    due = [make.certificate(product, until=NOW), make.certificate(product, until=NOW, state="suspended")]
    make.certificate(product, until=NOW, state="revoked")
    stays = make.certificate(other, until=NOW + timedelta(microseconds=1))

    counts = [certificates.expire_due(at=NOW), certificates.expire_due(at=NOW)]

    assert counts == [2, 0]
    assert set(Certificate.objects.filter(state="expired")) == set(due)
    assert until(product) is None
    assert until(other) == stays.valid_until
    assert {(move.action, move.by_id, move.at) for move in CertificateMove.objects.all()} == {("expire", None, NOW)}


def test_a_certificate_past_its_time_reads_as_expired_before_it_is_written_down() -> None:
    made = make.certificate(make.product(), until=NOW)

    assert certificates.state_at(made, NOW - timedelta(microseconds=1)) == "certified"
    assert certificates.state_at(made, NOW) == "expired"


@pytest.mark.parametrize("act", [certificates.suspend, certificates.revoke])
def test_a_change_whose_last_step_fails_keeps_nothing(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    walk = begin()
    made = walk.issued()
    monkeypatch.setattr(certificates, "_rewrite_certified_until", _fail)

    with pytest.raises(RuntimeError):
        act(certificate=made, reason="because", by=walk.decider, at=NOW)

    assert Certificate.objects.get().state == "certified"
    assert CertificateMove.objects.count() == 1


def test_an_issue_whose_last_step_fails_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = begin().reviewed()
    monkeypatch.setattr(certificates, "_rewrite_certified_until", _fail)

    with pytest.raises(RuntimeError):
        certificates.issue(application=walk.application, by=walk.decider, at=NOTICE_OVER)

    assert not Certificate.objects.exists()
    assert not CertificateMove.objects.exists()
    assert Application.objects.get().state == "public_notice"


def test_an_expiry_run_whose_last_step_fails_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make.certificate(make.product(), until=NOW)
    monkeypatch.setattr(certificates, "_rewrite_certified_until", _fail)

    with pytest.raises(RuntimeError):
        certificates.expire_due(at=NOW)

    made.refresh_from_db()
    assert made.state == "certified"
    assert not CertificateMove.objects.exists()


def test_a_sale_that_fails_after_taking_keeps_nothing() -> None:
    made = make.certificate(make.product())

    with pytest.raises(RuntimeError), transaction.atomic():
        certificates.take(certificate=made, grams=500, reference="order 1 line 1", at=NOW)
        _fail()

    made.refresh_from_db()
    assert (made.taken_g, made.consumptions.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_certificates_of_one_product_ended_at_once_leave_it_uncertified() -> None:
    product, officer = make.product(), make.officer()
    pairs = [make.certificate(product, until=NOW + timedelta(days=days)) for days in range(1, 9)]

    results = in_threads(
        lambda place: certificates.revoke(certificate=pairs[place], reason="recall", by=officer, at=NOW), len(pairs)
    )

    assert all(isinstance(result, Certificate) for result in results), results
    assert until(product) is None


@pytest.mark.django_db(transaction=True)
def test_a_step_reviewed_by_eight_officers_at_once_is_passed_once() -> None:
    walk = begin()
    crowd = [make.officer("township") for _turn in range(8)]

    results = in_threads(
        lambda place: applications.review(application=walk.application, by=crowd[place], at=NOW), len(crowd)
    )

    assert sum(isinstance(result, Application) for result in results) == 1
    assert sum(isinstance(result, applications.WrongStep) for result in results) == len(crowd) - 1
    assert Application.objects.get().steps_done == 1


def _fail(*_facts: object, **_more: object) -> None:
    raise RuntimeError("the disk is full")
