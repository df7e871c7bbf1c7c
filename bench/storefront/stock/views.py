"""Oscar's two lists, in Oscar's own templates, paged by the database instead of by Haystack's simple engine.

This is a favour to stock: as shipped, that engine reads every product of the shop into memory for every list.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.views.generic import ListView
from oscar.core.loading import get_model

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")


class Products(ListView):  # type: ignore[type-arg]
    template_name = "oscar/catalogue/browse.html"
    paginate_by = settings.OSCAR_PRODUCTS_PER_PAGE  # type: ignore[misc]

    def get_queryset(self) -> Any:
        return Product.objects.browsable().base_queryset()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = [SimpleNamespace(object=product) for product in context["object_list"]]  # what Haystack would give
        return context | {"products": found, "summary": "All products"}


class ProductsOfCategory(Products):
    template_name = "oscar/catalogue/category.html"

    def get_queryset(self) -> Any:
        self.category = get_object_or_404(Category, pk=self.kwargs["pk"])
        return super().get_queryset().filter(categories__in=self.category.get_descendants_and_self()).distinct()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"category": self.category}
