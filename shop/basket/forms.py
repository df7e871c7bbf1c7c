from __future__ import annotations

from django import forms

from shop.order.quantities import QuantityField


class QuantityForm(forms.Form):
    quantity = QuantityField()
