"""Words on the demo's packages, in whatever Chinese face the machine has; without one nothing is printed."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageDraw, ImageFont

from shop.demo.brush import Colour, Sketch

FACES = (  # file, number of the simplified Chinese face in it
    ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc", 2),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/System/Library/Fonts/PingFang.ttc", 0),
    ("C:/Windows/Fonts/msyhbd.ttc", 0),
)


class Print(NamedTuple):
    """What stands on a package: its name, a line under it, and the colour of its band."""

    name: str
    note: str
    band: Colour


@cache
def face(pixels: int) -> ImageFont.FreeTypeFont | None:
    """A Chinese face at a size; None on a machine that has none."""
    for path, number in FACES:
        if Path(path).exists():
            return ImageFont.truetype(path, pixels, index=number)
    return None


def words(art: Sketch, text: str, x: float, y: float, *, height: float, width: float, colour: Colour) -> None:
    """Print a line with its middle at x, y; smaller where it would be wider than `width`. The sketch is not turned."""
    full = face(round(height * art.zoom))
    if not text or full is None:
        return
    long = full.getlength(text) / art.zoom
    shown = face(round(height * art.zoom * min(1.0, width / long)))
    ((px, py),) = art.pixels([(x, y)])
    ImageDraw.Draw(art.image).text((px, py), text, font=shown, fill=colour, anchor="mm")
