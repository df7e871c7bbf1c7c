"""An order's way on the sketch: through the counties it passes, then out of the land along a graduated beam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from shop.drawn import labels, seats
from shop.drawn.projection import Point, Window, project, window_around

SHOWN_PX = 320
SMALLEST_PX = 14
DOT_PX = 8.0
SHAPE = 1.5
LEAST_KM = 360.0
BEAM_LONG = 1000  # units the beam is drawn long
MINOR_KM, MAJOR_KM = 250, 1000


@dataclass(frozen=True)
class Stop:
    """One node of the way. code: of its place; km: of the leg that leads here, 0 for the first; state: as of a Seat."""

    code: str
    name: str
    state: str
    km: int = 0


@dataclass(frozen=True)
class Seat:
    """One county the way passes, with its dot and name. state: "done", "now" or "next"."""

    name: str
    state: str
    x: int
    y: int
    label: str = ""
    middle: int = 0
    base: int = 0
    leader: str = ""


@dataclass(frozen=True)
class Beam:
    """The way beyond the sketch. ticks: (x, long?) of each mark along BEAM_LONG units; done: units travelled so far."""

    start: str
    end: str
    km: int
    ticks: tuple[tuple[int, bool], ...]
    done: int


@dataclass(frozen=True)
class OrderMap:
    """lines: (path data, state) of each stretch; beam: None where the way ends inside the sketch."""

    window: Window
    letter: int
    seats: tuple[Seat, ...]
    lines: tuple[tuple[str, str], ...]
    beam: Beam | None

    @property
    def viewbox(self) -> str:
        return self.window.viewbox


@lru_cache(maxsize=256)
def lay_out(stops: tuple[Stop, ...]) -> OrderMap | None:
    """The picture of one way, first stop first; None where it does not begin in a county of our list."""
    inside = [stop for stop in stops if seats.seat_of(stop.code)]
    if not inside or stops[0] is not inside[0]:
        return None
    groups = _by_seat(inside)
    points = [point for point, _group in groups]
    window = window_around(points, shape=SHAPE, least=LEAST_KM, margin=0.2)
    pixel = window.width / SHOWN_PX
    outside = stops[len(inside) :]
    legs = [(one, other, _reached(group)) for (one, _), (other, group) in pairwise(groups)]
    if outside:
        edge = (window.left + window.width, points[-1][1] - window.height * 0.08)
        legs.append((points[-1], edge, _reached(outside)))
    return OrderMap(
        window=window,
        letter=round(SMALLEST_PX * pixel),
        seats=_seats(groups, window, pixel, tuple((*one, *other) for one, other, _state in legs)),
        lines=tuple((f"M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}", state) for (x1, y1), (x2, y2), state in legs),
        beam=_beam(inside[-1], outside) if outside else None,
    )


def _by_seat(stops: Sequence[Stop]) -> list[tuple[Point, list[Stop]]]:
    """Stops in a row that lie in one county, together."""
    groups: list[tuple[Point, list[Stop]]] = []
    for stop in stops:
        seat = seats.seat_of(stop.code)
        assert seat is not None
        point = project(*seat)
        if groups and groups[-1][0] == point:
            groups[-1][1].append(stop)
        else:
            groups.append((point, [stop]))
    return groups


def _reached(group: Sequence[Stop]) -> str:
    """Whether the road to the first of these stops was travelled."""
    return "next" if group[0].state == "next" else "done"


def _state(group: Sequence[Stop]) -> str:
    states = {stop.state for stop in group}
    return states.pop() if len(states) == 1 else "now"


def _seats(
    groups: list[tuple[Point, list[Stop]]], window: Window, pixel: float, lines: tuple[labels.Line, ...]
) -> tuple[Seat, ...]:
    letter = SMALLEST_PX * pixel
    frame = labels.Box(
        window.left + 4 * pixel, window.top + 4 * pixel,
        window.left + window.width - 4 * pixel, window.top + window.height - 4 * pixel,
    )  # fmt: skip
    dots = [
        labels.Dot(str(n), *point, width=(labels.em_width(group[0].name) + 0.4) * letter, height=1.25 * letter)
        for n, (point, group) in enumerate(groups)
    ]
    found = labels.place(dots, radius=DOT_PX * pixel, frame=frame, lines=lines)
    return tuple(_seat(group, point, found.get(str(n)), letter) for n, (point, group) in enumerate(groups))


def _seat(group: Sequence[Stop], point: Point, label: labels.Label | None, letter: float) -> Seat:
    x, y = round(point[0]), round(point[1])
    if label is None:
        return Seat(group[0].name, _state(group), x, y)
    box = label.box
    leader = "M{:.0f} {:.0f}L{:.0f} {:.0f}".format(*label.leader) if label.leader else ""
    middle, base = round((box.left + box.right) / 2), round(box.bottom - letter * 0.34)
    return Seat(group[0].name, _state(group), x, y, group[0].name, middle, base, leader)


def _beam(last: Stop, outside: Sequence[Stop]) -> Beam:
    total = sum(stop.km for stop in outside)
    done = sum(stop.km for stop in outside if stop.state != "next")
    ticks = tuple(
        (round(km * BEAM_LONG / total), km % MAJOR_KM == 0) for km in range(0, total + 1, MINOR_KM) if total
    )  # fmt: skip
    return Beam(last.name, outside[-1].name, total, ticks, round(done * BEAM_LONG / total) if total else 0)
