"""A list of things as bits: which of them carry which value, counted and paged without asking anybody. Plain Python.

Every thing has a position, and every value of every trait is one whole number whose bit at that position says whether
the thing carries it. A filter is then a bitwise and, and a count is the number of bits: for 50,000 things and 170
values, all counts take half a millisecond.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress, islice

Bits = int
Chosen = Mapping[str, str]  # one value for each trait that is filtered by

ONE = ord("1")
FLAGS = bytes.maketrans(b"01", b"\0\1")  # the digits of a binary number, as what they stand for


class Index:
    """Things by key, in the order they are given in. Made once, then only read."""

    def __init__(self, keys: Iterable[int]) -> None:
        self._keys = list(keys)
        self._positions = {key: position for position, key in enumerate(self._keys)}
        self._values: dict[str, dict[str, Bits]] = {}
        self._orders: dict[str, Sequence[int]] = {"": range(len(self._keys))}
        self.everything: Bits = (1 << len(self._keys)) - 1

    def mark(self, trait: str, pairs: Iterable[tuple[int, str]]) -> None:
        """Say which thing (key) carries which value of a trait, none or several; unknown keys are passed over."""
        keys: defaultdict[str, list[int]] = defaultdict(list)
        for key, value in pairs:
            keys[value].append(key)
        self._values[trait] = {value: self.of(theirs) for value, theirs in keys.items()}

    def widen(self, trait: str, above: Mapping[str, Iterable[str]]) -> None:
        """What carries a value carries the values above it too."""
        narrow = self._values[trait]
        wide = dict(narrow)
        for value, bits in narrow.items():
            for other in above[value]:
                wide[other] = wide.get(other, 0) | bits
        self._values[trait] = wide

    def sort(self, order: str, keys: Iterable[int]) -> None:
        """Remember an order by its name; things that it leaves out come last."""
        first = dict.fromkeys(self._positions[key] for key in keys if key in self._positions)
        self._orders[order] = list(first | dict.fromkeys(self._orders[""]))

    def of(self, keys: Iterable[int]) -> Bits:
        """The bits of these keys."""
        digits = bytearray(b"0") * (len(self._keys) + 1)
        for position in map(self._positions.get, keys):
            if position is not None:
                digits[-1 - position] = ONE
        return int(digits, 2)

    def known(self, keys: Iterable[int]) -> Iterator[int]:
        """Those of the keys that are here."""
        return filter(self._positions.__contains__, keys)

    def first(self, bits: Bits, number: int) -> list[int]:
        """So many keys of the first set bits, without looking at the others."""
        found: list[int] = []
        while bits and len(found) < number:
            lowest = bits & -bits
            found.append(self._keys[lowest.bit_length() - 1])
            bits ^= lowest
        return found

    def either(self, trait: str, values: Iterable[str]) -> Bits:
        """The things that carry at least one of these values."""
        marked = self._values.get(trait, {})
        found = 0
        for value in values:
            found |= marked.get(value, 0)
        return found

    def matching(self, chosen: Chosen, among: Bits, *, but: str = "") -> Bits:
        """Those of `among` that carry every chosen value; a value nobody carries leaves nothing.

        but: a trait whose choice does not count
        """
        for trait, value in chosen.items():
            if trait != but:
                among &= self._values.get(trait, {}).get(value, 0)
        return among

    def counts(self, trait: str, chosen: Chosen, among: Bits) -> dict[str, int]:
        """How many would remain with each value of a trait under all other choices; values of none are left out."""
        rest = self.matching(chosen, among, but=trait)
        counted = {value: (bits & rest).bit_count() for value, bits in self._values.get(trait, {}).items()}
        return {value: number for value, number in counted.items() if number}

    def keys(self, bits: Bits, *, start: int, number: int, order: str = "") -> list[int]:
        """So many keys of the set bits from the start-th on (0 is the first); the order "" is the one they came in."""
        positions: Iterable[int] = self._orders[order]
        if bits != self.everything:
            flags = f"{bits:0{len(self._keys)}b}"[::-1].encode().translate(FLAGS)
            positions = compress(positions, map(flags.__getitem__, positions) if order else flags)
        return [self._keys[position] for position in islice(positions, start, start + number)]
