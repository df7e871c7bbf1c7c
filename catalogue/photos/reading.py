"""Whether a file is a picture we take, and its pixels. The content decides; names and sent types are never asked.

What bounds the work: the size of the file, the pixels its header promises (checked before anything is decoded), the
number of its parts and passes. Pictures that a decoder would hold as a whole, and formats whose header can promise less
than the decoder then needs (AVIF, HEIC), are decoded in a process of their own, which memory and time end.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image

from catalogue.photos import headers, pixels
from catalogue.photos.headers import Header

MIB = 1024 * 1024
MOST_BYTES = 15 * MIB
MOST_PIXELS = 25_000_000  # decoded as a whole: every telephone's picture, but for the largest modes
MOST_PIXELS_BY_ROWS = 80_000_000  # a plain JPEG is decoded row by row, at a fraction of its size
PIXELS_AT_HOME = 6_000_000  # above it, what is decoded as a whole is decoded apart
SMALLEST_SIDE = 8  # less is a dot or a line, as web pages use for spacing
EDITORS_WIDTH = 2400  # what pages of editors keep (shop/pages/pictures.py)
ENOUGH = 1200
HEADERS = {"JPEG": headers.of_jpeg, "PNG": headers.of_png, "WEBP": headers.of_webp}  # the others are opened apart


class PictureRefused(ValueError):
    """The file is no picture we take; the message says why and what would do."""


def read(file: IO[bytes], *, width: int = EDITORS_WIDTH) -> Image.Image:
    """The upright sRGB pixels of an uploaded file, shrunk as far as a picture of that width allows.

    Raises PictureRefused, and nothing else whatever the file holds.
    """
    data = file.read(MOST_BYTES + 1)
    kind = _kind(data)
    if kind not in HEADERS:
        return _apart(data, kind, width, 0)
    header = _header(data, kind)
    _check(header, kind)
    if header.width * header.height > PIXELS_AT_HOME and not header.by_rows:
        return _apart(header.bare, kind, width, header.orientation)
    return _at_home(header, kind, width)


def heic_is_read() -> bool:
    """Whether the optional library for HEIC is installed."""
    return find_spec("pillow_heif") is not None


def _kind(data: bytes) -> str:
    if not data:
        raise PictureRefused(_("The file is empty. Send the picture again."))
    if len(data) > MOST_BYTES:
        raise PictureRefused(
            _("The file is larger than %(most)d MiB. Send the picture smaller: %(enough)d pixels of width are enough.")
            % {"most": MOST_BYTES // MIB, "enough": ENOUGH}
        )
    kind = headers.kind_of(data)
    if kind == "HEIC" and not heic_is_read():
        raise PictureRefused(
            _("This shop cannot read HEIC. Choose JPEG (“most compatible”) in the camera's settings, or send a JPEG.")
        )
    if not kind:
        raise _no_picture(data)
    return kind


def _no_picture(data: bytes) -> PictureRefused:
    taken = "JPEG, PNG, WebP, AVIF, HEIC" if heic_is_read() else "JPEG, PNG, WebP, AVIF"
    other = headers.other_kind(data)
    if other:
        words = _("The file is %(kind)s, whatever its name says. Send one of these: %(taken)s.")
        return PictureRefused(words % {"kind": _(other), "taken": taken})
    words = _("The file is no picture we know, whatever its name says. Send one of these: %(taken)s.")
    return PictureRefused(words % {"taken": taken})


def _header(data: bytes, kind: str) -> Header:
    try:
        return HEADERS[kind](data)
    except headers.TooManyParts as error:
        words = _("The %(kind)s is stored in far more pieces than any camera makes. Save it anew and send that.")
        raise PictureRefused(words % {"kind": _written(kind)}) from error
    except (headers.Unreadable, struct.error) as error:
        raise _broken(kind) from error


def _check(header: Header, kind: str) -> None:
    size = {"width": header.width, "height": header.height, "enough": ENOUGH, "kind": _written(kind)}
    most = MOST_PIXELS_BY_ROWS if header.by_rows else MOST_PIXELS
    if header.width * header.height > most:
        words = _(
            "The picture has %(width)d x %(height)d pixels; of a %(kind)s of this kind we take %(most)d million. "
            "Send it smaller: %(enough)d pixels of width are enough."
        )
        raise PictureRefused(words % (size | {"most": most // 1_000_000}))
    if min(header.width, header.height) < SMALLEST_SIDE:
        words = _(
            "The picture has %(width)d x %(height)d pixels; nothing can be seen on it. Send the photograph itself, "
            "%(enough)d pixels wide or more."
        )
        raise PictureRefused(words % size)
    if header.frames > 1:
        words = _("The picture moves: it holds %(count)d frames. Send one still picture.")
        raise PictureRefused(words % {"count": header.frames})


def _at_home(header: Header, kind: str, width: int) -> Image.Image:
    try:
        with pixels.opened(header.bare, kind) as picture:
            if picture.size != (header.width, header.height):
                raise headers.Unreadable("the decoder sees another size")
            return pixels.upright_rgb(picture, width, header.orientation)
    except Exception as error:  # decoders raise a dozen kinds of errors on broken files
        raise _broken(kind) from error


def _apart(data: bytes, kind: str, width: int, turn: int) -> Image.Image:
    program = [sys.executable, "-I", str(Path(pixels.__file__)), *map(str, (kind, width, MOST_PIXELS, turn))]
    try:
        answer = subprocess.run(  # noqa: S603  our own file, a kind from our own table, numbers
            program, input=data, capture_output=True, timeout=2 * pixels.MOST_SECONDS
        ).stdout
        said = pixels.SAID.unpack_from(answer)
    except (subprocess.SubprocessError, struct.error) as error:
        raise _broken(kind) from error
    _check(Header(*said), kind)
    made = answer[pixels.SAID.size :]
    try:
        return Image.frombytes("RGB", pixels.MADE.unpack_from(made), made[pixels.MADE.size :])
    except (ValueError, struct.error) as error:  # it ended before it was done
        raise _broken(kind) from error


def _broken(kind: str) -> PictureRefused:
    words = _("The %(kind)s is broken or not complete. Copy it anew from the camera or telephone and send that.")
    return PictureRefused(words % {"kind": _written(kind)})


def _written(kind: str) -> str:
    return {"WEBP": "WebP"}.get(kind, kind)
