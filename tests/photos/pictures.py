"""Pictures as people and attackers make them, and a reader of files that shares nothing with the code it judges."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageCms

from catalogue import photos

RED, GREEN, BLUE, WHITE = (250, 10, 10), (10, 250, 10), (10, 10, 250), (250, 250, 250)
KINDS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIC")
GPS, ORIENTATION = 0x8825, 0x0112
SECRET = b"Secret valley 37.1N"
NEEDED_BY_JPEG = {0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD}


def plain(size: tuple[int, int] = (60, 40), mode: str = "RGB", colour: Any = GREEN) -> Image.Image:
    return Image.new(mode, size, colour)


def quarters(size: tuple[int, int] = (240, 120)) -> Image.Image:
    """Red and green above, blue and white below."""
    wide, high = size
    made = Image.new("RGB", size, RED)
    for colour, left, top in ((GREEN, 1, 0), (BLUE, 0, 1), (WHITE, 1, 1)):
        made.paste(colour, (left * wide // 2, top * high // 2, (left + 1) * wide // 2, (top + 1) * high // 2))
    return made


def data(picture: Image.Image | None = None, kind: str = "JPEG", **options: Any) -> bytes:
    buffer, picture = BytesIO(), picture or plain()
    if kind == "HEIC":
        pillow_heif.from_pillow(picture).save(buffer, **options)
    else:
        picture.save(buffer, kind, **options)
    return buffer.getvalue()


def exif(orientation: int = 1) -> bytes:
    """Where it was taken, by whom, and how the camera was held."""
    made = Image.Exif()
    made[ORIENTATION] = orientation
    made[0x013B] = SECRET.decode()
    made.get_ifd(GPS)[2] = (37.0, 6.0, 30.0)
    return made.tobytes()


def swapped_profile() -> bytes:
    """A colour profile in which red means blue."""
    plain_profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return plain_profile.replace(b"rXYZ", b"_XYZ").replace(b"bXYZ", b"rXYZ").replace(b"_XYZ", b"bXYZ")


def png_that_promises(width: int, height: int, chunks: int = 0) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"tIME", b"") * chunks + chunk(b"IDAT", zlib.compress(b"\x00" * 64)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + body


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def jpeg_of_scans(count: int) -> bytes:
    """A progressive JPEG whose last pass is repeated."""
    whole = data(plain((64, 64)), progressive=True)
    start, end = whole.rindex(b"\xff\xda"), whole.rindex(b"\xff\xd9")
    return whole[:start] + whole[start:end] * count + whole[end:]


def avif_that_understates(size: tuple[int, int]) -> bytes:
    """Its container says 100 x 100, its video frame is of the given size."""
    whole = data(plain(size), "AVIF", speed=10)
    at = whole.index(b"ispe") + 8
    return whole[:at] + struct.pack(">II", 100, 100) + whole[at + 8 :]


def shown(photo: photos.Photo, width: int = photos.LARGE, kind: str = photos.JPEG) -> Image.Image:
    return Image.open(BytesIO(photo.files[width, kind].data)).convert("RGB")


def made(content: bytes) -> photos.Photo:
    return photos.made(BytesIO(content))


def named_colours(picture: Image.Image) -> list[str]:
    """The quarters by name, from the upper left, row by row."""
    wide, high = picture.size
    spots = [
        (wide // 4, high // 4),
        (3 * wide // 4, high // 4),
        (wide // 4, 3 * high // 4),
        (3 * wide // 4, 3 * high // 4),
    ]
    return [_name(picture.getpixel(spot)) for spot in spots]


def _name(pixel: Any) -> str:
    return {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white"}.get(
        tuple(int(value > 127) for value in pixel), str(pixel)
    )


def superfluous(content: bytes) -> list[str]:
    """What a JPEG or WebP holds beyond what draws it, named; nothing is taken from the code under test."""
    return _in_jpeg(content) if content[:2] == b"\xff\xd8" else _in_webp(content)


def _in_jpeg(content: bytes) -> list[str]:
    at, found = 2, []
    while content[at] == 0xFF and content[at + 1] != 0xD9:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        is_plain_jfif = marker == 0xE0 and content[at + 4 : at + 9] == b"JFIF\0" and length == 16
        if marker not in NEEDED_BY_JPEG and not is_plain_jfif:
            found.append(f"{marker:x}")
        at += 2 + length
        if marker == 0xDA:
            while content[at] != 0xFF or content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
                at += 1
    return found + ["tail"] * (at + 2 != len(content))


def _in_webp(content: bytes) -> list[str]:
    found, at = ["tail"] * (struct.unpack("<I", content[4:8])[0] + 8 != len(content)), 12
    while at < len(content):
        name, length = struct.unpack("<4sI", content[at : at + 8])
        found += [name.decode()] * (name not in (b"VP8 ", b"VP8L", b"VP8X", b"ALPH"))
        at += 8 + length + length % 2
    return found
