"""The map of counties as numbers: two views of one sketch, each with its dots and the names that found room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from shop.drawn import labels, seats
from shop.drawn.projection import WHOLE, Window, project, window_around

SMALLEST_PX = 14  # of any letter, at the narrowest the view is shown
WHOLE_FROM_PX = 720  # the whole sketch is shown from this width on, the near view below it
NEAR_FROM_PX = 320
NEAR_SHAPE = 1.05
NEAR_LEAST_KM = 420.0
DOT_PX = 5.0
LINE = 1.25  # height of a line, in heights of its letters
PART_TEXT_GAP = 0.35  # between a name and its count, in heights of the letters


@dataclass(frozen=True)
class County:
    """What is shown of one county. count: of products, None where it is not said; url: empty where there is no page."""

    code: str
    name: str
    url: str = ""
    count: int | None = None
    current: bool = False

    @property
    def is_named(self) -> bool:
        return bool(self.count) or self.current


@dataclass(frozen=True)
class Spot:
    """One county's dot. label: its name as drawn, empty without room; x, y: of the dot; middle, base: of the text."""

    county: County
    x: int
    y: int
    label: str = ""
    middle: int = 0
    base: int = 0
    leader: str = ""


@dataclass(frozen=True)
class Word:
    """A name of the land itself. size: of its letters, kilometres."""

    text: str
    x: int
    y: int
    size: int


@dataclass(frozen=True)
class View:
    """One drawing of the map. letter: height of a county's name, kilometres; scale_km: what the bar measures."""

    window: Window
    letter: int
    spots: tuple[Spot, ...]
    words: tuple[Word, ...]
    scale_km: int
    scale_x: int
    scale_y: int

    @property
    def viewbox(self) -> str:
        return self.window.viewbox

    @property
    def tick(self) -> int:
        return round(self.letter * 0.35)

    @property
    def scale_text_x(self) -> int:
        return self.scale_x + round(self.scale_km / 2)

    @property
    def scale_text_y(self) -> int:
        return self.scale_y - round(self.letter * 0.6)

    @property
    def north_x(self) -> int:
        return round(self.window.left + self.window.width - 1.5 * self.letter)

    @property
    def north_y(self) -> int:
        return round(self.window.top + 1.6 * self.letter)

    @property
    def north(self) -> str:
        """An arrow under the letter, pointing up."""
        half, tall = round(self.letter * 0.32), round(self.letter * 1.1)
        top = self.north_y + round(self.letter * 0.3)
        return f"M{self.north_x} {top}l{half} {tall}-{half}-{half // 2}-{half} {half // 2}z"


@dataclass(frozen=True)
class Map:
    whole: View
    near: View


# where the land's own names stand: key, longitude, latitude, size against a county's name, also in the near view
LAND_WORDS = (
    ("taklamakan", 83.4, 39.25, 1.25, True),
    ("tian-shan", 82.5, 42.98, 1.1, True),
    ("kunlun", 81.6, 35.72, 1.1, True),
    ("tarim", 84.1, 41.37, 0.9, False),
    ("hotan-river", 80.85, 38.62, 0.9, False),
    ("konqi", 88.0, 41.0, 0.9, False),
)


@lru_cache(maxsize=64)
def lay_out(counties: tuple[County, ...], others: tuple[County, ...], words: tuple[tuple[str, str], ...]) -> Map:
    """Both views of the map.

    counties: to be named where there is room if they have products or are the current one; others: mere dots;
    words: what the land's own names are called, by key

    Counties whose code has no seat in our list are left out of the drawing.
    """
    called = dict(words)
    named = [project(*seat) for county in counties if county.is_named and (seat := seats.seat_of(county.code))]
    near = window_around(named, shape=NEAR_SHAPE, least=NEAR_LEAST_KM, margin=0.13)
    return Map(
        whole=_view(WHOLE, counties, others, called, shown_px=WHOLE_FROM_PX, near=False),
        near=_view(near, counties, others, called, shown_px=NEAR_FROM_PX, near=True),
    )


def _view(
    window: Window,
    counties: Sequence[County],
    others: Sequence[County],
    called: dict[str, str],
    *,
    shown_px: int,
    near: bool,
) -> View:
    pixel = window.width / shown_px
    letter = SMALLEST_PX * pixel
    frame = labels.Box(
        window.left + 6 * pixel, window.top + 6 * pixel,
        window.left + window.width - 6 * pixel, window.top + window.height - 6 * pixel,
    )  # fmt: skip
    placed_at = {c.code: project(*seat) for c in (*counties, *others) if (seat := seats.seat_of(c.code))}
    shown = {code: point for code, point in placed_at.items() if window.holds(point)}
    scale_km = 100 if window.width < 900 else 200
    scale = labels.Box(frame.left, frame.bottom - 2.2 * letter, frame.left + scale_km + letter, frame.bottom)
    north = labels.Box(frame.right - 2 * letter, frame.top, frame.right, frame.top + 3 * letter)
    dots = [_dot(county, shown[county.code], letter) for county in counties if county.is_named and county.code in shown]
    land = [_word(key, at, called, letter) for key, *at, everywhere in LAND_WORDS if everywhere or not near]
    found = labels.place(
        dots, radius=DOT_PX * pixel, frame=frame, clear=(scale, north), all_dots=tuple(shown.values())
    )  # fmt: skip
    taken = [*(label.box for label in found.values()), scale, north]
    spots = [
        _spot(county, shown[county.code], found, letter) for county in (*others, *counties) if county.code in shown
    ]
    return View(
        window=window, letter=round(letter), spots=tuple(spots), scale_km=scale_km,
        words=tuple(word for word, box in land if box.inside(frame) and not any(box.overlaps(b) for b in taken)),
        scale_x=round(frame.left + letter * 0.4), scale_y=round(frame.bottom - letter * 0.4),
    )  # fmt: skip


def text_of(county: County) -> str:
    return f"{county.name} {county.count}" if county.count else county.name


def _dot(county: County, point: tuple[float, float], letter: float) -> labels.Dot:
    width = (labels.em_width(text_of(county)) + PART_TEXT_GAP) * letter
    return labels.Dot(county.code, *point, width=width, height=letter * LINE)


def _spot(county: County, point: tuple[float, float], found: dict[str, labels.Label], letter: float) -> Spot:
    x, y = round(point[0]), round(point[1])
    label = found.get(county.code)
    if label is None:
        return Spot(county, x, y)
    box, leader = label.box, ""
    if label.leader:
        leader = "M{:.0f} {:.0f}L{:.0f} {:.0f}".format(*label.leader)
    return Spot(
        county, x, y, label=county.name, middle=round((box.left + box.right) / 2),
        base=round(box.bottom - letter * 0.34), leader=leader,
    )  # fmt: skip


def _word(key: str, at: Sequence[float], called: dict[str, str], letter: float) -> tuple[Word, labels.Box]:
    lon, lat, share = at
    (x, y), size = project(lon, lat), letter * share
    half = labels.em_width(called[key]) * size * 0.65  # drawn with its letters apart
    box = labels.Box(x - half, y - size, x + half, y + size * 0.3)
    return Word(called[key], round(x), round(y), round(size)), box
