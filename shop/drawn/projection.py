"""From longitude and latitude to the plane of our sketch maps: one unit is one kilometre.

An equirectangular projection that is true to scale along one parallel; over southern Xinjiang a length is off by at
most one part in fifteen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]

KM_PER_DEGREE = 111.32
EARTH_KM = 6371.0
TRUE_LATITUDE = 39.0
WEST, NORTH = 73.6, 43.4  # the plane's origin
EAST, SOUTH = 90.2, 35.3
KM_PER_DEGREE_EAST = KM_PER_DEGREE * cos(radians(TRUE_LATITUDE))


def project(lon: float, lat: float) -> Point:
    """Kilometres east and south of the sketch's north-western corner."""
    return (lon - WEST) * KM_PER_DEGREE_EAST, (NORTH - lat) * KM_PER_DEGREE


WIDTH, HEIGHT = project(EAST, SOUTH)


def kilometres(one: Point, other: Point) -> float:
    """Great circle between two (longitude, latitude)."""
    (lon1, lat1), (lon2, lat2) = ((radians(lon), radians(lat)) for lon, lat in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


@dataclass(frozen=True)
class Window:
    """A part of the plane, kilometres."""

    left: float
    top: float
    width: float
    height: float

    @property
    def viewbox(self) -> str:
        return f"{self.left:.0f} {self.top:.0f} {self.width:.0f} {self.height:.0f}"

    def holds(self, point: Point, *, margin: float = 0.0) -> bool:
        across, down = point[0] - self.left, point[1] - self.top
        return margin <= across <= self.width - margin and margin <= down <= self.height - margin


WHOLE = Window(0.0, 0.0, WIDTH, HEIGHT)


def window_around(points: Sequence[Point], *, shape: float, least: float, margin: float) -> Window:
    """The part of the land that shows these points, inside the sketch; all of its width where there is no point.

    shape: width over height; least: width at least; margin: free room on every side, as a share of the width
    """
    if not points:
        points = [(0.0, 0.0), (WIDTH, HEIGHT)]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    room = 1 - 2 * margin
    width = min(WIDTH, max(least, (right - left) / room, (bottom - top) * shape / room))
    height = width / shape
    across = (left + right - width) / 2
    down = (top + bottom - height) / 2
    return Window(_inside(across, width, WIDTH), _inside(down, height, HEIGHT), width, height)


def _inside(start: float, length: float, most: float) -> float:
    """Move a stretch into the land; one longer than the land lies in its middle."""
    return (most - length) / 2 if length > most else min(max(start, 0.0), most - length)


def curve(points: Iterable[Point]) -> str:
    """Path data of a smooth line through the points (Catmull-Rom as cubic curves), in whole kilometres."""
    path = list(points)
    ends = [path[0], *path, path[-1]]
    parts = [f"M{path[0][0]:.0f} {path[0][1]:.0f}C"]
    for before, start, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        (x1, y1), (x2, y2) = start, end
        near = x1 + (x2 - before[0]) / 6, y1 + (y2 - before[1]) / 6
        far = x2 - (after[0] - x1) / 6, y2 - (after[1] - y1) / 6
        parts.append(" ".join(f"{value:.0f}" for value in (*near, *far, x2, y2)))
    return parts[0] + " ".join(parts[1:])
