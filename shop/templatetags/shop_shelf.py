"""Live products on pages that editors write."""

from typing import Any

from django import template
from django.utils import timezone

from catalogue.models import Product
from shop.storefront import listing

register = template.Library()


@register.simple_tag
def shelf(number: int) -> list[dict[str, Any]]:
    """Cards of so many certified products, one of each commodity before a second of any."""
    on_sale = Product.objects.on_sale(timezone.now()).order_by("id")
    turns: dict[str, int] = {}
    ranked = []
    for key, commodity in on_sale.values_list("id", "commodity_id"):
        turns[commodity] = turns.get(commodity, 0) + 1
        ranked.append((turns[commodity], key))
    chosen = [key for _turn, key in sorted(ranked)[:number]]
    return [listing.card(product) for product in listing.cards(Product.objects.filter(id__in=chosen)).order_by("id")]
