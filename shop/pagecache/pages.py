"""Which pages are shared by all visitors, and what each shows: one line a route, as Django's resolver writes it.

A tag is what PostgreSQL says when something changes (`shop.pagecache.migrations`): "shelf" anything that lists of
products show, "assortment" the same without stock and pictures, "product:7" one product's own page, "register" and
"certificate:X-1" certificates, "pages" what editors publish, "all" names of places, suppliers and the like.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SHARED: dict[str, tuple[str, ...]] = {
    "": ("pages", "shelf", "register"),
    "^((?:[\\w\\-]+/)*)$": ("pages", "shelf", "register"),
    "products/": ("shelf", "pages", "register"),
    "products/<str:product_slug>_<int:pk>/": ("product:{pk}",),
    "products/places/<str:code>/": ("assortment", "register"),
    "products/<int:pk>/reviews/": ("product:{pk}",),
    "products/suggestions/": ("assortment", "register"),
    "feeds/products.xml": ("shelf", "register"),
    "sitemap.xml": ("shelf", "pages", "register"),
    "sitemaps/<str:kind>-<int:number>.xml": ("shelf", "pages", "register"),
    "robots.txt": (),
    "styleguide/": (),
    "certificates/": ("register", "assortment"),
    "certificates/notices/": ("register", "assortment"),
    "certificates/<str:number>/": ("register", "assortment", "certificate:{number}"),
}


def tags_of(route: str, values: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The tags of a route (without its language) with these values of its parameters; None when it is not shared."""
    tags = SHARED.get(route)
    return None if tags is None else tuple(tag.format(**values) for tag in tags)
