"""What buyers will order: decided before anything is sold, so that stock and certificates can be made to match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from random import Random

from shop.demo import people, source
from shop.demo.moments import WINDOW_DAYS, Calendar

ORDERS = 150  # at scale 1
AT_THE_END = (170, 95, 60, 35)  # minutes before now of the last paid orders: they have not left yet
WAITING = 6  # minutes before now of the order that still waits for its payment
HOURS = (8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 20, 21, 21, 22)
METHODS = ("alipay", "alipay", "wechat_pay", "wechat_pay", "card")
REGION_COUNTIES = ("650102", "650103", "652801", "653101", "653201")


class Fate(StrEnum):
    PLAIN = "plain"
    WAITS = "waits"  # not paid yet
    UNPAID = "unpaid"
    DECLINED_FIRST = "declined_first"
    CALLED_OFF = "called_off"  # paid, then cancelled before it left
    PART_EARLY = "part_early"  # part of a line given back before delivery
    PART_LATE = "part_late"  # part of a line given back after delivery
    WHOLE_LATE = "whole_late"  # everything given back after the households were paid


IN_TEN_THOUSAND = (
    (Fate.UNPAID, 400),
    (Fate.DECLINED_FIRST, 400),
    (Fate.CALLED_OFF, 300),
    (Fate.PART_EARLY, 250),
    (Fate.PART_LATE, 350),
    (Fate.WHOLE_LATE, 150),
)
# Every small world has at least these, whatever chance says: the order's number and its fate.
AT_LEAST = {
    3: Fate.WHOLE_LATE,
    4: Fate.PART_LATE,
    5: Fate.PART_LATE,
    8: Fate.CALLED_OFF,
    11: Fate.UNPAID,
    13: Fate.PART_EARLY,
    15: Fate.DECLINED_FIRST,
}


@dataclass(frozen=True)
class Wish:
    """One order to be. items: (SKU, packs); unit: a purchasing unit's code, empty for a person."""

    number: int
    at: datetime
    fate: Fate
    email: str
    unit: str
    channel: str
    division: str
    method: str
    items: tuple[tuple[str, int], ...]

    @property
    def is_guest(self) -> bool:
        return not self.unit and self.email not in people.buyer_emails()


def draw(calendar: Calendar, *, orders: int, sold_until: Mapping[str, datetime], rng: Random) -> list[Wish]:
    """The wishes in the order of their moments. sold_until: by SKU, until when it may be sold."""
    moments = sorted(_moment(calendar, rng) for _ in range(max(0, orders - len(AT_THE_END) - 1)))
    moments = [at for at in moments if at < calendar.now - timedelta(minutes=200)]
    moments += [calendar.now - timedelta(minutes=minutes) for minutes in AT_THE_END]
    wishes = [_wish(number, at, _fate(number, rng), sold_until, rng) for number, at in enumerate(moments)]
    last = calendar.now - timedelta(minutes=WAITING)
    return [*wishes, _wish(len(wishes), last, Fate.WAITS, sold_until, rng)]


def units_by_sku(wishes: list[Wish]) -> dict[str, int]:
    found: dict[str, int] = {}
    for wish in wishes:
        for sku, units in wish.items:
            found[sku] = found.get(sku, 0) + units
    return found


def grams_by_sku(wishes: list[Wish]) -> dict[str, int]:
    content = {item["sku"]: item["net_content_g"] for item in source.items("products.json")}
    return {sku: units * content[sku] for sku, units in units_by_sku(wishes).items()}


def _moment(calendar: Calendar, rng: Random) -> datetime:
    return calendar.at(rng.randrange(WINDOW_DAYS + 1), rng.choice(HOURS), rng.randrange(60))


def _fate(number: int, rng: Random) -> Fate:
    ticket = rng.randrange(10_000)
    if number in AT_LEAST:
        return AT_LEAST[number]
    for fate, chances in IN_TEN_THOUSAND:
        if ticket < chances:
            return fate
        ticket -= chances
    return Fate.PLAIN


def _wish(number: int, at: datetime, fate: Fate, sold_until: Mapping[str, datetime], rng: Random) -> Wish:
    email, unit, channel, division = _buyer(number, rng)
    skus = _choose(sorted(sku for sku, until in sold_until.items() if until > at + timedelta(hours=3)), rng)
    most = 12 if unit else 3
    return Wish(
        number=number, at=at, fate=fate, email=email, unit=unit, channel=channel, division=division,
        method=rng.choice(METHODS), items=tuple((sku, rng.randrange(1, most + 1)) for sku in sorted(skus)),
    )  # fmt: skip


def _choose(free: list[str], rng: Random) -> list[str]:
    """One to four products; three baskets in four hold what one supplier sells."""
    first, wanted = rng.choice(free), rng.choice((1, 1, 1, 2, 2, 3, 4))
    near = [sku for sku in free if sku[:6] == first[:6]]
    return rng.sample(near if rng.randrange(4) else free, min(wanted, len(near)))


def _buyer(number: int, rng: Random) -> tuple[str, str, str, str]:
    """E-mail, unit, channel and division of whoever orders: a unit, an account, or a guest."""
    if number % 7 == 2:
        unit = rng.choice(source.rows("units.csv"))
        return people.unit_email(unit["code"]), unit["code"].lower(), "online", unit["county"]
    if number % 12 == 5:
        channel = rng.choice(("collaborative", "stationed_team"))
        return people.email(f"guest-{number:05d}"), "", channel, rng.choice(REGION_COUNTIES)
    if number % 5 == 1:
        return people.email(f"guest-{number:05d}"), "", "online", rng.choice(_counties())
    return rng.choice(people.buyer_emails()), "", "online", rng.choice(_counties())


@cache
def _counties() -> list[str]:
    """Counties outside the region; those of the donor provinces stand three times."""
    donors = {row["donor"][:2] for row in source.rows("pairings.csv", source.PLACES)}
    rows = source.rows("divisions-2023.csv", source.PLACES)
    codes = [row["code"] for row in rows if row["level"] == "county" and not row["code"].startswith("65")]
    return [code for code in codes for _ in range(3 if code[:2] in donors else 1)]
