"""Drawn pictures for the demo goods: `draw` one of a commodity, `landscape` one for a story.

Pure Pillow, no photographs; on one machine the same arguments give the same bytes. Every picture is daylight on a plain
ground: the goods, and the package they come in with its name on it.
"""

from collections.abc import Callable
from math import cos, sin
from random import Random
from typing import NamedTuple

from PIL import Image, ImageFilter

from shop.demo import packs, produce, wraps
from shop.demo.brush import Colour, Sketch, darker, grain, lighter, mix, oval, place, rgb
from shop.demo.landscapes import landscape
from shop.demo.printing import Print

__all__ = ["COMMODITIES", "FORMS", "draw", "landscape"]

Maker = Callable[[Random, float], Image.Image]


class Palette(NamedTuple):
    """Colours of one variant: the ground, the band printed on the package, the bowl."""

    ground: Colour
    cloth: Colour
    bowl: Colour


PALETTES = tuple(
    Palette(rgb(ground), rgb(cloth), rgb(bowl))
    for ground, cloth, bowl in (
        ("ecdfc8", "b4573f", "f6eee0"),
        ("dbe2d0", "4d6e54", "f2e7d3"),
        ("d5e1e3", "34647a", "f7f0e4"),
        ("f1dfc4", "3f7672", "fbf3e6"),
        ("ecd8cf", "96475a", "efe3d0"),
        ("d3dedb", "c08a2c", "f3e8d4"),
        ("e9dcb8", "6d5384", "f8f0df"),
        ("d9e0d2", "c0702f", "f5ecda"),
    )
)


class Heap(NamedTuple):
    """What lies in the bowl and around it. pool: how many different items are drawn; spread: their distance, units."""

    makers: tuple[Maker, ...]
    around: tuple[Maker, ...]
    spread: float
    pool: int = 8


HEAPS = {
    "walnut-in-shell": Heap((produce.walnut,), (produce.walnut, produce.cracked, produce.walnut), 104, 6),
    "walnut-kernel": Heap((produce.kernel,), (produce.kernel, produce.cracked), 84),
    "grey-jujube": Heap((produce.grey_jujube,), (produce.grey_jujube, produce.leaf), 62),
    "jun-jujube": Heap((produce.jun_jujube,), (produce.jun_jujube, produce.leaf), 84),
    "dried-apricot": Heap((produce.dried_apricot,), (produce.dried_apricot, produce.leaf), 72),
    "almond": Heap((produce.almond, produce.almond_shell), (produce.almond_shell, produce.almond), 62, 12),
    "black-fungus": Heap((produce.fungus,), (produce.fungus,), 122, 4),
}
VEGETABLES: tuple[Maker, ...] = (produce.tomato_slice, produce.chilli, produce.carrot_strip, produce.bean)
# Words of a product's name that say more than its commodity: what is in the bowl then.
SAID = (
    ("豇豆", Heap((produce.bean,), (produce.bean,), 92)),
    ("番茄", Heap((produce.tomato_slice,), (produce.tomato_slice,), 72)),
    ("辣椒", Heap((produce.chilli,), (produce.chilli,), 92)),
    ("胡萝卜", Heap((produce.carrot_strip,), (produce.carrot_strip,), 70)),
    ("巴旦木仁", Heap((produce.almond,), (produce.almond,), 62)),
    ("未加工", Heap((produce.almond_shell,), (produce.almond_shell, produce.leaf), 70)),
    ("枣夹核桃", Heap((produce.jun_jujube, produce.kernel), (produce.kernel, produce.jun_jujube), 84)),
    ("杏包仁", Heap((produce.dried_apricot, produce.dried_apricot, produce.almond), (produce.almond,), 72)),
)
VEGETABLE = SAID[0][1]
SLEEVES = {"frozen-goose": ("goose", "3f7284"), "frozen-rabbit": ("rabbit", "6d8552"), "lamb": ("sheep", "a2503c")}
COMMODITIES = (*HEAPS, *SLEEVES, "dried-vegetables", "donkey-milk-powder", "naan", "pomegranate")
FORMS = ("bag", "sack", "case", "box", "tin")  # how it is packed
PAPERS = (wraps.KRAFT, rgb("efe4cd"), rgb("d8c3a0"), rgb("b98c5f"))


def draw(commodity: str, *, variant: int, size: int = 1200, title: str = "", form: str = "bag") -> Image.Image:
    """Draw one square picture of a commodity.

    variant: any whole number; it chooses the colours, the arrangement and every small accident
    size: pixels along one side
    title: the product's Chinese name, its quantity after a space; printed on the package
    form: one of FORMS

    Raises KeyError for a commodity that has no drawing, ValueError for an unknown form.
    """
    if commodity not in COMMODITIES:
        raise KeyError(f"No drawing for {commodity!r}; there are drawings for {', '.join(sorted(COMMODITIES))}.")
    if form not in FORMS:
        raise ValueError(f"Goods come in {', '.join(FORMS)}, not in {form!r}.")
    rng = Random(f"{commodity} {variant} {title}")  # noqa: S311 - a picture keeps no secret
    palette = PALETTES[(variant + COMMODITIES.index(commodity)) % len(PALETTES)]
    name, _space, note = title.partition(" ")
    marks = Print(name, note, palette.cloth)
    if commodity in SLEEVES:
        picture = freezer_picture(commodity, palette, rng, variant, size, marks)
    elif commodity == "donkey-milk-powder":
        picture = powder_picture(palette, rng, variant, size, marks, form)
    else:
        picture = flat_picture(commodity, palette, rng, variant, size, marks, form)
    return grain(picture, rng, strength=0.012)


def flat_picture(
    commodity: str, palette: Palette, rng: Random, variant: int, size: int, marks: Print, form: str
) -> Image.Image:
    """Package and goods side by side on the ground, seen from above."""
    picture, flip = ground(palette, size), -1 if variant % 2 else 1
    if commodity == "naan":
        breads(picture, rng, variant, flip)
    package(picture, marks, form, at=(500 - flip * 222, 490), angle=flip * rng.uniform(2, 6), variant=variant)
    if commodity == "pomegranate":
        pomegranates(picture, rng, flip)
    elif commodity == "dried-vegetables" and (not marks.name or "组合" in marks.note):
        four_bowls(picture, palette, rng, flip)
    elif commodity != "naan":
        heaped(picture, heap_of(commodity, marks), palette, rng, variant, flip, form, marks)
    return picture


def heap_of(commodity: str, marks: Print) -> Heap:
    """What lies in the bowl: what the name says, else what the commodity is."""
    said = (heap for word, heap in SAID if word in marks.name + marks.note)
    return next(said, HEAPS.get(commodity, VEGETABLE))


def ground(palette: Palette, size: int) -> Image.Image:
    """A plain table top in daylight, a little brighter towards the upper left."""
    glow = Image.radial_gradient("L").resize((size * 2, size * 2), Image.Resampling.BILINEAR)
    glow = glow.crop((round(size * 0.65), round(size * 0.65), round(size * 1.65), round(size * 1.65)))
    bright = Image.new("RGB", (size, size), lighter(palette.ground, 0.45))
    return Image.composite(Image.new("RGB", (size, size), darker(palette.ground, 0.06)), bright, glow)


def package(
    picture: Image.Image, marks: Print, form: str, *, at: tuple[float, float], angle: float, variant: int
) -> None:
    scale = picture.width / 1000
    if form == "sack":
        item = wraps.sack(scale * 1.02, marks, angle=angle)
    elif form == "case":
        item = wraps.case(scale, marks, angle=angle)
    elif form == "box":
        item = wraps.lid(scale, marks, angle=angle)
    else:
        item = wraps.pouch(scale, marks, angle=angle, paper=PAPERS[variant % len(PAPERS)])
    place(picture, item, *at, lift=16)


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


def heaped(
    picture: Image.Image, heap: Heap, palette: Palette, rng: Random, variant: int, flip: int, form: str, marks: Print
) -> None:
    """The goods beside their package: in a bowl, in the open gift box, or loose on the ground."""
    scale = picture.width / 1000
    x, y = 500 + flip * 250, (540, 480, 510)[variant % 3]
    size = scale * (0.72 if form == "box" else 1.0)
    pool = [heap.makers[i % len(heap.makers)](rng, size) for i in range(heap.pool)]
    loose = variant % 4 == 3 and form != "box"
    if form == "box":
        place(picture, wraps.tray(scale * 0.94, marks.band), x, 500, lift=14)
        pile(picture, pool, rng, at=(x, 500), radius=142, step=heap.spread * 0.7)
        return
    if not loose:
        place(picture, bowl(palette, scale, 218), x, y, lift=16)
    pile(picture, pool, rng, at=(x, y), radius=196 if loose else 162, step=heap.spread)
    spots = ((500 + flip * 60, 815), (500 + flip * 190, 830), (500 + flip * 420, 800), (500 + flip * 400, 190))
    scatter(picture, heap.around, rng, list(spots[: 3 + variant % 2]))


def four_bowls(picture: Image.Image, palette: Palette, rng: Random, flip: int) -> None:
    """Small bowls, one vegetable each."""
    scale = picture.width / 1000
    for maker, (dx, y) in zip(VEGETABLES, ((160, 250), (372, 330), (150, 690), (366, 750)), strict=True):
        x = 500 + flip * dx
        place(picture, bowl(palette, scale, 128), x, y, lift=12)
        pool = [maker(rng, scale * 0.72) for _ in range(4)]
        pile(picture, pool, rng, at=(x, y), radius=66, step=36)


def breads(picture: Image.Image, rng: Random, variant: int, flip: int) -> None:
    """Breads overlapping, half under their bag."""
    scale = picture.width / 1000
    for i, (dx, y, across) in enumerate(((120, 300, 380), (300, 480, 420), (140, 700, 400))):
        bread = packs.naan(rng, scale, across=across + 12 * (variant % 3), topping=i != variant % 3)
        place(picture, bread, 500 + flip * dx, y, lift=14)


def pomegranates(picture: Image.Image, rng: Random, flip: int) -> None:
    """Whole fruit, one cut open, leaves and loose seeds."""
    scale = picture.width / 1000
    for dx, y in ((150, 190), (400, 250)):
        place(picture, produce.leaf(rng, scale * 1.2), 500 + flip * dx, y)
    place(picture, produce.pomegranate(rng, scale * 0.86), 500 + flip * 300, 330, lift=16)
    place(picture, produce.pomegranate(rng, scale * 0.74), 500 + flip * 410, 560, lift=16)
    place(picture, produce.pomegranate_half(rng, scale * 0.86), 500 + flip * 190, 690, lift=16)
    for _ in range(11):
        angle, far = rng.uniform(-0.3, 1.3), rng.uniform(200, 290)
        across, down = 190 + far * cos(angle) * 0.9, 690 + far * 0.7 * sin(angle)
        place(picture, produce.loose_seed(rng, scale), 500 + flip * across, min(down, 900), lift=4)


def shelf(palette: Palette, size: int, *, edge: float = 700) -> Image.Image:
    """A plain wall in daylight, and a table seen from the front."""
    picture = ground(palette, size)
    art = Sketch(1000, 1000, scale=size / 1000)
    wood = mix(palette.ground, rgb("b98c5f"), 0.45)
    art.fill([(-500, edge - 500), (500, edge - 500), (500, 500), (-500, 500)], wood)
    art.fill([(-500, edge - 500), (500, edge - 500), (500, edge - 488), (-500, edge - 488)], lighter(wood, 0.4))
    table = art.finish()
    picture.paste(table, mask=table)
    return picture


def ground_shadow(picture: Image.Image, x: float, y: float, rx: float, ry: float) -> None:
    """The shadow of a standing thing on the table."""
    scale = picture.width / 1000
    spot = Image.new("L", (max(4, round(rx * scale / 2)), max(4, round(ry * scale / 2))))
    spot.paste(120, (spot.width // 6, spot.height // 5, spot.width * 5 // 6, spot.height * 4 // 5))
    soft = spot.filter(ImageFilter.GaussianBlur(spot.height / 7)).resize((round(2 * rx * scale), round(2 * ry * scale)))
    picture.paste(rgb("2b1a16"), (round((x - rx) * scale), round((y - ry) * scale)), soft)


def powder_picture(palette: Palette, rng: Random, variant: int, size: int, marks: Print, form: str) -> Image.Image:
    """A tin or box of milk powder, a dish of powder and a glass."""
    scale, flip = size / 1000, -1 if variant % 2 else 1
    picture = shelf(palette, size)
    for dx, y, rx, ry in ((-150, 800, 290, 60), (270, 800, 170, 44), (120, 886, 220, 44)):
        ground_shadow(picture, 500 + flip * dx + 20, y, rx, ry)
    if form == "box":
        item = packs.frozen_pack(rng, scale * 1.0, shape="donkey", band=marks.band, marks=marks, frozen=False)
        place(picture, item, 500 - flip * 170, 540, lift=0)
    else:
        place(picture, packs.tin(scale * (1.0 + 0.12 * (variant % 3)), marks=marks), 500 - flip * 150, 530, lift=0)
    place(picture, packs.glass(scale), 500 + flip * 280, 662, lift=0)
    if form == "box":
        for dx in (60, 160):
            place(picture, wraps.sachet(rng, scale, marks.band), 500 + flip * dx, 800, lift=6)
    else:
        place(picture, packs.powder(rng, scale), 500 + flip * 130, 800, lift=0)
    return picture


def freezer_picture(
    commodity: str, palette: Palette, rng: Random, variant: int, size: int, marks: Print
) -> Image.Image:
    """A frozen pack between cubes of ice and green leaves."""
    shape, band = SLEEVES[commodity]
    scale, flip = size / 1000, -1 if variant % 2 else 1
    picture = shelf(palette, size, edge=740)
    ground_shadow(picture, 520, 836, 340, 60)
    tint = mix(rgb(band), PALETTES[(variant * 3 + 2) % len(PALETTES)].cloth, 0.4)
    place(picture, packs.frozen_pack(rng, scale * 1.12, shape=shape, band=tint, marks=marks), 500, 510, lift=0)
    for dx, y in ((-330, 790), (-245, 850), (300, 846), (380, 796)):
        place(picture, packs.ice(rng, scale * 1.15), 500 + flip * dx, y, lift=5)
    for dx, y in ((-400, 860), (225, 876)):
        place(picture, produce.leaf(rng, scale * 0.8), 500 + flip * dx, y, lift=5)
    return picture
