"""How often somebody tried to open a statement; nothing about the household, and nothing kept longer than needed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Tries(models.Model):
    """The tries of the last quarter of an hour under one key: a keyed hash of an address, or of a typed reference."""

    key = models.CharField(max_length=64, primary_key=True)
    tried_at = ArrayField(models.DateTimeField(), default=list)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "tries"
        indexes = [models.Index(fields=["last_at"], name="tries_old")]

    def __str__(self) -> str:
        return f"{len(self.tried_at)} tries"
