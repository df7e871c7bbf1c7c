"""The self-check: every invariant over everything, each broken row named.

What SQL can say stands in `invariants`; what needs the arithmetic of a division, a refund or a hash stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Sum

from shop import money
from shop.reports import closing, income, invariants
from shop.reports.models import MonthClose
from shop.revenue import division
from shop.revenue.models import Account, Division, Entry, Posting, Share


@dataclass(frozen=True)
class Finding:
    """One row that breaks one invariant. words: what should hold"""

    invariant: str
    row: str
    fact: str
    words: str


@dataclass(frozen=True)
class Calculated:
    """An invariant that takes arithmetic: gives (row, fact) for every row that breaks it."""

    name: str
    words: str
    rows: Callable[[], Iterator[tuple[str, str]]]


@transaction.atomic
def run(*, at: datetime) -> list[Finding]:
    """Check everything against one moment of the database; an empty list is a clean house.

    Inside somebody else's transaction it sees what that transaction sees.
    """
    found = []
    with connection.cursor() as cursor:
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for each in invariants.ALL:
            cursor.execute(each.sql, {"at": at})
            found += [Finding(each.name, row, fact, each.words) for row, fact in sorted(cursor.fetchall())]
    for rule in CALCULATED:
        found += [Finding(rule.name, row, fact, rule.words) for row, fact in rule.rows()]
    return found


def names() -> list[str]:
    return [*(each.name for each in invariants.ALL), *(rule.name for rule in CALCULATED)]


@dataclass(frozen=True)
class _Weight:
    weight: int
    share_bp: int


def _divisions() -> Iterator[tuple[str, str]]:
    for each, rows in _divided():
        weights = [_Weight(int(share.weight), share.agreement.share_bp) for share in rows]
        parts = division.divide(each.price_fen, each.rule, weights)
        expected = [parts.supplier_fen, parts.platform_fen, parts.transport_fen, parts.tax_fen, *parts.each_fen]
        if expected != (stands := _vector(each, rows)):
            yield f"division of line {each.line_id}", f"its rule gives {expected}, it stands {stands}"


def _refunds() -> Iterator[tuple[str, str]]:
    for each, rows in _divided():
        parts = _vector(each, rows)
        refunded = each.line.refunded_fen - (each.line.price_fen - each.price_fen)
        if not 0 <= refunded <= sum(parts):
            yield f"division of line {each.line_id}", f"{refunded} fen refunded of {sum(parts)}"
            continue
        expected = money.reversed_shares(parts, refunded)
        stands = [*_given_back(each), *(row.reversed_fen + row.borne_fen for row in rows)]
        if expected != stands:
            yield f"division of line {each.line_id}", f"{refunded} fen refunded take {expected}, taken {stands}"


def _vector(each: Division, rows: Sequence[Share]) -> list[int]:
    return [each.supplier_fen, each.platform_fen, each.transport_fen, each.tax_fen, *(row.fen for row in rows)]


def _divided() -> Iterator[tuple[Division, list[Share]]]:
    """Every division with its shares, in one pass over both tables."""
    shares = Share.objects.select_related("agreement").order_by("line_id", "position").iterator(chunk_size=5000)
    groups = groupby(shares, key=lambda share: share.line_id)
    line_id, group = next(groups, (None, iter(())))
    for each in Division.objects.select_related("rule", "line").order_by("line_id").iterator(chunk_size=1000):
        while line_id is not None and line_id < each.line_id:  # shares without a division: shares-sum names them
            line_id, group = next(groups, (None, iter(())))
        yield each, list(group) if line_id == each.line_id else []


def _given_back(each: Division) -> list[int]:
    """What refunds after acceptance took from supplier, platform, transport and tax."""
    if not each.line.refunded_fen:
        return [0, 0, 0, 0]
    booked = Posting.objects.filter(entry__line=each.line_id, entry__kind=Entry.Kind.REFUND)
    fen = dict(booked.order_by("account").values_list("account").annotate(Sum("fen")))
    accounts = (Account.SUPPLIERS, Account.PLATFORM, Account.TRANSPORT, Account.TAX)
    return [fen.get(account, 0) for account in accounts]


def _month_figures() -> Iterator[tuple[str, str]]:
    for month in MonthClose.objects.order_by("month"):
        derived = income.figures_of(income.derive(month.month))
        if _numbers(month.figures) != _numbers(derived):
            yield f"month {month}", "its frozen figures no longer follow from the ledger"


def _numbers(figures: object) -> object:
    """The figures without names: places may be renamed."""
    if isinstance(figures, dict):
        return {key: _numbers(value) for key, value in figures.items() if key != "name"}
    return [_numbers(value) for value in figures] if isinstance(figures, list) else figures


def _month_hashes() -> Iterator[tuple[str, str]]:
    for month in MonthClose.objects.order_by("month"):
        found = closing.root_hash(month.month, month.figures)
        if found != month.root_hash:
            yield f"month {month}", f"root hash {month.root_hash}, its figures and entries give {found}"


CALCULATED = (
    Calculated(
        "division-exact", "A division follows from its price, its rule and its households' weights.", _divisions
    ),
    Calculated("refunds-exact", "Each part gave exactly its share of all refunds so far.", _refunds),
    Calculated("month-figures", "A closed month's figures follow from the ledger.", _month_figures),
    Calculated("month-hash", "A closed month's root hash stands for its figures and entries.", _month_hashes),
)
