"""Pictures that were uploaded: a ZIP as it came, or single files packed into one, each taken or refused on its own.

Lines say {"file", "sku", "reason", "picture"}: the reason of a refusal or an advice, in the language of the upload, and
the key of the kept picture.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files import File

from catalogue.imports.progress import Hear
from catalogue.models import ProductImage
from catalogue.photos import archives
from catalogue.photos.archives import ArchiveRefused
from catalogue.uploads.models import Upload, UploadLine
from catalogue.uploads.tables import clean

ZIP = b"PK"


def is_archive(file: IO[bytes]) -> bool:
    """Whether it is a ZIP, by its content; the file is left at its start."""
    start = file.read(len(ZIP))
    file.seek(0)
    return start == ZIP


def packed(pictures: Sequence[Any], sku: str = "") -> tuple[File[bytes], dict[str, str]]:
    """Single files as one ZIP, and how its entries were called before, where that is something else.

    pictures: with a `name`; sku: of the article they all belong to, "" where each is named by its own
    """
    whole: IO[bytes] = TemporaryFile()  # noqa: SIM115  goes when nobody holds it
    names = {}
    with zipfile.ZipFile(whole, "w") as archive:
        for number, picture in enumerate(pictures, 1):
            name = clean(picture.name)
            entry = f"{sku} ({number}).{name.rpartition('.')[2]}" if sku else name
            if entry in archive.NameToInfo:
                entry = f"{number}/{entry}"  # two files of one name, as telephones make them
            if entry != name:
                names[entry] = name
            with archive.open(entry, "w") as kept:
                for chunk in picture.chunks():
                    kept.write(chunk)
    whole.seek(0)
    return File(whole), names


def take(upload: Upload, hear: Hear, at: datetime) -> None:
    """Keep each picture with its article. One that an article has already is not kept again, so twice is as once."""
    upload.lines.all().delete()
    counts = {"taken": 0, "refused": 0}
    with upload.file.open("rb") as file:
        try:
            for outcome in archives.take(file=file, partner=upload.supplier):
                line = _line(upload, outcome)
                line.save()
                counts[line.kind] += 1
                hear(outcome.place, outcome.of)
        except ArchiveRefused as refused:
            upload.state, upload.outcome = Upload.State.FAILED, upload.outcome | {"reason": str(refused)}
        else:
            upload.state, upload.outcome = Upload.State.DONE, upload.outcome | counts
    upload.save(update_fields=["state", "outcome"])


def _line(upload: Upload, outcome: archives.Outcome) -> UploadLine:
    kind = UploadLine.Kind.REFUSED if outcome.picture is None else UploadLine.Kind.TAKEN
    said = {
        "file": upload.outcome.get("names", {}).get(outcome.file, clean(outcome.file)),
        "sku": outcome.sku,
        "reason": clean(outcome.reason),
        "picture": outcome.picture and outcome.picture.pk,
    }
    return UploadLine(upload=upload, kind=kind, position=outcome.place, said=said)


def shown(lines: Sequence[UploadLine]) -> dict[int, ProductImage]:
    """The pictures of lines that are still there, with their products, by their keys."""
    keys = [line.said["picture"] for line in lines]
    return {row.pk: row for row in ProductImage.objects.filter(pk__in=keys).select_related("product")}
