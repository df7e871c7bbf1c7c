"""Drawing tools for the demo pictures: points, smooth outlines and shaded shapes on a canvas twice as large.

Lengths are units: a picture is 1,000 units wide. Light falls from the upper left. Everything is a pure function of its
arguments and of the random generator passed in, so the same picture has the same bytes every time.
"""

from collections.abc import Iterable, Sequence
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
Outline = list[Point]
Colour = tuple[int, int, int]

OVERSAMPLE = 2


def rgb(code: str) -> Colour:
    """The colour of six hexadecimal digits."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """A colour between two; share 0 gives the first, 1 the second."""
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


WHITE = rgb("fffaf0")
INK = rgb("2b1a16")


def darker(colour: Colour, share: float) -> Colour:
    return mix(colour, INK, share)


def lighter(colour: Colour, share: float) -> Colour:
    return mix(colour, WHITE, share)


def oval(x: float, y: float, rx: float, ry: float, *, points: int = 48) -> Outline:
    """The outline of an ellipse."""
    return [(x + rx * cos(2 * pi * i / points), y + ry * sin(2 * pi * i / points)) for i in range(points)]


def rough(rng: Random, x: float, y: float, rx: float, ry: float, *, waves: int, depth: float) -> Outline:
    """An ellipse whose radius wavers by a share `depth`, as a smooth closed curve through `waves` points."""
    corners = []
    for i in range(waves):
        angle, stretch = 2 * pi * i / waves, 1 + rng.uniform(-depth, depth)
        corners.append((x + rx * stretch * cos(angle), y + ry * stretch * sin(angle)))
    return smooth(corners)


def smooth(corners: Sequence[Point], *, closed: bool = True, steps: int = 8) -> Outline:
    """A Catmull-Rom curve through the corners."""
    count = len(corners)
    path: Outline = []
    for i in range(count if closed else count - 1):
        near = [i - 1, i, i + 1, i + 2]
        p0, p1, p2, p3 = (corners[n % count if closed else min(max(n, 0), count - 1)] for n in near)
        for step in range(steps):
            t = step / steps
            path.append((_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t)))
    return path if closed else [*path, corners[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


class Sketch:
    """A transparent canvas with its origin in the middle and everything turned by `angle` (radians)."""

    def __init__(self, width: float, height: float, *, scale: float, angle: float = 0.0) -> None:
        """width, height: units; scale: pixels per unit of the finished picture."""
        self.zoom = scale * OVERSAMPLE
        self.size = (max(2, round(width * scale)) * OVERSAMPLE, max(2, round(height * scale)) * OVERSAMPLE)
        self.image = Image.new("RGBA", self.size)
        self.pen = ImageDraw.Draw(self.image)
        self.turn = (cos(angle), sin(angle))

    def pixels(self, points: Iterable[Point]) -> list[Point]:
        c, s = self.turn
        mx, my = self.size[0] / 2, self.size[1] / 2
        return [(mx + (x * c - y * s) * self.zoom, my + (x * s + y * c) * self.zoom) for x, y in points]

    def fill(self, outline: Sequence[Point], colour: Colour) -> None:
        self.pen.polygon(self.pixels(outline), fill=colour)

    def line(self, path: Sequence[Point], colour: Colour, width: float) -> None:
        """A stroke with round ends."""
        points, thick = self.pixels(path), max(1, round(width * self.zoom))
        self.pen.line(points, fill=colour, width=thick, joint="curve" if thick > 12 else None)
        for x, y in (points[0], points[-1]):
            self.pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=colour)

    def mask(self, outline: Sequence[Point]) -> Image.Image:
        mask = Image.new("L", self.size)
        ImageDraw.Draw(mask).polygon(self.pixels(outline), fill=255)
        return mask

    def body(self, outline: Sequence[Point], colour: Colour, *, depth: float, strength: float = 0.5) -> Image.Image:
        """A filled shape with a soft shade on its lower right and a light on its upper left; returns its mask.

        depth: how far shade and light reach inwards, units
        """
        mask = self.mask(outline)
        self.fill(outline, colour)
        self.edge(mask, darker(colour, 0.55), reach=-depth, strength=strength)
        self.edge(mask, lighter(colour, 0.6), reach=depth * 0.7, strength=strength * 0.8)
        return mask

    def edge(self, mask: Image.Image, colour: Colour, *, reach: float, strength: float) -> None:
        """Tint the rim of a mask: the lower right for a negative reach, the upper left for a positive one."""
        box = mask.getbbox()
        if box is None:
            return
        part = mask.crop(box)
        small = part.reduce(4)
        shift = round(reach * self.zoom / 4)
        padded = Image.new("L", small.size)
        padded.paste(small, (shift, shift))
        soft = ImageFilter.BoxBlur(max(1.0, abs(reach) * self.zoom / 8))
        rim = ImageChops.subtract(small, padded).point([round(i * strength) for i in range(256)]).filter(soft)
        self.image.paste(colour, box, ImageChops.multiply(rim.resize(part.size, Image.Resampling.BILINEAR), part))

    def clip(self, mask: Image.Image) -> None:
        """Take away whatever was drawn outside the mask."""
        self.image.putalpha(ImageChops.multiply(self.image.getchannel("A"), mask))

    def finish(self) -> Image.Image:
        """The drawing at its final size, edges smoothed."""
        return self.image.reduce(OVERSAMPLE)


def place(picture: Image.Image, item: Image.Image, x: float, y: float, *, lift: float = 10) -> None:
    """Lay an item on the picture, its middle at (x, y) units from the upper left corner, with a soft shadow.

    lift: how far the shadow falls, units; 0 lays it down without one
    """
    scale = picture.width / 1000
    left, top = round(x * scale - item.width / 2), round(y * scale - item.height / 2)
    if lift:
        margin, fall = round(3 * lift * scale), round(lift * scale * 0.8)
        alpha = Image.new("L", (item.width + 2 * margin, item.height + 2 * margin))
        alpha.paste(item.getchannel("A").point([round(i * 0.38) for i in range(256)]), (margin, margin))
        small = alpha.reduce(4)
        small = small.filter(ImageFilter.BoxBlur(max(0.5, lift * scale / 4)))
        alpha = small.resize(alpha.size, Image.Resampling.BILINEAR)
        picture.paste(darker(INK, 0.2), (left - margin + fall, top - margin + fall), alpha)
    picture.paste(item, (left, top), item)


def grain(picture: Image.Image, rng: Random, *, strength: float = 0.05) -> Image.Image:
    """Lay a fine paper texture over the whole picture."""
    side = max(2, picture.width // 2)
    fine = Image.frombytes("L", (side, side), rng.randbytes(side * side))
    coarse = Image.frombytes("L", (64, 64), rng.randbytes(64 * 64)).filter(ImageFilter.GaussianBlur(1))
    noise = Image.blend(fine, coarse.resize(fine.size, Image.Resampling.BICUBIC), 0.5)
    noise = noise.resize(picture.size, Image.Resampling.BILINEAR)
    return Image.blend(picture, ImageChops.soft_light(picture, Image.merge("RGB", [noise] * 3)), min(1.0, strength * 8))
