"""How an editor picks a product for a shelf: by a word of its name, among what is on sale now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from catalogue.days import last_day_before
from catalogue.models import Product
from shop.storefront import listing
from shop.templatetags.shop_format import shanghai, yuan


class WordsForm(BaseFilterForm):
    q = forms.CharField(label=_("Search"), required=False, max_length=100)

    def filter(self, objects: QuerySet[Product]) -> QuerySet[Product]:
        words = self.cleaned_data.get("q", "").strip()
        if words:
            self.is_searching, self.search_query = True, words
            objects = objects.filter(Q(title__icontains=words) | Q(title_en__icontains=words))
        return objects


def supplier_of(product: Product) -> str:
    offer = listing.offer(product)
    return offer.partner.label if offer else ""


def price_of(product: Product) -> str:
    fen = listing.price_fen(product)
    return "" if fen is None else yuan(fen)


def certified_until(product: Product) -> str:
    """The last day of its certificate."""
    return shanghai(last_day_before(product.certified_until)) if product.certified_until else ""


class Columns:
    """What tells two products of the same name apart."""

    filter_form_class = WordsForm

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("supplier", label=_("Supplier"), accessor=supplier_of),
            Column("price", label=_("Price"), accessor=price_of),
            Column("certified_until", label=_("Certified until"), accessor=certified_until),
        ]


class ChooseProduct(Columns, ChooseView):
    pass


class ChooseProductResults(Columns, ChooseResultsView):
    pass


class ProductChooserViewSet(ChooserViewSet):
    model = Product
    icon = "tag"
    choose_one_text = _("Choose a product")
    choose_another_text = _("Choose another product")
    choose_view_class = ChooseProduct
    choose_results_view_class = ChooseProductResults

    def get_object_list(self) -> Any:
        return listing.with_offers(Product.objects.on_sale(timezone.now()).order_by("title", "id"))


product_chooser = ProductChooserViewSet("product_chooser", url_prefix="products")
ProductBlock = product_chooser.get_block_class(name="ProductBlock", module_path="shop.pages.choosers")
