"""Deliveries at the scale: written once, corrected only by a reversal and a new slip."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.days import end_of
from catalogue.models import Commodity
from certification.households import consents
from certification.households.models import Agreement, ConsentEvent, Purpose
from certification.provenance.models import IntakeSlip, LotInput

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class ConsentMissing(Exception):
    """The household's consent to settlement does not stand; nothing may be recorded about it."""


class AgreementNotInForce(Exception):
    """The agreement does not cover the day of delivery."""


class NumberReused(Exception):
    """Another delivery stands under the number."""


class SlipSettled(Exception):
    """The slip is in a lot, reversed, or a reversal itself."""


@transaction.atomic
def record(
    *,
    number: str,
    agreement: Agreement,
    commodity: Commodity,
    grade: str,
    grams: int,
    delivered_on: date,
    by: AbstractUser | None,
) -> IntakeSlip:
    """Record one household's delivery under its agreement; the same slip recorded again is the first one.

    grams: above zero
    by: the scale's operator; None when the slip comes from a file

    Consent has to stand on the day of delivery and not to have been withdrawn since.

    Raises ConsentMissing, AgreementNotInForce, NumberReused, ValueError without weight.
    """
    if grams <= 0:
        raise ValueError(f"{number} weighs {grams} g; a delivery weighs more than 0 g.")
    body = {
        "household_id": agreement.household_id,
        "agreement_id": agreement.pk,
        "partner_id": agreement.partner_id,
        "commodity_id": commodity.pk,
        "grade": grade,
        "grams": grams,
        "delivered_date": delivered_on,
        "reverses_id": None,
    }
    existing = IntakeSlip.objects.filter(number=number).first()
    if existing is None:
        _check_may_record(agreement, delivered_on)
    return _once(number, body, by)


def _check_may_record(agreement: Agreement, delivered_on: date) -> None:
    if delivered_on < agreement.valid_from or (agreement.valid_to is not None and delivered_on >= agreement.valid_to):
        raise AgreementNotInForce(
            _("Agreement %(agreement)s does not cover %(day)s; record the delivery under the one that does.")
            % {"agreement": agreement, "day": delivered_on}
        )
    household = consents.locked(agreement.household)
    stood = consents.stands(household=household, purpose=Purpose.SETTLEMENT, at=end_of(delivered_on))
    newest = consents.last_answer(household=household, purpose=Purpose.SETTLEMENT)
    if not stood or newest is None or newest.decision != ConsentEvent.Decision.GIVEN:
        raise ConsentMissing(
            _("%(household)s had not consented to settlement on %(day)s, or has withdrawn; ask the household first.")
            % {"household": household, "day": delivered_on}
        )


def _once(number: str, body: dict[str, object], by: AbstractUser | None) -> IntakeSlip:
    """Write a slip, or find the one that stands under its number; whoever weighs again is not part of the body."""
    slip, created = IntakeSlip.objects.get_or_create(
        number=number, defaults=body | {"operator_id": by.pk if by is not None else None}
    )
    if not created and any(getattr(slip, name) != value for name, value in body.items()):
        raise NumberReused(
            _("%(number)s is a delivery of %(grams)d g on %(day)s; reverse it or choose a new number.")
            % {"number": number, "grams": slip.grams, "day": slip.delivered_date}
        )
    return slip


@transaction.atomic
def reverse(*, slip: IntakeSlip, number: str, by: AbstractUser | None, on: date) -> IntakeSlip:
    """Take a slip back by a second one that names it; asked again under the same number, it is the first one.

    Raises SlipSettled when it is in a lot, reversed or a reversal itself, NumberReused.
    """
    held = IntakeSlip.objects.select_for_update(no_key=True).get(pk=slip.pk)
    body = {
        "household_id": held.household_id,
        "agreement_id": held.agreement_id,
        "partner_id": held.partner_id,
        "commodity_id": held.commodity_id,
        "grade": held.grade,
        "grams": held.grams,
        "delivered_date": on,
        "reverses_id": held.pk,
    }
    earlier = IntakeSlip.objects.filter(reverses=held).first()
    settled = held.reverses_id is not None or LotInput.objects.filter(slip=held).exists()
    if settled or (earlier is not None and earlier.number != number):
        raise SlipSettled(
            _("%s is in a lot, reversed, or a reversal; correct the lot it went into instead.") % held.number
        )
    return _once(number, body, by)
