"""How an editor picks a product for a shelf: by a word of its name, among what is public."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from catalogue.models import Product


class WordsForm(BaseFilterForm):
    q = forms.CharField(label=_("Search"), required=False, max_length=100)

    def filter(self, objects: QuerySet[Product]) -> QuerySet[Product]:
        words = self.cleaned_data.get("q", "").strip()
        if words:
            self.is_searching, self.search_query = True, words
            objects = objects.filter(Q(title__icontains=words) | Q(title_en__icontains=words))
        return objects


class ChooseProduct(ChooseView):
    filter_form_class = WordsForm


class ChooseProductResults(ChooseResultsView):
    filter_form_class = WordsForm


class ProductChooserViewSet(ChooserViewSet):
    model = Product
    icon = "tag"
    choose_one_text = _("Choose a product")
    choose_another_text = _("Choose another product")
    choose_view_class = ChooseProduct
    choose_results_view_class = ChooseProductResults

    def get_object_list(self) -> Any:
        return Product.objects.filter(is_public=True).order_by("-certified_until", "title")


product_chooser = ProductChooserViewSet("product_chooser", url_prefix="products")
ProductBlock = product_chooser.get_block_class(name="ProductBlock", module_path="shop.pages.choosers")
