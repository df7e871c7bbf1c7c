"""Nuts, fruit, fungus and vegetables, each drawn once as a small transparent picture.

Every function takes a random generator and the pixels per unit, and returns one item at its natural place and turn.
"""

from math import cos, pi, sin
from random import Random

from PIL import Image

from shop.demo.brush import Colour, Outline, Sketch, darker, lighter, mix, oval, rgb, rough, smooth

SHELL, KERNEL, SKIN = rgb("c79763"), rgb("e6c18c"), rgb("b87a45")
LEAF = rgb("6f8f5a")


def wander(rng: Random, start: float, end: float, at: float, *, sway: float, steps: int = 5) -> Outline:
    """A wavering stroke from y=start to y=end around x=at."""
    heights = [start + (end - start) * i / (steps - 1) for i in range(steps)]
    return smooth([(at + rng.uniform(-sway, sway), y) for y in heights], closed=False)


def walnut(rng: Random, scale: float) -> Image.Image:
    """A whole walnut: seam down the middle, furrows along both sides."""
    tone = mix(rgb("d3a873"), rgb("a9713f"), rng.random())
    art = Sketch(200, 200, scale=scale, angle=rng.uniform(-0.9, 0.9))
    shape = smooth(
        [(0, -88), (48, -66), (70, -8), (58, 54), (26, 80), (0, 86), (-26, 80), (-58, 54), (-70, -8), (-48, -66)]
    )
    mask = art.body(shape, tone, depth=34, strength=0.8)
    for side in (-1, 1):
        for ring in (0.28, 0.5, 0.7, 0.88):
            for _ in range(2):
                start, length = rng.uniform(-70, 20), rng.uniform(28, 60)
                heights = [start + length * i / 4 for i in range(5)]
                path = [
                    (side * 70 * ring * (1 - (y / 95) ** 2) ** 0.5 + rng.uniform(-4, 4), y)
                    for y in heights
                    if abs(y) < 90
                ]
                if len(path) > 2:
                    art.line(smooth(path, closed=False), darker(tone, 0.36), 3.4)
    seam = [(rng.uniform(-3, 3) + 5 * sin(y / 40), y) for y in range(-86, 87, 24)]
    art.line(smooth([(x - 4, y) for x, y in seam], closed=False), lighter(tone, 0.35), 7)
    art.line(smooth([(x + 2, y) for x, y in seam], closed=False), darker(tone, 0.5), 5)
    art.clip(mask)
    return art.finish()


def kernel(rng: Random, scale: float) -> Image.Image:
    """Half a walnut kernel: a scalloped round, parted down the middle, with winding folds."""
    art = Sketch(160, 160, scale=scale, angle=rng.uniform(0, 2 * pi))
    tone = mix(KERNEL, SKIN, rng.random() * 0.8)
    mask = art.body(rough(rng, 0, 0, 62, 57, waves=13, depth=0.1), tone, depth=24, strength=0.85)
    for side in (-1, 1):
        for ring in (0.32, 0.62, 0.88):
            heights = [-46 + 92 * i / 6 for i in range(7)]
            path = [(side * (60 * ring * (1 - (y / 66) ** 2) ** 0.5 + rng.uniform(-7, 7)), y) for y in heights]
            cut = rng.randrange(0, 3)
            fold = path[cut : cut + 5]
            art.line(smooth([(x + 3, y + 3) for x, y in fold], closed=False), lighter(tone, 0.45), 4)
            art.line(smooth(fold, closed=False), darker(tone, 0.38), 4.2)
    art.line(wander(rng, -58, 58, 0, sway=4), darker(tone, 0.55), 7)
    art.clip(mask)
    return art.finish()


def cracked(rng: Random, scale: float) -> Image.Image:
    """Half a walnut, open: the rim of the shell with the kernel in it."""
    art = Sketch(200, 200, scale=scale)
    art.body(rough(rng, 0, 0, 76, 84, waves=10, depth=0.03), SHELL, depth=20)
    art.fill(rough(rng, 0, 0, 66, 74, waves=12, depth=0.03), darker(SHELL, 0.45))
    half = kernel(rng, scale)
    picture = art.finish()
    picture.alpha_composite(half, ((picture.width - half.width) // 2, (picture.height - half.height) // 2))
    return picture


def jujube(rng: Random, scale: float, *, skin: Colour, length: float) -> Image.Image:
    """A dried date: long wrinkles, a dimple where the stalk was."""
    tone = mix(skin, darker(skin, 0.4), rng.random() * 0.7)
    art = Sketch(length + 30, length + 30, scale=scale, angle=rng.uniform(0, 2 * pi))
    half, girth = length / 2, length * 0.33
    shape = rough(rng, 0, 0, girth, half, waves=14, depth=0.045)
    mask = art.body(shape, tone, depth=length * 0.2, strength=0.65)
    for share in (-0.72, -0.42, -0.12, 0.2, 0.5, 0.78):
        reach = half * rng.uniform(0.45, 0.85) * (1 - share * share) ** 0.5
        path = wander(rng, -reach, reach, girth * share, sway=girth * 0.13)
        art.line(path, darker(tone, 0.42), length * 0.017)
        art.line([(x - length * 0.02, y) for x, y in path], lighter(tone, 0.2), length * 0.011)
    art.fill(oval(0, -half * 0.86, girth * 0.26, half * 0.08), darker(tone, 0.6))
    art.clip(mask)
    return art.finish()


def grey_jujube(rng: Random, scale: float) -> Image.Image:
    return jujube(rng, scale, skin=rgb("a8552f"), length=118)


def jun_jujube(rng: Random, scale: float) -> Image.Image:
    return jujube(rng, scale, skin=rgb("9a2c22"), length=168)


def dried_apricot(rng: Random, scale: float) -> Image.Image:
    """A dried apricot half: a soft disc folded towards its middle."""
    tone = mix(rgb("e9963a"), rgb("cf6f26"), rng.random())
    art = Sketch(160, 160, scale=scale, angle=rng.uniform(0, 2 * pi))
    mask = art.body(rough(rng, 0, 0, 66, 58, waves=9, depth=0.09), tone, depth=22, strength=0.6)
    hollow = rough(rng, 4, 3, 36, 29, waves=9, depth=0.15)
    art.fill(hollow, mix(tone, rgb("b4541b"), 0.55))
    art.edge(art.mask(hollow), darker(tone, 0.5), reach=14, strength=0.5)
    for i in range(7):
        angle = 2 * pi * i / 7 + rng.uniform(-0.3, 0.3)
        path = [(r * cos(angle + r / 300), r * 0.87 * sin(angle + r / 300)) for r in (30, 42, 54)]
        art.line(path, mix(tone, rgb("a94f1a"), 0.6), 3)
    art.clip(mask)
    return art.finish()


def almond(rng: Random, scale: float) -> Image.Image:
    """An almond kernel: a drop with fine lines towards its tip."""
    tone = mix(rgb("b06c38"), rgb("94552b"), rng.random())
    art = Sketch(150, 150, scale=scale, angle=rng.uniform(0, 2 * pi))
    mask = art.body(
        smooth([(0, -68), (22, -34), (37, 8), (28, 46), (0, 60), (-28, 46), (-37, 8), (-22, -34)]), tone, depth=20
    )
    for share in (-0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75):
        path = [(34 * share * (1 - abs(y - 8) / 92), y) for y in range(-58, 58, 10)]
        art.line(path, darker(tone, 0.24 + rng.random() * 0.1), 2)
    art.clip(mask)
    return art.finish()


def almond_shell(rng: Random, scale: float) -> Image.Image:
    """An almond in its pale, pitted shell."""
    tone = mix(rgb("dcb886"), rgb("c99f6a"), rng.random())
    art = Sketch(180, 180, scale=scale, angle=rng.uniform(0, 2 * pi))
    mask = art.body(
        smooth([(0, -84), (30, -40), (48, 8), (38, 56), (0, 76), (-38, 56), (-48, 8), (-30, -40)]), tone, depth=24
    )
    for _ in range(26):
        x, y = rng.uniform(-38, 38), rng.uniform(-60, 64)
        art.fill(oval(x * (1 - abs(y) / 130), y, 2.6, 5, points=12), darker(tone, 0.35))
    art.line([(-2, -78), (3, -20), (0, 70)], darker(tone, 0.3), 2.5)
    art.clip(mask)
    return art.finish()


def fungus(rng: Random, scale: float) -> Image.Image:
    """One ear of black fungus: a frilled fan, pleated from where it grew, with a smaller ear folded over it."""
    art = Sketch(230, 230, scale=scale, angle=rng.uniform(0, 2 * pi))
    tone = mix(rgb("33241f"), rgb("574037"), rng.random())
    for size, lift in ((1.0, 0.0), (0.62, 0.35)):
        x, y = rng.uniform(-6, 6) + 16 * lift, 22 * (1 - size) + 60 * lift
        frill = rough(rng, x, y, 98 * size, 82 * size, waves=17, depth=0.11)
        shade = mix(tone, rgb("8d6753"), lift)
        mask = art.body(frill, shade, depth=24 * size, strength=0.85)
        root = (x + 12 * size, y + 52 * size)
        for i in range(0, len(frill), 9):
            rim = frill[i]
            bend = ((root[0] + rim[0]) / 2 + rng.uniform(-9, 9), (root[1] + rim[1]) / 2 + rng.uniform(-5, 5))
            pleat = smooth(
                [(root[0] + (bend[0] - root[0]) * 0.5, root[1] + (bend[1] - root[1]) * 0.5), bend, rim], closed=False
            )
            art.line(pleat, mix(shade, rgb("b08a72"), 0.28) if i % 2 else darker(shade, 0.5), 3.2)
        art.edge(mask, rgb("c9a58a"), reach=7 * size, strength=0.35)
        art.line([*frill, frill[0]], mix(shade, rgb("c9a58a"), 0.42), 2.6)
    return art.finish()


def chilli(rng: Random, scale: float) -> Image.Image:
    """A dried red chilli with its stalk."""
    tone = mix(rgb("a3241d"), rgb("c23b22"), rng.random())
    art = Sketch(240, 240, scale=scale, angle=rng.uniform(-0.5, 0.5) + rng.choice((0, pi)))
    bend = rng.uniform(18, 40)
    upper = [(-80, -8), (-40, -20), (10, -22), (60, -12 + bend * 0.4), (104, bend)]
    lower = [(60, 10 + bend * 0.5), (10, 16), (-40, 18), (-80, 10)]
    art.line(smooth([(-78, 0), (-96, -4), (-112, -14)], closed=False), rgb("7d7a3c"), 8)
    art.body(smooth(upper + lower), tone, depth=12, strength=0.6)
    art.line(smooth([(-64, -6), (-20, -9), (30, -6), (70, bend * 0.5)], closed=False), lighter(tone, 0.35), 4)
    return art.finish()


def tomato_slice(rng: Random, scale: float) -> Image.Image:
    """A slice of dried tomato: a wrinkled rim around seed chambers."""
    art = Sketch(150, 150, scale=scale, angle=rng.uniform(0, 2 * pi))
    art.body(rough(rng, 0, 0, 62, 58, waves=14, depth=0.06), rgb("b5301f"), depth=14)
    art.fill(rough(rng, 0, 0, 50, 46, waves=12, depth=0.05), rgb("d9573a"))
    for i in range(5):
        angle = 2 * pi * i / 5
        x, y = 27 * cos(angle), 25 * sin(angle)
        art.fill(rough(rng, x, y, 15, 14, waves=8, depth=0.15), rgb("b03a22"))
        for _ in range(3):
            art.fill(oval(x + rng.uniform(-8, 8), y + rng.uniform(-8, 8), 3.4, 2.6, points=10), rgb("f0c987"))
    return art.finish()


def carrot_strip(rng: Random, scale: float) -> Image.Image:
    art = Sketch(170, 170, scale=scale, angle=rng.uniform(0, pi))
    bend = rng.uniform(-14, 14)
    path = [(-70, -9), (0, bend - 10), (70, -9), (70, 9), (0, bend + 10), (-70, 9)]
    art.body(smooth(path), mix(rgb("e07a26"), rgb("c9601c"), rng.random()), depth=8)
    return art.finish()


def bean(rng: Random, scale: float) -> Image.Image:
    """A dried long bean, curled."""
    art = Sketch(220, 220, scale=scale, angle=rng.uniform(0, 2 * pi))
    tone = mix(rgb("7d8b4a"), rgb("5f7040"), rng.random())
    path = wander(rng, -90, 90, 0, sway=34, steps=6)
    art.line(path, darker(tone, 0.35), 17)
    art.line([(x - 1.5, y - 1.5) for x, y in path], tone, 12)
    art.line([(x - 3, y - 3) for x, y in path], lighter(tone, 0.3), 3)
    return art.finish()


def leaf(rng: Random, scale: float) -> Image.Image:
    """A pointed leaf with its veins."""
    tone = mix(LEAF, rgb("8aa56b"), rng.random())
    art = Sketch(180, 180, scale=scale, angle=rng.uniform(0, 2 * pi))
    mask = art.body(
        smooth([(0, -82), (26, -36), (32, 8), (18, 50), (0, 78), (-18, 50), (-32, 8), (-26, -36)]), tone, depth=16
    )
    art.line([(0, -76), (0, 78)], lighter(tone, 0.45), 3)
    for y in (-40, -14, 12, 38):
        for side in (-1, 1):
            art.line([(0, y), (side * 24, y - 18)], lighter(tone, 0.3), 2)
    art.clip(mask)
    return art.finish()


def pomegranate(rng: Random, scale: float) -> Image.Image:
    """A whole pomegranate with its crown."""
    tone = mix(rgb("b8323a"), rgb("cc5240"), rng.random() * 0.6)
    art = Sketch(420, 460, scale=scale, angle=rng.uniform(-0.5, 0.5))
    crown = [(-40, -150), (-58, -206), (-26, -178), (0, -216), (26, -178), (58, -206), (40, -150)]
    art.body(crown, darker(tone, 0.12), depth=14)
    mask = art.body(rough(rng, 0, 10, 172, 166, waves=12, depth=0.025), tone, depth=70, strength=0.6)
    blush = art.mask(rough(rng, 60, 70, 70, 60, waves=8, depth=0.2))
    art.edge(blush, rgb("e0a050"), reach=60, strength=0.35)
    for _ in range(40):
        angle, r = rng.uniform(0, 2 * pi), 165 * rng.random() ** 0.5
        art.fill(oval(r * cos(angle), 10 + r * sin(angle), 2.2, 2.2, points=8), mix(tone, rgb("e8b070"), 0.5))
    art.edge(mask, rgb("ffe3d2"), reach=30, strength=0.3)
    return art.finish()


def pomegranate_half(rng: Random, scale: float) -> Image.Image:
    """A pomegranate cut open: six chambers of ruby seeds between pale walls."""
    art = Sketch(420, 420, scale=scale, angle=rng.uniform(0, 2 * pi))
    art.body(rough(rng, 0, 0, 184, 180, waves=14, depth=0.02), rgb("b8323a"), depth=24)
    art.body(rough(rng, 0, 0, 168, 164, waves=14, depth=0.02), rgb("f3dcb4"), depth=12, strength=0.3)
    for chamber in range(6):
        middle = 2 * pi * chamber / 6
        pocket = [(r * cos(middle + a), r * sin(middle + a)) for r, a in
                  [(34, 0), (90, -0.4), (142, -0.4), (152, 0), (142, 0.4), (90, 0.4)]]  # fmt: skip
        art.fill(smooth(pocket), rgb("8e1a2c"))
        for r, spread in ((56, 0), (82, 1), (108, 2), (134, 2)):
            for n in range(spread + 1):
                angle = middle + ((n / spread - 0.5) * 0.56 if spread else 0) + rng.uniform(-0.03, 0.03)
                seed(art, rng, r * cos(angle), r * sin(angle))
    return art.finish()


def seed(art: Sketch, rng: Random, x: float, y: float) -> None:
    """One ruby seed with its glint."""
    tone = mix(rgb("c2203c"), rgb("de4a52"), rng.random())
    art.fill(rough(rng, x, y, 16, 14, waves=7, depth=0.12), darker(tone, 0.25))
    art.fill(rough(rng, x - 1.5, y - 1.5, 13, 11, waves=7, depth=0.12), tone)
    art.fill(oval(x - 5, y - 5, 3.4, 2.6, points=12), rgb("ffd9d6"))


def loose_seed(rng: Random, scale: float) -> Image.Image:
    art = Sketch(44, 44, scale=scale)
    seed(art, rng, 0, 0)
    return art.finish()
