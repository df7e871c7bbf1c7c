"""Paying households: drafted, approved and released by three different people, evidenced row by row."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalogue.partner.models import Partner
from shop.accounts.models import User
from shop.revenue import days, ledger
from shop.revenue.models import Account, Dispute, Entry, PayoutBatch, PayoutItem, PayoutPart, Share


class NothingToPay(Exception):
    """No share is due."""


class SeparationOfDuties(Exception):
    """One person would take two of the steps that need different people."""


class WrongState(Exception):
    """The batch, the item or the share is not at the step before this one."""


class ContentChanged(Exception):
    """A batch is no longer what was drafted."""


class EvidenceRefused(Exception):
    """The evidence is empty, was used before, or is dated outside the payout."""


@transaction.atomic
def draft(*, by: User, at: datetime, partner: Partner | None = None) -> PayoutBatch:
    """Put every share that is due and undisputed into a new batch, one item per household and supplier.

    partner: only what this supplier's sales owe; None: all suppliers
    Raises NothingToPay.
    """
    due = Share.objects.select_for_update(of=("self",)).filter(state=Share.State.PAYABLE).order_by("pk")
    due = due.exclude(disputes__state=Dispute.State.OPEN)
    if partner is not None:
        due = due.filter(partner=partner)
    groups: dict[tuple[int, int], list[Share]] = defaultdict(list)
    for share in due:
        if share.due_fen:
            groups[share.household_id, share.partner_id].append(share)
    if not groups:
        raise NothingToPay(_("No share is due; there is nothing to pay out."))
    batch = PayoutBatch.objects.create(
        reference=f"P{days.day(at):%Y%m%d}-{secrets.token_hex(3).upper()}",
        total_fen=sum(share.due_fen for shares in groups.values() for share in shares),
        drafted_by=by,
        drafted_at=at,
    )
    _fill(batch, groups)
    batch.body_hash = body_hash(batch)
    batch.save(update_fields=["body_hash"])
    return batch


@transaction.atomic
def approve(*, batch: PayoutBatch, by: User, at: datetime) -> PayoutBatch:
    """Raises WrongState, SeparationOfDuties (not who drafted it), ContentChanged."""
    batch = _lock_batch(batch, PayoutBatch.State.DRAFTED)
    _refuse_person(by, batch.drafted_by_id, _("%s was drafted by you; somebody else approves it.") % batch.reference)
    batch.state, batch.approved_by, batch.approved_at = PayoutBatch.State.APPROVED, by, at
    batch.save(update_fields=["state", "approved_by", "approved_at"])
    return batch


@transaction.atomic
def release(*, batch: PayoutBatch, by: User, at: datetime) -> PayoutBatch:
    """Let the money go. Raises WrongState, SeparationOfDuties (neither drafter nor approver), ContentChanged."""
    batch = _lock_batch(batch, PayoutBatch.State.APPROVED)
    _refuse_person(by, batch.drafted_by_id, _("%s was drafted by you; a third person releases it.") % batch.reference)
    _refuse_person(by, batch.approved_by_id, _("%s was approved by you; a third person releases it.") % batch.reference)
    batch.state, batch.released_by, batch.released_at = PayoutBatch.State.RELEASED, by, at
    batch.save(update_fields=["state", "released_by", "released_at"])
    return batch


@transaction.atomic
def evidence(
    *, item: PayoutItem, kind: PayoutItem.Evidence, reference: str, paid_on: date, by: User, at: datetime
) -> PayoutItem:
    """Record the proof that one household was paid, and book the payout; the same proof again changes nothing.

    paid_on: the day on the proof; the payout is booked on it, or on the day of `at` where that month is closed
    by: checks the proof and is not the payer, who is the person that released the batch

    Raises WrongState, SeparationOfDuties, EvidenceRefused.
    """
    item, batch = _lock_item(item)
    reference = unicodedata.normalize("NFKC", reference).strip().upper()  # one paper, one way to write its number
    given = (kind, reference, paid_on)
    if item.state == PayoutItem.State.PAID and (item.evidence, item.evidence_reference, item.paid_date) == given:
        return item
    if batch.state != PayoutBatch.State.RELEASED or item.state != PayoutItem.State.WAITING:
        raise WrongState(
            _("Item %(item)s of %(batch)s (%(step)s) does not wait for proof: %(state)s.")
            % _named(item, step=batch.get_state_display(), state=item.get_state_display())
        )
    words = _("%s was released by you; somebody else checks the proof.")
    _refuse_person(by, batch.released_by_id, words % batch.reference)
    _check_evidence(item, batch, kind, reference, paid_on, at)
    item.state, item.evidence, item.evidence_reference = PayoutItem.State.PAID, kind, reference
    item.paid_date, item.evidenced_by, item.evidenced_at = paid_on, by, at
    fields = ["state", "evidence", "evidence_reference", "paid_date", "evidenced_by", "evidenced_at"]
    try:
        with transaction.atomic():
            item.save(update_fields=fields)
    except IntegrityError:
        raise EvidenceRefused(_("%s already proves another payment; check its number.") % reference) from None
    _book(item, 1, f"payout item {item.pk}", at, at_day=days.day(at) if ledger.is_closed(paid_on) else paid_on)
    _settle_shares(item, paid=1)
    return item


@transaction.atomic
def fail(*, item: PayoutItem, reason: str, by: User, at: datetime) -> PayoutItem:
    """The money did not arrive, or the bank returned it: the debt is open again and goes into a later batch.

    A payment that was proved and then returned is booked back. Only a released batch can fail: before that nothing was
    sent, and the people who approve and release must find it as it was drafted.

    Raises WrongState (also when the household confirmed).
    """
    item, batch = _lock_item(item)
    if item.state == PayoutItem.State.FAILED:
        return item
    if batch.state != PayoutBatch.State.RELEASED:
        raise WrongState(_("%(batch)s is not released, so nothing of it can have failed.") % _named(item))
    shares = Share.objects.filter(parts__item=item)
    if shares.filter(state=Share.State.CONFIRMED).exists():
        raise WrongState(_("The household confirmed that item %(item)s of %(batch)s arrived.") % _named(item))
    was_paid = item.state == PayoutItem.State.PAID
    item.state, item.failure, item.failed_by, item.failed_at = PayoutItem.State.FAILED, reason[:200], by, at
    item.save(update_fields=["state", "failure", "failed_by", "failed_at"])
    if was_paid:
        _book(item, -1, f"payout item {item.pk} returned", at, at_day=days.day(at))
    _settle_shares(item, paid=-1 if was_paid else 0)
    return item


@transaction.atomic
def confirm(*, share: Share, at: datetime) -> Share:
    """The household says that it received what was paid. Raises WrongState unless the share is paid."""
    share = Share.objects.select_for_update(of=("self",)).get(pk=share.pk)
    if share.state == Share.State.CONFIRMED:
        return share
    if share.state != Share.State.PAID:
        raise WrongState(_("This share is not paid yet: %s.") % share.get_state_display())
    share.state = Share.State.CONFIRMED
    share.confirmed_at = at
    share.save(update_fields=["state", "confirmed_at"])
    return share


def body_hash(batch: PayoutBatch) -> str:
    """SHA-256 over every item and its parts as they stand in the rows; the self-check computes the same in SQL."""
    parts = PayoutPart.objects.filter(item__batch=batch).order_by("item_id", "share_id")
    rows = parts.values_list("item_id", "item__household_id", "item__partner_id", "item__fen", "share_id", "fen")
    lines = [str(batch.total_fen), *(";".join(map(str, row)) for row in rows)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _fill(batch: PayoutBatch, groups: dict[tuple[int, int], list[Share]]) -> None:
    items = PayoutItem.objects.bulk_create(
        PayoutItem(batch=batch, household_id=home, partner_id=firm, fen=sum(share.due_fen for share in shares))
        for (home, firm), shares in groups.items()
    )
    parts = []
    for item, shares in zip(items, groups.values(), strict=True):
        for share in shares:
            parts.append(PayoutPart(item=item, share=share, fen=share.due_fen))
            share.item, share.state = item, Share.State.IN_PAYOUT
    PayoutPart.objects.bulk_create(parts)
    Share.objects.bulk_update((part.share for part in parts), ["item", "state"], batch_size=1000)


def _lock_batch(batch: PayoutBatch, state: PayoutBatch.State) -> PayoutBatch:
    batch = PayoutBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state != state:
        raise WrongState(
            _("%(batch)s is %(state)s; this step needs it %(wanted)s.")
            % {"batch": batch.reference, "state": batch.get_state_display(), "wanted": state.label}
        )
    if body_hash(batch) != batch.body_hash:
        raise ContentChanged(_("%s is not what was drafted; nothing of it may be paid.") % batch.reference)
    return batch


def _lock_item(item: PayoutItem) -> tuple[PayoutItem, PayoutBatch]:
    locked = PayoutItem.objects.select_for_update(of=("self",)).select_related("batch", "household").get(pk=item.pk)
    return locked, locked.batch


def _named(item: PayoutItem, **more: object) -> dict[str, object]:
    return {"item": item.pk, "batch": item.batch.reference, **more}


def _refuse_person(by: User, other_id: int | None, words: str) -> None:
    if by.pk == other_id:
        raise SeparationOfDuties(words)


def _check_evidence(
    item: PayoutItem, batch: PayoutBatch, kind: str, reference: str, paid_on: date, at: datetime
) -> None:
    if kind not in PayoutItem.Evidence.values or not reference:
        raise EvidenceRefused(_("Item %(item)s of %(batch)s needs a kind of proof and its number.") % _named(item))
    released = days.day(batch.released_at) if batch.released_at else paid_on
    if not released <= paid_on <= days.day(at):
        raise EvidenceRefused(
            _("Item %(item)s: proof of %(day)s does not lie between the release on %(released)s and today.")
            % _named(item, day=paid_on, released=released)
        )
    if PayoutItem.objects.filter(evidence=kind, evidence_reference=reference).exists():
        raise EvidenceRefused(_("%s already proves another payment; check its number.") % reference)


def _book(item: PayoutItem, sign: int, reference: str, at: datetime, *, at_day: date) -> None:
    fen = sign * item.fen
    postings = [
        ledger.P(Account.HOUSEHOLDS, fen, partner=item.partner_id, household=item.household_id),
        ledger.P(Account.GATEWAY, -fen),
    ]
    ledger.post(kind=Entry.Kind.PAYOUT, reference=reference, at=at, postings=postings, on=at_day)


def _settle_shares(item: PayoutItem, *, paid: int) -> None:
    """Write what the item's end means for its shares. paid: 1 paid, 0 never paid, -1 returned after it was paid."""
    shares = list(Share.objects.select_for_update(of=("self",)).filter(parts__item=item).order_by("pk"))
    fen = dict(PayoutPart.objects.filter(item=item).values_list("share_id", "fen"))
    disputed = set(_disputed(shares))
    for share in shares:
        share.paid_fen += paid * fen[share.pk]
        if share.item_id == item.pk:  # a later payout of the same share keeps its own state
            share.state = Share.State.DISPUTED if share.pk in disputed else share.settled_state
    Share.objects.bulk_update(shares, ["paid_fen", "state"], batch_size=1000)


def _disputed(shares: Iterable[Share]) -> Iterable[int]:
    return Dispute.objects.filter(share__in=shares, state=Dispute.State.OPEN).values_list("share_id", flat=True)
