"""Where uploaded files lie until their work is done: beside the pictures' folder, in none that is ever served."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

CHUNK = 2**20


@deconstructible(path="catalogue.uploads.files.PrivateStorage")
class PrivateStorage(FileSystemStorage):
    """`VAR_DIR/uploads`, read by the shop's own account alone; its files have no address."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:  # type: ignore[override]  # asked for each time, as settings may change in tests
        return str(Path(settings.VAR_DIR) / "uploads")

    @property
    def location(self) -> str:  # type: ignore[override]
        return str(Path(self.base_location).resolve())

    def url(self, name: str | None) -> str:
        raise ValueError("An uploaded file has no address.")


def any_name(upload: object, name: str) -> str:
    """What a person called the file stands in the row; on the disk its name says nothing."""
    return secrets.token_hex(16)


def sha256_of(file: BinaryIO) -> str:
    """Of the whole file, which is left at its start."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
