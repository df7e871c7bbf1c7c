"""The work on an upload: what its job does, as often as it takes. Doing it twice comes to the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from catalogue.imports.progress import Hear
from catalogue.uploads import pictures, progress, tables
from catalogue.uploads.models import Upload

TRIES_MOST = 3
Work = Callable[[Upload, Hear, datetime], None]
# By kind and by the state in which the work is found; begun anew it goes through the same states.
WORK: dict[tuple[str, str], Work] = {
    (Upload.Kind.TABLE, Upload.State.READING): tables.look,
    (Upload.Kind.TABLE, Upload.State.WRITING): tables.write,
    (Upload.Kind.PHOTOS, Upload.State.WRITING): pictures.take,
}
FIRST = {Upload.Kind.TABLE: Upload.State.READING, Upload.Kind.PHOTOS: Upload.State.WRITING}


def go_on(*, upload: int, at: datetime) -> None:
    """Do what an upload waits for; nothing where it waits for nobody, or another worker is at it.

    Whatever fails is tried TRIES_MOST times, a minute apart (`keeping.wake`); then the upload says so.
    """
    with progress.alone(upload) as hear:
        found = Upload.objects.select_related("supplier").get(pk=upload)
        if hear is None or not found.is_at_work:
            return
        with translation.override(found.language):
            if found.tries >= TRIES_MOST:
                fail(found, _("Something of ours broke three times while working on this file. Nothing is half done; "
                              "send it again, and tell us if it breaks again."))  # fmt: skip
                return
            _begin(found)
            WORK[found.kind, found.state](found, hear, at)


def _begin(upload: Upload) -> None:
    if upload.state == Upload.State.WAITING:
        upload.state = FIRST[Upload.Kind(upload.kind)]
    upload.tries += 1
    upload.done = upload.total = 0
    upload.save(update_fields=["state", "tries", "done", "total"])


def fail(upload: Upload, reason: str) -> None:
    upload.state, upload.outcome = Upload.State.FAILED, upload.outcome | {"reason": reason}
    upload.save(update_fields=["state", "outcome"])
