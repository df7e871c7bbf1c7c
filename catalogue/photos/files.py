"""The files that are served of a picture: three widths, each as WebP and as JPEG for browsers and papers without WebP.

WebP rather than AVIF: at these sizes AVIF saves a fifth of the bytes and takes several times as long to make.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image

from catalogue.photos import leftovers, pixels, reading

LARGE = 1200
SMALLER = (480, 800)
WIDTHS = (*SMALLER, LARGE)
WEBP, JPEG = "webp", "jpeg"
FORMATS = (WEBP, JPEG)
ENDINGS = {WEBP: "webp", JPEG: "jpg"}
QUALITY = {WEBP: 80, JPEG: 82}
WEBP_EFFORT = 2  # of 6; from here to 4 it takes twice the time for four bytes in a hundred
SHARP_FROM = 800  # pixels of width a product's page shows at the least


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is served. format: "webp" or "jpeg" """

    width: int
    height: int
    format: str
    data: bytes


@dataclass(frozen=True)
class Photo:
    """A picture taken in: files by the width they stand for and their format; a smaller picture fills a width itself.

    advice: what would make it better, "" when nothing
    """

    files: Mapping[tuple[int, str], File]
    advice: str = ""

    @cached_property
    def digest(self) -> str:
        """Equal for equal pictures."""
        return hashlib.sha256(self.files[LARGE, JPEG].data).hexdigest()[:16]

    @property
    def sizes(self) -> list[File]:
        """Each file once, smallest first."""
        return list({(file.width, file.format): file for file in self.files.values()}.values())

    @property
    def metadata_bytes(self) -> int:
        """Bytes in the files that no decoder needs to draw the picture; always 0, counted in the files themselves."""
        return sum(leftovers.count(file.data, file.format) for file in self.sizes)


def made(file: IO[bytes]) -> Photo:
    """What is served of an uploaded file. Raises reading.PictureRefused, and nothing else whatever the file holds."""
    return of_pixels(reading.read(file, width=LARGE))


def of_pixels(picture: Image.Image) -> Photo:
    """As `made`, of upright sRGB pixels at hand (RGB)."""
    files: dict[tuple[int, str], File] = {}
    before: dict[str, File] = {}
    for width in WIDTHS:
        size = pixels.fitted(picture.size, width)
        for kind in FORMATS:
            same = before.get(kind)
            if same is None or (same.width, same.height) != size:
                before[kind] = File(*size, kind, _encoded(picture, size, kind))
            files[width, kind] = before[kind]
    return Photo(files, _advice(picture.size))


def _advice(size: tuple[int, int]) -> str:
    if size[0] >= SHARP_FROM:
        return ""
    words = _("Taken, but the picture has only %(width)d x %(height)d pixels and will look small or blurred. If you have a larger one (%(enough)d pixels of width are enough), send that instead.")  # fmt: skip  # noqa: E501
    return words % {"width": size[0], "height": size[1], "enough": LARGE}


def _encoded(picture: Image.Image, size: tuple[int, int], kind: str) -> bytes:
    small = picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS)
    clean = Image.frombytes("RGB", small.size, small.tobytes())  # pixels alone, whatever the file carried
    buffer = BytesIO()
    if kind == WEBP:
        clean.save(buffer, "WEBP", quality=QUALITY[kind], method=WEBP_EFFORT)
    else:
        clean.save(buffer, "JPEG", quality=QUALITY[kind], optimize=True, progressive=True)
    return buffer.getvalue()
