"""Drawn pictures for the demo goods: `draw` one of a commodity, `landscape` one for a story.

Pure Pillow, no letters, no photographs; the same arguments give the same bytes.
"""

from collections.abc import Callable
from math import cos, pi, sin
from random import Random
from typing import NamedTuple

from PIL import Image, ImageFilter

from shop.demo import packs, produce
from shop.demo.brush import Colour, Sketch, darker, grain, lighter, mix, oval, place, rgb
from shop.demo.landscapes import landscape

__all__ = ["COMMODITIES", "draw", "landscape"]

Maker = Callable[[Random, float], Image.Image]


class Palette(NamedTuple):
    """Colours of one variant: the ground, the cloth on it, the bowl."""

    ground: Colour
    cloth: Colour
    bowl: Colour


PALETTES = tuple(
    Palette(rgb(ground), rgb(cloth), rgb(bowl))
    for ground, cloth, bowl in (
        ("ead6b8", "b4573f", "f6eee0"),
        ("c5d0b9", "5d7a62", "f2e7d3"),
        ("bcd0d6", "3e6677", "f7f0e4"),
        ("f0cda4", "4f7f7a", "fbf3e6"),
        ("e6c6bb", "96475a", "efe3d0"),
        ("34626a", "dfb263", "f3e8d4"),
        ("e3c98b", "7a5a8a", "f8f0df"),
        ("9db59a", "c9783f", "f5ecda"),
    )
)


class Heap(NamedTuple):
    """What lies in the bowl and around it. pool: how many different items are drawn; spread: their distance, units."""

    makers: tuple[Maker, ...]
    around: tuple[Maker, ...]
    spread: float
    pool: int = 10


HEAPS = {
    "walnut-in-shell": Heap((produce.walnut,), (produce.walnut, produce.cracked, produce.kernel), 104, 7),
    "walnut-kernel": Heap((produce.kernel,), (produce.kernel, produce.cracked), 84, 8),
    "grey-jujube": Heap((produce.grey_jujube,), (produce.grey_jujube, produce.leaf), 62),
    "jun-jujube": Heap((produce.jun_jujube,), (produce.jun_jujube, produce.leaf), 84, 8),
    "dried-apricot": Heap((produce.dried_apricot,), (produce.dried_apricot, produce.leaf), 72, 8),
    "almond": Heap(
        (produce.almond, produce.almond, produce.almond_shell), (produce.almond_shell, produce.almond), 62, 15
    ),
    "black-fungus": Heap((produce.fungus,), (produce.fungus,), 122, 4),
}
SLEEVES = {"frozen-goose": ("goose", "3f7284"), "frozen-rabbit": ("rabbit", "6d8552"), "lamb": ("sheep", "a2503c")}
VEGETABLES: tuple[Maker, ...] = (produce.tomato_slice, produce.chilli, produce.carrot_strip, produce.bean)
COMMODITIES = (*HEAPS, *SLEEVES, "dried-vegetables", "donkey-milk-powder", "naan", "pomegranate")


def draw(commodity: str, *, variant: int, size: int = 1200) -> Image.Image:
    """Draw one square picture of a commodity.

    variant: any whole number; it chooses the colours, the arrangement and every small accident
    size: pixels along one side

    Raises KeyError for a commodity that has no drawing.
    """
    if commodity not in COMMODITIES:
        raise KeyError(f"No drawing for {commodity!r}; there are drawings for {', '.join(sorted(COMMODITIES))}.")
    rng = Random(f"{commodity} {variant}")  # noqa: S311 - a picture keeps no secret
    palette = PALETTES[(variant + COMMODITIES.index(commodity)) % len(PALETTES)]
    if commodity in HEAPS:
        picture = heap_picture(HEAPS[commodity], palette, rng, variant, size)
    elif commodity in SLEEVES:
        picture = freezer_picture(commodity, palette, rng, variant, size)
    else:
        special = {
            "dried-vegetables": vegetable_picture,
            "donkey-milk-powder": powder_picture,
            "naan": naan_picture,
            "pomegranate": pomegranate_picture,
        }
        picture = special[commodity](palette, rng, variant, size)
    return grain(picture, rng)


def table(palette: Palette, size: int, *, cloth: bool = True, lean: float = 0.35) -> Image.Image:
    """A lit table top seen from above, with a woven cloth across it."""
    glow = (
        Image.radial_gradient("L")
        .resize((size * 2, size * 2))
        .crop((size // 2, size // 2, size * 3 // 2, size * 3 // 2))
    )
    bright, dim = Image.new("RGB", (size, size), lighter(palette.ground, 0.28)), darker(palette.ground, 0.1)
    picture = Image.composite(Image.new("RGB", (size, size), dim), bright, glow)
    if cloth:
        art = Sketch(1000, 1000, scale=size / 1000, angle=lean)
        weave(art, palette)
        woven = art.finish()
        picture.paste(woven, mask=woven)
    return picture


def weave(art: Sketch, palette: Palette) -> None:
    """A long cloth with stripes and a row of stepped diamonds, after the woven silks of the oases."""
    base = palette.cloth
    pale, deep = lighter(base, 0.55), darker(base, 0.35)
    art.fill([(-250, -760), (250, -760), (250, 760), (-250, 760)], base)
    for x, width, tone in ((-226, 8, pale), (-204, 4, deep), (204, 4, deep), (226, 8, pale)):
        art.line([(x, -760), (x, 760)], tone, width)
    for y in range(-720, 721, 120):
        for reach, tone in ((1.0, deep), (0.72, pale), (0.46, base), (0.2, deep)):
            art.fill([(0, y - 58 * reach), (150 * reach, y), (0, y + 58 * reach), (-150 * reach, y)], tone)
        for side in (-1, 1):
            art.fill([(side * 186, y + 60 - 20), (side * 168, y + 60), (side * 186, y + 80)], pale)


def bowl(palette: Palette, scale: float, radius: float) -> Image.Image:
    """A glazed bowl from above: rim, painted line, shaded hollow."""
    art = Sketch(2 * radius + 20, 2 * radius + 20, scale=scale)
    art.body(oval(0, 0, radius, radius, points=120), palette.bowl, depth=radius * 0.08, strength=0.4)
    art.line(oval(0, 0, radius * 0.955, radius * 0.955, points=120), palette.cloth, radius * 0.018)
    hollow = art.mask(oval(0, 0, radius * 0.9, radius * 0.9, points=120))
    art.image.paste(darker(palette.bowl, 0.22), mask=hollow)
    art.edge(hollow, darker(palette.bowl, 0.6), reach=radius * 0.16, strength=0.8)
    return art.finish()


def pile(
    picture: Image.Image, pool: list[Image.Image], rng: Random, *, at: tuple[float, float], radius: float, step: float
) -> None:
    """Heap items in a disc, from the rim inwards, so that the middle lies on top."""
    count = max(5, round((radius / step) ** 2 * 3.4))
    for i in reversed(range(count)):
        far, angle = radius * ((i + 0.3) / count) ** 0.5, i * 2.39996 + rng.uniform(-0.2, 0.2)
        x, y = at[0] + far * cos(angle), at[1] + far * sin(angle)
        place(picture, rng.choice(pool), x, y, lift=9)


def scatter(picture: Image.Image, makers: tuple[Maker, ...], rng: Random, spots: list[tuple[float, float]]) -> None:
    """Lay single items on given spots, a little off."""
    scale = picture.width / 1000
    for i, (x, y) in enumerate(spots):
        place(picture, makers[i % len(makers)](rng, scale), x + rng.uniform(-18, 18), y + rng.uniform(-18, 18))


LAYOUTS: tuple[tuple[tuple[float, float], float, float, list[tuple[float, float]]], ...] = (
    ((500, 450), 320, 0.5, [(180, 830), (330, 880), (860, 800), (700, 890), (120, 660), (880, 640)]),
    ((600, 560), 340, -0.6, [(160, 190), (300, 120), (150, 400), (330, 260), (120, 800), (520, 120)]),
    ((420, 560), 330, 1.1, [(820, 180), (700, 110), (880, 350), (850, 820), (560, 120), (890, 560)]),
)


def heap_picture(heap: Heap, palette: Palette, rng: Random, variant: int, size: int) -> Image.Image:
    """A bowl full of one thing on the cloth, a few lying beside it."""
    at, radius, lean, spots = LAYOUTS[variant % len(LAYOUTS)]
    scale = size / 1000
    picture = table(palette, size, lean=lean)
    place(picture, bowl(palette, scale, radius), *at, lift=16)
    pool = [heap.makers[i % len(heap.makers)](rng, scale) for i in range(heap.pool)]
    pile(picture, pool, rng, at=at, radius=radius * 0.74, step=heap.spread)
    scatter(picture, heap.around, rng, spots)
    return picture


def vegetable_picture(palette: Palette, rng: Random, variant: int, size: int) -> Image.Image:
    """Four small bowls, one vegetable each."""
    scale = size / 1000
    picture = table(palette, size, lean=(0.785, -0.785, 0.2)[variant % 3])
    for i, at in enumerate(((285, 285), (715, 285), (285, 715), (715, 715))):
        maker = VEGETABLES[(i + variant) % 4]
        place(picture, bowl(palette, scale, 205), *at, lift=14)
        pool = [maker(rng, scale) for _ in range(4)]
        pile(picture, pool, rng, at=at, radius=112, step=54)
    return picture


def naan_picture(palette: Palette, rng: Random, variant: int, size: int) -> Image.Image:
    """Breads overlapping on the cloth."""
    scale = size / 1000
    spots = (
        ((300, 320, 480), (700, 380, 460), (470, 680, 540)),
        ((680, 300, 500), (330, 450, 480), (640, 720, 500)),
        ((500, 300, 460), (290, 660, 480), (700, 670, 500)),
    )[variant % 3]
    picture = table(palette, size, lean=0.5 - 0.4 * (variant % 4))
    for i, (x, y, across) in enumerate(spots):
        place(picture, packs.naan(rng, scale, across=across, topping=i != variant % 3), x, y, lift=14)
    return picture


def pomegranate_picture(palette: Palette, rng: Random, variant: int, size: int) -> Image.Image:
    """Whole fruit, one cut open, leaves and loose seeds."""
    scale = size / 1000
    flip = -1 if variant % 2 else 1
    picture = table(palette, size, lean=0.5 * flip)
    for dx, y in ((-330, 250), (-90, 150)):
        place(picture, produce.leaf(rng, scale * 1.3), 500 + flip * dx, y)
    for dx, y in ((-190, 330), (200, 290)):
        place(picture, produce.pomegranate(rng, scale), 500 + flip * dx, y, lift=16)
    place(picture, produce.pomegranate_half(rng, scale * 1.08), 500 - flip * 20, 660, lift=16)
    for _ in range(14):
        angle, far = rng.uniform(-0.5, 1.2), rng.uniform(270, 380)
        place(
            picture, produce.loose_seed(rng, scale), 500 + flip * far * cos(angle), 660 + far * 0.7 * sin(angle), lift=4
        )
    return picture


def shelf(palette: Palette, size: int, *, edge: float = 700) -> Image.Image:
    """A wall with a pale niche, and a table seen from the front."""
    art = Sketch(1000, 1000, scale=size / 1000)
    wall = mix(palette.ground, lighter(palette.ground, 0.5), 0.3)
    art.fill([(-500, -500), (500, -500), (500, 500), (-500, 500)], wall)
    arch = [
        (-330, 500),
        (-330, -110),
        *[(-330 * cos(pi * i / 40), -110 - 290 * sin(pi * i / 40) ** 0.8) for i in range(41)],
    ]
    niche = [*arch, (330, -110), (330, 500)]
    art.fill([(x * 1.08, y * 1.05) for x, y in niche], lighter(wall, 0.35))
    art.body(niche, darker(wall, 0.1), depth=20, strength=0.25)
    art.fill([(-500, edge - 500), (500, edge - 500), (500, 500), (-500, 500)], palette.cloth)
    art.fill(
        [(-500, edge - 500), (500, edge - 500), (500, edge - 486), (-500, edge - 486)], lighter(palette.cloth, 0.35)
    )
    for x in range(-480, 500, 80):
        art.fill([(x, 400), (x + 30, 430), (x, 460), (x - 30, 430)], lighter(palette.cloth, 0.25))
        art.fill([(x, 416), (x + 14, 430), (x, 444), (x - 14, 430)], darker(palette.cloth, 0.3))
    return art.finish().convert("RGB")


def ground_shadow(picture: Image.Image, x: float, y: float, rx: float, ry: float) -> None:
    """The shadow of a standing thing on the table."""
    scale = picture.width / 1000
    spot = Image.new("L", (max(4, round(rx * scale / 2)), max(4, round(ry * scale / 2))))
    spot.paste(120, (spot.width // 6, spot.height // 5, spot.width * 5 // 6, spot.height * 4 // 5))
    soft = spot.filter(ImageFilter.GaussianBlur(spot.height / 7)).resize((round(2 * rx * scale), round(2 * ry * scale)))
    picture.paste(rgb("2b1a16"), (round((x - rx) * scale), round((y - ry) * scale)), soft)


def powder_picture(palette: Palette, rng: Random, variant: int, size: int) -> Image.Image:
    """A tin of milk powder, a dish of powder and a glass."""
    scale, flip = size / 1000, -1 if variant % 2 else 1
    picture = shelf(palette, size)
    band = PALETTES[(variant + 3) % len(PALETTES)].cloth
    for dx, y, rx, ry in ((-110, 800, 280, 60), (250, 800, 170, 44), (120, 886, 220, 44)):
        ground_shadow(picture, 500 + flip * dx + 20, y, rx, ry)
    place(picture, packs.tin(scale * 1.12, band=band), 500 - flip * 110, 530, lift=0)
    place(picture, packs.glass(scale), 500 + flip * 250, 662, lift=0)
    place(picture, packs.powder(rng, scale), 500 + flip * 120, 800, lift=0)
    return picture


def freezer_picture(commodity: str, palette: Palette, rng: Random, variant: int, size: int) -> Image.Image:
    """A frozen pack between cubes of ice and green leaves."""
    shape, band = SLEEVES[commodity]
    scale, flip = size / 1000, -1 if variant % 2 else 1
    picture = shelf(palette, size, edge=740)
    ground_shadow(picture, 520, 836, 340, 60)
    tint = mix(rgb(band), PALETTES[(variant * 3 + 2) % len(PALETTES)].cloth, 0.4)
    place(picture, packs.frozen_pack(rng, scale * 1.12, shape=shape, band=tint), 500, 510, lift=0)
    for dx, y in ((-310, 790), (-225, 850), (280, 846), (360, 796)):
        place(picture, packs.ice(rng, scale * 1.15), 500 + flip * dx, y, lift=5)
    for dx, y in ((-380, 860), (205, 876)):
        place(picture, produce.leaf(rng, scale * 0.8), 500 + flip * dx, y, lift=5)
    return picture
