"""Revisions as their supplier moves them: drafted, proposed, submitted, answered, withdrawn.

Every function is one transaction in which the articles are locked first, in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from catalogue.days import day_of
from catalogue.listings import fields, history
from catalogue.listings.models import TEXT_MOST, Revision, RevisionMove
from catalogue.models import Product
from catalogue.partner import onboarding
from catalogue.partner.models import Partner

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

State = Revision.State
OPEN = (State.DRAFT, State.SUBMITTED, State.QUESTION, State.ACCEPTED)
Values = Mapping[str, Any]


class NotYours(Exception):
    """The article belongs to another supplier."""


class CannotList(Exception):
    """The supplier may list nothing new: it is not approved, or a required document is past its last day."""


class WrongState(Exception):
    """The revision is not where this can be done to it; somebody was faster, or it has ended."""


class WordsMissing(Exception):
    """A question, an answer and a refusal say something, and not more than fits."""


def open_of(products: Iterable[int]) -> dict[int, Revision]:
    """The open revision of each article that has one, by the article's key."""
    return {row.product_id: row for row in Revision.objects.filter(product__in=list(products), state__in=OPEN)}


def locked(products: Iterable[int]) -> dict[int, Product]:
    """Lock articles until the transaction ends, in key order; by key."""
    rows = Product.objects.select_for_update(no_key=True).filter(pk__in=list(products)).order_by("pk")
    return {row.pk: row for row in rows}


@transaction.atomic
def draft(*, products: Iterable[int], partner: Partner, by: AbstractUser | None, at: datetime) -> list[Revision]:
    """Begin the listing of articles that nobody sees and that have no open revision. by: None for the shell"""
    made = Revision.objects.bulk_create(Revision(product_id=key, partner=partner, lists=True) for key in products)
    note(made, "draft", by=by, at=at)
    return made


@transaction.atomic
def propose(*, values: Mapping[int, Values], partner: Partner, by: AbstractUser | None, at: datetime) -> None:
    """Propose new values for certified facts; what an article's open revision proposes already stays proposed.

    values: by the article's key, then by field of the product; what equals the article is no longer proposed
    by: None for the shell

    What a reviewer was reading, or had accepted, is a draft again: it is no longer what they read.
    """
    products, standing = locked(values), open_of(values)
    fresh = []
    for key, said in values.items():
        if unknown := sorted(set(said) - set(fields.CERTIFIED)):
            raise ValueError(f"{unknown} change without a revision.")
        row = standing.get(key)
        if row is None:
            base = {name: getattr(products[key], name) for name in said}
            lists = not products[key].is_public
            fresh.append(Revision(product_id=key, partner=partner, lists=lists, values=dict(said), base=base))
        else:
            _put(row, {**row.values, **said}, products[key], by=by, at=at)
    note(Revision.objects.bulk_create(fresh), "draft", by=by, at=at)


def _put(row: Revision, values: Values, product: Product, *, by: AbstractUser | None, at: datetime) -> None:
    """Change what an open revision proposes; it ends where it would propose nothing any longer."""
    before = row.state
    row.values = {name: value for name, value in values.items() if getattr(product, name) != value}
    row.base = {name: getattr(product, name) for name in row.values}
    if not row.values and not row.lists:
        move([row], "withdraw", State.WITHDRAWN, by=by, at=at)
        return
    row.edition += 1
    row.state = State.QUESTION if before == State.QUESTION else State.DRAFT
    row.save(update_fields=["values", "base", "edition", "state"])
    note([row], "change", before=before, by=by, at=at)


@transaction.atomic
def reopen(*, products: Iterable[int], by: AbstractUser | None, at: datetime) -> None:
    """Facts of articles that nobody sees were changed in their own rows: what was submitted is a draft again."""
    found = Revision.objects.filter(product__in=list(products), state__in=OPEN, lists=True)
    found.update(edition=F("edition") + 1)
    move(list(found.filter(state=State.SUBMITTED)), "change", State.DRAFT, by=by, at=at)


@transaction.atomic
def submit(*, products: Iterable[int], partner: Partner, by: AbstractUser, at: datetime) -> int:
    """Hand drafts to the reviewers; returns how many. An article that nobody sees and that has none gets one first.

    products: keys; those of other suppliers and those with nothing to submit are passed over

    Raises NotYours, CannotList.
    """
    check_supplier(partner, by=by)
    own = Product.objects.filter(pk__in=list(products), stockrecords__partner=partner, structure=Product.STANDALONE)
    held = locked(own.values_list("pk", flat=True))
    standing = open_of(held)
    drafts = [row for row in standing.values() if row.state == State.DRAFT and row.partner_id == partner.pk]
    fresh = [key for key, product in held.items() if key not in standing and not product.is_public]
    drafts += draft(products=fresh, partner=partner, by=by, at=at)
    check_listing(drafts, at=at)
    move(drafts, "submit", State.SUBMITTED, by=by, at=at)
    return len(drafts)


@transaction.atomic
def answer(*, revision: Revision, text: str, by: AbstractUser, at: datetime) -> Revision:
    """Answer the reviewer's question; the revision goes back to them.

    Raises NotYours, WrongState, WordsMissing.
    """
    check_words(text)
    check_supplier(revision.partner, by=by)
    held = held_in(revision, State.QUESTION)
    move([held], "answer", State.SUBMITTED, by=by, at=at, text=text)
    return held


@transaction.atomic
def withdraw(*, revision: Revision, by: AbstractUser, at: datetime) -> Revision:
    """Take an open revision back: the article stays as it is listed, or as nobody sees it.

    Raises NotYours, WrongState.
    """
    check_supplier(revision.partner, by=by)
    held = held_in(revision, *OPEN)
    move([held], "withdraw", State.WITHDRAWN, by=by, at=at)
    return held


@transaction.atomic
def take_off(*, product: Product, partner: Partner, by: AbstractUser, at: datetime) -> None:
    """Take a listed article off the pages, and its open revision back; submitting it again lists it after a review.

    Raises NotYours, also where other suppliers offer it too.
    """
    check_supplier(partner, by=by)
    held = locked([product.pk])[product.pk]
    sellers = set(held.stockrecords.values_list("partner_id", flat=True))
    if sellers != {partner.pk}:
        raise NotYours(_("%(suppliers)d suppliers offer this article; ask the platform.") % {"suppliers": len(sellers)})
    move(list(open_of([held.pk]).values()), "withdraw", State.WITHDRAWN, by=by, at=at)
    history.signed(by=by, at=at)
    held.is_public = False
    held.save(update_fields=["is_public", "date_updated"])


def check_supplier(partner: Partner, *, by: AbstractUser) -> None:
    if not partner.users.filter(pk=by.pk).exists():
        raise NotYours(_("Only the people of %(supplier)s do this.") % {"supplier": partner.label})


def check_listing(rows: Iterable[Revision], *, at: datetime) -> None:
    """Raises CannotList where one of these lists an article of a supplier that may list nothing new."""
    for partner in Partner.objects.filter(pk__in={row.partner_id for row in rows if row.lists}):
        if blocked := onboarding.in_the_way(partner, on=day_of(at)):
            raise CannotList(str(blocked))


def check_words(text: str) -> None:
    if not 0 < len(text.strip()) <= len(text) <= TEXT_MOST:
        raise WordsMissing(
            _("Say it in 1 to %(most)d signs; these are %(length)d.") % {"most": TEXT_MOST, "length": len(text)}
        )


def held_in(revision: Revision, *states: str) -> Revision:
    """The revision as it is now, locked with its article. Raises WrongState unless it is in one of the states."""
    locked([revision.product_id])
    held = Revision.objects.select_for_update(of=("self",)).select_related("partner", "product").get(pk=revision.pk)
    check_state(held, *states)
    return held


def check_state(revision: Revision, *states: str) -> None:
    if revision.state not in states:
        raise WrongState(
            _("“%(article)s” is %(state)s now; look at it again.")
            % {"article": revision.product.name, "state": revision.get_state_display()}
        )


def move(
    rows: Sequence[Revision], action: str, to: str, *, by: AbstractUser | None, at: datetime, text: str = ""
) -> None:
    """Bring locked revisions into a state, each with its note."""
    befores = {row.pk: row.state for row in rows}
    dated = {"submitted_at": at} if to == State.SUBMITTED else {}
    Revision.objects.filter(pk__in=list(befores)).update(state=to, **dated)
    for row in rows:
        row.state = to
        row.submitted_at = dated.get("submitted_at", row.submitted_at)
    for before in sorted(set(befores.values())):
        note([row for row in rows if befores[row.pk] == before], action, before=before, by=by, at=at, text=text)


def note(
    rows: Iterable[Revision], action: str, *, by: AbstractUser | None, at: datetime, before: str = "", text: str = ""
) -> None:
    RevisionMove.objects.bulk_create(
        RevisionMove(
            revision=row, action=action, from_state=before, to_state=row.state, by_id=by.pk if by else None,
            at=at, text=text,
        )
        for row in rows
    )  # fmt: skip
