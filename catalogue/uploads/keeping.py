"""Uploads taken in, asked to be written, woken and forgotten. The work itself is in `work`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from catalogue.partner.models import Partner
from catalogue.uploads import files
from catalogue.uploads.models import Upload

JOB = "catalogue.upload"
DAYS = 7
UNDER_WAY_MOST = 5
AT_WORK = (Upload.State.WAITING, Upload.State.READING, Upload.State.WRITING)


class TooManyUnderWay(Exception):
    """So many files of this supplier are still being worked on that another one has to wait."""


class NotReady(Exception):
    """There is nothing looked at and sound that could be written."""


def begin(
    *, kind: str, file: File[bytes], name: str, supplier: Partner, by: Any, at: datetime, sent: dict[str, Any]
) -> Upload:
    """Keep a file and enqueue the work on it.

    name: as the person called it; sent: what else came with it, kept in the outcome

    Raises TooManyUnderWay.
    """
    if Upload.objects.filter(supplier=supplier, state__in=AT_WORK).count() >= UNDER_WAY_MOST:
        raise TooManyUnderWay(
            _("%(most)d files of yours are still being worked on. Send this one when one of them is done.")
            % {"most": UNDER_WAY_MOST}
        )
    digest = files.sha256_of(file)  # type: ignore[arg-type]
    upload = Upload(
        kind=kind, supplier=supplier, by=by, at=at, language=translation.get_language() or "", name=name[:255],
        sha256=digest, outcome=sent,
    )  # fmt: skip
    try:
        with transaction.atomic():
            upload.file.save(name, file, save=False)
            upload.save()
            enqueue(upload.pk)
    except BaseException:
        upload.file.storage.delete(upload.file.name or "")
        raise
    return upload


def enqueue(upload: int) -> None:
    """In the current transaction; an upload whose job waits already gets no other."""
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=f"{JOB} {upload}").defer(upload=upload)
    except AlreadyEnqueued:
        pass


@transaction.atomic
def ask_to_write(*, upload: Upload, previewed: str) -> None:
    """Write what was previewed. A second call changes nothing.

    previewed: the digest of what the person saw

    Raises NotReady when there are errors, nothing would change, the file is gone, or another preview came since.
    """
    found = Upload.objects.select_for_update().get(pk=upload.pk)
    if found.state in (Upload.State.WRITING, Upload.State.DONE) and found.outcome.get("digest") == previewed:
        return
    if found.state != Upload.State.READY or not found.file or not found.outcome["may_be_written"]:
        raise NotReady(_("Nothing can be imported from this file now. Mend it and send it again."))
    if found.outcome["digest"] != previewed:
        raise NotReady(_("What the file would change is different now. Look at it once more."))
    found.state, found.tries, found.done, found.total = Upload.State.WRITING, 0, 0, 0
    found.save(update_fields=["state", "tries", "done", "total"])
    enqueue(found.pk)


def wake() -> None:
    """Enqueue anew what is still to be worked on: the worker may have been killed. A living one is not disturbed."""
    for key in Upload.objects.filter(state__in=AT_WORK).order_by("pk").values_list("pk", flat=True):
        enqueue(key)


def forget(*, at: datetime) -> int:
    """Delete files and lines of uploads that are older than DAYS; gives how many."""
    old = Upload.objects.filter(at__lt=at - timedelta(days=DAYS)).exclude(state__in=AT_WORK).exclude(file="")
    count = 0
    for upload in old.iterator():
        _forget(upload)
        count += 1
    return count


@transaction.atomic
def _forget(upload: Upload) -> None:
    storage, name = upload.file.storage, upload.file.name or ""
    upload.lines.all().delete()
    if upload.state == Upload.State.READY:
        with translation.override(upload.language):
            words = _("Nobody imported it within %(days)d days; the file is deleted.") % {"days": DAYS}
        upload.state, upload.outcome = Upload.State.FAILED, upload.outcome | {"reason": words}
    upload.file = ""
    upload.save(update_fields=["file", "state", "outcome"])
    transaction.on_commit(lambda: storage.delete(name))
