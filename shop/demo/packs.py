"""Bread, tins and packs: what is sold baked, milled or frozen is shown as the thing a buyer receives."""

from collections.abc import Sequence
from math import cos, pi, sin
from random import Random

from PIL import Image

from shop.demo import printing
from shop.demo.brush import WHITE, Colour, Outline, Point, Sketch, darker, lighter, mix, oval, rgb, rough, smooth
from shop.demo.printing import Print

DONKEY = [
    (-96, -14), (-88, -34), (-66, -58), (-70, -104), (-55, -66), (-42, -106), (-40, -60), (-14, -34), (34, -32),
    (74, -30), (88, 0), (94, 40), (84, 42), (80, 12), (78, 92), (62, 92), (58, 32), (20, 28), (-16, 28), (-18, 92),
    (-34, 92), (-38, 16), (-48, -8), (-62, -16), (-82, -2),
]  # fmt: skip
GOOSE = [
    (-108, -70), (-84, -92), (-60, -86), (-50, -52), (-38, -12), (8, -28), (60, -16), (104, -34), (88, 10), (50, 44),
    (4, 54), (-42, 42), (-66, 10), (-68, -28), (-70, -64), (-84, -70),
]  # fmt: skip
RABBIT = [
    (-88, -8), (-78, -36), (-56, -50), (-46, -108), (-30, -98), (-30, -46), (-14, -26), (40, -26), (78, 14), (84, 34),
    (102, 36), (100, 58), (82, 66), (20, 68), (-48, 68), (-52, 54), (-38, 34), (-50, 10), (-76, 10),
]  # fmt: skip


def rounded(x: float, y: float, width: float, height: float, radius: float) -> Outline:
    """The outline of a rectangle with round corners; x, y is its middle."""
    corners = [(1, 1, 0.0), (-1, 1, pi / 2), (-1, -1, pi), (1, -1, 3 * pi / 2)]
    path: Outline = []
    for sx, sy, start in corners:
        cx, cy = x + sx * (width / 2 - radius), y + sy * (height / 2 - radius)
        path += [
            (cx + radius * cos(start + pi / 2 * i / 8), cy + radius * sin(start + pi / 2 * i / 8)) for i in range(9)
        ]
    return path


def naan(rng: Random, scale: float, *, across: float = 460, topping: bool = True) -> Image.Image:
    """A round bread: thick pale rim, a middle stamped with rings of pricks, browned spots and sesame."""
    art = Sketch(across + 30, across + 30, scale=scale, angle=rng.uniform(0, 2 * pi))
    r = across / 2
    crust, crumb = rgb("d99a4e"), rgb("e8bd78")
    mask = art.body(rough(rng, 0, 0, r, r * 0.97, waves=12, depth=0.018), crust, depth=r * 0.2, strength=0.55)
    middle = rough(rng, 0, 0, r * 0.74, r * 0.72, waves=12, depth=0.02)
    art.fill(middle, crumb)
    art.edge(art.mask(middle), darker(crust, 0.35), reach=r * 0.1, strength=0.6)
    for _ in range(9):
        angle, far = rng.uniform(0, 2 * pi), r * rng.uniform(0.3, 0.92)
        spot = art.mask(rough(rng, far * cos(angle), far * sin(angle), r * 0.13, r * 0.1, waves=8, depth=0.3))
        art.edge(spot, rgb("a8612a"), reach=r * 0.12, strength=0.5)
    for ring, count in ((0.64, 30), (0.5, 8), (0.3, 12), (0.12, 6)):
        for i in range(count):
            angle = 2 * pi * i / count
            x, y = r * ring * cos(angle), r * ring * sin(angle)
            if count == 8:
                flower(art, x, y, r * 0.085, darker(crust, 0.32))
            else:
                art.fill(oval(x, y, r * 0.017, r * 0.017, points=12), darker(crust, 0.5))
    for _ in range(90 if topping else 0):
        angle, far = rng.uniform(0, 2 * pi), r * rng.uniform(0.05, 0.9)
        x, y, lean = far * cos(angle), far * sin(angle), rng.uniform(0, pi)
        art.line([(x, y), (x + 5 * cos(lean), y + 5 * sin(lean))], rgb("fbeccb"), 4.5)
    art.clip(mask)
    return art.finish()


def flower(art: Sketch, x: float, y: float, radius: float, colour: Colour) -> None:
    """A stamped rosette of six pricks around one."""
    for i in range(6):
        px, py = x + radius * 0.62 * cos(pi * i / 3), y + radius * 0.62 * sin(pi * i / 3)
        art.fill(oval(px, py, radius * 0.2, radius * 0.2, points=12), colour)
    art.fill(oval(x, y, radius * 0.22, radius * 0.22, points=12), colour)


def tin(scale: float, *, marks: Print) -> Image.Image:
    """A round tin with a coloured band, its name, and a donkey in a pale roundel."""
    band = marks.band
    art = Sketch(400, 560, scale=scale)
    steel = rgb("e9e3d8")
    side = [
        (-170, -220),
        (170, -220),
        *reversed([(x, 220 + 30 * (1 - (x / 170) ** 2) ** 0.5) for x in range(-170, 171, 10)]),
    ]
    mask = art.body(side, steel, depth=50, strength=0.4)
    wrap = [*[(x, -130 + 26 * (1 - (x / 170) ** 2) ** 0.5) for x in range(-170, 171, 10)]]
    wrap += [(x, 160 + 28 * (1 - (x / 170) ** 2) ** 0.5) for x in range(170, -171, -10)]
    art.body(wrap, band, depth=50, strength=0.55)
    art.fill(oval(0, 56, 88, 88, points=72), WHITE)
    art.fill(oval(0, 56, 80, 80, points=72), mix(WHITE, band, 0.14))
    emblem(art, DONKEY, 0, 62, 0.62, darker(band, 0.35))
    printing.words(art, marks.name, 0, -74, height=54, width=290, colour=WHITE)
    for x in range(-160, 161, 20):
        y = 140 + 27 * (1 - (x / 171) ** 2) ** 0.5
        art.fill([(x, y - 8), (x + 7, y), (x, y + 8), (x - 7, y)], lighter(band, 0.6))
    art.clip(mask)
    art.body(oval(0, -220, 176, 42, points=72), darker(steel, 0.12), depth=10, strength=0.4)
    art.fill(oval(0, -226, 164, 34, points=72), lighter(steel, 0.5))
    art.line(oval(0, -226, 150, 28, points=72), darker(steel, 0.16), 3)
    return art.finish()


def emblem(art: Sketch, shape: Sequence[Point], x: float, y: float, size: float, colour: Colour) -> None:
    """A silhouette at a place and size."""
    art.fill(smooth([(x + px * size, y + py * size) for px, py in shape], steps=6), colour)


def powder(rng: Random, scale: float) -> Image.Image:
    """A shallow wooden dish with a hill of powder, seen from the front."""
    art = Sketch(340, 220, scale=scale)
    art.body(
        smooth([(-120, 20), (-80, -30), (-24, -76), (14, -84), (60, -46), (120, 20), (0, 44)]), rgb("fbf3e2"), depth=34
    )
    dish = [(-150, 10), (150, 10), (126, 66), (70, 88), (-70, 88), (-126, 66)]
    art.body([*dish[:2], *smooth(dish[1:] + dish[:1], closed=False)], rgb("b88453"), depth=26)
    for y in (34, 54, 70):
        art.line([(-110 + y / 2, y + rng.uniform(-2, 2)), (105 - y / 2, y + rng.uniform(-2, 2))], rgb("a06f42"), 2.5)
    return art.finish()


def glass(scale: float) -> Image.Image:
    """A tumbler of milk."""
    art = Sketch(200, 300, scale=scale)
    outer = [(-78, -130), (78, -130), (62, 130), (-62, 130)]
    art.fill(smooth(outer, steps=2), rgb("d7e3e2"))
    mask = art.body(
        [(-78, -130), (78, -130), (62, 126), (40, 134), (-40, 134), (-62, 126)], rgb("dfe9e6"), depth=16, strength=0.35
    )
    art.body(
        [(-70, -74), (70, -74), (57, 116), (36, 122), (-36, 122), (-57, 116)], rgb("fdf8ec"), depth=24, strength=0.3
    )
    art.fill(oval(0, -74, 70, 13), rgb("fffdf6"))
    art.line([(-52, -112), (-44, 90)], rgb("ffffff"), 6)
    art.clip(mask)
    return art.finish()


def frozen_pack(
    rng: Random, scale: float, *, shape: str, band: Colour, marks: Print, frozen: bool = True
) -> Image.Image:
    """A carton with a coloured sleeve, its name, a silhouette in a roundel; a snow crystal where it is frozen."""
    art = Sketch(560, 620, scale=scale)
    board = rgb("efe6d6")
    art.body(rounded(0, 0, 500, 560, 26), board, depth=22, strength=0.4)
    art.fill(rounded(0, -238, 500, 84, 26), mix(board, band, 0.25))
    mask = art.mask(rounded(0, 0, 500, 560, 26))
    art.fill(
        [(-250, -150), *[(x, -150 + 26 * sin(x / 80)) for x in range(-250, 251, 10)], (250, 210), (-250, 210)], band
    )
    art.edge(mask, darker(band, 0.5), reach=-26, strength=0.4)
    for i in range(11):
        x = -240 + 48 * i
        art.fill([(x, 178), (x + 18, 196), (x, 214), (x - 18, 196)], lighter(band, 0.45))
        art.fill([(x, 187), (x + 9, 196), (x, 205), (x - 9, 196)], darker(band, 0.25))
    art.fill(oval(0, 26, 138, 138, points=80), WHITE)
    art.fill(oval(0, 26, 126, 126, points=80), mix(WHITE, band, 0.12))
    if shape == "sheep":
        sheep(art, rng, darker(band, 0.35))
    else:
        drawing = {"goose": GOOSE, "rabbit": RABBIT, "donkey": DONKEY}[shape]
        emblem(art, drawing, 0, 32 if shape == "goose" else 44, 0.9, darker(band, 0.35))
    if shape == "goose":
        for x in (-12, 16):
            art.line([(x, 78), (x, 112), (x - 16, 114)], darker(band, 0.35), 7)
    words_x, room = (-34, 340) if frozen else (0, 420)
    printing.words(art, marks.name, words_x, -216, height=84, width=room, colour=darker(band, 0.45))
    printing.words(art, marks.note, 0, 245, height=42, width=400, colour=darker(band, 0.45))
    if frozen:
        crystal(art, 186, -216, 32, darker(band, 0.1))
    art.clip(mask)
    return art.finish()


def sheep(art: Sketch, rng: Random, colour: Colour) -> None:
    """A woolly silhouette."""
    for x in (-36, -14, 34, 54):
        art.fill([(x, 60), (x + 13, 60), (x + 11, 116), (x + 2, 116)], colour)
    for i in range(11):
        angle = 2 * pi * i / 11
        art.fill(oval(8 + 58 * cos(angle), 34 + 32 * sin(angle), 26, 24, points=24), colour)
    art.fill(oval(8, 34, 62, 40), colour)
    art.fill(smooth([(-60, -10), (-78, -22), (-98, 0), (-104, 26), (-88, 34), (-66, 22)]), colour)
    art.fill(smooth([(-66, -16), (-44, -22), (-40, -8), (-58, 0)]), colour)


def crystal(art: Sketch, x: float, y: float, radius: float, colour: Colour) -> None:
    """A six-armed snow crystal."""
    for i in range(6):
        dx, dy = cos(pi * i / 3 + pi / 6), sin(pi * i / 3 + pi / 6)
        art.line([(x, y), (x + radius * dx, y + radius * dy)], colour, 5)
        for turn in (-0.9, 0.9):
            bx, by = cos(pi * i / 3 + pi / 6 + turn), sin(pi * i / 3 + pi / 6 + turn)
            fx, fy = x + radius * 0.58 * dx, y + radius * 0.58 * dy
            art.line([(fx, fy), (fx + radius * 0.34 * bx, fy + radius * 0.34 * by)], colour, 4)


def ice(rng: Random, scale: float) -> Image.Image:
    """One cube of ice, three pale faces."""
    art = Sketch(130, 130, scale=scale, angle=rng.uniform(-0.25, 0.25))
    art.fill([(-48, -22), (0, -46), (48, -22), (0, 4)], rgb("f4fbfb"))
    art.fill([(-48, -22), (0, 4), (0, 56), (-48, 28)], rgb("cfe5ea"))
    art.fill([(48, -22), (0, 4), (0, 56), (48, 28)], rgb("b3d2db"))
    art.line([(-36, -14), (-36, 20)], rgb("ffffff"), 4)
    return art.finish()
