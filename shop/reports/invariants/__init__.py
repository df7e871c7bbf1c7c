"""What must be true of the rows at any time. Each invariant is SQL that returns the rows that break it."""

from shop.reports.invariants import goods, ledger, orders, payouts, places, shares
from shop.reports.invariants.form import Invariant

ALL: tuple[Invariant, ...] = (
    *places.INVARIANTS,
    *goods.INVARIANTS,
    *orders.INVARIANTS,
    *ledger.INVARIANTS,
    *shares.INVARIANTS,
    *payouts.INVARIANTS,
)
