"""A supplier on its way into the shop, and out of it: named actions, each with who did it, when and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.days import day_of
from catalogue.models import Place
from catalogue.partner import staff
from catalogue.partner.models import Document, DocumentKind, Membership, Partner, PartnerStep, StaffRole

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

Action = PartnerStep.Action
State = Partner.State
MOST_APPLYING = 3  # suppliers one person may have on the way
REASON_MOST = 500
NOT_APPROVED = gettext_noop("%(supplier)s is %(state)s; only an approved supplier lists new articles.")
ENDED = gettext_noop("“%(document)s” ended on %(day)s; once its successor is accepted, new articles can be listed.")
OPENED_AGAIN = {State.SUSPENDED: State.APPROVED, State.CLOSED: State.APPLYING}


class CannotRegister(Exception):
    """The person has as many applying suppliers as one may have."""


class WrongState(Exception):
    """The supplier or the document is in a state in which this cannot be done."""


class NotComplete(Exception):
    """A required document is missing, not accepted, or ended."""


class NotAReviewer(Exception):
    """Only the platform's operators decide, and never about a supplier they belong to."""


class ReasonMissing(Exception):
    """What is decided against a supplier says why."""


class Blocked(NamedTuple):
    """Why nothing new may be listed. text: English, with a place for each fact; str() is in the reader's language"""

    text: str
    facts: dict[str, str]

    def __str__(self) -> str:
        return _(self.text) % self.facts


def in_the_way(partner: Partner, *, on: date) -> Blocked | None:
    """What keeps a supplier from listing new articles that day; None when nothing does. What is on sale stays there.

    A required document counts when it was accepted once: a new line of the checklist stops nobody by itself.
    """
    if partner.state != State.APPROVED:
        return Blocked(NOT_APPROVED, {"supplier": partner.label, "state": str(partner.get_state_display())})
    accepted = Document.objects.filter(
        partner=partner, state=Document.State.ACCEPTED, kind__required_of__contains=[partner.kind]
    )
    last: dict[str, Document] = {}
    for document in accepted.select_related("kind").order_by("expires_date"):  # those without an end come last
        last[document.kind_id] = document
    for document in sorted(last.values(), key=lambda each: each.kind.position):
        if document.expires_date is not None and not document.is_good(on):
            return Blocked(ENDED, {"document": str(document.kind), "day": document.expires_date.isoformat()})
    return None


@transaction.atomic
def register(*, name: str, name_en: str, kind: str, place: Place, by: AbstractUser, at: datetime) -> Partner:
    """A new supplier, applying, with the person as its manager. place: a county or township. Raises CannotRegister."""
    applying = Partner.objects.filter(
        state=State.APPLYING, memberships__user_id=by.pk, memberships__role=StaffRole.MANAGER
    )
    if applying.count() >= MOST_APPLYING:
        raise CannotRegister(_("You have %d applications on the way; finish one of them first.") % MOST_APPLYING)
    is_township = place.level == Place.Level.TOWNSHIP
    made = Partner.objects.create(
        name=name,
        name_en=name_en,
        kind=Partner.Kind(kind),
        county_id=place.parent_id if is_township else place.code,
        township=place if is_township else None,
    )
    Membership.objects.create(partner=made, user_id=by.pk, role=StaffRole.MANAGER, joined_at=at)
    note(made, Action.REGISTER, by=by, at=at)
    return made


@transaction.atomic
def submit(*, partner: Partner, by: AbstractUser, at: datetime) -> Partner:
    """Ask for the review: every required document is handed in. Raises staff.NotAManager, WrongState, NotComplete."""
    held = locked(partner)
    staff.check_manager(held, by=by)
    if held.state != State.APPLYING or is_submitted(held):
        raise wrong_state(held)
    standing = held.documents.exclude(state=Document.State.REFUSED)
    _check_complete(held, [each for each in standing if not _has_ended(each, day_of(at))])
    note(held, Action.SUBMIT, by=by, at=at)
    return held


def is_submitted(partner: Partner) -> bool:
    """Whether an applying supplier has asked for the review since it began to apply, the last time."""
    last = partner.steps.filter(action__in=[Action.REGISTER, Action.REOPEN, Action.SUBMIT]).first()
    return last is not None and last.action == Action.SUBMIT


@transaction.atomic
def approve(*, partner: Partner, by: AbstractUser, at: datetime) -> Partner:
    """Let a supplier list. Raises NotAReviewer, WrongState, NotComplete."""
    held = for_reviewer(partner, by=by)
    if held.state != State.APPLYING or not is_submitted(held):
        raise wrong_state(held)
    _check_complete(held, [each for each in held.documents.all() if each.is_good(day_of(at))])
    return _move(held, Action.APPROVE, State.APPROVED, by=by, at=at)


@transaction.atomic
def suspend(*, partner: Partner, by: AbstractUser, at: datetime, reason: str) -> Partner:
    """Nothing new is listed until it is opened again. Raises NotAReviewer, WrongState, ReasonMissing."""
    check_reason(reason)
    held = for_reviewer(partner, by=by)
    if held.state != State.APPROVED:
        raise wrong_state(held)
    return _move(held, Action.SUSPEND, State.SUSPENDED, by=by, at=at, reason=reason)


@transaction.atomic
def reopen(*, partner: Partner, by: AbstractUser, at: datetime, reason: str) -> Partner:
    """A suspended supplier is approved again, a closed one applies again. Raises as `suspend`."""
    check_reason(reason)
    held = for_reviewer(partner, by=by)
    if held.state not in OPENED_AGAIN:
        raise wrong_state(held)
    return _move(held, Action.REOPEN, OPENED_AGAIN[State(held.state)], by=by, at=at, reason=reason)


@transaction.atomic
def close(*, partner: Partner, by: AbstractUser, at: datetime, reason: str) -> Partner:
    """The supplier lists nothing new any more. Raises as `suspend`."""
    check_reason(reason)
    held = for_reviewer(partner, by=by)
    if held.state == State.CLOSED:
        raise wrong_state(held)
    return _move(held, Action.CLOSE, State.CLOSED, by=by, at=at, reason=reason)


def locked(partner: Partner) -> Partner:
    return Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)


def for_reviewer(partner: Partner, *, by: AbstractUser) -> Partner:
    """The supplier, locked. Raises NotAReviewer."""
    held = locked(partner)
    if not by.is_staff:
        raise NotAReviewer(_("Only the platform's operators decide about suppliers."))
    if held.memberships.filter(user_id=by.pk).exists():
        raise NotAReviewer(
            _("You belong to %(supplier)s; somebody independent of it has to decide.") % {"supplier": held.label}
        )
    return held


def check_reason(reason: str) -> None:
    """Raise ReasonMissing unless a reason fits into its field and says something."""
    if not 0 < len(reason.strip()) <= len(reason) <= REASON_MOST:
        raise ReasonMissing(
            _("Give a reason of 1 to %(most)d characters; this one has %(length)d.")
            % {"most": REASON_MOST, "length": len(reason.strip())}
        )


def wrong_state(partner: Partner) -> WrongState:
    return WrongState(
        _("%(supplier)s is %(state)s; this can no longer, or not yet, be done.")
        % {"supplier": partner.label, "state": partner.get_state_display()}
    )


def note(
    partner: Partner,
    action: Action,
    *,
    by: AbstractUser,
    at: datetime,
    before: str = "",
    document: Document | None = None,
    reason: str = "",
) -> None:
    """Write down a step; part of the transaction that makes it. before: the state it began in, where it moves one"""
    PartnerStep.objects.create(
        partner=partner,
        document=document,
        action=action,
        from_state=before or partner.state,
        to_state=partner.state,
        by_id=by.pk,
        at=at,
        reason=reason,
    )


def _move(partner: Partner, action: Action, to: State, *, by: AbstractUser, at: datetime, reason: str = "") -> Partner:
    before, partner.state = partner.state, to
    partner.save(update_fields=["state"])
    note(partner, action, by=by, at=at, before=before, reason=reason)
    return partner


def _check_complete(partner: Partner, documents: list[Document]) -> None:
    there = {each.kind_id for each in documents}
    required = DocumentKind.objects.filter(required_of__contains=[partner.kind])
    missing = [str(kind) for kind in required if kind.code not in there]
    if missing:
        raise NotComplete(_("Still missing: %(documents)s.") % {"documents": "; ".join(missing)})


def _has_ended(document: Document, on: date) -> bool:
    return document.expires_date is not None and document.expires_date < on
