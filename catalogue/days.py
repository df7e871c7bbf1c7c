"""Days as Asia/Shanghai counts them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(at: datetime) -> date:
    """The Shanghai day an aware moment falls on."""
    if at.utcoffset() is None:
        raise ValueError(f"{at!r} names no time zone; pass an aware moment.")
    return at.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The moment a Shanghai day begins."""
    return datetime.combine(day, time(), SHANGHAI)


def end_of(day: date) -> datetime:
    """The first moment after a Shanghai day."""
    return start_of(day + timedelta(days=1))


def last_day_before(until: datetime) -> date:
    """The last Shanghai day of a period that ends, exclusively, at `until`."""
    return day_of(until - timedelta(microseconds=1))
