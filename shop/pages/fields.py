"""What several kinds of pages have in common: the stream of blocks, and a picture."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

PICTURE = [FieldPanel("picture"), FieldPanel("picture_alt")]


class BodyField(StreamField):
    """A stream whose blocks stay out of the migrations: a changed block changes no table, so it needs no migration."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _blocks, options = super().deconstruct()
        options.pop("block_lookup", None)
        return name, path, [[]], options


class Pictured(models.Model):
    """A picture that stands for the page, on it and on cards that lead to it."""

    picture = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    picture_alt = models.CharField(
        _("what the picture shows"), max_length=200, blank=True, help_text=_("Read to people who do not see it.")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return super().__str__()

    def clean(self) -> None:
        super().clean()
        if self.picture_id and not self.picture_alt.strip():
            raise ValidationError({"picture_alt": _("Say what the picture shows, for people who do not see it.")})
