"""Where pictures of products are kept: any form, Oscar's dashboard included, lets in what `files.made` makes.

A kept picture is its large JPEG, named in the database; its other widths and formats lie beside it under the same name:
`ps-e01-01-3f2a90c41b7d5e68.jpg`, `...-480.webp`, `...-480.jpg`, `...-800.webp` and so on. The digest in the name says
which picture it is, so that the same one is not kept twice and an address never shows another picture.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models.fields.files import ImageFieldFile

from catalogue.photos import files, reading
from catalogue.photos.files import Photo

WITH_DIGEST = re.compile(r"-[0-9a-f]{16}(_[A-Za-z0-9]{7})?\.jpg$")  # the storage adds seven signs to a name it has
LONGEST_STEM = 60


class PhotoFile(ContentFile[bytes]):
    """A picture taken in, on its way to the storage."""

    def __init__(self, photo: Photo, name: str) -> None:
        stem = re.sub(r"[^\w-]+", "-", PurePath(name).stem)[:LONGEST_STEM].strip("-") or "photo"
        super().__init__(photo.files[files.LARGE, files.JPEG].data, name=f"{stem}-{photo.digest}.jpg")
        self.photo = photo


class PhotoFieldFile(ImageFieldFile):
    """The large JPEG; saving it saves the other files beside it."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        super().save(name, content, save=False)
        if isinstance(content, PhotoFile):
            for (width, kind), file in content.photo.files.items():
                if (width, kind) != (files.LARGE, files.JPEG):
                    self.storage.save(beside(str(self.name), width, kind), ContentFile(file.data))
        if save:
            self.instance.save()


class PhotoFormField(forms.FileField):
    """Takes a picture as uploads do, and says why it takes none."""

    def to_python(self, data: Any) -> PhotoFile | None:
        given = super().to_python(data)
        if given is None:
            return None
        try:
            return PhotoFile(files.made(given), given.name or "")
        except reading.PictureRefused as refused:
            raise ValidationError(str(refused), code="refused") from refused

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"accept": "image/*"}


class PhotoField(models.ImageField):
    """A product's picture; to the database a plain image field. With its row go all its files."""

    attr_class = PhotoFieldFile

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: Any) -> None:  # type: ignore[override]
        super().contribute_to_class(cls, name, **kwargs)
        if not cls._meta.abstract:
            models.signals.post_delete.connect(self._delete_files, sender=cls)

    def _delete_files(self, instance: models.Model, **_about: Any) -> None:
        kept = getattr(instance, self.attname)
        transaction.on_commit(lambda: forget(kept))

    def formfield(self, form_class: Any = None, choices_form_class: Any = None, **kwargs: Any) -> Any:
        options = {"max_length": self.max_length, **kwargs}
        return models.Field.formfield(self, form_class or PhotoFormField, choices_form_class, **options)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ImageField", args, kwargs


def beside(name: str, width: int, kind: str) -> str:
    """The name of a kept picture's file in a width and format."""
    if (width, kind) == (files.LARGE, files.JPEG):
        return name
    return f"{name.rsplit('.', 1)[0]}-{width}.{files.ENDINGS[kind]}"


def forget(file: ImageFieldFile) -> None:
    """Take all files of a kept picture out of the storage."""
    name = file.name or ""
    for width, kind in all_kept(name) if name else []:
        file.storage.delete(beside(name, width, kind))


def all_kept(name: str) -> list[tuple[int, str]]:
    """Widths and formats that lie beside a kept picture: all, or the three made before names held a digest."""
    if WITH_DIGEST.search(name):
        return [(width, kind) for width in files.WIDTHS for kind in files.FORMATS]
    return [*((width, files.WEBP) for width in files.SMALLER), (files.LARGE, files.JPEG)]
