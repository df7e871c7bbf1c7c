"""Pictures of products: the content decides the type, limits come from the header, only re-encoded pixels are kept.

A kept picture is a JPEG of at most 1200 pixels a side and two smaller WebP files beside it; no metadata survives.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from catalogue.models import Product, ProductImage

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 12 * 1024 * 1024
MOST_SIDE = 10_000
MOST_PIXELS = 40_000_000
LARGE = 1200
SMALLER = (480, 800)


class PictureRefused(ValueError):
    """The file is no picture we take; the message says why and what would do."""


def read(file: IO[bytes]) -> Image.Image:
    """The upright pixels of an uploaded file as RGB. Raises PictureRefused before anything large is decoded."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise PictureRefused(f"The file is larger than {MOST_BYTES // 1024 // 1024} MiB.")
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
        width, height = picture.size
        if width > MOST_SIDE or height > MOST_SIDE or width * height > MOST_PIXELS:
            raise PictureRefused(
                f"The picture has {width} x {height} pixels; at most {MOST_PIXELS:,} in all are taken."
            )
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    except PictureRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureRefused("The file is no whole JPEG, PNG or WebP picture.") from error
    return upright.convert("RGB")


@transaction.atomic
def add(*, product: Product, picture: Image.Image, name: str) -> Any:
    """Keep a picture (RGB pixels, as `read` gives them) as the product's next one, in three sizes."""
    position = product.images.count()
    kept = ProductImage(product=product, display_order=position)
    kept.original.save(f"{name}.jpg", ContentFile(_encoded(picture, LARGE, "JPEG")), save=True)
    for width in SMALLER:
        default_storage.save(_smaller_name(kept.original.name, width), ContentFile(_encoded(picture, width, "WEBP")))
    return kept


def url(picture: Any, width: int) -> str:
    """The address of a kept picture in one of its widths (480, 800 or 1200)."""
    name = picture.original.name if width == LARGE else _smaller_name(picture.original.name, width)
    return str(default_storage.url(name))


def _smaller_name(name: str, width: int) -> str:
    return f"{name.rsplit('.', 1)[0]}-{width}.webp"


def _encoded(picture: Image.Image, width: int, kind: str) -> bytes:
    small = picture.copy()
    small.thumbnail((width, width), Image.Resampling.LANCZOS)
    clean = Image.frombytes("RGB", small.size, small.tobytes())  # pixels alone, whatever the file carried
    buffer = BytesIO()
    clean.save(buffer, kind, quality=82)
    return buffer.getvalue()
