from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Place
from catalogue.partner import papers
from catalogue.partner.models import DocumentKind, Partner
from catalogue.partner.papers import Paper

SOUTH = ("6528", "6530", "6531", "6532")  # the prefectures whose goods are sold here
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RegisterForm(forms.Form):
    """on: places of that day. The place is a county, or a township that names its county."""

    name = forms.CharField(label=_("Name, as on the business licence"), max_length=128)
    name_en = forms.CharField(label=_("English name"), max_length=128, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Partner.Kind.choices)
    place = forms.ChoiceField(
        label=_("County and township"), help_text=_("Where it is registered. Choose the county if it has no township.")
    )

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"].choices = [("", ""), *_places(on)]  # type: ignore[attr-defined]

    def clean_place(self) -> Place:
        return Place.objects.get(pk=self.cleaned_data["place"])


def _places(on: date) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Counties, each with itself and its townships."""
    south = Q()
    for prefecture in SOUTH:
        south |= Q(code__startswith=prefecture)
    levels = [Place.Level.COUNTY, Place.Level.TOWNSHIP]
    found = Place.objects.filter(south, Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on, level__in=levels)
    for county, places in groupby(found.order_by("code"), key=lambda place: place.code[:6]):
        rows = [(place.code, str(place)) for place in places]
        if rows[0][0] == county:
            yield rows[0][1], rows


class PaperField(forms.FileField):
    """Takes a document's file as it will be kept, and says why it takes none."""

    def to_python(self, data: Any) -> Paper | None:  # type: ignore[override]
        given = super().to_python(data)
        if given is None:
            return None
        try:
            return papers.read(given)
        except papers.PaperRefused as refused:
            raise ValidationError(str(refused), code="refused") from refused

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"accept": "application/pdf,image/jpeg,image/png"}


class DocumentForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the document"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    issuer = forms.CharField(label=_("Issued by"), max_length=120)
    issued_date = forms.DateField(label=_("Issued on"), widget=DAY)
    expires_date = forms.DateField(
        label=_("Good until"), required=False, widget=DAY, help_text=_("The last day. Leave it empty if it has no end.")
    )
    paper = PaperField(
        label=_("File"), help_text=_("A PDF of at most 10 MB, or a photograph in which every word can be read.")
    )

    def __init__(self, *args: Any, kind: DocumentKind, **options: Any) -> None:
        super().__init__(*args, **options)
        if kind.expires:
            self.fields["expires_date"].required = True
            self.fields["expires_date"].help_text = _("The last day, as the document says it.")


class KindForm(forms.ModelForm[DocumentKind]):
    """One line of the checklist. Its code never changes."""

    asked_of = forms.MultipleChoiceField(
        label=_("Asked of"), choices=Partner.Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    required_of = forms.MultipleChoiceField(
        label=_("Required of"),
        choices=Partner.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is required is asked, too. Suppliers that are approved stay approved."),
    )

    class Meta:
        model = DocumentKind
        fields: tuple[str, ...] = ("name", "name_en", "asked_of", "required_of", "expires", "position")
        labels = {
            "name": _("Name"),
            "name_en": _("English name"),
            "expires": _("It always has a last day"),
            "position": _("Place in the list"),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["asked_of"] = sorted({*given.get("asked_of", ()), *given.get("required_of", ())})
        return given


class NewKindForm(KindForm):
    class Meta(KindForm.Meta):
        fields = ("code", *KindForm.Meta.fields)
        labels = {"code": _("Short name in Latin letters")} | KindForm.Meta.labels
