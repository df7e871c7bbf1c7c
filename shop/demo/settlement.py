"""The weeks of the people who pay households, answer disputes and close months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from catalogue.days import day_of
from shop.accounts.models import User
from shop.demo import people
from shop.demo.moments import Calendar, moment
from shop.demo.timeline import Act, Timeline
from shop.reports import closing
from shop.revenue import days, disputes, payouts
from shop.revenue.models import Dispute, FeeRule, PayoutBatch, PayoutItem, Share

MONDAY = 0
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CONFIRMED_PERCENT = 4  # of the shares a batch has paid
FAILS_EVERY = 3  # batches with one item the bank refuses
KINDS = (PayoutItem.Evidence.BANK_RECEIPT, PayoutItem.Evidence.BANK_RECEIPT, PayoutItem.Evidence.CASH_RECEIPT)


class Settlement:
    """Every Monday a batch by three people, its proof on Tuesday; disputes in between; months closed on the third.

    This week's work is left to the reader: one supplier's batch waits for release, another's for approval.
    """

    def __init__(self, timeline: Timeline, calendar: Calendar, rng: Random) -> None:
        self.timeline, self.calendar, self.rng = timeline, calendar, rng
        roles = User.objects.filter(email__in=[*people.PERMISSIONS])
        self.who = {user.email: user for user in roles}
        self.batches = 0

    def begin(self) -> None:
        *weeks, _this_week = _mondays(self.calendar)
        for day in weeks:
            self.timeline.add(moment(day, 10), partial(self._draft, day == weeks[-1]))
        self.timeline.extend(self._disputes())
        self.timeline.extend(self._closings())
        for minutes, act in ((50, self._leave_approved), (45, self._leave_drafted)):
            self.timeline.add(self.calendar.now - timedelta(minutes=minutes), act)

    def _draft(self, is_last: bool, at: datetime) -> None:
        try:
            batch = payouts.draft(by=self.who[people.DRAFTER], at=at)
        except payouts.NothingToPay:
            return
        self.batches += 1
        second, third = self.who[people.APPROVER], self.who[people.RELEASER]
        self.timeline.add(at + HOUR, lambda then: payouts.approve(batch=batch, by=second, at=then))
        self.timeline.add(at + 4 * HOUR, lambda then: payouts.release(batch=batch, by=third, at=then))
        self.timeline.add(at + 29 * HOUR, partial(self._prove, batch, self.batches, is_last))

    def _prove(self, batch: PayoutBatch, number: int, is_last: bool, at: datetime) -> None:
        """Enter the bank's answers, row by row; of the last batch only the first half has come."""
        items = list(batch.items.order_by("pk"))
        for place, item in enumerate(items[: (len(items) + 1) // 2] if is_last else items):
            if place == 0 and number % FAILS_EVERY == 2:
                payouts.fail(item=item, reason="账号已停用", by=self.who[people.EVIDENCE], at=at)
                continue
            payouts.evidence(
                item=item, kind=KINDS[place % len(KINDS)], reference=f"{batch.reference}-{place + 1:04d}",
                paid_on=day_of(at), by=self.who[people.EVIDENCE], at=at,
            )  # fmt: skip
        self.timeline.add(at + 2 * DAY, partial(self._confirm, batch))

    def _confirm(self, batch: PayoutBatch, at: datetime) -> None:
        paid = list(Share.objects.filter(item__batch=batch, state=Share.State.PAID).order_by("pk"))
        for share in self.rng.sample(paid, -(-len(paid) * CONFIRMED_PERCENT // 100)):
            payouts.confirm(share=share, at=at)

    def _leave_approved(self, at: datetime) -> None:
        """One supplier's batch that waits for its release."""
        if share := self._due():
            batch = payouts.draft(by=self.who[people.DRAFTER], at=at, partner=share.partner)
            payouts.approve(batch=batch, by=self.who[people.APPROVER], at=at + timedelta(minutes=3))

    def _leave_drafted(self, at: datetime) -> None:
        """Another supplier's batch that waits for its approval."""
        if share := self._due():
            payouts.draft(by=self.who[people.DRAFTER], at=at, partner=share.partner)

    def _due(self) -> Share | None:
        due = Share.objects.filter(state=Share.State.PAYABLE).exclude(disputes__state=Dispute.State.OPEN)
        return due.select_related("partner").order_by("pk").first()

    def _disputes(self) -> Iterator[tuple[datetime, Act]]:
        upheld = "过秤少记了一袋，已按收购单补上"
        yield self.calendar.at(33, 15), partial(self._dispute, "这次交的核桃比单子上多", (upheld, 260))
        yield self.calendar.at(26, 16), partial(self._dispute, "分成比例好像不对", ("比例与协议一致，计算无误", 0))
        yield self.calendar.at(4, 15), partial(self._dispute, "钱数比上一次少很多", None)

    def _dispute(self, text: str, answer: tuple[str, int] | None, at: datetime) -> None:
        """A household disputes a paid share; answered five days later, unless it stays open."""
        paid = Share.objects.filter(state=Share.State.PAID, disputes=None).order_by("-pk").first()
        if paid is None:
            return
        dispute = disputes.open_for(share=paid, text=text, at=at)
        if answer is not None:
            self.timeline.add(at + 5 * DAY, partial(self._decide, dispute, *answer))

    def _decide(self, dispute: Dispute, words: str, fen: int, at: datetime) -> None:
        judge = self.who[people.DISPUTES]
        disputes.decide(dispute=dispute, uphold=fen > 0, adjustment_fen=fen, answer=words, by=judge, at=at)

    def _closings(self) -> Iterator[tuple[datetime, Act]]:
        """Every month that is over, except the last, is closed on the third of the next one."""
        month = days.first_of_month(self.calendar.opens_on)
        last = days.first_of_month(days.first_of_month(self.calendar.today) - DAY)
        while month < last:
            on = days.next_month(month) + 2 * DAY
            yield moment(on, 9), partial(self._close, month)
            month = days.next_month(month)

    def _close(self, month: date, at: datetime) -> None:
        closing.close(month=month, by=self.who[people.CLOSER], at=at)


def fee_rule(calendar: Calendar) -> None:
    """The first version of what platform, transport and tax take of a price."""
    FeeRule.objects.create(
        version=1, platform_bp=300, transport_bp=200, tax_bp=100, valid_from=calendar.at(400, 0),
        basis="演示费率：平台3%，集货运输2%，税1%",
    )  # fmt: skip


def _mondays(calendar: Calendar) -> Iterator[date]:
    day = calendar.opens_on
    while day <= calendar.today:
        if day.weekday() == MONDAY and moment(day, 10) <= calendar.now:
            yield day
        day += DAY
