"""The land between Tian Shan and Kunlun as drawn lines: ridges, rivers, a lake, the sand. No border of any kind.

Courses and crests are our own, sketched through a few points (longitude, latitude) each; good for seeing which way
water and road run, not for measuring.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import hypot

from shop.drawn import seats
from shop.drawn.projection import Point, curve, project

RIVERS: dict[str, tuple[Point, ...]] = {
    "tarim": ((81.05, 40.5), (82.0, 40.72), (82.9, 40.98), (84.0, 41.1), (85.0, 41.12), (86.0, 40.9), (86.9, 40.6),
              (87.5, 40.3), (87.9, 39.9), (88.25, 39.45)),
    "yarkand": ((76.6, 36.2), (76.2, 36.9), (76.4, 37.5), (76.9, 37.95), (77.4, 38.35), (77.75, 38.85), (78.3, 39.35),
                (78.7, 39.72), (79.4, 40.0), (80.3, 40.3), (81.05, 40.5)),
    "kashgar": ((74.5, 39.75), (75.3, 39.62), (76.0, 39.52), (76.8, 39.42), (77.6, 39.6), (78.3, 39.68)),
    "karakash": ((78.3, 36.25), (78.9, 36.5), (79.55, 37.1), (79.95, 37.7), (80.55, 38.1)),
    "hotan": ((80.8, 35.9), (80.1, 36.5), (79.97, 37.1), (80.25, 37.65), (80.55, 38.1), (80.8, 38.9), (80.95, 39.8),
              (81.05, 40.5)),
    "keriya": ((82.0, 36.0), (81.75, 36.5), (81.6, 36.9), (81.9, 37.4), (81.95, 38.0), (82.1, 38.45)),
    "niya": ((82.5, 36.5), (82.75, 37.1), (82.75, 37.6)),
    "qarqan": ((85.6, 37.3), (85.4, 37.8), (85.7, 38.25), (86.6, 38.8), (87.5, 39.2), (88.25, 39.45)),
    "aksu": ((78.0, 40.95), (79.2, 41.15), (80.3, 41.1), (80.45, 40.75), (81.05, 40.5)),
    "kaidu": ((84.3, 42.75), (85.4, 42.45), (86.4, 42.15), (86.8, 42.0)),
    "konqi": ((86.7, 41.88), (86.2, 41.72), (86.3, 41.35), (87.0, 41.0), (87.8, 40.75), (88.6, 40.65)),
}  # fmt: skip
LAKE: tuple[Point, ...] = ((86.7, 41.9), (86.85, 42.08), (87.2, 42.1), (87.42, 41.95), (87.15, 41.83), (86.85, 41.82))
SAND: tuple[Point, ...] = (
    (77.9, 39.0), (78.7, 39.45), (79.7, 39.85), (80.7, 40.1), (81.7, 40.32), (83.0, 40.72), (84.5, 40.85),
    (86.0, 40.6), (86.9, 40.15), (87.5, 39.55), (87.1, 39.1), (86.2, 38.75), (85.2, 38.5), (84.0, 37.9),
    (82.9, 37.45), (81.8, 37.35), (80.8, 37.45), (79.9, 37.75), (79.0, 37.9), (78.3, 38.1), (77.9, 38.45),
)  # fmt: skip
# crest, rows of peaks, distance of the rows in kilometres (rows grow away from the basin)
RANGES: tuple[tuple[tuple[Point, ...], int, float], ...] = (
    (((74.0, 40.15), (75.4, 40.4), (76.8, 40.75), (78.0, 41.35), (79.4, 41.75), (80.6, 42.0), (82.0, 42.25),
      (83.4, 42.35), (84.3, 42.3), (85.2, 42.75), (86.4, 42.75), (87.8, 42.65), (89.6, 42.65)), 3, -21.0),
    (((74.2, 39.2), (74.8, 38.6), (74.9, 37.9), (75.6, 37.2), (76.4, 36.9)), 2, 20.0),
    (((75.7, 38.45), (76.1, 37.6), (77.1, 37.1), (78.0, 36.85), (78.9, 36.45), (79.8, 36.35), (80.8, 36.4),
      (82.0, 36.2), (83.2, 36.35), (84.4, 36.85), (85.3, 37.35), (86.2, 37.85), (87.2, 38.3), (88.4, 38.55),
      (89.8, 38.85)), 3, 22.0),
)  # fmt: skip
PEAK_EVERY_KM = 42.0
DUNE_EVERY_KM = 27.0


@dataclass(frozen=True)
class Land:
    """Path data of every drawn thing, one unit a kilometre.

    oases: a point on each county seat, to be drawn as a broad round stroke; ridges: (outline, shaded faces) of each row
    of peaks, the farthest row first
    """

    oases: str
    rivers: str
    lake: str
    sand: str
    dunes: str
    ridges: tuple[tuple[str, str], ...]


@cache
def drawn() -> Land:
    return Land(
        oases="".join("M{:.0f} {:.0f}h.1".format(*project(*seat)) for seat in seats.seats().values()),
        rivers="".join(curve(project(*point) for point in river) for river in RIVERS.values()),
        lake=_closed(LAKE),
        sand=_closed(SAND),
        dunes="".join(_dunes()),
        ridges=tuple(("".join(outline for outline, _ in row), "".join(face for _, face in row)) for row in _ridges()),
    )


def _closed(points: tuple[Point, ...]) -> str:
    path = [project(*point) for point in points]
    return curve([*path, path[0]]) + "Z"


def _dunes() -> Iterator[str]:
    """Crescents on a staggered grid, each a little off, where there is sand; the wind comes from the north-east."""
    outline = [project(*point) for point in SAND]
    top, bottom = min(y for _, y in outline), max(y for _, y in outline)
    left, right = min(x for x, _ in outline), max(x for x, _ in outline)
    for row in range(int((bottom - top) / DUNE_EVERY_KM) + 1):
        for column in range(int((right - left) / (DUNE_EVERY_KM * 1.5)) + 1):
            x = left + (column + row % 2 / 2 + _wobble(row, column)) * DUNE_EVERY_KM * 1.5
            y = top + (row + _wobble(column, row)) * DUNE_EVERY_KM
            if all(contains(outline, (x + shift, y)) for shift in (-12, 22)):
                size = 6 + round(5 * abs(_wobble(row + 7, column + 3)) * 2)
                yield f"M{x:.0f} {y:.0f}q{size}-{size} {2 * size} 0"


def _ridges() -> Iterator[list[tuple[str, str]]]:
    for number, (crest, rows, apart) in enumerate(RANGES):
        line = [project(*point) for point in crest]
        order = range(rows - 1, -1, -1) if apart < 0 else range(rows)
        for row in order:
            yield [
                _peak(x, y + row * apart, number * 100 + row * 31 + at) for at, (x, y) in enumerate(_walk(line, row))
            ]


def _walk(line: list[Point], row: int) -> Iterator[Point]:
    """Points along a line every PEAK_EVERY_KM, each row begun a third of a step later."""
    ahead = PEAK_EVERY_KM * row / 3
    for (x1, y1), (x2, y2) in zip(line, line[1:], strict=False):
        length = hypot(x2 - x1, y2 - y1)
        while ahead <= length:
            share = ahead / length
            yield x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
            ahead += PEAK_EVERY_KM
        ahead -= length


def _peak(x: float, y: float, number: int) -> tuple[str, str]:
    """One peak, none like its neighbour: its outline, and its eastern face in the shade."""
    tall = 20 + round(11 * (_wobble(number, 5) + 0.5))
    west, east = 19 + round(6 * _wobble(number, 2)), 23 + round(6 * _wobble(number, 7))
    x, y = x + 8 * _wobble(number, 9), y + 6 * _wobble(number, 4)
    third, half_way, foot = tall // 3, tall // 2, east * 2 // 3
    slope = f"q{east // 4} {tall * 3 // 5} {east} {tall}"
    outline = f"M{x - west:.0f} {y:.0f}q{west * 2 // 3}-{third} {west}-{tall}{slope}"
    face = f"M{x:.0f} {y - tall:.0f}{slope}l-{foot} 0q-2-{third}-6-{half_way}q9-4 {6 - east + foot}-{tall - half_way}z"
    return outline, face


def _wobble(one: int, other: int) -> float:
    """A fixed number between -0.5 and 0.5 for a pair of numbers, without pattern to the eye."""
    mixed = (one * 374_761_393 + other * 668_265_263) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1_274_126_177) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 16)) & 0xFFFF) / 0xFFFF - 0.5


def contains(outline: list[Point], point: Point) -> bool:
    """Whether a point lies inside a closed outline (even-odd rule)."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
