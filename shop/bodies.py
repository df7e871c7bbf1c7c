"""How much a request may bring: files are refused by the length a request names, before any of it is read.

nginx holds to the same figures (docker/nginx.conf); a test compares them.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from catalogue.photos import archives
from shop import languages

MIB = 2**20
MOST = 16 * MIB
UPLOADS = "/supplier/uploads/"
UPLOADS_MOST = archives.MOST_ARCHIVE_BYTES + MIB  # the rest of the form comes with it


def most(path: str) -> int:
    """Bytes that a request to this address may bring."""
    return UPLOADS_MOST if languages.plain(path).startswith(UPLOADS) else MOST


class Bounded(FileUploadHandler):
    """Stands first among the upload handlers and takes nothing itself."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if self.request is not None and content_length > most(self.request.path_info):
            raise RequestDataTooBig(f"{content_length} bytes were sent to {self.request.path_info}.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
