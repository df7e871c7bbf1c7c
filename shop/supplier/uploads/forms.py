"""What is asked for when a table or photographs are sent, and what is refused before any of it is kept."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from catalogue.imports import reading
from catalogue.partner.models import Partner, StockRecord
from catalogue.photos import archives
from catalogue.uploads import pictures
from shop.supplier.forms import SupplierChoice

MIB = 2**20
TABLE_MIB, ARCHIVE_MIB = reading.BYTES_MOST // MIB, archives.MOST_ARCHIVE_BYTES // MIB
TABLE_TOO_LARGE = format_lazy(_("The table is larger than {most} MB. Part it in two."), most=TABLE_MIB)
PHOTOS_TOO_LARGE = format_lazy(_("Together they are larger than {most} MiB. Send them in parts."), most=ARCHIVE_MIB)


def _at_most(mib: int, words: Any) -> dict[str, Any]:
    """What a browser needs to tell of too large files before it sends them."""
    return {"data-most-mib": mib, "data-most-words": words}


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; its value is a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        single = super().clean
        return [single(each, initial) for each in data] if data else [single(None, initial)]


class SendForm(forms.Form):
    """Of which supplier, where the person belongs to several.

    whole: stands behind the files, so a sending that broke off lacks it
    """

    def __init__(self, *args: Any, mine: list[Partner], **options: Any) -> None:
        super().__init__(*args, **options)
        self.mine = mine
        if len(mine) > 1:
            choices = Partner.objects.filter(pk__in=[each.pk for each in mine]).order_by("name")
            self.fields["supplier"] = SupplierChoice(queryset=choices, label=_("Whose articles they are"))
        self.fields["whole"] = forms.CharField(widget=forms.HiddenInput)

    @property
    def supplier(self) -> Partner:
        return cast(Partner, self.cleaned_data.get("supplier") or self.mine[0])

    def clean(self) -> dict[str, Any]:
        if "whole" in self.errors:
            del self.errors["whole"]
            raise ValidationError(_("The file did not arrive as a whole; nothing was kept. Send it again."))
        return self.cleaned_data


class TableForm(SendForm):
    table = forms.FileField(
        label=_("Table"),
        help_text=format_lazy(
            _("XLSX or CSV, at most {size} MB and {rows} rows."), size=TABLE_MIB, rows=f"{reading.ROWS_MOST:,}"
        ),
        error_messages={
            "empty": _("The file is empty. Choose the table again."),
            "required": _("Choose the file of the table first."),
        },
        widget=forms.FileInput(
            attrs={"accept": ".xlsx,.csv,.txt", "data-most-mib": TABLE_MIB, "data-most-words": TABLE_TOO_LARGE}
        ),
    )

    def clean_table(self) -> UploadedFile:
        given = cast(UploadedFile, self.cleaned_data["table"])
        if (given.size or 0) > reading.BYTES_MOST:
            raise ValidationError(TABLE_TOO_LARGE)
        return given


class PhotosForm(SendForm):
    photos = FilesField(
        label=_("Photographs"),
        help_text=format_lazy(
            _("Up to 100 pictures (JPEG, PNG, WebP, AVIF), or one ZIP of at most {size} MiB."), size=ARCHIVE_MIB
        ),
        error_messages={
            "empty": _("One of the files is empty. Choose the photographs again."),
            "required": _("Choose the photographs first."),
        },
        widget=SeveralFiles(
            attrs={"accept": "image/*,.zip", "data-most-mib": ARCHIVE_MIB, "data-most-words": PHOTOS_TOO_LARGE}
        ),
    )
    sku = forms.CharField(
        label=_("Article number (SKU)"),
        required=False,
        max_length=64,
        help_text=_("Only where the files are not named by it; then all of them belong to this article."),
    )

    def clean_photos(self) -> list[UploadedFile]:
        given: list[UploadedFile] = self.cleaned_data["photos"]
        if sum(each.size or 0 for each in given) > archives.MOST_ARCHIVE_BYTES:
            raise ValidationError(PHOTOS_TOO_LARGE)
        if len(given) > 1 and any(pictures.is_archive(each) for each in given):  # type: ignore[arg-type]
            raise ValidationError(_("Send one ZIP alone, or pictures alone."))
        return given

    def clean(self) -> dict[str, Any]:
        super().clean()
        sku = self.cleaned_data.get("sku")
        if sku and not self.errors and not _sells(self.supplier, sku):
            self.add_error("sku", ValidationError(_("None of your articles has this SKU."), code="unknown"))
        return self.cleaned_data


def _sells(supplier: Partner, sku: str) -> bool:
    """By the same comparison as tables and archives make."""
    return StockRecord.objects.filter(partner=supplier).called(sku).exists()
