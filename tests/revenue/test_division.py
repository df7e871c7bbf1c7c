"""The division of a price: exact for any rule, weights and agreements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.revenue import division
from tests.make import NOW
from tests.revenue import world


@dataclass(frozen=True)
class Rule:
    platform_bp: int
    transport_bp: int
    tax_bp: int


@dataclass(frozen=True)
class Weight:
    weight: int
    share_bp: int


RULES = st.lists(st.integers(0, 3333), min_size=3, max_size=3).map(lambda bp: Rule(*bp))
WEIGHTS = st.lists(st.builds(Weight, st.integers(1, 10**9), st.integers(0, 10_000)), max_size=100)


@given(st.integers(0, 10**8), RULES, WEIGHTS)
def test_parts_add_up_for_any_rule_and_households(price: int, rule: Rule, weights: list[Weight]) -> None:
    parts = division.divide(price, rule, weights)

    total = parts.supplier_fen + parts.platform_fen + parts.transport_fen + parts.tax_fen + sum(parts.each_fen)
    assert total == price == parts.price_fen
    assert min(parts.supplier_fen, parts.platform_fen, parts.transport_fen, parts.tax_fen, *parts.each_fen) >= 0


@given(st.integers(0, 10**8), RULES, WEIGHTS.filter(bool))
def test_a_household_gets_its_weight_and_agreement_to_within_one_fen(
    price: int, rule: Rule, weights: list[Weight]
) -> None:
    parts = division.divide(price, rule, weights)

    net, whole = parts.supplier_fen + parts.households_fen, sum(each.weight for each in weights)
    for fen, each in zip(parts.each_fen, weights, strict=True):
        assert abs(fen - Fraction(net * each.weight * each.share_bp, whole * 10_000)) < 1
    assert abs(parts.platform_fen - Fraction(price * rule.platform_bp, 10_000)) < 1


def test_without_households_the_supplier_gets_all_the_net() -> None:
    parts = division.divide(10_000, Rule(300, 700, 100), [])

    assert (parts.supplier_fen, parts.households_fen, parts.platform_fen) == (8900, 0, 300)


def test_a_worked_example() -> None:
    parts = division.divide(3990, Rule(300, 700, 100), [Weight(1, 6000), Weight(2, 6000), Weight(3, 5000)])

    assert (parts.platform_fen, parts.transport_fen, parts.tax_fen) == (120, 279, 40)
    assert (parts.supplier_fen, parts.each_fen) == (1598, (355, 710, 888))


@given(st.lists(st.integers(0, 500), min_size=1, max_size=12).filter(any), st.data())
def test_refunds_in_any_steps_take_what_one_refund_of_the_sum_takes(parts: list[int], data: st.DataObject) -> None:
    left, taken, refunded = sum(parts), [0] * len(parts), 0
    while left and data.draw(st.booleans()):
        step = data.draw(st.integers(1, left))
        delta = division.take_back(parts, refunded, refunded + step)
        assert min(delta) >= 0
        taken = [a + b for a, b in zip(taken, delta, strict=True)]
        refunded, left = refunded + step, left - step

    assert taken == division.take_back(parts, 0, refunded)
    assert [a + b for a, b in zip(taken, division.take_back(parts, refunded, sum(parts)), strict=True)] == parts


@pytest.mark.django_db
def test_each_moment_has_its_own_rule() -> None:
    old = world.rule(1)
    new = world.rule(2, platform_bp=900, valid_from=NOW)

    assert division.rule_at(NOW - timedelta(microseconds=1)) == old
    assert division.rule_at(NOW) == new
    with pytest.raises(division.NoFeeRule):
        division.rule_at(NOW - timedelta(days=500))
