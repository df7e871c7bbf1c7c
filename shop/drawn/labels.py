"""Where the names on a map stand: beside their dots, never over one another, the same way every time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import NamedTuple
from unicodedata import east_asian_width

DIRECTIONS = 16
REACHES = (0.0, 1.2, 2.5, 4.0, 5.5, 7.5, 9.5)  # from beside the dot outwards, in dot radii
LEADER_FROM = 1.0  # a label farther off than so many radii gets a line to its dot


Line = tuple[float, float, float, float]  # from x, y to x, y


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def inside(self, frame: Box) -> bool:
        return (
            self.left >= frame.left
            and self.right <= frame.right
            and self.top >= frame.top
            and self.bottom <= frame.bottom
        )

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        return min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)

    def meets(self, x1: float, y1: float, x2: float, y2: float) -> bool:
        """Whether a straight line touches the box (clipped side by side)."""
        low, high = 0.0, 1.0
        for start, run, least, most in ((x1, x2 - x1, self.left, self.right), (y1, y2 - y1, self.top, self.bottom)):
            if run == 0:
                if not least <= start <= most:
                    return False
                continue
            one, other = sorted(((least - start) / run, (most - start) / run))
            low, high = max(low, one), min(high, other)
        return low <= high


@dataclass(frozen=True)
class Dot:
    """A place that wants its name shown. width, height: of the name, in the units of x and y."""

    key: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Label:
    """Where a name stands. leader: from the dot to the name, where they are apart."""

    box: Box
    leader: Line | None


def em_width(text: str) -> float:
    """How wide a text is, in heights of its letters, a little on the safe side: no face is measured."""
    return sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return 1.0
    if letter in " .,'’·ijlItf":
        return 0.36
    return 0.76 if letter.isupper() or letter in "mw" else 0.6


def place(
    dots: Sequence[Dot],
    *,
    radius: float,
    frame: Box,
    clear: Sequence[Box] = (),
    lines: Sequence[Line] = (),
    all_dots: Sequence[tuple[float, float]] = (),
) -> dict[str, Label]:
    """Find room for as many names as possible; a name without room is left out.

    radius: of a dot; frame: where names may stand; clear: where they may not; lines: what they may not lie on;
    all_dots: the middles of every dot drawn

    Several orders of placing are tried; the one that seats most names nearest to their dots wins.
    """
    marks = [Box(x - radius, y - radius, x + radius, y + radius) for x, y in (all_dots or [(d.x, d.y) for d in dots])]
    best: dict[str, Label] = {}
    best_cost = float("inf")
    for order in _orders(dots):
        found, cost = _one_by_one(order, radius=radius, frame=frame, clear=clear, lines=lines, marks=marks)
        if (len(dots) - len(found), cost) < (len(dots) - len(best), best_cost):
            best, best_cost = found, cost
    return best


def _orders(dots: Sequence[Dot]) -> Iterator[list[Dot]]:
    def crowd(dot: Dot) -> float:
        return sum(1 / (1 + hypot(dot.x - other.x, dot.y - other.y) / dot.height) for other in dots)

    ways: tuple[Callable[[Dot], float], ...] = (
        lambda dot: -crowd(dot), lambda dot: crowd(dot), lambda dot: dot.x, lambda dot: -dot.x,
        lambda dot: dot.y, lambda dot: -dot.y, lambda dot: -dot.width,
    )  # fmt: skip
    for way in ways:
        yield sorted(dots, key=lambda dot: (way(dot), dot.key))


def _one_by_one(
    order: Iterable[Dot],
    *,
    radius: float,
    frame: Box,
    clear: Sequence[Box],
    lines: Sequence[Line],
    marks: Sequence[Box],
) -> tuple[dict[str, Label], float]:
    placed: dict[str, Label] = {}
    cost = 0.0
    for dot in order:
        taken = [label.box for label in placed.values()]
        drawn = [*lines, *(label.leader for label in placed.values() if label.leader)]
        for extra, box in _seats(dot, radius):
            if not box.inside(frame) or any(box.overlaps(other) for other in (*taken, *clear, *marks)):
                continue
            if any(box.meets(*line) for line in drawn):
                continue
            leader = _leader(dot, box, radius)
            if leader and any(other.meets(*leader) for other in (*taken, *clear)):
                continue
            placed[dot.key] = Label(box, leader)
            cost += extra
            break
    return placed, cost


def _seats(dot: Dot, radius: float) -> Iterator[tuple[float, Box]]:
    """Boxes around a dot, the nearest first; beside it is better than above, above better than aslant."""
    for ring, reach in enumerate(REACHES):
        for step in sorted(range(DIRECTIONS), key=lambda step: (_aslant(step), step)):
            angle = 2 * pi * step / DIRECTIONS
            across, down = cos(angle), sin(angle)
            off = radius * (1.35 + reach)
            x = dot.x + across * (off + dot.width / 2)
            y = dot.y + down * (off + dot.height / 2)
            extra = ring + _aslant(step) / 10
            yield extra, Box(x - dot.width / 2, y - dot.height / 2, x + dot.width / 2, y + dot.height / 2)


def _aslant(step: int) -> int:
    return (0, 5, 4, 6, 2, 6, 4, 5, 1, 5, 4, 6, 3, 6, 4, 5)[step % DIRECTIONS]


def _leader(dot: Dot, box: Box, radius: float) -> Line | None:
    x, y = box.nearest(dot.x, dot.y)
    far = hypot(x - dot.x, y - dot.y)
    if far <= radius * (1.35 + LEADER_FROM):
        return None
    share = radius * 1.3 / far
    return dot.x + (x - dot.x) * share, dot.y + (y - dot.y) * share, x, y
