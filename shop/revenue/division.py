"""How the price of an order line is divided, in whole fen: supplier, households, platform, transport, tax.

`divide` and `take_back` are arithmetic alone; the functions below them fetch what they need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from certification.provenance import lots
from shop import money
from shop.order.models import Line
from shop.revenue import days
from shop.revenue.models import FeeRule


class NoFeeRule(Exception):
    """No fee rule was in force at that moment."""


class Rule(Protocol):
    platform_bp: int
    transport_bp: int
    tax_bp: int


class Weighted(Protocol):
    @property
    def weight(self) -> int: ...

    @property
    def share_bp(self) -> int: ...


@dataclass(frozen=True)
class Parts:
    """Parts of one price; `each_fen` has one part per household, in the order of the weights. They add up."""

    price_fen: int
    supplier_fen: int
    platform_fen: int
    transport_fen: int
    tax_fen: int
    each_fen: tuple[int, ...]

    @property
    def households_fen(self) -> int:
        return sum(self.each_fen)


def divide(price_fen: int, rule: Rule, weights: Sequence[Weighted]) -> Parts:
    """Divide a price, exactly.

    weights: the households of the line's lots, sorted by a stable key; none: all the net goes to the supplier

    The price is split over net, platform, transport and tax by basis points; the net over the supplier and the
    households, each household with weight x agreed basis points and the supplier with what is left of every weight.
    """
    net_bp = 10_000 - rule.platform_bp - rule.transport_bp - rule.tax_bp
    net, platform, transport, tax = money.split(price_fen, [net_bp, rule.platform_bp, rule.transport_bp, rule.tax_bp])
    theirs = [each.weight * each.share_bp for each in weights]
    supplier = sum(each.weight * (10_000 - each.share_bp) for each in weights) if weights else 1
    first, *rest = money.split(net, [supplier, *theirs])
    return Parts(price_fen, first, platform, transport, tax, tuple(rest))


def take_back(parts: Sequence[int], before_fen: int, after_fen: int) -> list[int]:
    """What each part gives when all refunds of a line grow from `before_fen` to `after_fen`; never below zero."""
    earlier = money.reversed_shares(parts, before_fen)
    return [now - then for now, then in zip(money.reversed_shares(parts, after_fen), earlier, strict=True)]


def rules() -> list[FeeRule]:
    """Every fee rule, that of the latest beginning first."""
    return list(FeeRule.objects.order_by("-valid_from", "-version"))


def rule_at(at: datetime, among: Sequence[FeeRule] | None = None) -> FeeRule:
    """The fee rule in force at a moment. among: `rules()`, when they are known already. Raises NoFeeRule."""
    rule = next((rule for rule in (rules() if among is None else among) if rule.valid_from <= at), None)
    if rule is None:
        raise NoFeeRule(_("No fee rule was in force on %s; enter one that begins earlier.") % days.day(at))
    return rule


def weights_of(line: Line) -> list[lots.Weight]:
    """The households behind a line. All packs of a line weigh the same, so packs stand for grams."""
    return lots.household_weights(list(line.lots.order_by("lot_id").values_list("lot_id", "units")))
