"""How much of a product is left, as a page that all visitors share says it: never a number, which each sale changes.

PostgreSQL says when a product goes from one state to another (`pagecache_stock_state`); both draw the same lines, and a
test holds them to it. Another number here needs a migration that replaces that function.
"""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext as _

FEW = 10  # packs; fewer are said to be few


class State(StrEnum):
    SOLD_OUT = "sold_out"
    FEW = "few"
    ENOUGH = "enough"


def state_of(units: int) -> State:
    """units: packs that may still be promised"""
    if units <= 0:
        return State.SOLD_OUT
    return State.FEW if units < FEW else State.ENOUGH


def words(state: State) -> str:
    if state is State.SOLD_OUT:
        return _("Sold out")
    if state is State.FEW:
        return _("Fewer than %(number)d packs left") % {"number": FEW}
    return _("In stock")
