"""A household says that a share is wrong. Somebody who had no part in it answers, and the money follows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shop.accounts.models import User
from shop.revenue import days, ledger
from shop.revenue.models import Account, Dispute, Entry, PayoutBatch, Share


class AlreadyOpen(Exception):
    """The share has an open dispute."""


class AlreadyDecided(Exception):
    """The dispute is decided."""


class NotIndependent(Exception):
    """Who decides had a part in the payout or belongs to the supplier."""


class AnswerRefused(ValueError):
    """A dispute or an answer without words, or an amount that does not fit the decision."""


@transaction.atomic
def open_for(*, share: Share, text: str, at: datetime) -> Dispute:
    """Open a dispute; a share that is not on its way is held back until it is decided.

    Raises AlreadyOpen, AnswerRefused (no words).
    """
    share = Share.objects.select_for_update(of=("self",)).get(pk=share.pk)
    if not text.strip():
        raise AnswerRefused(_("Say in a few words what is wrong with this share."))
    if share.disputes.filter(state=Dispute.State.OPEN).exists():
        raise AlreadyOpen(_("This share is disputed already; the answer is on its way."))
    due = days.day(at) + timedelta(days=settings.DISPUTE_ANSWER_DAYS)
    dispute = Dispute.objects.create(share=share, text=text.strip(), opened_at=at, due_date=due)
    if share.state != Share.State.IN_PAYOUT:
        share.state = Share.State.DISPUTED
        share.save(update_fields=["state"])
    return dispute


@transaction.atomic
def decide(*, dispute: Dispute, uphold: bool, adjustment_fen: int, answer: str, by: User, at: datetime) -> Dispute:
    """Answer a dispute. Upheld, the supplier owes the household `adjustment_fen` more, to be paid with the next batch.

    adjustment_fen: zero or more; zero unless upheld

    Raises AlreadyDecided, NotIndependent (drafted, approved, released or evidenced a payout of the share, or belongs
    to the supplier), AnswerRefused.
    """
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    if dispute.state != Dispute.State.OPEN:
        raise AlreadyDecided(_("This dispute is decided: %s.") % dispute.get_state_display())
    if not answer.strip() or adjustment_fen < 0 or (adjustment_fen and not uphold):
        raise AnswerRefused(_("An answer gives its reason; only what is upheld moves money, to the household."))
    share = Share.objects.select_for_update(of=("self",)).get(pk=dispute.share_id)
    if adjustment_fen > share.line.price_fen:
        raise AnswerRefused(
            _("A share cannot grow by more than its line's whole price, %(price)s fen.")
            % {"price": share.line.price_fen}
        )
    if not is_independent(share, by):
        raise NotIndependent(_("You had a part in this payout or belong to its supplier; somebody else decides."))
    dispute.state = Dispute.State.UPHELD if uphold else Dispute.State.REJECTED
    dispute.adjustment_fen, dispute.answer = adjustment_fen, answer.strip()
    dispute.decided_by, dispute.decided_at = by, at
    dispute.save(update_fields=["state", "adjustment_fen", "answer", "decided_by", "decided_at"])
    if adjustment_fen:
        _book(dispute, share, at)
    share.adjusted_fen += adjustment_fen
    if share.state == Share.State.DISPUTED:
        share.state = share.settled_state
    share.save(update_fields=["adjusted_fen", "state"])
    return dispute


def is_independent(share: Share, person: User) -> bool:
    """Had no part in any payout of the share, and is none of the supplier's people."""
    mine = Q(drafted_by=person) | Q(approved_by=person) | Q(released_by=person) | Q(items__evidenced_by=person)
    took_part = PayoutBatch.objects.filter(mine, items__parts__share=share).exists()
    return not took_part and not share.partner.users.filter(pk=person.pk).exists()


def _book(dispute: Dispute, share: Share, at: datetime) -> None:
    fen, firm = dispute.adjustment_fen, share.partner_id
    postings = [
        ledger.P(Account.SUPPLIERS, fen, partner=firm),
        ledger.P(Account.HOUSEHOLDS, -fen, partner=firm, household=share.household_id),
    ]
    reference = f"dispute {dispute.pk}"
    ledger.post(kind=Entry.Kind.ADJUSTMENT, reference=reference, at=at, postings=postings, line=share.line)
