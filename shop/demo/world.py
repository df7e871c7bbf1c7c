"""The whole demo world, made in one transaction: all of it stands afterwards, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count

from catalogue import search
from certification import certificates
from certification.households import access
from certification.households.models import Household
from shop.demo import (
    articles,
    checkout,
    claims,
    goods,
    households,
    network,
    opinions,
    pages,
    papers,
    people,
    places,
    plan,
    settlement,
    units,
)
from shop.demo.lots import Supply
from shop.demo.moments import Calendar
from shop.demo.progress import Progress
from shop.demo.sales import Sales
from shop.demo.settlement import Settlement
from shop.demo.timeline import Timeline
from shop.payments.models import Payment

SEED = 20_201


@dataclass(frozen=True)
class Wanted:
    """orders: how many in the three months; with_pictures: draw one for every product"""

    orders: int = plan.ORDERS
    with_pictures: bool = True


def load(*, wanted: Wanted, now: datetime, progress: Progress) -> bool:
    """Make the demo world unless it stands already; returns whether it was made.

    now: every date of the demo is counted back from it

    Raises checkout.NoTestGateway.
    """
    if people.exist():
        return False
    with checkout.gateway(is_new=not Payment.objects.exists()) as page, transaction.atomic():
        calendar, job = Calendar(now), _last_job()
        _scene(wanted, now, progress)
        _story(calendar, wanted, page, progress)
        _drop_jobs(job, calendar)
        slip = _issue_slip(calendar)
        transaction.on_commit(lambda: _keep_slip(slip))
    search.rebuild()  # goods are written in bulk, past the signals that keep their words
    return True


def _scene(wanted: Wanted, now: datetime, progress: Progress) -> None:
    """What stands before anything happens."""
    steps: tuple[Callable[[], None], ...] = (
        partial(places.build, now=now),
        people.build,
        goods.build,
        network.build,
        units.build,
        pages.build,
    )
    for step in progress.over("places, goods", steps):
        step()
    if wanted.with_pictures:
        goods.hang_pictures(progress)
        pages.hang_pictures()


def _story(calendar: Calendar, wanted: Wanted, page: checkout.PayPage, progress: Progress) -> None:
    """What happened since, in the order of time."""
    sold_until = claims.sold_until(calendar)
    wishes = plan.draw(calendar, orders=wanted.orders, sold_until=sold_until, rng=dice(0))
    supply = Supply(calendar, wishes, sold_until, dice(1))
    papers.build(calendar)
    households.build(calendar, dice(2))
    settlement.fee_rule(calendar)
    claims.build(calendar, plan.grams_by_sku(wishes))
    timeline = Timeline(calendar.now)
    timeline.extend(supply.events())
    timeline.extend(claims.changes(calendar))
    timeline.extend(households.departures(calendar))
    Sales(timeline, page, dice(3)).begin(wishes)
    Settlement(timeline, calendar, dice(4)).begin()
    timeline.run(progress, "three months")
    certificates.expire_due(at=calendar.now)
    opinions.build(calendar.now)
    articles.build(calendar)


def dice(number: int) -> Random:
    """Chance that falls the same way every time; each part has its own, so that one does not change the others."""
    return Random(f"{SEED} {number}")  # noqa: S311  nothing here is secret


def _issue_slip(calendar: Calendar) -> str:
    """The statement of the household with the most shares, as a line for the terminal: reference and code."""
    staying = Household.objects.filter(left_at=None).annotate(found=Count("shares"))
    household = staying.order_by("-found", "reference").first()
    if household is None:
        return ""
    agreement = household.agreements.select_related("partner").order_by("pk").first()
    issuer = people.manager_of(agreement.partner) if agreement else people.get(people.ADMIN)
    code = access.issue_slip(household=household, by=issuer, at=calendar.now)
    return f"reference {household.reference}, code {code}"


def _keep_slip(words: str) -> None:
    """Only the code's hash is in the database, so what is printed at every start stands in a file of its own."""
    path = settings.VAR_DIR / people.HOUSEHOLD_FILE
    path.write_text(words + "\n", encoding="utf-8")
    path.chmod(0o600)


def _last_job() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def _drop_jobs(after: int, calendar: Calendar) -> None:
    """Take back the jobs of a past that is played to its end: nobody wants its letters now, and its work is done."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id > %s AND status = 'todo' AND coalesce(scheduled_at, %s) <= %s",
            [after, calendar.now, calendar.now],
        )
