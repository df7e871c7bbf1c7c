"""The rows of the county's own network, stops and the legs between them, and the clock both obey.

Plain Python. `Stop` and `Leg` are rows as people keep them, `Place` and `Road` the same ready to be reckoned with. In
those, a moment is a count of microseconds on the Asia/Shanghai clock, so that `moment // DAY` is the day's ordinal
(`date.toordinal`). China keeps one offset all year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

MINUTE: Final = 60_000_000
DAY: Final = 1440 * MINUTE
NEVER: Final = date.max.toordinal() + 1  # a day later than any; as a moment, later than any limit
_EPOCH: Final = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))


class Tier(StrEnum):
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"
    HUB = "hub"
    WAREHOUSE = "warehouse"
    DOOR = "door"


class Temperature(StrEnum):
    AMBIENT = "ambient"
    COOL = "cool"
    CHILLED = "chilled"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Stop:
    """A place that takes goods in, works on them and sends them on.

    temperatures: every class it can serve
    cut_off_minute: 1 to 1440 minutes after midnight, Asia/Shanghai; goods in before it may leave the same day, later
        ones not before the next open day; 1440 is no cut-off
    handling_minutes: from taking in to ready to leave
    open_from, open_until: half-open; None is unbounded
    """

    code: str
    tier: Tier
    temperatures: frozenset[str]
    cut_off_minute: int
    handling_minutes: int
    closed_dates: frozenset[date] = frozenset()
    open_from: date | None = None
    open_until: date | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """A scheduled run from one stop to another: at most one departure a day.

    minutes: under way
    fixed_fen, fen_per_kg: for one parcel
    temperatures: every class it can serve
    weekdays: departure days, 0 is Monday
    depart_minute: 0 to 1439 minutes after midnight, Asia/Shanghai
    open_from, open_until: of the departure day, half-open; None is unbounded
    """

    code: str
    origin: str
    destination: str
    distance_km: int
    minutes: int
    fixed_fen: int
    fen_per_kg: int
    temperatures: frozenset[str]
    weekdays: frozenset[int]
    depart_minute: int
    open_from: date | None = None
    open_until: date | None = None

    def cost_fen(self, grams: int) -> int:
        """The price of a parcel of `grams`: a started fen of the weight part counts whole."""
        return self.fixed_fen - (-grams * self.fen_per_kg // 1000)


@dataclass(frozen=True, slots=True)
class Days:
    """A set of days, as ordinals from `first` up to and without `end`."""

    first: int
    end: int
    closed: frozenset[int]
    weekdays: frozenset[int]

    def __str__(self) -> str:
        """The bounds as an ISO 8601 interval, ".." where there is none."""
        first = date.fromordinal(self.first).isoformat() if self.first else ".."
        return f"{first}/{date.fromordinal(self.end).isoformat() if self.end < NEVER else '..'}"

    def next_from(self, day: int) -> int:
        """The first day of the set that is `day` or later, else NEVER."""
        day = max(day, self.first)
        while day < self.end:
            if day not in self.closed and (day - 1) % 7 in self.weekdays:
                return day
            day += 1 if self.weekdays else NEVER
        return NEVER


class Place:
    """A stop ready for the search."""

    __slots__ = ("cut_off", "days", "handling", "index", "is_county", "leaving", "stop")

    def __init__(self, index: int, stop: Stop) -> None:
        self.index: Final = index
        self.stop: Final = stop
        self.is_county: Final = stop.tier == Tier.COUNTY
        self.cut_off: Final = stop.cut_off_minute * MINUTE
        self.handling: Final = stop.handling_minutes * MINUTE
        closed = frozenset(day.toordinal() for day in stop.closed_dates)
        self.days: Final = Days(*_window(stop), closed, frozenset(range(7)))
        self.leaving: tuple[Road, ...] = ()

    def takes_in(self, at: int) -> int:
        """When goods that come at `at` are taken in: at once on an open day, else at 00:00 of the next open day."""
        return max(at, self.days.next_from(at // DAY) * DAY)

    def releases(self, taken_in: int) -> int:
        """From when goods taken in then may depart: once handled and, past the cut-off, on a later open day."""
        ready = taken_in + self.handling
        if taken_in % DAY < self.cut_off:
            return ready
        return max(ready, self.days.next_from(taken_in // DAY + 1) * DAY)


class Road:
    """A leg ready for the search. Roads are numbered in the order of their codes."""

    __slots__ = ("days", "depart", "destination", "index", "leg", "minutes", "origin", "own_days")

    def __init__(self, index: int, leg: Leg, origin: Place, destination: Place) -> None:
        self.index: Final = index
        self.leg: Final = leg
        self.origin: Final = origin
        self.destination: Final = destination
        self.depart: Final = leg.depart_minute * MINUTE
        self.minutes: Final = leg.minutes * MINUTE
        own, stop = Days(*_window(leg), frozenset(), leg.weekdays), origin.days
        self.own_days: Final = own
        # the first day of the stop need not be looked at: it takes goods in on its open days only
        self.days: Final = Days(own.first, min(own.end, stop.end), stop.closed, leg.weekdays)

    def departs(self, released: int) -> int:
        """The first departure at or after `released`; it is an open day of the leg and of the stop it leaves."""
        day = self.days.next_from(released // DAY)
        if day * DAY + self.depart < released:
            day = self.days.next_from(day + 1)
        return day * DAY + self.depart


def to_clock(at: datetime) -> int:
    """An aware moment as microseconds on the Asia/Shanghai clock."""
    return (at - _EPOCH) // timedelta(microseconds=1) + DAY


def from_clock(moment: int) -> datetime:
    """The aware UTC moment of a count of microseconds on the Asia/Shanghai clock."""
    return (_EPOCH + timedelta(microseconds=moment - DAY)).astimezone(UTC)


def clock_text(moment: int) -> str:
    """A count of microseconds on the Asia/Shanghai clock as an ISO 8601 UTC moment, to the minute."""
    return from_clock(min(moment, NEVER * DAY - 1)).isoformat(timespec="minutes")


def _window(row: Stop | Leg) -> tuple[int, int]:
    first = row.open_from.toordinal() if row.open_from else 0
    return first, row.open_until.toordinal() if row.open_until else NEVER
