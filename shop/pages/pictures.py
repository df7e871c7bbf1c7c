"""Pictures editors upload: only re-encoded pixels are kept, upright, without metadata (a place, a name, a camera)."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from catalogue import photos

MOST_SIDE = 2400  # pixels of what is kept; pages show at most 1200, at twice the density of a screen
QUALITY = 88


class PictureField(WagtailImageField):
    """Wagtail's own checks of kind and size, a whole picture, then nothing but its pixels."""

    def to_python(self, data: Any) -> Any:
        try:
            given = super().to_python(data)
            if given is None:
                return None
            given.seek(0)
            picture = photos.read(given)
        except (photos.PictureRefused, OSError, SyntaxError) as refused:
            raise ValidationError(_("The file is no whole JPEG, PNG or WebP picture.")) from refused
        return SimpleUploadedFile(f"{PurePath(given.name).stem}.jpg", encoded(picture), "image/jpeg")


class ImageForm(BaseImageForm):
    """Every form of Wagtail that takes a picture is built on this one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.fields.get("file")
        if given is not None:
            self.fields["file"] = PictureField(label=given.label, required=given.required, widget=given.widget)


def encoded(picture: Image.Image) -> bytes:
    """The pixels alone as JPEG, at most MOST_SIDE on a side. picture: RGB, as `photos.read` gives it"""
    small = picture.copy()
    small.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS)
    clean = Image.frombytes("RGB", small.size, small.tobytes())
    buffer = BytesIO()
    clean.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
