"""Files as clerks send them, and the worker's part done at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from catalogue.partner.models import Partner
from catalogue.uploads import keeping, work
from catalogue.uploads.models import Upload
from tests import make
from tests.imports import tables


def table(*said: Mapping[str, str]) -> bytes:
    return tables.as_csv(tables.of(*said))


def articles(count: int, **said: str) -> bytes:
    return table(*({"sku": f"A-{number}", **said} for number in range(1, count + 1)))


def begun(
    supplier: Partner, content: bytes, *, kind: str = "table", by: Any = None, at: datetime = make.NOW, **sent: Any
) -> Upload:
    """Kept, its job not yet done."""
    return keeping.begin(
        kind=kind,
        file=File(BytesIO(content)),
        name="goods.csv",
        supplier=supplier,
        by=by or make.user(),
        at=at,
        sent=sent,
    )


def worked(upload: Upload, at: datetime = make.NOW) -> Upload:
    work.go_on(upload=upload.pk, at=at)
    upload.refresh_from_db()
    return upload


def looked_at(supplier: Partner, content: bytes, **sent: Any) -> Upload:
    return worked(begun(supplier, content, **sent))


def imported(upload: Upload) -> Upload:
    keeping.ask_to_write(upload=upload, previewed=upload.outcome["digest"])
    return worked(upload)


def post_table(client: Client, content: bytes, name: str = "goods.csv", **fields: Any) -> Any:
    data = {"t-table": SimpleUploadedFile(name, content), "t-whole": "1", **fields}
    return client.post(reverse("supplier:send_table"), data)


def post_photos(client: Client, files: Mapping[str, bytes], **fields: Any) -> Any:
    data = {"p-photos": [SimpleUploadedFile(name, content) for name, content in files.items()], "p-whole": "1"}
    return client.post(reverse("supplier:send_photos"), data | fields)


def in_a_thread(act: Any) -> Any:
    """For a thread pool: the thread's connection is closed when it is done."""

    def done(*given: Any) -> Any:
        try:
            return act(*given)
        finally:
            connection.close()

    return done
