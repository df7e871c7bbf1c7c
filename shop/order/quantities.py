"""How many of a product one line may ask for, and how a typed number is read."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST = 1
MOST = 999


class QuantityField(forms.CharField):
    """A whole number from 1 to 999 in plain digits; 0, -1, 1e9, full-width digits and NaN are refused."""

    widget = forms.NumberInput(attrs={"min": LEAST, "max": MOST, "step": 1})

    def clean(self, value: object) -> int:  # type: ignore[override]
        text = super().clean(value)
        if len(text) > 3 or not (text.isascii() and text.isdecimal()) or not LEAST <= int(text) <= MOST:
            raise ValidationError(refusal(), code="quantity")
        return int(text)


def refusal() -> str:
    return _("A quantity is a whole number from %(least)d to %(most)d.") % {"least": LEAST, "most": MOST}
