"""What a page says to machines, as a data block: no browser runs it, and nothing in it can break out of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from shop.feeds import schema
from shop.storefront.sheet import Sheet

register = template.Library()


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """data: schema.org's words; nothing is written for nothing"""
    return mark_safe(f'<script type="application/ld+json">{schema.as_json(data)}</script>' if data else "")


@register.simple_tag
def product_data(sheet: Sheet) -> SafeString:
    """A product's page."""
    return json_ld(schema.product(sheet))


@register.simple_tag
def breadcrumb_data(crumbs: Iterable[Mapping[str, str]]) -> SafeString:
    """Beside the component `breadcrumb`, with the same crumbs."""
    return json_ld(schema.breadcrumbs(crumbs))


@register.simple_tag
def site_data(contact: str = "") -> SafeString:
    """The front door."""
    return json_ld(schema.site(contact))
