from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EnterForm(forms.Form):
    """Both as printed on the slip. The code is not shown again after a mistake, and no browser keeps it."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=40,
        help_text=_("It begins your slip."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    code = forms.CharField(
        label=_("Printed code"),
        max_length=60,
        help_text=_("Four groups of letters and figures. Capitals, spaces and dashes do not matter."),
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
        ),
    )


class ShareForm(forms.Form):
    """Which share; it travels in the body, so that no address names one."""

    share = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class DisputeForm(ShareForm):
    text = forms.CharField(
        label=_("What is wrong?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
