"""What the register and the certifier's room ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import Place
from certification.applications import REASON_MOST
from certification.models import Certificate


class RegisterForm(forms.Form):
    """Search and filters of the public register; everything may be left open."""

    q = forms.CharField(label=_("Number, supplier or product"), max_length=100, required=False)
    county = forms.ChoiceField(label=_("County"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *Certificate.State.choices]
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        counties = Place.objects.filter(pk__in=Certificate.objects.values("partner__county"))
        every: list[tuple[str, Any]] = [("", _("every county"))]
        self.fields["county"].choices = every + [(place.code, str(place)) for place in counties]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    reason = forms.CharField(
        label=_("Note"), max_length=REASON_MOST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=REASON_MOST, widget=forms.Textarea(attrs={"rows": 3}))


class IssueForm(forms.Form):
    number = forms.CharField(
        label=_("Certificate number"),
        max_length=30,
        required=False,
        help_text=_("Left empty, it is made from county, year and application."),
    )
