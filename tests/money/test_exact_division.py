"""shop/money.py against independent oracles: a quota-by-fractions one and a one-fen-at-a-time one."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.money import NotWholeFen, reversed_shares, split, to_fen, to_yuan

WEIGHTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=40).filter(any)
SMALL_SHARES = st.lists(st.integers(0, 40), min_size=1, max_size=8)
SHARES = st.lists(st.integers(0, 10**9), min_size=1, max_size=30)


def largest_remainder(total: int, weights: list[int]) -> list[int]:
    """Written apart from split: whole quotas first, then one fen each to the largest fractions, earlier first."""
    quotas = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    while sum(parts) < total:
        lacking = [quota - part if part <= quota else Fraction(-1) for quota, part in zip(quotas, parts, strict=True)]
        parts[lacking.index(max(lacking))] += 1
    return parts


def one_fen_at_a_time(shares: list[int]) -> list[list[int]]:
    """Sainte-Lague, every step: each fen goes to the largest share / (2 x dealt + 1), earlier first."""
    dealt = [0] * len(shares)
    steps = [list(dealt)]
    for _ in range(sum(shares)):
        averages = [Fraction(share, 2 * got + 1) for share, got in zip(shares, dealt, strict=True)]
        dealt[averages.index(max(averages))] += 1
        steps.append(list(dealt))
    return steps


@given(st.integers(0, 10**12), WEIGHTS)
def test_parts_add_up_and_lie_within_one_fen_of_their_quota(total: int, weights: list[int]) -> None:
    parts = split(total, weights)

    assert sum(parts) == total
    assert all(abs(part - Fraction(total * w, sum(weights))) < 1 for part, w in zip(parts, weights, strict=True))
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any))
def test_parts_equal_a_largest_remainder_written_apart(total: int, weights: list[int]) -> None:
    assert split(total, weights) == largest_remainder(total, weights)


def test_of_equal_remainders_the_earlier_position_gets_the_fen() -> None:
    assert split(2, [1, 1, 1]) == [1, 1, 0]
    assert split(10, [0, 1, 1, 1]) == [0, 4, 3, 3]


@given(st.integers(1, 10**6))
def test_a_total_over_weights_that_are_all_zero_is_refused(total: int) -> None:
    with pytest.raises(ValueError, match="all zero"):
        split(total, [0, 0])

    assert split(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [2, -1])])
def test_negative_totals_and_weights_are_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="zero or more"):
        split(total, weights)


@given(SHARES, st.data())
def test_refunds_add_up_and_no_part_gives_more_than_it_has(shares: list[int], data: st.DataObject) -> None:
    refunded = data.draw(st.integers(0, sum(shares)))

    parts = reversed_shares(shares, refunded)

    assert sum(parts) == refunded
    assert all(0 <= part <= share for part, share in zip(parts, shares, strict=True))


@given(SHARES)
def test_a_full_refund_takes_exactly_the_shares(shares: list[int]) -> None:
    assert reversed_shares(shares, sum(shares)) == shares
    assert reversed_shares(shares, 0) == [0] * len(shares)


@given(SHARES.filter(any), st.data())
def test_a_further_refund_never_gives_a_part_back(shares: list[int], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, sum(shares)))
    then = data.draw(st.integers(first, min(sum(shares), first + 5)))

    before, after = reversed_shares(shares, first), reversed_shares(shares, then)

    assert all(later >= earlier for later, earlier in zip(after, before, strict=True))


@settings(deadline=None)
@given(SMALL_SHARES.filter(any))
def test_every_step_of_a_small_line_equals_dealing_one_fen_at_a_time(shares: list[int]) -> None:
    steps = [reversed_shares(shares, refunded) for refunded in range(sum(shares) + 1)]

    assert steps == one_fen_at_a_time(shares)


def test_largest_remainder_would_step_backwards_where_ours_does_not() -> None:
    shares = [5, 3, 1]
    remainders = [largest_remainder(refunded, shares) for refunded in range(10)]

    falls = [
        (a, b)
        for a, b in zip(remainders, remainders[1:], strict=False)
        if any(y < x for x, y in zip(a, b, strict=True))
    ]
    ours = [reversed_shares(shares, refunded) for refunded in range(10)]

    assert falls
    assert all(y >= x for a, b in zip(ours, ours[1:], strict=False) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("refunded", [-1, 10])
def test_refunds_beyond_the_shares_are_refused(refunded: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 9"):
        reversed_shares([4, 5], refunded)


@given(st.integers(0, 10**15))
def test_fen_cross_to_yuan_and_back(fen: int) -> None:
    assert to_fen(to_yuan(fen)) == fen


@pytest.mark.parametrize("yuan", ["0.001", "NaN", "Infinity", "1e-3"])
def test_what_is_no_whole_fen_is_refused(yuan: str) -> None:
    with pytest.raises(NotWholeFen):
        to_fen(Decimal(yuan))


def test_floats_do_not_cross() -> None:
    with pytest.raises(TypeError, match="float"):
        to_fen(1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="bool"):
        to_yuan(True)
