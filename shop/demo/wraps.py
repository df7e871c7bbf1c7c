"""Packages with their printed names: pouch, sack, case and gift box, each lying flat and seen from above.

A package without a name, or on a machine without a Chinese face, carries its pattern alone.
"""

from random import Random

from PIL import Image

from shop.demo import printing
from shop.demo.brush import INK, WHITE, Colour, Outline, Sketch, darker, lighter, mix, rgb
from shop.demo.packs import rounded
from shop.demo.printing import Print

KRAFT, BOARD, PAPER = rgb("c9a273"), rgb("c49a66"), rgb("f3ead8")


def diamonds(art: Sketch, y: float, reach: float, step: float, colour: Colour, heart: Colour) -> None:
    """A woven row of stepped diamonds across a package."""
    count = int(2 * reach / step)
    for i in range(count):
        x = -reach + step * (i + 0.5)
        half = step * 0.42
        art.fill([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], colour)
        art.fill([(x, y - half / 2), (x + half / 2, y), (x, y + half / 2), (x - half / 2, y)], heart)


def label(art: Sketch, marks: Print, y: float, width: float, height: float) -> None:
    """The pale field with name and note, a woven edge above and below."""
    art.fill(rounded(0, y, width, height, 10), WHITE)
    art.fill(rounded(0, y, width - 14, height - 14, 6), mix(WHITE, marks.band, 0.1))
    for side in (-1, 1):
        diamonds(art, y + side * (height / 2 - 26), width / 2 - 16, 30, lighter(marks.band, 0.35), marks.band)
    printing.words(art, marks.name, 0, y - 14, height=92, width=width - 44, colour=darker(marks.band, 0.45))
    printing.words(art, marks.note, 0, y + 58, height=40, width=width - 60, colour=mix(INK, marks.band, 0.3))


def _turned(art: Sketch, angle: float) -> Image.Image:
    return art.finish().rotate(angle, Image.Resampling.BICUBIC, expand=True)


def pouch(scale: float, marks: Print, *, angle: float = 0.0, paper: Colour = KRAFT) -> Image.Image:
    """A filled pouch: sealed and notched above, round below, its label across the middle."""
    art = Sketch(480, 620, scale=scale)
    outline: Outline = [
        (-196, -290), (196, -290), (200, -236), (214, -60), (214, 150), (200, 262), (160, 290), (-160, 290),
        (-200, 262), (-214, 150), (-214, -60), (-200, -236),
    ]  # fmt: skip
    mask = art.body(outline, paper, depth=46, strength=0.5)
    art.fill([(-196, -290), (196, -290), (199, -244), (-199, -244)], darker(paper, 0.12))
    for y in (-280, -268, -256):
        art.line([(-190, y), (190, y)], darker(paper, 0.22), 2.5)
    art.fill([(-214, 196), (214, 196), (200, 262), (160, 290), (-160, 290), (-200, 262)], marks.band)
    diamonds(art, 232, 186, 46, lighter(marks.band, 0.5), darker(marks.band, 0.2))
    art.line([(-150, -200), (-120, -214), (-60, -206)], darker(paper, 0.16), 4)
    art.line([(140, -196), (96, -212)], darker(paper, 0.16), 4)
    label(art, marks, -30, 376, 260)
    art.edge(mask, darker(paper, 0.6), reach=-30, strength=0.35)
    art.clip(mask)
    return _turned(art, angle)


def sack(scale: float, marks: Print, *, angle: float = 0.0) -> Image.Image:
    """A woven sack of many kilograms, stitched above."""
    art = Sketch(520, 660, scale=scale)
    cloth = rgb("e6dcc3")
    outline: Outline = [
        (-206, -300), (206, -300), (226, -270), (236, -80), (236, 160), (222, 280), (190, 306), (-190, 306),
        (-222, 280), (-236, 160), (-236, -80), (-226, -270),
    ]  # fmt: skip
    mask = art.body(outline, cloth, depth=60, strength=0.5)
    for x in range(-224, 225, 16):
        art.line([(x, -296), (x, 302)], darker(cloth, 0.06), 2)
    for x in (-130, -96, 96, 130):
        art.line([(x, -300), (x, 306)], marks.band, 9)
    for x in range(-196, 200, 28):
        art.line([(x, -268), (x + 14, -268)], darker(marks.band, 0.2), 6)
    label(art, marks, 0, 400, 270)
    art.clip(mask)
    return _turned(art, angle)


def case(scale: float, marks: Print, *, angle: float = 0.0) -> Image.Image:
    """A carton closed with tape, its label on the lid."""
    art = Sketch(540, 560, scale=scale)
    mask = art.body(rounded(0, 0, 500, 520, 14), BOARD, depth=34, strength=0.45)
    art.line([(-250, 0), (250, 0)], darker(BOARD, 0.3), 3)
    art.fill([(-250, -30), (250, -30), (250, 30), (-250, 30)], lighter(BOARD, 0.35))
    for x, y in ((-205, -222), (-170, -222)):
        art.line([(x, y + 22), (x, y - 16)], darker(BOARD, 0.45), 5)
        art.line([(x - 11, y - 4), (x, y - 16), (x + 11, y - 4)], darker(BOARD, 0.45), 5)
    art.fill([(-250, 196), (250, 196), (250, 232), (-250, 232)], marks.band)
    diamonds(art, 214, 240, 40, lighter(marks.band, 0.5), darker(marks.band, 0.2))
    label(art, marks, -6, 400, 270)
    art.clip(mask)
    return _turned(art, angle)


def lid(scale: float, marks: Print, *, angle: float = 0.0) -> Image.Image:
    """The lid of a gift box: paper in the colour of its band, a pale label, a cord."""
    art = Sketch(480, 520, scale=scale)
    mask = art.body(rounded(0, 0, 440, 480, 16), marks.band, depth=26, strength=0.45)
    for y in (-196, 196):
        diamonds(art, y, 204, 48, lighter(marks.band, 0.45), darker(marks.band, 0.25))
    label(art, marks, 0, 372, 260)
    art.clip(mask)
    return _turned(art, angle)


def tray(scale: float, band: Colour) -> Image.Image:
    """The open half of a gift box, its hollow in the shade."""
    art = Sketch(480, 520, scale=scale)
    art.body(rounded(0, 0, 440, 480, 16), PAPER, depth=18, strength=0.4)
    hollow = rounded(0, 0, 396, 436, 10)
    inner = art.mask(hollow)
    art.fill(hollow, mix(band, PAPER, 0.45))
    art.edge(inner, darker(band, 0.6), reach=40, strength=0.8)
    return art.finish()


def sachet(rng: Random, scale: float, band: Colour) -> Image.Image:
    """One flat sachet of a few grams."""
    art = Sketch(120, 240, scale=scale, angle=rng.uniform(-0.25, 0.25))
    art.body([(-42, -100), (42, -100), (42, 100), (-42, 100)], PAPER, depth=14, strength=0.4)
    for y in (-92, 92):
        art.fill([(-42, y - 8), (42, y - 8), (42, y + 8), (-42, y + 8)], darker(PAPER, 0.12))
    art.fill([(-42, -20), (42, -20), (42, 30), (-42, 30)], band)
    return art.finish()
