"""What holds the certified facts of an article fast: certificates that stand, and applications that are being read.

Upwards we speak by signal: certification answers `asked`; a receiver gives its holds by the article's key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.dispatch import Signal

asked = Signal()  # products=, at=


class Hold(NamedTuple):
    """name: the certificate's number, or what an officer is reading; until: None while no end is known"""

    name: str
    until: datetime | None


def of(products: Collection[int], *, at: datetime) -> dict[int, list[Hold]]:
    """By the keys of those articles that anything holds."""
    found: dict[int, list[Hold]] = defaultdict(list)
    if products:
        answers: list[tuple[Any, Any]] = asked.send(sender=None, products=list(products), at=at)
        for _receiver, told in answers:
            for product, holds in told.items():
                found[product] += holds
    return dict(found)
