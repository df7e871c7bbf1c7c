"""The file of a document: a whole PDF as it is, or the pixels of a picture. Its content decides, never its name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from PIL import Image

from catalogue import photos

MIB = 1024 * 1024
MOST_BYTES = 10 * MIB  # of a PDF; pictures have their own limit
WIDTH = 2400  # pixels in which small print of an A4 page is read
QUALITY = 85
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg"}


class PaperRefused(ValueError):
    """The file is none that can be kept and read; the message says why and what would do."""


@dataclass(frozen=True)
class Paper:
    """A file as it is kept. ending: "pdf" or "jpg" """

    data: bytes
    ending: str

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def read(file: IO[bytes]) -> Paper:
    """What is kept of an uploaded file. Raises PaperRefused, and nothing else whatever the file holds."""
    start = file.read(5)
    file.seek(0)
    if start == b"%PDF-":
        return _pdf(file.read(MOST_BYTES + 1))
    try:
        picture = photos.read(file, width=WIDTH)
    except photos.PictureRefused as refused:
        raise PaperRefused(f"{refused} {_('A PDF is taken, too.')}") from refused
    return Paper(_jpeg(picture), "jpg")


def _pdf(data: bytes) -> Paper:
    if len(data) > MOST_BYTES:
        raise PaperRefused(
            _("The PDF is larger than %d MiB. Scan it in grey, or with fewer dots.") % (MOST_BYTES // MIB)
        )
    if b"%%EOF" not in data[-1024:]:
        raise PaperRefused(_("The PDF is not complete. Save it anew and send that."))
    if b"/Encrypt" in data:
        raise PaperRefused(_("The PDF is locked with a password, so nobody could check it. Save it without one."))
    return Paper(data, "pdf")


def _jpeg(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((WIDTH, WIDTH * 2), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    Image.frombytes("RGB", small.size, small.tobytes()).save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()
