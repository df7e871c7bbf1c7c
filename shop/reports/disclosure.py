"""Which figures about households must not be shown, so that none of a few households can be worked out.

Plain Python. A county's figures rest on one or more groups of households (those paid, those whose refunded part the
reserve bore, those counted). A group of 1 to 4 must not show, and must not follow from a shown total by subtraction:
other counties, then totals, are hidden with it (docs/domain.md, the two income figures).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

LEAST_HOUSEHOLDS = 5

Groups = Sequence[int]


@dataclass(frozen=True)
class Hidden:
    counties: frozenset[str]
    prefectures: frozenset[str]  # those whose total is hidden
    total: bool


def hide(groups: Mapping[str, Groups]) -> Hidden:
    """Choose what to hide.

    groups: by six-digit county code, the size of each group its figures rest on (the same groups for every county)

    What a reader can subtract is, for every shown prefecture total, the sum of that prefecture's hidden counties, and
    for a shown grand total the sum of the hidden counties of all hidden prefectures. Each such sum covers two
    counties or more, with groups that are empty or of five and more.
    """
    counties: set[str] = set()
    prefectures: set[str] = set()
    by_prefecture: dict[str, list[str]] = {}
    for code in sorted(groups):
        by_prefecture.setdefault(code[:4], []).append(code)
    for prefecture, codes in by_prefecture.items():
        chosen, covered = _cover({code for code in codes if not _is_safe(groups[code])}, codes, groups)
        counties |= chosen
        if not covered:
            prefectures.add(prefecture)
    total = _cover_totals(by_prefecture, groups, counties, prefectures)
    return Hidden(frozenset(counties), frozenset(prefectures), total)


def _is_safe(group: Groups) -> bool:
    return all(size == 0 or size >= LEAST_HOUSEHOLDS for size in group)


def _is_covered(codes: Collection[str], groups: Mapping[str, Groups]) -> bool:
    """Nothing is hidden, or enough together that their sum says nothing about a few households."""
    telling = [groups[code] for code in codes if any(groups[code])]
    return not codes or len(telling) >= 2 and _is_safe([sum(sizes) for sizes in zip(*telling, strict=True)])


def _cover(hidden: set[str], codes: Collection[str], groups: Mapping[str, Groups]) -> tuple[set[str], bool]:
    """Add the smallest counties of a prefecture until its hidden ones cover each other; False where they cannot."""
    rest = sorted((code for code in codes if code not in hidden and any(groups[code])), key=_by_size(groups))
    while not _is_covered(hidden, groups):
        if not rest:
            return hidden, False
        hidden = hidden | {rest.pop(0)}
    return hidden, True


def _cover_totals(
    by_prefecture: Mapping[str, Sequence[str]], groups: Mapping[str, Groups], counties: set[str], prefectures: set[str]
) -> bool:
    """Hide further prefecture totals (each with a hidden county of its own) until the hidden ones cover each other.

    Adds to `counties` and `prefectures`; True where the grand total must be hidden too.
    """
    pool = {code for prefecture in prefectures for code in by_prefecture[prefecture] if code in counties}
    offers = {name: _offer(codes, groups, counties) for name, codes in by_prefecture.items() if name not in prefectures}
    sizes = sorted((_size(offer, groups), name) for name, offer in offers.items() if offer)
    rest = [name for _size_of_offer, name in sizes]
    while not _is_covered(pool, groups):
        if not rest:
            return True
        prefecture = rest.pop(0)
        prefectures.add(prefecture)
        counties |= offers[prefecture]
        pool |= offers[prefecture]
    return False


def _offer(codes: Sequence[str], groups: Mapping[str, Groups], counties: set[str]) -> set[str]:
    """What a prefecture adds to the pool when its total is hidden: its hidden counties, or else its smallest one."""
    hidden = {code for code in codes if code in counties}
    telling = sorted((code for code in codes if any(groups[code])), key=_by_size(groups))
    return hidden or set(telling[:1])


def _size(codes: Collection[str], groups: Mapping[str, Groups]) -> int:
    return sum(sum(groups[code]) for code in codes)


def _by_size(groups: Mapping[str, Groups]) -> Callable[[str], tuple[int, str]]:
    return lambda code: (sum(groups[code]), code)
