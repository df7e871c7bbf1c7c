from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.listings.models import TEXT_MOST


class WordsForm(forms.Form):
    """What supplier and reviewer say to each other."""

    text = forms.CharField(label=_("In words"), max_length=TEXT_MOST, widget=forms.Textarea(attrs={"rows": 4}))
