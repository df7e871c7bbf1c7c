"""Days and months as the books know them: they begin at midnight in Shanghai. A month is named by its first day."""

from datetime import date, datetime

from catalogue.days import day_of as day
from catalogue.days import start_of as begins

__all__ = ["begins", "day", "first_of_month", "next_month", "read_month"]


def first_of_month(day: date) -> date:
    return date(day.year, day.month, 1)


def next_month(month: date) -> date:
    """The first day of the month that follows."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def read_month(text: str) -> date:
    """'2026-09' -> 1 September 2026. Raises ValueError."""
    try:
        if len(text) != len("2026-09") or not text.isascii():
            raise ValueError
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a month has no time
    except ValueError:
        raise ValueError(f'"{text}" is no month; write it like 2026-09.') from None
