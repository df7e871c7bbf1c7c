"""The pixels of a picture: opened by its kind, made small, upright and sRGB. Knows Pillow and nothing of the shop.

Run as a program it does the same within bounds of memory and time that end its process alone; `reading` does so where
a header cannot be believed. Arguments: kind, width, most pixels, orientation (0: as the file says). The file comes on
standard input; on standard output go its width, height and frames as SAID, then, where all that is in bounds, the
width and height of what was MADE and its RGB bytes.
"""

from __future__ import annotations

import math
import resource
import struct
import sys
from io import BytesIO

from PIL import AvifImagePlugin, Image, ImageCms, JpegImagePlugin

TALLEST = 2  # a picture is shown at most twice as high as wide
SPARE = 2  # times the wanted size to which pixels are averaged before the last, careful step
BAND_PIXELS = 2_000_000
MOST_PROFILE_BYTES = 4 * 1024 * 1024
ORIENTATION = 0x0112
MOST_MEMORY = 450 * 1024 * 1024
MOST_SECONDS = 20
SAID, MADE = struct.Struct(">III"), struct.Struct(">II")

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
LYING = frozenset({5, 6, 7, 8})


def opened(data: bytes, kind: str) -> Image.Image:
    """The picture with its header read and no pixel decoded. kind: "JPEG", "PNG", "WEBP", "AVIF" or "HEIC"."""
    if kind == "HEIC":
        from pillow_heif import HeifImageFile

        return HeifImageFile(BytesIO(data))  # type: ignore[no-untyped-call]
    return Image.open(BytesIO(data), formats=(kind,))


def orientation(picture: Image.Image) -> int:
    """How the picture stands by its EXIF, 1 to 8; 1 where that cannot be read. Unbounded: for the program only."""
    try:
        found = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # whatever a camera or an attacker wrote there, the pixels are still the picture
        return 1
    return found if found in UPRIGHT else 1


def fitted(size: tuple[int, int], width: int) -> tuple[int, int]:
    """The size a picture of this size gets in a width: never enlarged, at most TALLEST times as high as wide."""
    wide, high = size
    scale = min(1.0, width / wide, width * TALLEST / high)
    return max(1, round(wide * scale)), max(1, round(high * scale))


def upright_rgb(picture: Image.Image, width: int, turn: int) -> Image.Image:
    """The picture decoded, upright, over white, in sRGB, and not much larger than `width` needs.

    turn: its orientation of EXIF, 1 to 8

    Raises whatever the decoder does on a broken file.
    """
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        picture.draft(None, _wanted(picture.size, turn in LYING, width))  # decodes at a half, a quarter or an eighth
    picture.load()
    small = _in_srgb(_averaged(picture, _wanted(picture.size, turn in LYING, width)), picture.info.get("icc_profile"))
    return small.transpose(UPRIGHT[turn]) if turn in UPRIGHT else small


def _wanted(size: tuple[int, int], lies: bool, width: int) -> tuple[int, int]:
    if not lies:
        return fitted(size, width)
    high, wide = fitted((size[1], size[0]), width)
    return wide, high


def _averaged(picture: Image.Image, wanted: tuple[int, int]) -> Image.Image:
    """The picture some whole number of times smaller, without transparency; in bands, so no second copy is held."""
    wide, high = picture.size
    factor = max(1, min(wide // (SPARE * wanted[0]), high // (SPARE * wanted[1])))
    if factor == 1:
        return _flat(picture)
    step = factor * max(1, BAND_PIXELS // (wide * factor))
    bands = (picture.crop((0, top, wide, min(top + step, high))) for top in range(0, high, step))
    made: Image.Image | None = None
    for number, band in enumerate(bands):
        small = _flat(band).reduce(factor)
        if made is None:
            made = Image.new(small.mode, (small.width, math.ceil(high / factor)))
        made.paste(small, (0, number * step // factor))
    assert made is not None
    return made


def _flat(band: Image.Image) -> Image.Image:
    """As grey, RGB or CMYK of 8 bits, over white where it was transparent."""
    if band.mode.startswith("I"):
        return band.point(lambda value: value * (1 / 256)).convert("L")  # 16 bits; converted plainly they are cut off
    if band.has_transparency_data:
        layered = band.convert("RGBA")
        white = Image.new("RGB", band.size, "white")
        white.paste(layered, mask=layered.getchannel("A"))
        return white
    return band if band.mode in ("L", "RGB", "CMYK") else band.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """By the picture's own colour profile; one that cannot be read or is of another kind of colour is left aside."""
    if profile and len(profile) <= MOST_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            made = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            made = None
        if made is not None:
            return made
    return picture.convert("RGB")


def answer(kind: str, width: int, most_pixels: int, turn: int) -> None:
    """What the program does. Out of memory or time it dies, and whoever started it sees that."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    picture = opened(sys.stdin.buffer.read(), kind)
    frames = getattr(picture, "n_frames", 1) if kind == "AVIF" else 1  # of a HEIC's pictures the main one is taken
    sys.stdout.buffer.write(SAID.pack(*picture.size, frames))
    if frames > 1 or picture.width * picture.height > most_pixels:
        return
    made = upright_rgb(picture, width, turn or orientation(picture))
    sys.stdout.buffer.write(MADE.pack(*made.size) + made.tobytes())


if __name__ == "__main__":
    answer(sys.argv[1], *(int(each) for each in sys.argv[2:5]))
