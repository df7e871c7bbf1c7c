from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalogue.partner.models import Partner
from shop.buyers.models import Unit
from shop.supplier.forms import SupplierChoice
from shop.webhooks import targets
from shop.webhooks.models import Kind


class SubscriptionForm(forms.Form):
    """An address and what it is told. partners: the person's suppliers; None: an operator, who may choose a unit."""

    partner = SupplierChoice(queryset=Partner.objects.none(), label=_("Supplier"))
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        label=_("Purchasing unit"),
        required=False,
        empty_label=_("none: the platform itself"),
        help_text=_("A unit is told of its own orders, the platform of all."),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Where your machine listens, beginning with https://."),
    )
    events = forms.MultipleChoiceField(
        choices=Kind.choices, widget=forms.CheckboxSelectMultiple, label=_("Tell it when")
    )

    def __init__(self, *args: Any, partners: QuerySet[Partner] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if partners is None:
            del self.fields["partner"]
            self.fields["unit"].queryset = Unit.objects.order_by("code")  # type: ignore[attr-defined]
        else:
            del self.fields["unit"]
            self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
            self.fields["partner"].initial = partners.first()

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            targets.read(url)
        except targets.TargetRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return url
