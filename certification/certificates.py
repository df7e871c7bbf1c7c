"""Certificates: issued after the notice, taken gram by gram, suspended, restored, revoked, expired."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from catalogue import prepared
from catalogue.days import day_of, start_of
from catalogue.listings import reviews
from catalogue.models import Product
from certification import applications, officers
from certification.models import Application, Certificate, CertificateMove, Consumption
from certification.signals import certificate_moved

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

State = Certificate.State
NUMBER = re.compile(r"(?=.*\d)\w[\w.-]{0,29}")
GRAMS_MOST = 2**63 - 1

# The certificate that a sale of `product` draws on at a moment, see `valid_for`; its conditions are those of
# `Certificate.objects.valid`.
DRAWN_ON = """
    SELECT * FROM certification_certificate
    WHERE product_id = product.id AND state = 'certified' AND valid_from <= %(at)s AND valid_until > %(at)s
    ORDER BY cap_g - taken_g DESC, valid_until, number LIMIT 1
"""
CERTIFICATE = prepared.Columns(Certificate, "certificate")
DRAWN_ON_ALONE = f"""
    SELECT {CERTIFICATE} FROM (VALUES (%(product)s::bigint)) product(id)
    LEFT JOIN LATERAL ({DRAWN_ON}) certificate ON true
"""  # noqa: S608  fixed words


class CertificateNotValid(Exception):
    """The certificate is suspended, revoked or expired, has not begun, or cannot make this move."""


class QuantityExhausted(Exception):
    """Fewer certified grams are left than are asked for."""


class NumberReused(Exception):
    """The number belongs to another certificate, or the application has a certificate under another number."""


class ReferenceReused(Exception):
    """The reference took something else before, or gave back what it took."""


class NothingTaken(Exception):
    """No certified grams were taken under the reference."""


@transaction.atomic
def issue(*, application: Application, number: str | None = None, by: AbstractUser, at: datetime) -> Certificate:
    """Certify an application once its public notice has ended; asked again, it returns the certificate.

    number: of letters, digits, dots and dashes, with a digit; None: made from county, year and application
    Valid at once and through the scheme's number of days, to midnight in Shanghai.

    Raises WrongStep, NotYourArea, SeparationOfDuties, NoticeRunning (see `applications`), NumberReused.
    """
    held, office = applications.locked_for_decision(application, by=by, at=at)
    existing = Certificate.objects.filter(application=held).first()
    if existing is not None:
        return _same_number(existing, number)
    today = day_of(at)
    number = number or f"{held.product.origin_id[:6]}-{today.year}-{held.pk:05d}"
    made = _insert(
        Certificate(
            number=number,
            application=held,
            scheme=held.scheme,
            product=held.product,
            partner=held.partner,
            season=held.season,
            cap_g=held.quantity_g,
            valid_from=at,
            valid_until=start_of(today + timedelta(days=held.scheme.validity_days)),
            state_at=at,
            issued_by_id=by.pk,
            issued_at=at,
        )
    )
    applications.certify(held, by=by, role=office.role, at=at)
    _note(made, "issue", by=by, role=office.role, at=at)
    _rewrite_certified_until([made.product_id], at=at)
    return made


def _same_number(existing: Certificate, number: str | None) -> Certificate:
    if number is not None and number != existing.number:
        raise NumberReused(
            _("“%(application)s” is certified under %(number)s; a second number is not given.")
            % {"application": existing.application, "number": existing.number}
        )
    return existing


def _insert(certificate: Certificate) -> Certificate:
    """Save a new certificate; only its number can stand in the way, for its application is locked."""
    if not NUMBER.fullmatch(certificate.number):
        raise NumberReused(
            _("%(number)s is no certificate number; use up to 30 letters, digits, dots and dashes, one a digit.")
            % {"number": certificate.number}
        )
    try:
        with transaction.atomic():
            certificate.save(force_insert=True)
    except IntegrityError as error:
        if not Certificate.objects.filter(number=certificate.number).exists():
            raise
        raise NumberReused(
            _("%(number)s belongs to another certificate; choose the next free number.")
            % {"number": certificate.number}
        ) from error
    return certificate


@transaction.atomic
def take(*, certificate: Certificate, grams: int, reference: str, at: datetime) -> Consumption:
    """Take part of a certificate's quantity for one sale.

    grams: above zero
    reference: what it is taken for, unique ("order 100123 line 2"); a second call with it returns the first result

    The certificate's row is changed last and by one conditional statement, so parallel sales wait only for that.

    Raises CertificateNotValid, QuantityExhausted, ReferenceReused; then nothing is taken.
    Source: docs/domain.md, the lot chain.
    """
    if not 0 < grams <= GRAMS_MOST:
        raise ValueError(f"Take at least 1 g and at most {GRAMS_MOST} g; {reference} asks for {grams} g.")
    made, created = Consumption.objects.get_or_create(
        reference=reference, defaults={"certificate": certificate, "grams": grams, "taken_at": at}
    )
    if not created:
        return _same_consumption(made, certificate, grams)
    if not _draw(certificate, grams, at):
        raise _why_not(certificate, grams, at)
    return made


def _draw(certificate: Certificate, grams: int, at: datetime) -> bool:
    """Add to what is taken if the certificate is valid and the rest is enough. Behind it: certificate_cap_holds."""
    usable = Certificate.objects.valid(at).filter(pk=certificate.pk, taken_g__lte=F("cap_g") - grams)
    return bool(usable.update(taken_g=F("taken_g") + grams))


def _same_consumption(made: Consumption, certificate: Certificate, grams: int) -> Consumption:
    if made.given_back_at is None and made.certificate_id == certificate.pk and made.grams == grams:
        return made
    raise ReferenceReused(
        _("%(reference)s took %(grams)d g before, or gave them back; use a new reference.")
        % {"reference": made.reference, "grams": made.grams}
    )


def _why_not(certificate: Certificate, grams: int, at: datetime) -> Exception:
    now = Certificate.objects.get(pk=certificate.pk)
    if not is_valid(now, at):
        return _not_valid(now, at)
    return QuantityExhausted(
        _("%(number)s has %(left)d g left; this order needs %(grams)d g. Order less of it.")
        % {"number": now.number, "left": now.cap_g - now.taken_g, "grams": grams}
    )


@transaction.atomic
def give_back(*, reference: str, at: datetime) -> Consumption:
    """Return to the certificate what a reference took; once, however often it is asked.

    Raises NothingTaken.
    """
    ended = Consumption.objects.filter(reference=reference, given_back_at=None).update(given_back_at=at)
    consumption = Consumption.objects.filter(reference=reference).first()
    if consumption is None:
        raise NothingTaken(_("No certified grams were taken for %s; there is nothing to give back.") % reference)
    if ended:
        Certificate.objects.filter(pk=consumption.certificate_id).update(taken_g=F("taken_g") - consumption.grams)
    return consumption


@transaction.atomic
def suspend(*, certificate: Certificate, reason: str, by: AbstractUser, at: datetime) -> Certificate:
    """Stop a certificate for the time being; its product leaves every list at once.

    Raises CertificateNotValid, ReasonMissing, WrongStep, NotYourArea, SeparationOfDuties.
    """
    return _change(certificate, "suspend", [State.CERTIFIED], State.SUSPENDED, reason=reason, by=by, at=at)


@transaction.atomic
def restore(*, certificate: Certificate, reason: str, by: AbstractUser, at: datetime) -> Certificate:
    """Let a suspended certificate stand again, if its time has not ended.

    Raises CertificateNotValid, ReasonMissing, WrongStep, NotYourArea, SeparationOfDuties.
    """
    return _change(certificate, "restore", [State.SUSPENDED], State.CERTIFIED, reason=reason, by=by, at=at)


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, by: AbstractUser, at: datetime) -> Certificate:
    """End a certificate for good.

    Raises CertificateNotValid, ReasonMissing, WrongStep, NotYourArea, SeparationOfDuties.
    """
    return _change(
        certificate, "revoke", [State.CERTIFIED, State.SUSPENDED], State.REVOKED, reason=reason, by=by, at=at
    )


def _change(
    certificate: Certificate,
    action: str,
    states: Collection[str],
    to: str,
    *,
    reason: str,
    by: AbstractUser,
    at: datetime,
) -> Certificate:
    """One move of a deciding officer of the area, independent of the supplier.

    Who reviewed the application may still stop the certificate: raising the alarm is nobody's privilege.
    """
    applications.check_reason(reason)
    held = (
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("application__product", "application__partner")
        .get(pk=certificate.pk)
    )
    office = officers.office_for(held.application, by=by, roles=officers.DECIDING)
    officers.keep_out_supplier(held.application.partner, by=by)
    if held.state not in states or held.valid_until <= at:
        raise _not_valid(held, at)
    held.state, held.state_reason, held.state_at = to, reason, at
    held.save(update_fields=["state", "state_reason", "state_at"])
    _note(held, action, by=by, role=office.role, at=at, reason=reason)
    _rewrite_certified_until([held.product_id], at=at)
    return held


@transaction.atomic
def expire_due(*, at: datetime) -> int:
    """Write down which certificates have ended by a moment; returns how many.

    Nothing waits for it: `take`, `valid_for` and every public list compare the dates themselves.
    """
    due = Certificate.objects.filter(state__in=[State.CERTIFIED, State.SUSPENDED], valid_until__lte=at)
    ended = dict(due.select_for_update(no_key=True).order_by("pk").values_list("pk", "product_id"))
    Certificate.objects.filter(pk__in=ended).update(state=State.EXPIRED, state_reason="", state_at=at)
    CertificateMove.objects.bulk_create(CertificateMove(certificate_id=key, action="expire", at=at) for key in ended)
    _rewrite_certified_until(set(ended.values()), at=at)
    for certificate in Certificate.objects.filter(pk__in=ended).order_by("pk"):
        certificate_moved.send(sender=Certificate, certificate=certificate, action="expire", at=at)
    return len(ended)


def valid_for(product: Product, at: datetime) -> Certificate | None:
    """The certificate a sale at a moment draws on: of those valid, the one with the most grams left.

    A tie falls to the one that ends first, then to the lower number.
    """
    [found] = prepared.rows(DRAWN_ON_ALONE, {"product": product.pk, "at": at})
    return CERTIFICATE.take(iter(found))


def is_valid(certificate: Certificate, at: datetime) -> bool:
    """Certified, begun and not ended at a moment."""
    return certificate.state == State.CERTIFIED and certificate.valid_from <= at < certificate.valid_until


def state_at(certificate: Certificate, at: datetime) -> str:
    """The state as a reader has to see it: one whose time has ended is expired, written down already or not."""
    standing = certificate.state in (State.CERTIFIED, State.SUSPENDED)
    return State.EXPIRED if standing and certificate.valid_until <= at else State(certificate.state)


def _not_valid(certificate: Certificate, at: datetime) -> CertificateNotValid:
    return CertificateNotValid(
        _("%(number)s is %(state)s (valid from %(first)s until %(last)s); choose a product with a valid certificate.")
        % {
            "number": certificate.number,
            "state": State(state_at(certificate, at)).label,
            "first": day_of(certificate.valid_from),
            "last": day_of(certificate.valid_until),
        }
    )


def _note(
    certificate: Certificate, action: str, *, by: AbstractUser, role: str, at: datetime, reason: str = ""
) -> None:
    CertificateMove.objects.create(certificate=certificate, action=action, by_id=by.pk, role=role, at=at, reason=reason)
    certificate_moved.send(sender=Certificate, certificate=certificate, action=action, at=at)


def _rewrite_certified_until(products: Collection[int], *, at: datetime) -> None:
    """Set `certified_until` to the last moment of the products' certificates that are certified and have begun.

    The products are locked, in key order, before their certificates are read in a second statement: two changes to
    one product's certificates at once each see what the other did. Facts that waited for the last one are in force.
    """
    ordered = Product.objects.select_for_update(no_key=True).filter(pk__in=products).order_by("pk")
    locked = list(ordered.values_list("pk", flat=True))
    standing = Certificate.objects.filter(product=OuterRef("pk"), state=State.CERTIFIED, valid_from__lte=at)
    longest = standing.order_by("-valid_until").values("valid_until")[:1]
    Product.objects.filter(pk__in=locked).update(certified_until=Subquery(longest))
    reviews.bring_into_force(products=locked, at=at)
