"""Whole fen, the crossing to Oscar's decimal yuan, and exact division. Plain Python, no Django.

1 yuan = 100 fen. Nothing here rounds silently: what does not fit in whole fen is refused.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from heapq import heapify, heappop, heapreplace
from typing import NewType

Fen = NewType("Fen", int)


class NotWholeFen(ValueError):
    """An amount has a fraction of a fen, or is no finite number."""


def to_fen(yuan: Decimal) -> int:
    """12.34 yuan -> 1234 fen. Raises NotWholeFen; TypeError for floats."""
    if not isinstance(yuan, Decimal):
        raise TypeError(f"Amounts cross as Decimal yuan, not {type(yuan).__name__}.")
    if not yuan.is_finite():
        raise NotWholeFen(f"{yuan} is no amount of money.")
    fen = yuan * 100
    if fen != fen.to_integral_value():
        raise NotWholeFen(f"{yuan} yuan has a fraction of a fen.")
    return int(fen)


def to_yuan(fen: int) -> Decimal:
    """1234 fen -> Decimal('12.34')."""
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise TypeError(f"Fen are whole numbers, not {type(fen).__name__}.")
    return Decimal(fen).scaleb(-2)


def split(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Divide fen in proportion to whole weights, exactly, by largest remainder.

    total_fen: zero or more
    weights: whole numbers, zero or more, not all zero (all zero is allowed only for a total of zero)

    Each part is within one fen of its exact quota and is zero where its weight is zero. Equal remainders go to the
    earlier position, so callers that sort by a stable key get the same parts whatever order rows came in.
    Raises ValueError.
    """
    if total_fen < 0 or any(weight < 0 for weight in weights):
        raise ValueError("A total and its weights are zero or more.")
    whole = sum(weights)
    if whole == 0:
        if total_fen:
            raise ValueError(f"{total_fen} fen cannot be divided by weights that are all zero.")
        return [0] * len(weights)
    parts = [total_fen * weight // whole for weight in weights]
    remainders = [total_fen * weight % whole for weight in weights]
    for position in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[: total_fen - sum(parts)]:
        parts[position] += 1
    return parts


def reversed_shares(shares: Sequence[int], refunded_fen_so_far: int) -> list[int]:
    """How much of each share all refunds so far have taken back.

    shares: the original parts of a line, whole fen, zero or more
    refunded_fen_so_far: from zero to the sum of the shares

    Sums to its argument, equals `shares` at their sum, and no part ever falls as the argument grows, so a further
    refund never pays anybody back. Seats are given one fen at a time by highest averages (Webster, Sainte-Lague)
    with each part capped at its share; a closed form reaches the neighbourhood, the last few seats are dealt singly.
    Raises ValueError.
    """
    total = sum(shares)
    if any(share < 0 for share in shares):
        raise ValueError("Shares are zero or more.")
    if not 0 <= refunded_fen_so_far <= total:
        raise ValueError(f"Refunds of {refunded_fen_so_far} fen do not lie between 0 and {total} fen.")
    if refunded_fen_so_far == total:
        return list(shares)
    return _seats(shares, refunded_fen_so_far, total)


def _seats(shares: Sequence[int], seats: int, total: int) -> list[int]:
    """The first `seats` of all (share, k) pairs ordered by share / (2k - 1) falling, then by position."""
    if seats == 0:
        return [0] * len(shares)
    dealt = [(2 * share * seats + total) // (2 * total) for share in shares]  # share * seats / total, half up
    missing = seats - sum(dealt)
    if missing > 0:
        heap = [(-Fraction(share, 2 * dealt[i] + 1), i) for i, share in enumerate(shares) if share]
        heapify(heap)
        for _ in range(missing):
            i = heap[0][1]
            dealt[i] += 1
            heapreplace(heap, (-Fraction(shares[i], 2 * dealt[i] + 1), i))
    elif missing < 0:
        heap = [(Fraction(share, 2 * dealt[i] - 1), -i) for i, share in enumerate(shares) if dealt[i]]
        heapify(heap)
        for _ in range(-missing):
            i = -heap[0][1]
            dealt[i] -= 1
            if dealt[i]:
                heapreplace(heap, (Fraction(shares[i], 2 * dealt[i] - 1), -i))
            else:
                heappop(heap)
    return dealt
