"""Landscapes for the stories: snow mountains, desert haze, poplars, orchards and a canal."""

from math import sin
from random import Random

from PIL import Image

from shop.demo.brush import Colour, Outline, Sketch, darker, grain, lighter, mix, oval, rgb, rough, smooth

SKIES = (("9cc4d4", "f6e3c0"), ("e8b48c", "fbe6c6"), ("86a9c4", "f3d3b8"), ("b9d3cf", "fbefd2"))
FIELDS = ("8fa35f", "c2a04f", "b98a4a", "7d9a63")


def landscape(seed: int, size: tuple[int, int] = (1600, 900)) -> Image.Image:
    """Draw one landscape.

    seed: chooses the hour, the season and the lie of the land
    size: width and height in pixels
    """
    rng = Random(f"landscape {seed}")  # noqa: S311 - a picture keeps no secret
    width, height = size
    top, low = (rgb(c) for c in SKIES[seed % len(SKIES)])
    field = rgb(FIELDS[(seed // 2) % len(FIELDS)])
    art = Sketch(1000, 1000 * height / width, scale=width / 1000)
    half = 500 * height / width
    sky(art, half, top, low, rng)
    mountains(art, half, mix(top, rgb("5f7288"), 0.55), low, rng)
    art.fill(ridge(rng, half, -0.02, 0.03, waves=7), mix(low, rgb("d2ae7c"), 0.7))
    poplars(art, half, mix(field, rgb("5c6b45"), 0.5), rng)
    orchard(art, half, field, rng)
    picture = art.finish().convert("RGB")
    square = max(size)
    return grain(picture.resize((square, square)), rng).resize(size) if width != height else grain(picture, rng)


def ridge(rng: Random, half: float, level: float, rise: float, *, waves: int) -> Outline:
    """A line of land across the picture. level: height of its middle, share of the half height, below the middle."""
    step = 1200 / waves
    corners = [(-600 + i * step, half * (level + rng.uniform(-rise, rise))) for i in range(waves + 1)]
    return [*smooth(corners, closed=False), (600, half), (-600, half)]


def sky(art: Sketch, half: float, top: Colour, low: Colour, rng: Random) -> None:
    """Bands from zenith to horizon, a pale sun, thin clouds."""
    bands = 60
    for i in range(bands):
        y = -half + half * 1.2 * i / bands
        art.fill([(-500, y), (500, y), (500, half), (-500, half)], mix(top, low, i / bands))
    x, y = rng.uniform(-330, 330), -half * rng.uniform(0.45, 0.7)
    for radius, share in ((78, 0.25), (58, 0.5), (42, 0.9)):
        art.fill(oval(x, y, radius, radius, points=64), mix(mix(top, low, 0.5), rgb("fff4d8"), share))
    for _ in range(3):
        cx, cy, reach = rng.uniform(-450, 450), -half * rng.uniform(0.5, 0.9), rng.uniform(80, 160)
        cloud = smooth(
            [(cx - reach, cy), (cx - reach * 0.3, cy - 9), (cx + reach * 0.4, cy - 6), (cx + reach, cy), (cx, cy + 6)]
        )
        art.fill(cloud, mix(mix(top, low, 0.45), rgb("fffaf0"), 0.55))


def mountains(art: Sketch, half: float, stone: Colour, haze: Colour, rng: Random) -> None:
    """Three ranges; the two farther ones carry snow."""
    for far, base, tall in ((0.72, -0.2, 0.62), (0.5, -0.1, 0.42), (0.3, 0.0, 0.2)):
        tone = mix(stone, haze, far)
        x = -600.0
        while x < 600:
            reach, peak = rng.uniform(80, 240), half * (base - tall * rng.uniform(0.35, 1))
            foot, crest = half * 0.15, x + rng.uniform(-30, 30)
            art.fill([(x - reach, foot), (crest, peak), (x + reach, foot)], tone)
            shade = [
                (crest, peak),
                (x + reach, foot),
                (crest + reach * 0.1, foot),
                (crest + 12, peak + (foot - peak) * 0.4),
            ]
            art.fill(shade, darker(tone, 0.14))
            if far > 0.4:
                snow = rng.uniform(0.22, 0.36)
                left, right = crest - (crest - x + reach) * snow, crest + (x + reach - crest) * snow
                y = peak + (foot - peak) * snow
                cap = [
                    (crest, peak),
                    (right, y),
                    (crest + 16, y - 12),
                    (crest + 2, y + 12),
                    (crest - 18, y - 10),
                    (left, y),
                ]
                art.fill(cap, lighter(tone, 0.85))
            x += reach * rng.uniform(0.7, 1.1)


def poplars(art: Sketch, half: float, green: Colour, rng: Random) -> None:
    """A windbreak of tall poplars with gaps."""
    x = -520.0
    while x < 520:
        if sin(x / 90 + rng.random()) > -0.75:
            tall, slim = half * rng.uniform(0.3, 0.46), rng.uniform(8, 13)
            foot = half * 0.16 + rng.uniform(-3, 3)
            tone = mix(green, rgb("d8b04c"), rng.random() * 0.35)
            art.line([(x, foot), (x, foot - tall * 0.3)], rgb("7c6a55"), 3)
            crown = [
                (x, foot - tall),
                (x + slim, foot - tall * 0.55),
                (x + slim * 0.8, foot - tall * 0.16),
                (x - slim * 0.8, foot - tall * 0.16),
                (x - slim, foot - tall * 0.55),
            ]
            art.fill(smooth(crown), tone)
            art.fill(
                smooth([(px + slim * 0.35, py) if px > x else (x + slim * 0.1, py) for px, py in crown]),
                darker(tone, 0.18),
            )
        x += rng.uniform(17, 34)


def orchard(art: Sketch, half: float, field: Colour, rng: Random) -> None:
    """Fields in bands, a canal, and rows of round fruit trees growing towards the front."""
    for level, share in ((0.13, 0.0), (0.3, 0.12), (0.55, 0.22)):
        art.fill(ridge(rng, half, level, 0.02, waves=5), mix(field, rgb("6b5a38"), share))
    bend = rng.choice((-1, 1))
    for wide, tone in ((26, mix(field, rgb("d9c08c"), 0.6)), (0, rgb("86adb4")), (-26, rgb("a9c9cb"))):
        near = [(60, 0.2, 2.0), (48, 0.4, 8.0), (150, 0.7, 30.0), (190, 1.15, 80.0)]
        left = [(bend * x - w * (1 + wide / 60), half * y) for x, y, w in near]
        right = [(bend * x + w * (1 + wide / 60), half * y) for x, y, w in reversed(near)]
        art.fill([*smooth(left, closed=False), *smooth(right, closed=False)], tone)
    for row, (level, size) in enumerate(((0.24, 15), (0.38, 23), (0.58, 35), (0.86, 52))):
        x = -520.0 - rng.uniform(0, size)
        while x < 540:
            clear = abs(x - bend * (40 + 165 * level)) > size * 1.3 + 85 * level
            if clear:
                tree(
                    art,
                    x,
                    half * level,
                    size * rng.uniform(0.88, 1.1),
                    mix(field, rgb("4f6b3d"), 0.35 + 0.12 * row),
                    rng,
                )
            x += size * rng.uniform(2.3, 3.0)


def tree(art: Sketch, x: float, y: float, size: float, green: Colour, rng: Random) -> None:
    """A low fruit tree: a forked trunk, a broad crown of several clumps lit from the left, its shadow."""
    art.fill(oval(x + size * 0.3, y + size * 0.04, size * 1.05, size * 0.14), darker(green, 0.28))
    for lean in (-0.35, 0.3):
        art.line(
            [(x, y), (x + lean * size * 0.3, y - size * 0.5), (x + lean * size, y - size)], rgb("5d4634"), size * 0.1
        )
    tone = mix(green, rgb("a8974a"), rng.random() * 0.4)
    clumps = [(rng.uniform(-0.75, 0.75), rng.uniform(-1.45, -0.75), rng.uniform(0.3, 0.5)) for _ in range(9)]
    for shift, share, colour in ((0.1, 1.12, darker(tone, 0.3)), (0.0, 1.0, tone), (-0.12, 0.55, lighter(tone, 0.16))):
        for cx, cy, reach in clumps:
            wide = reach * share * size
            middle = (x + (cx + shift) * size, y + (cy + shift) * size)
            clump = rough(rng, *middle, wide, wide * 0.8, waves=7, depth=0.12)
            art.fill(clump, colour)
    for cx, cy, reach in clumps[::2] if size > 30 else ():
        art.fill(
            oval(x + (cx + reach * 0.3) * size, y + (cy + reach * 0.2) * size, size * 0.04, size * 0.042), rgb("c96a3c")
        )
