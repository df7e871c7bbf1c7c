"""Documents of suppliers: handed in by a manager, accepted or refused by somebody independent, and the checklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from catalogue.days import day_of
from catalogue.partner import onboarding, staff
from catalogue.partner.models import Document, DocumentKind, Partner, PartnerStep
from catalogue.partner.papers import Paper

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

Action = PartnerStep.Action
State = Document.State
MOST_WAITING = 30  # documents of one supplier to be looked at


class CannotGive(Exception):
    """The document would not be one that can be accepted: its kind, its days, or too many that wait."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a supplier's checklist. newest: what was handed in last; good: what is accepted and lasts longest"""

    kind: DocumentKind
    is_required: bool
    newest: Document | None
    good: Document | None


@transaction.atomic
def give(
    *,
    partner: Partner,
    kind: DocumentKind,
    number: str,
    issuer: str,
    issued_date: date,
    expires_date: date | None,
    paper: Paper,
    by: AbstractUser,
    at: datetime,
) -> Document:
    """Hand in a document; an earlier one of its kind stays good until this one is accepted and as long as it lasts.

    expires_date: the last day it is good; None without an end

    Raises staff.NotAManager, onboarding.WrongState, CannotGive.
    """
    held = onboarding.locked(partner)
    staff.check_manager(held, by=by)
    if held.state == Partner.State.CLOSED:
        raise onboarding.wrong_state(held)
    _check(held, kind, issued_date, expires_date, on=day_of(at))
    made = Document(partner=held, kind=kind, number=number, issuer=issuer, digest=paper.digest)
    made.issued_date, made.expires_date = issued_date, expires_date
    name = f"papers/{held.pk}/{paper.digest[:32]}.{paper.ending}"
    made.file.name = made.file.storage.save(name, ContentFile(paper.data))
    try:
        made.save()
        onboarding.note(held, Action.GIVE, document=made, by=by, at=at)
    except BaseException:
        made.file.storage.delete(made.file.name)
        raise
    return made


def _check(partner: Partner, kind: DocumentKind, issued: date, expires: date | None, *, on: date) -> None:
    if partner.kind not in kind.asked_of:
        raise CannotGive(_("“%(document)s” is not asked of this supplier.") % {"document": kind})
    if kind.expires and expires is None:
        raise CannotGive(_("“%(document)s” has a last day; give it.") % {"document": kind})
    if issued > on:
        raise CannotGive(_("The document was issued on %(day)s, which is still to come.") % {"day": issued})
    if expires is not None and expires < max(on, issued):
        raise CannotGive(_("The document ended on %(day)s; hand in one that is good.") % {"day": expires})
    if partner.documents.filter(state=State.GIVEN).count() >= MOST_WAITING:
        raise CannotGive(_("%d documents wait to be looked at. Wait for the answers first.") % MOST_WAITING)


@transaction.atomic
def accept(*, document: Document, by: AbstractUser, at: datetime) -> Document:
    """Raises onboarding.NotAReviewer, onboarding.WrongState."""
    return _decide(document, Action.ACCEPT, State.ACCEPTED, by=by, at=at)


@transaction.atomic
def refuse(*, document: Document, by: AbstractUser, at: datetime, reason: str) -> Document:
    """Raises onboarding.ReasonMissing, onboarding.NotAReviewer, onboarding.WrongState."""
    onboarding.check_reason(reason)
    return _decide(document, Action.REFUSE, State.REFUSED, by=by, at=at, reason=reason)


def _decide(
    document: Document, action: Action, to: State, *, by: AbstractUser, at: datetime, reason: str = ""
) -> Document:
    partner = onboarding.for_reviewer(document.partner, by=by)
    held = Document.objects.select_related("kind").get(pk=document.pk)
    if held.state != State.GIVEN:
        raise onboarding.WrongState(
            _("“%(document)s” is decided already: %(state)s.") % {"document": held, "state": held.get_state_display()}
        )
    held.state = to
    held.save(update_fields=["state"])
    onboarding.note(partner, action, document=held, by=by, at=at, reason=reason)
    return held


def checklist(partner: Partner, *, on: date) -> list[Line]:
    """What is asked of a supplier, required lines first, with what was handed in."""
    given: dict[str, list[Document]] = {}
    for document in partner.documents.order_by("-pk"):
        given.setdefault(document.kind_id, []).append(document)
    kinds = DocumentKind.objects.filter(Q(asked_of__contains=[partner.kind]) | Q(code__in=given))
    lines = [
        Line(kind, partner.kind in kind.required_of, next(iter(given.get(kind.code, [])), None), _good(given, kind, on))
        for kind in kinds
    ]
    return sorted(lines, key=lambda line: not line.is_required)


def _good(given: dict[str, list[Document]], kind: DocumentKind, on: date) -> Document | None:
    good = [each for each in given.get(kind.code, []) if each.is_good(on)]
    return max(good, key=lambda each: each.expires_date or date.max, default=None)


def waiting() -> QuerySet[Partner]:
    """Suppliers that wait for a reviewer: a review asked for, or a document to be looked at; the longest on top."""
    begun = PartnerStep.objects.filter(partner=OuterRef("pk"), action__in=["register", "reopen", "submit"])
    asked = Q(state=Partner.State.APPLYING, last_begun="submit")
    handed = Exists(Document.objects.filter(partner=OuterRef("pk"), state=State.GIVEN))
    found = Partner.objects.annotate(last_begun=begun.order_by("-at", "-pk").values("action")[:1])
    return found.filter(asked | Q(handed)).order_by("pk")
