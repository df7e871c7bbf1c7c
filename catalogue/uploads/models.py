"""What somebody of a supplier sent by a page, how far the work on it is, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.private import PrivateStorage
from catalogue.uploads.files import any_name


class Upload(models.Model):
    """One file. The file and the lines go after `keeping.DAYS`; the row stays, as the supplier's history.

    language: of the person's page, in which the reasons are written; name: of the file as it was sent
    done, total: how far the work is; total is 0 while it is not known
    tries: how often a job began on it; outcome: counts by name, and "reason" where it failed
    """

    class Kind(models.TextChoices):
        TABLE = "table", _("table")
        PHOTOS = "photos", _("photographs")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        READING = "reading", _("is being looked at")
        READY = "ready", _("looked at")
        WRITING = "writing", _("is being taken in")
        DONE = "done", _("done")
        FAILED = "failed", _("not taken")

    kind = models.CharField(max_length=6, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    supplier = models.ForeignKey("partner.Partner", models.PROTECT, related_name="uploads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    language = models.CharField(max_length=10)
    name = models.CharField(max_length=255)
    file = models.FileField(storage=PrivateStorage(), upload_to=any_name, blank=True)
    sha256 = models.CharField(max_length=64)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["table", "photos"]), name="upload_kind_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "reading", "ready", "writing", "done", "failed"]),
                name="upload_state_known",
            ),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="upload_file_is_named"),
            models.CheckConstraint(
                condition=models.Q(total=0) | models.Q(done__lte=models.F("total")), name="upload_done_within_total"
            ),
        ]
        indexes = [models.Index(fields=["supplier", "-at", "-id"], name="upload_history")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.WAITING, self.State.READING, self.State.WRITING)


class UploadLine(models.Model):
    """One thing that came of an upload: an error, a changed article, a picture taken or refused.

    row: of the table, 0 for the file as a whole; column: of an error, as the file names it
    said: by kind, see `tables` and `pictures`
    """

    class Kind(models.TextChoices):
        PROBLEM = "problem"
        CHANGE = "change"
        TAKEN = "taken"
        REFUSED = "refused"

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    position = models.PositiveIntegerField()
    row = models.PositiveIntegerField(default=0)
    column = models.CharField(max_length=200, blank=True)
    said = models.JSONField()

    class Meta:
        ordering = ["upload", "kind", "position"]
        constraints = [models.UniqueConstraint(fields=["upload", "kind", "position"], name="upload_line_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"
