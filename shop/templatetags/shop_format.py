"""How money, weight, rates and moments are written, on pages, in letters and in print: in the reader's language.

Money and rates look alike in every language (¥1,234.50), weights but for their unit. On a page that reads from right to
left each stands apart from its sentence, by the Unicode isolates U+2066 and U+2069, so that sign, digits and unit keep
their order.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate
from typing import Any, TypedDict

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.utils import dateformat
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.days import SHANGHAI

register = template.Library()

WHOLE_BP = 10_000

CONSIGNMENT = re.compile(r"order (\w+) consignment (\d+)")  # shop.order.models.Consignment.reference
LEFT_TO_RIGHT, END = "\u2066", "\u2069"

# (day, day with time) in the letters of Django's date format; a language is looked up by its first part. Chinese and
# English as in CLDR; Uyghur as papers in Xinjiang are dated, months by number: two sets of month names are in use.
MOMENT_FORMATS = {
    "zh": ("Y年n月j日", "Y年n月j日 H:i"),
    "en": ("j F Y", "j F Y, H:i"),
    "ug": ("Y-يىلى n-ئاينىڭ j-كۈنى", "Y-يىلى n-ئاينىڭ j-كۈنى، H:i"),
}
MOMENT_FORMAT_ELSEWHERE = ("Y-m-d", "Y-m-d H:i")
UNITS = {"zh": ("克", "公斤")}  # of weight; elsewhere by their signs
UNITS_ELSEWHERE = ("g", "kg")


class BreakdownPart(TypedDict):
    """One part of a price. fen: zero or more; kind: household, supplier, transport, platform or tax."""

    label: str
    fen: int
    kind: str


@dataclass(frozen=True)
class BarSegment:
    """One part of a price as drawn. x, width: in 1/10,000 of the bar; the widths of a bar add up to 10,000."""

    label: str
    fen: int
    kind: str
    x: int
    width: int


def _whole(value: object, *, unit: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"This filter takes whole {unit} (int), got {value!r}; convert it before the template.")
    return value


def _language() -> str:
    """The first part of the page's language: "zh", "en", "ug"."""
    return (get_language() or "").split("-")[0]


def _apart(text: str) -> str:
    """A figure with its sign or unit, kept in its own order where the page reads from right to left."""
    return f"{LEFT_TO_RIGHT}{text}{END}" if (get_language() or "") in settings.LANGUAGES_BIDI else text


@register.filter
def yuan(value: int | None) -> str:
    """Write fen as yuan: 123450 -> "¥1,234.50", -5 -> "-¥0.05".

    value: whole fen; None (amount not known) is written as nothing

    Raises TypeError for anything else, a variable missing from the context included.
    """
    if value is None:
        return ""
    fen = _whole(value, unit="fen")
    whole, rest = divmod(abs(fen), 100)
    return _apart(f"{'-' if fen < 0 else ''}¥{whole:,}.{rest:02d}")


@register.filter
def kilograms(value: int | None) -> str:
    """Write grams, nothing rounded: 500 -> "500 g", 2500 -> "2.5 kg"; in Chinese "500 克", "2.5 公斤".

    value: whole grams; None (weight not known) is written as nothing

    Raises TypeError for anything else.
    """
    if value is None:
        return ""
    grams = _whole(value, unit="grams")
    sign = "-" if grams < 0 else ""
    gram, kilogram = UNITS.get(_language(), UNITS_ELSEWHERE)
    if abs(grams) < 1000:
        return _apart(f"{sign}{abs(grams)} {gram}")
    return _apart(f"{sign}{_decimals(abs(grams), places=3)} {kilogram}")


@register.filter
def thousands(value: int) -> str:
    """Write a whole number in groups of three digits: 4123 -> "4,123". Raises TypeError for anything else."""
    return _apart(f"{_whole(value, unit='numbers'):,}")


@register.filter
def percent_bp(value: int | None) -> str:
    """Write basis points as per cent, nothing rounded: 6150 -> "61.5%", 10000 -> "100%".

    value: whole basis points; None (rate not known) is written as nothing

    Raises TypeError for anything else.
    """
    if value is None:
        return ""
    rate_bp = _whole(value, unit="basis points")
    return _apart(f"{'-' if rate_bp < 0 else ''}{_decimals(abs(rate_bp), places=2)}%")


def _decimals(value: int, *, places: int) -> str:
    """Put the point `places` digits from the right and drop the zeros behind it."""
    whole, rest = divmod(value, 10**places)
    digits = f"{rest:0{places}d}".rstrip("0")
    return f"{whole:,}.{digits}" if digits else f"{whole:,}"


@register.filter
def shanghai(value: datetime | date | None, part: str = "") -> str:
    """Write a moment or a day as it reads in Shanghai, in the language of the page.

    value: aware moment, or a Shanghai day, which is written without a time; None is written as nothing
    part: "day" or "time" writes only that part of a moment

    Raises ValueError for a naive moment or an unknown part, TypeError for anything else.
    """
    if value is None:
        return ""
    if part not in ("", "day", "time"):
        raise ValueError(f'The part of a moment is "day" or "time", got {part!r}.')
    day_format, moment_format = MOMENT_FORMATS.get(_language(), MOMENT_FORMAT_ELSEWHERE)
    if isinstance(value, datetime):
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"{value!r} names no time zone; pass an aware moment.")
        local = value.astimezone(SHANGHAI)
        return dateformat.format(local, {"": moment_format, "day": day_format, "time": "H:i"}[part])
    if isinstance(value, date):
        return _day(value, day_format)
    raise TypeError(f"This filter takes a moment or a day, got {value!r}.")


@lru_cache(maxsize=1_000)  # a page of a list names the same few days
def _day(value: date, day_format: str) -> str:
    return dateformat.format(value, day_format)


@register.filter
def consignment(reference: str) -> str:
    """Say in the language of the page what a parcel is sent for: "order 100123 consignment 2"; else as it stands."""
    found = CONSIGNMENT.fullmatch(reference)
    if found is None:
        return reference
    return _("Order %(number)s, consignment %(position)s") % {"number": found[1], "position": found[2]}


@register.filter
def bar_segments(parts: Sequence[BreakdownPart]) -> list[BarSegment]:
    """Lay the parts of a price along a bar; edges are rounded once, so the bar is always exactly full.

    parts: in the order they are drawn; a total of nothing draws nothing

    Raises ValueError when a part is below zero: a bar cannot show it.
    """
    for part in parts:
        if part["fen"] < 0:
            raise ValueError(f"{part['label']} is {yuan(part['fen'])}; a bar shows only parts of zero or more.")
    edges = [0, *accumulate(_whole(part["fen"], unit="fen") for part in parts)]
    total = edges[-1]
    if total == 0:
        return []
    marks = [(edge * WHOLE_BP * 2 + total) // (total * 2) for edge in edges]
    return [
        BarSegment(part["label"], part["fen"], part["kind"], start, end - start)
        for part, start, end in zip(parts, marks, marks[1:], strict=False)
    ]


@register.filter
def page_numbers(page: Page[Any]) -> list[int | None]:
    """List the page numbers worth a link; None stands for those left out between them."""
    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in elided]
