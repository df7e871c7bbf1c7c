"""What a hand with the database's keys could do to a house in order: one corruption each, and the row it breaks."""

from __future__ import annotations

from tests.reports import corruptions_of_goods, corruptions_of_money
from tests.reports.planting import Planted

ALL: list[Planted] = [*corruptions_of_goods.ALL, *corruptions_of_money.ALL]
