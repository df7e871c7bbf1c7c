"""Uploaded files, which lie among the private ones until their work is done."""

from __future__ import annotations

import hashlib
import secrets
from typing import BinaryIO

CHUNK = 2**20


def any_name(upload: object, name: str) -> str:
    """What a person called the file stands in the row; on the disk its name says nothing."""
    return f"uploads/{secrets.token_hex(16)}"


def sha256_of(file: BinaryIO) -> str:
    """Of the whole file, which is left at its start."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
