"""Applications on their way: submitted, reviewed step by step, shown to the public, decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from catalogue.days import day_of
from catalogue.listings import reviews
from catalogue.listings.models import Revision
from catalogue.partner import onboarding
from certification import officers
from certification.models import Application, ApplicationMove, Officer, Scheme, SchemeStep
from certification.officers import NotYourArea, SeparationOfDuties, WrongStep

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from catalogue.models import Product
    from catalogue.partner.models import Partner

__all__ = ["CannotApply", "NotYourArea", "NoticeRunning", "ReasonMissing", "SeparationOfDuties", "WrongStep"]

State = Application.State
IN_STEPS = (State.SUBMITTED, State.IN_REVIEW)
ENDED = (State.REFUSED, State.WITHDRAWN)
REASON_MOST = 500


class CannotApply(Exception):
    """The application would not be one: wrong scheme, product, supplier or quantity, or there is one already."""


class NoticeRunning(Exception):
    """The public notice has not ended."""


class ReasonMissing(Exception):
    """A refusal, and every other move against somebody, says why."""


@transaction.atomic
def submit(
    *,
    product: Product,
    partner: Partner,
    scheme: Scheme,
    season: str,
    quantity_g: int,
    output_value_fen: int,
    by: AbstractUser,
    at: datetime,
) -> Application:
    """Apply for one product, scheme and season; the same application submitted again is the first one.

    quantity_g: grams asked for, above zero
    output_value_fen: declared by the applicant, never added to sales

    Raises CannotApply.
    """
    _check_eligible(product, partner, scheme, season, quantity_g, at)
    asked = {"partner": partner, "quantity_g": quantity_g, "output_value_fen": output_value_fen}
    standing = Application.objects.exclude(state__in=ENDED)
    application, created = standing.get_or_create(
        scheme=scheme, product=product, season=season, defaults=asked | {"state": State.SUBMITTED}
    )
    if created:
        _note(application, "submit", State.DRAFT, by=by, role=officers.SUPPLIER, at=at)
    elif any(getattr(application, name) != value for name, value in asked.items()):
        raise CannotApply(
            _("“%(application)s” has applied before (%(state)s); withdraw that application before changing it.")
            % {"application": application, "state": application.get_state_display()}
        )
    return application


def _check_eligible(
    product: Product, partner: Partner, scheme: Scheme, season: str, quantity_g: int, at: datetime
) -> None:
    """Refuse what no officer should have to read. Source: docs/domain.md, certification."""
    day = day_of(at)
    positions = list(scheme.steps.values_list("position", flat=True))
    if quantity_g <= 0 or not season.strip():
        raise CannotApply(_("Name a season and a quantity above 0 g; you asked for %d g.") % quantity_g)
    if day < scheme.valid_from or (scheme.valid_to is not None and day >= scheme.valid_to):
        raise CannotApply(
            _("%(scheme)s is not in force on %(day)s; choose its current version.") % {"scheme": scheme, "day": day}
        )
    if not positions or positions != list(range(1, len(positions) + 1)):
        raise CannotApply(_("%s has no complete list of review steps; its issuer has to publish them first.") % scheme)
    if Revision.objects.filter(product=product, state=Revision.State.ACCEPTED).exists():
        raise CannotApply(
            _(
                "An accepted change of “%(product)s” waits for its present certificate to end; apply afterwards, or "
                "take the change back."
            )
            % {"product": product}
        )
    if not product.stockrecords.filter(partner=partner).exists():
        raise CannotApply(
            _("%(supplier)s does not sell “%(product)s”; the supplier who sells it applies.")
            % {"supplier": partner.label, "product": product}
        )
    if blocked := onboarding.in_the_way(partner, on=day):
        raise CannotApply(str(blocked))
    if not product.origin_id or partner.county_id is None or not product.origin_id.startswith(partner.county_id):
        raise CannotApply(
            _("“%(product)s” and %(supplier)s must name the same county; complete their origin and county first.")
            % {"product": product, "supplier": partner.label}
        )


@transaction.atomic
def review(*, application: Application, by: AbstractUser, at: datetime, reason: str = "") -> Application:
    """Pass the step the application waits for; after the last one the public notice begins the next day.

    Raises WrongStep, NotYourArea, SeparationOfDuties; ReasonMissing for one too long to keep.
    """
    if reason:
        check_reason(reason)
    held = _locked(application)
    if held.state not in IN_STEPS:
        raise _wrong_state(held)
    office = office_to_act(held, by=by)
    before, held.steps_done = held.state, held.steps_done + 1
    held.state = State.IN_REVIEW
    if held.steps_done == held.scheme.steps.count():
        held.state = State.PUBLIC_NOTICE
        held.notice_from = day_of(at) + timedelta(days=1)
        held.notice_until = held.notice_from + timedelta(days=held.scheme.notice_days)
    held.save(update_fields=["state", "steps_done", "notice_from", "notice_until"])
    _note(held, "review", before, by=by, role=office.role, at=at, reason=reason)
    return held


@transaction.atomic
def refuse(*, application: Application, by: AbstractUser, at: datetime, reason: str) -> Application:
    """Turn an application down: in review by the officer of the step, under notice by a county or higher one.

    Raises ReasonMissing, WrongStep, NotYourArea, SeparationOfDuties.
    """
    check_reason(reason)
    held = _locked(application)
    office = office_to_act(held, by=by)
    return _move(held, "refuse", State.REFUSED, by=by, role=office.role, at=at, reason=reason)


@transaction.atomic
def withdraw(*, application: Application, by: AbstractUser, at: datetime, reason: str = "") -> Application:
    """Take an application back, by its supplier or whoever submitted it, until it is decided.

    Raises WrongStep when it is decided, NotYourArea for anybody else.
    """
    if reason:
        check_reason(reason)
    held = _locked(application)
    submitted = held.moves.filter(action="submit", by_id=by.pk).exists()
    if not submitted and not held.partner.users.filter(pk=by.pk).exists():
        raise NotYourArea(
            _("Only %(supplier)s takes “%(application)s” back; an officer may refuse it instead.")
            % {"supplier": held.partner.label, "application": held}
        )
    if held.state not in (*IN_STEPS, State.PUBLIC_NOTICE):
        raise _wrong_state(held)
    return _move(held, "withdraw", State.WITHDRAWN, by=by, role=officers.SUPPLIER, at=at, reason=reason)


def office_to_act(application: Application, *, by: AbstractUser) -> Officer:
    """The office in which a person may pass or refuse an application as it stands: the step's, or under notice a
    county or higher one.

    Raises WrongStep, NotYourArea, SeparationOfDuties.
    """
    on_notice = application.state == State.PUBLIC_NOTICE
    roles = officers.DECIDING if on_notice else (_step_waiting(application).role,)
    office = officers.office_for(application, by=by, roles=roles)
    officers.keep_apart(application, by=by)
    return office


def visible_to(user: AbstractUser) -> QuerySet[Application]:
    """The applications an officer may look at: all that come from the areas of his offices."""
    mine = Q(pk__in=[])
    for area in Officer.objects.filter(user_id=user.pk).values_list("area_id", flat=True):
        mine |= officers.lies_in(area)
    return Application.objects.filter(mine)


def waiting_for(user: AbstractUser, *, at: datetime) -> QuerySet[Application]:
    """The applications this officer can move on now, oldest first.

    His step is next, or the notice has ended and his office decides; never one he had a hand in or his supplier's.
    """
    mine = Q(pk__in=[])
    for role, area in Officer.objects.filter(user_id=user.pk).values_list("role", "area_id"):
        next_step = SchemeStep.objects.filter(scheme=OuterRef("scheme"), position=OuterRef("steps_done") + 1, role=role)
        due = Q(Exists(next_step), state__in=IN_STEPS)
        if role in officers.DECIDING:
            due |= Q(state=State.PUBLIC_NOTICE, notice_until__lte=day_of(at))
        mine |= due & officers.lies_in(area)
    touched = ApplicationMove.objects.filter(application=OuterRef("pk"), by_id=user.pk)
    waiting = Application.objects.filter(mine).exclude(Exists(touched)).exclude(partner__users=user.pk)
    return waiting.order_by("pk")


def under_notice() -> QuerySet[Application]:
    """What the public may object to, the notice that ends first on top; decided ones are gone."""
    return Application.objects.filter(state=State.PUBLIC_NOTICE).order_by("notice_until", "pk")


def locked_for_decision(application: Application, *, by: AbstractUser, at: datetime) -> tuple[Application, Officer]:
    """Lock an application whose notice has ended (or that is certified already), for the officer who decides it.

    Raises WrongStep, NotYourArea, SeparationOfDuties, NoticeRunning.
    """
    held = _locked(application)
    if held.state not in (State.PUBLIC_NOTICE, State.CERTIFIED):
        raise _wrong_state(held)
    office = officers.office_for(held, by=by, roles=officers.DECIDING)
    if held.state == State.CERTIFIED:
        return held, office
    officers.keep_apart(held, by=by)
    if held.notice_until is not None and day_of(at) < held.notice_until:  # a notice always has its dates
        raise NoticeRunning(
            _("The public notice of “%(application)s” runs through %(last)s; decide it from %(day)s on.")
            % {"application": held, "last": held.notice_until - timedelta(days=1), "day": held.notice_until}
        )
    return held, office


def certify(application: Application, *, by: AbstractUser, role: str, at: datetime) -> Application:
    """Record that a locked application is certified; part of `certificates.issue`."""
    return _move(application, "certify", State.CERTIFIED, by=by, role=role, at=at)


def check_reason(reason: str) -> None:
    """Raise ReasonMissing unless a reason fits into its field and says something."""
    if not 0 < len(reason.strip()) <= len(reason) <= REASON_MOST:
        raise ReasonMissing(
            _("Give a reason of 1 to %(most)d characters; this one has %(length)d.")
            % {"most": REASON_MOST, "length": len(reason.strip())}
        )


def _locked(application: Application) -> Application:
    return (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("scheme", "product", "partner")
        .get(pk=application.pk)
    )


def _step_waiting(application: Application) -> SchemeStep:
    if application.state not in IN_STEPS:
        raise _wrong_state(application)
    return application.scheme.steps.get(position=application.steps_done + 1)


def _wrong_state(application: Application) -> WrongStep:
    return WrongStep(
        _("“%(application)s” is %(state)s after %(steps)d review steps; this can no longer, or not yet, be done.")
        % {"application": application, "state": application.get_state_display(), "steps": application.steps_done}
    )


def _move(
    application: Application, action: str, to: str, *, by: AbstractUser, role: str, at: datetime, reason: str = ""
) -> Application:
    before, application.state = application.state, to
    application.save(update_fields=["state"])
    _note(application, action, before, by=by, role=role, at=at, reason=reason)
    if to in ENDED:  # facts that waited while officers read the application
        reviews.bring_into_force(products=[application.product_id], at=at)
    return application


def _note(
    application: Application, action: str, before: str, *, by: AbstractUser, role: str, at: datetime, reason: str = ""
) -> None:
    ApplicationMove.objects.create(
        application=application,
        action=action,
        from_state=before,
        to_state=application.state,
        by_id=by.pk,
        role=role,
        at=at,
        reason=reason,
    )
