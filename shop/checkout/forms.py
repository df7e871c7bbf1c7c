"""One form: who, where to, how. Places are chosen by code, province, then city, then county."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import Jinja2
from django.utils.translation import gettext_lazy as _

from catalogue.models import Place, in_language
from shop.buyers.models import Unit
from shop.pagecache import memo
from shop.payments.models import Payment

CHEAPEST = "cheapest"
PLACES = ("province", "city", "county")  # each lies in the one before
CHOICES = [(CHEAPEST, _("Cheapest way")), ("fastest", _("Fastest way"))]

ASKS = {"hx-post": ""}  # a change asks this page at once for what follows from it


Choices = dict[str, str]  # names by code, in the order they are shown; "" stands first and chooses nothing


def places(level: str, parent: str = "") -> Choices:
    """The divisions of a level under a parent. parent: a code that exists; empty: none is chosen yet"""
    if level != Place.Level.PROVINCE and not parent:
        return {"": str(_("Choose above first"))}
    rows = memo.keep(f"places {level} {parent}", lambda: _rows(level, parent))
    return {"": str(_("Please choose")), **{code: in_language(name, name_en) for code, name, name_en in rows}}


def _rows(level: str, parent: str) -> list[tuple[str, str, str]]:
    found = Place.objects.current().filter(level=level, **({"parent": parent} if parent else {}))
    return list(found.values_list("code", "name", "name_en"))


class CheckoutForm(forms.Form):
    default_renderer = Jinja2()  # its lists of places are long

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The link to your order goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(label=_("Recipient"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        help_text=_("For the courier only."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    province = forms.ChoiceField(label=_("Province"), widget=forms.Select(attrs=ASKS))
    city = forms.ChoiceField(label=_("City"), widget=forms.Select(attrs=ASKS))
    county = forms.ChoiceField(label=_("County or district"), widget=forms.Select(attrs=ASKS))
    street = forms.CharField(
        label=_("Street, house, door"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    choice = forms.ChoiceField(label=_("Way"), choices=CHOICES, initial=CHEAPEST, widget=forms.RadioSelect(attrs=ASKS))
    method = forms.ChoiceField(
        label=_("Pay by"), choices=Payment.Method.choices, initial=Payment.Method.ALIPAY, widget=forms.RadioSelect
    )
    unit = forms.ModelChoiceField(label=_("For the unit"), queryset=Unit.objects.none(), required=False)
    fresh = forms.BooleanField(
        label=_("I know that the fresh goods in this order cannot be returned without a reason"), required=False
    )
    submission = forms.CharField(widget=forms.HiddenInput, max_length=64)
    shown_fen = forms.IntegerField(min_value=0, required=False)  # the total the buyer was shown, written with the ways

    def __init__(self, data: Any = None, *, user: Any = None, has_fresh: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        chosen = data or {}
        parent, levels = "", (Place.Level.PROVINCE, Place.Level.PREFECTURE, Place.Level.COUNTY)
        for name, level in zip(PLACES, levels, strict=True):
            choices = places(level, parent)
            self._offer(name, choices)
            parent = chosen.get(name, "") if chosen.get(name, "") in choices else ""
        units = Unit.objects.filter(members__user=user) if user is not None and user.is_authenticated else None
        if units is not None and units.exists():
            field = self.fields["unit"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset, field.empty_label = units, str(_("For myself"))
        else:
            del self.fields["unit"]
        if has_fresh:
            self.fields["fresh"].required = True
            self.fields["fresh"].error_messages["required"] = _(
                "Tick this to go on, or take the fresh goods out of the basket."
            )
        else:
            del self.fields["fresh"]

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices.items())

    def clean_phone(self) -> str:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["phone"])  # Chinese keyboards
        phone = re.sub(r"[\s-]", "", typed).removeprefix("+86")
        if not re.fullmatch(r"1[3-9][0-9]{9}", phone):
            raise ValidationError(_("Give a mainland mobile number of 11 plain digits, such as 13800000000."))
        return phone

    def clean_submission(self) -> str:
        token = str(self.cleaned_data["submission"])
        if not re.fullmatch(r"[A-Za-z0-9_-]{20,64}", token):
            raise ValidationError(_("This form is out of date. Load the page again."))
        return token
