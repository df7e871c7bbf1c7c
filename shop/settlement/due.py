"""What settlement has before it: shares to be paid by supplier, batches on their way, disputes to be answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from catalogue import days
from catalogue.partner.models import Partner
from shop.accounts.models import User
from shop.revenue.models import Dispute, PayoutBatch, PayoutItem, Share

OWED = F("fen") + F("adjusted_fen") - F("reversed_fen") - F("paid_fen")


@dataclass(frozen=True)
class SupplierDue:
    """oldest_date: when the oldest of the shares was earned"""

    partner: Partner
    shares: int
    households: int
    fen: int
    oldest_date: date


def payable() -> QuerySet[Share]:
    """The shares `payouts.draft` would take: due, and under no open dispute."""
    return Share.objects.filter(state=Share.State.PAYABLE).exclude(disputes__state=Dispute.State.OPEN)


def suppliers() -> QuerySet[Partner]:
    return Partner.objects.filter(pk__in=payable().values("partner")).order_by("name")  # type: ignore[no-any-return]


def by_supplier() -> list[SupplierDue]:
    """The longest waiting first."""
    sums = (
        payable()
        .order_by()
        .values("partner")
        .annotate(
            shares=Count("pk"),
            households=Count("household", distinct=True),
            due=Sum(OWED),
            oldest=Min("line__division__divided_at"),
        )
    )
    found = list(sums.order_by("oldest", "partner"))
    partners = Partner.objects.in_bulk([row["partner"] for row in found])
    return [
        SupplierDue(partners[row["partner"]], row["shares"], row["households"], row["due"], days.day_of(row["oldest"]))
        for row in found
    ]


def batches() -> QuerySet[PayoutBatch]:
    """Newest first, with how many items they have, and how many are paid, failed and waiting."""
    return PayoutBatch.objects.annotate(
        item_count=Count("items"),
        paid_count=Count("items", filter=Q(items__state=PayoutItem.State.PAID)),
        failed_count=Count("items", filter=Q(items__state=PayoutItem.State.FAILED)),
    ).order_by("-drafted_at", "-pk")


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody, and of it what this person may do.

    first_answer_date: of the disputes; None without one
    """

    to_approve: int
    to_release: int
    to_prove: int
    disputes: int
    first_answer_date: date | None


def waiting_for(user: User) -> Waiting:
    """Batches this person may take a step further (not their own), items without proof, disputes without an answer."""
    batches = PayoutBatch.objects.aggregate(
        approve=Count("pk", filter=Q(state=PayoutBatch.State.DRAFTED) & ~Q(drafted_by=user)),
        release=Count("pk", filter=Q(state=PayoutBatch.State.APPROVED) & ~Q(drafted_by=user) & ~Q(approved_by=user)),
    )
    unproved = PayoutItem.objects.filter(state=PayoutItem.State.WAITING, batch__state=PayoutBatch.State.RELEASED)
    disputes = Dispute.objects.filter(state=Dispute.State.OPEN).aggregate(count=Count("pk"), first=Min("due_date"))
    return Waiting(
        to_approve=batches["approve"],
        to_release=batches["release"],
        to_prove=unproved.exclude(batch__released_by=user).count(),
        disputes=disputes["count"],
        first_answer_date=disputes["first"],
    )
