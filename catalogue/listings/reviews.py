"""Revisions as the platform's reviewers move them: asked about, accepted, refused, brought into force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalogue import search
from catalogue.listings import fields, history, holds, revisions
from catalogue.listings.models import Revision, RevisionMove
from catalogue.models import Product

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

State = Revision.State


class NotAReviewer(Exception):
    """Reviewers run the platform; none of them decides on what their own supplier sells or what they submitted."""


class ReadAgain(Exception):
    """The supplier changed the revision after the reviewer looked, or the article has changed beneath it."""


def waiting_for(user: AbstractUser) -> QuerySet[Revision]:
    """What this reviewer may decide, submitted first on top; nothing for anybody else."""
    found = Revision.objects.filter(state=State.SUBMITTED)
    if not user.is_staff:
        return found.none()
    return found.exclude(partner__users=user.pk).order_by("submitted_at", "pk")


@transaction.atomic
def ask(*, revision: Revision, text: str, by: AbstractUser, at: datetime) -> Revision:
    """Ask the supplier; the revision waits for the answer. Raises NotAReviewer, WrongState, WordsMissing."""
    revisions.check_words(text)
    held = revisions.held_in(revision, State.SUBMITTED)
    _check_reviewer([held], by=by)
    revisions.move([held], "ask", State.QUESTION, by=by, at=at, text=text)
    return held


@transaction.atomic
def refuse(*, revision: Revision, text: str, by: AbstractUser, at: datetime) -> Revision:
    """Turn a revision down; the article stays as it is. Raises NotAReviewer, WrongState, WordsMissing."""
    revisions.check_words(text)
    held = revisions.held_in(revision, State.SUBMITTED, State.QUESTION)
    _check_reviewer([held], by=by)
    revisions.move([held], "refuse", State.REFUSED, by=by, at=at, text=text)
    return held


@transaction.atomic
def accept(*, seen: Mapping[int, int], by: AbstractUser, at: datetime) -> list[Revision]:
    """Accept revisions, all or none: new articles are listed, and new values are in force unless something holds the
    old ones fast (`holds`); then they wait for that to end, and the article goes on being sold as it is certified.

    seen: the edition that the reviewer read, by the revision's key

    Raises NotAReviewer, WrongState, ReadAgain, CannotList.
    """
    products = revisions.locked(Revision.objects.filter(pk__in=list(seen)).values_list("product_id", flat=True))
    rows = list(
        Revision.objects.select_for_update(of=("self",)).select_related("partner", "product").filter(pk__in=seen)
    )
    if not seen or len(rows) < len(seen):
        raise ReadAgain(_("Nothing was chosen, or it is there no longer; look at the list again."))
    _check_reviewer(rows, by=by)
    for row in rows:
        row.product = products[row.product_id]
        revisions.check_state(row, State.SUBMITTED)
        if row.edition != seen[row.pk]:
            raise ReadAgain(
                _("The supplier changed “%(article)s” after you read it; read it again.")
                % {"article": row.product.name}
            )
        if stale := _stale(row):
            raise ReadAgain(_stale_words(row, stale))
    revisions.check_listing(rows, at=at)
    kept = holds.of([row.product_id for row in rows if row.values], at=at)
    waiting = [row for row in rows if row.values and row.product_id in kept]
    free = [row for row in rows if row not in waiting]
    revisions.move(waiting, "accept", State.ACCEPTED, by=by, at=at)
    revisions.move(free, "accept", State.IN_FORCE, by=by, at=at)
    history.signed(by=by, at=at)
    _list([row.product_id for row in rows if row.lists])
    _apply(free)
    return rows


@transaction.atomic
def bring_into_force(*, products: Collection[int], at: datetime) -> int:
    """Let accepted values take the place of the old ones where nothing holds those any longer; returns of how many.

    Called by whoever ends a hold. Where the article was changed past its revision meanwhile, that is a draft again.
    """
    found = Revision.objects.filter(product__in=list(products), state=State.ACCEPTED)
    rows_of = revisions.locked(found.values_list("product_id", flat=True))
    kept = holds.of(list(rows_of), at=at)
    free = []
    for row in found.select_for_update(of=("self",)).order_by("pk"):
        row.product = rows_of[row.product_id]
        if row.product_id in kept:
            continue
        if stale := _stale(row):
            revisions.move([row], "change", State.DRAFT, by=None, at=at, text=_stale_words(row, stale))
        else:
            free.append(row)
    revisions.move(free, "enter", State.IN_FORCE, by=None, at=at)
    if free:
        history.signed(by=None, at=at)
        _apply(free)
    return len(free)


def _check_reviewer(rows: Collection[Revision], *, by: AbstractUser) -> None:
    if not by.is_staff:
        raise NotAReviewer(_("Articles are reviewed by the people who run the platform."))
    own = Revision.objects.filter(pk__in=[row.pk for row in rows], partner__users=by.pk)
    touched = RevisionMove.objects.filter(
        revision__in=rows, by_id=by.pk, action__in=["draft", "change", "submit", "answer"]
    )
    if own.exists() or touched.exists():
        raise NotAReviewer(_("You had a hand in this, or belong to its supplier; another reviewer has to decide it."))


def _stale(row: Revision) -> list[str]:
    """The fields of the article that are no longer what they were when the revision was made."""
    return [name for name, value in row.base.items() if getattr(row.product, name) != value]


def _stale_words(row: Revision, stale: Iterable[str]) -> str:
    names = ", ".join(fields.label(name) for name in stale)
    return _(
        "The article itself has changed since: %(fields)s. The supplier has to look at it and submit it again."
    ) % {"fields": names}


def _list(products: Collection[int]) -> None:
    Product.objects.filter(pk__in=products).update(is_public=True)


def _apply(rows: Collection[Revision]) -> None:
    """Past the signals, so search is told here; the page cache hears of it by the tables' triggers."""
    changed = [row for row in rows if row.values]
    for row in changed:
        Product.objects.filter(pk=row.product_id).update(**row.values)
    search.refresh(row.product_id for row in changed)
