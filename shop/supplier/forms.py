from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from catalogue.partner.models import Partner
from certification.models import Scheme
from shop.api.models import Scope
from shop.api.tokens import LONGEST_DAYS
from shop.money import to_fen


class SupplierChoice(forms.ModelChoiceField[Any]):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class ProductChoice(forms.ModelChoiceField[Any]):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class ApplicationForm(forms.Form):
    """products: the supplier's own; on: schemes in force that day. Quantity becomes grams, the value fen."""

    product = ProductChoice(queryset=Product.objects.none(), label=_("Product"))
    scheme = forms.ModelChoiceField(queryset=Scheme.objects.none(), label=_("Scheme"))
    season = forms.CharField(label=_("Season"), max_length=20, help_text=_("The year of the harvest, as in 2026."))
    quantity = forms.DecimalField(
        label=_("Quantity in kilograms"),
        min_value=Decimal("0.001"),
        max_digits=12,
        decimal_places=3,
        help_text=_("What you want to sell under the certificate; sales stop when it is used up."),
    )
    output_value = forms.DecimalField(
        label=_("Output value in yuan"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("As you declare it. It is never added to sales."),
    )
    is_true = forms.BooleanField(label=_("What is said here is true, and we answer for it."))

    def __init__(self, *args: Any, products: QuerySet[Product], on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        in_force = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
        self.fields["product"].queryset = products  # type: ignore[attr-defined]
        self.fields["scheme"].queryset = Scheme.objects.filter(in_force).order_by("code", "-version")  # type: ignore[attr-defined]

    def clean_quantity(self) -> int:
        grams = self.cleaned_data["quantity"] * 1000
        if grams != grams.to_integral_value():
            raise ValidationError(_("Give whole grams: at most three digits after the point."))
        return int(grams)

    def clean_output_value(self) -> int:
        return to_fen(self.cleaned_data["output_value"])


class KeyForm(forms.Form):
    """A key for the supplier's own software. mine: the person's suppliers"""

    partner = SupplierChoice(queryset=Partner.objects.none(), label=_("Supplier"))
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("What uses it and where, as in “stock program in the office”.")
    )
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        label=_("It may"),
        help_text=_("No more than the program needs."),
    )
    days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=180,
        help_text=_("Afterwards it opens nothing; make a new one before."),
    )

    def __init__(self, *args: Any, mine: Sequence[Partner], **options: Any) -> None:
        super().__init__(*args, **options)
        own = Partner.objects.filter(pk__in=[partner.pk for partner in mine]).order_by("name")
        self.fields["partner"].queryset = own  # type: ignore[attr-defined]
        self.fields["partner"].initial = own.first()
