"""Pictures as people have them: with a place in their metadata, in another format, too large."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.images import get_image_model

GPS, LATITUDE, ORIENTATION = 0x8825, 2, 0x0112


def data(kind: str = "JPEG", size: tuple[int, int] = (1000, 750), **options: Any) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, (90, 140, 80)).save(buffer, kind, **options)
    return buffer.getvalue()


def with_place() -> bytes:
    """Lies on its side by its metadata, and says where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[LATITUDE] = (37.0, 6.0, 30.0)
    return data(exif=exif.tobytes())


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def kept(title: str) -> Any:
    image = get_image_model()(title=title)
    image.file.save("one.jpg", ContentFile(data()), save=False)
    image.width, image.height = 1000, 750
    image.save()
    return image
