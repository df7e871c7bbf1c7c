"""The demo's calendar: everything is dated backwards from one moment, read once by the command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from catalogue.days import SHANGHAI, day_of

WINDOW_DAYS = 88  # of sales, before now


@dataclass(frozen=True)
class Calendar:
    """now: an aware moment; nothing of the demo happens after it."""

    now: datetime

    @property
    def today(self) -> date:
        return day_of(self.now)

    @property
    def opens_on(self) -> date:
        """The day of the first order."""
        return self.day(WINDOW_DAYS)

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def at(self, ago: int, hour: int, minute: int = 0) -> datetime:
        """A moment of the Shanghai day so many days ago."""
        return moment(self.day(ago), hour, minute)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)
