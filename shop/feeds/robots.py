"""What search engines leave alone: every address that is not for everybody, straight from the table of access."""

from __future__ import annotations

from django.urls import reverse

from shop import access, languages
from shop.access import Access
from shop.feeds.markup import absolute


def text() -> str:
    """robots.txt. Source: RFC 9309."""
    families = [family for family, kind in access.ACCESS.items() if kind is not Access.PUBLIC]
    closed = [each for each in families if not any(each != other and each.startswith(other) for other in families)]
    roots = [link["url"] for link in languages.links("/household/")]
    prefixes = sorted(url.removesuffix("household/") for url in roots)
    lines = [f"Disallow: {prefix}{family}" for family in closed for prefix in prefixes]
    return "\n".join(["User-agent: *", *lines, "", f"Sitemap: {absolute(reverse('sitemap'))}", ""])
