"""What the shop's operators have before them today: counts of work that waits, never figures about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q, Sum

from catalogue import days
from certification.models import Certificate
from logistics.models import Hop, Shipment
from shop.order.models import Order
from shop.revenue.models import Dispute, PayoutBatch, PayoutItem

ENDING_DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    """late_since_date: the day of the oldest step past its plan; ending_date: the last good day of the certificate
    that ends first; answer_date: by when the first open dispute is answered. None where there is none.
    """

    unpaid: int
    unpaid_of_today: int
    paid_today: int
    paid_today_fen: int
    late: int
    late_since_date: date | None
    ending: int
    ending_date: date | None
    disputes: int
    answer_date: date | None
    to_approve: int
    to_release: int
    unproved: int


def of(*, at: datetime) -> Day:
    """Six queries, whatever the size of the shop."""
    orders = _orders(days.start_of(days.day_of(at)))
    late, since = _late(at)
    ending, until = _ending(at)
    disputes = Dispute.objects.filter(state=Dispute.State.OPEN).aggregate(count=Count("pk"), first=Min("due_date"))
    batches = PayoutBatch.objects.aggregate(
        approve=Count("pk", filter=Q(state=PayoutBatch.State.DRAFTED)),
        release=Count("pk", filter=Q(state=PayoutBatch.State.APPROVED)),
    )
    unproved = PayoutItem.objects.filter(state=PayoutItem.State.WAITING, batch__state=PayoutBatch.State.RELEASED)
    return Day(
        unpaid=orders["unpaid"],
        unpaid_of_today=orders["unpaid_of_today"],
        paid_today=orders["paid"],
        paid_today_fen=orders["fen"] or 0,
        late=late,
        late_since_date=since and days.day_of(since),
        ending=ending,
        ending_date=until and days.last_day_before(until),
        disputes=disputes["count"],
        answer_date=disputes["first"],
        to_approve=batches["approve"],
        to_release=batches["release"],
        unproved=unproved.count(),
    )


def _orders(morning: datetime) -> dict[str, int]:
    waiting, paid = Q(status="placed"), Q(paid_at__gte=morning)
    found: dict[str, int] = Order.objects.filter(waiting | paid).aggregate(
        unpaid=Count("pk", filter=waiting),
        unpaid_of_today=Count("pk", filter=waiting & Q(date_placed__gte=morning)),
        paid=Count("pk", filter=paid),
        fen=Sum("total_fen", filter=paid),
    )
    return found


def _late(at: datetime) -> tuple[int, datetime | None]:
    """Parcels not yet delivered of which a step is past its planned time, and since when the oldest is."""
    leaving = Q(out_at__isnull=True, planned_depart_at__lt=at)
    arriving = Q(out_at__isnull=False, in_at__isnull=True, planned_arrive_at__lt=at)
    found = Hop.objects.filter(
        leaving | arriving, shipment__state__in=(Shipment.State.READY, Shipment.State.MOVING)
    ).aggregate(
        parcels=Count("shipment", distinct=True),
        left=Min("planned_depart_at", filter=leaving),
        arrived=Min("planned_arrive_at", filter=arriving),
    )
    moments = [moment for moment in (found["left"], found["arrived"]) if moment is not None]
    return found["parcels"], min(moments, default=None)


def _ending(at: datetime) -> tuple[int, datetime | None]:
    found = Certificate.objects.filter(
        state=Certificate.State.CERTIFIED, valid_until__gt=at, valid_until__lte=at + timedelta(days=ENDING_DAYS)
    ).aggregate(count=Count("pk"), first=Min("valid_until"))
    return found["count"], found["first"]
