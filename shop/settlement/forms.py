from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.partner.models import Partner
from shop.money import NotWholeFen, to_fen
from shop.revenue.models import PayoutItem


class SupplierChoice(forms.ModelChoiceField[Any]):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class DraftForm(forms.Form):
    """suppliers: those with a share that is due"""

    partner = SupplierChoice(
        queryset=Partner.objects.none(), required=False, label=_("Supplier"), empty_label=_("All suppliers")
    )

    def __init__(self, *args: Any, suppliers: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["partner"].queryset = suppliers  # type: ignore[attr-defined]


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of proof"), choices=PayoutItem.Evidence.choices, widget=forms.RadioSelect)
    reference = forms.CharField(
        label=_("Number on the proof"),
        max_length=80,
        help_text=_("As it stands on the paper or in the bank's list; each proves one payment."),
    )
    paid_on = forms.DateField(
        label=_("Day on the proof"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["paid_on"].initial = today


class FailForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=120,
        help_text=_("As the bank gave it. The debt is open again and goes into a later payout."),
    )


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("upheld", _("upheld: the household is right")), ("rejected", _("not upheld"))],
        widget=forms.RadioSelect,
    )
    adjustment = forms.DecimalField(
        label=_("The supplier owes the household more, in yuan"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
        help_text=_("Only with a dispute that is upheld; it is paid with the next payout."),
    )
    answer = forms.CharField(
        label=_("Answer to the household"),
        max_length=500,
        widget=forms.Textarea,
        help_text=_("It stands on the household's statement."),
    )

    def clean_adjustment(self) -> int:
        """Whole fen; 0 when nothing was typed."""
        try:
            return to_fen(self.cleaned_data["adjustment"] or Decimal())
        except NotWholeFen as error:
            raise ValidationError(str(error)) from error
