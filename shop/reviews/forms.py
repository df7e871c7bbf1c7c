from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.reviews.models import REASON_MOST, TEXT_MOST, TITLE_MOST, ProductReview


class ReviewForm(forms.Form):
    """names: how the buyer may be called, of `reviews.names`; review: what was said before"""

    score = forms.TypedChoiceField(coerce=int, label=gettext_lazy("How good is it?"), widget=forms.RadioSelect)
    title = forms.CharField(label=gettext_lazy("In one line"), max_length=TITLE_MOST)
    text = forms.CharField(
        label=gettext_lazy("What would you tell somebody who thinks of buying it?"),
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "About the goods: taste, size, packing, how they arrived. Name no people, numbers or addresses."
        ),
    )
    name = forms.ChoiceField(
        label=gettext_lazy("What stands below it"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Your full name and your e-mail address are never shown."),
    )

    def __init__(self, *args: Any, names: list[str], review: ProductReview | None, **options: Any) -> None:
        if review is not None:
            said = {"score": review.score, "title": review.title, "text": review.body, "name": review.name}
            options["initial"] = said
        super().__init__(*args, **options)
        self.fields["score"].choices = scores()  # type: ignore[attr-defined]
        self.fields["name"].choices = [(name, name or _("A buyer")) for name in names]  # type: ignore[attr-defined]


def scores() -> list[tuple[int, str]]:
    words = (_("very good"), _("good"), _("middling"), _("poor"), _("very poor"))
    return [(5 - place, f"{5 - place} · {word}") for place, word in enumerate(words)]


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your reply"),
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One reply to each review. It is read before it appears, and again when you change it."),
    )


class DecisionForm(forms.Form):
    """seen: when the words on the page had been written"""

    seen = forms.DateTimeField(widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])
    reason = forms.CharField(
        label=gettext_lazy("Reason, if you refuse it"),
        max_length=REASON_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The writer reads it: say what is to be changed."),
    )
