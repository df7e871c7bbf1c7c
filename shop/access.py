"""Who may open which address: one line a family of addresses, the longest match counts.

The architecture test walks every address of the site and fails on one that no line here covers; the access test
asks each as a stranger and expects what its line says.
"""

from __future__ import annotations

from enum import StrEnum


class Access(StrEnum):
    PUBLIC = "public"  # anyone
    LINK = "link"  # whoever holds the signed link
    VISITOR = "visitor"  # anyone; it shows the visitor's own things, so no cache keeps it
    SIGNED_IN = "signed_in"  # any account
    ROLE = "role"  # an account with a role in that room
    HOUSEHOLD = "household"  # a household with its printed code
    STAFF = "staff"  # the platform's operators and, in the page editor, those with a role there
    KEY = "key"  # a program with a key of a supplier
    WEBHOOK = "webhook"  # a payment gateway with a valid signature


# A route as Django's resolver writes it, without the language prefix.
ACCESS = {
    "": Access.PUBLIC,  # pages that editors publish
    "healthz": Access.PUBLIC,
    "favicon.ico": Access.PUBLIC,
    "robots.txt": Access.PUBLIC,
    "sitemap.xml": Access.PUBLIC,
    "sitemaps/": Access.PUBLIC,
    "feeds/": Access.PUBLIC,
    "media/": Access.PUBLIC,
    "api/v1/": Access.PUBLIC,
    "api/v1/supplier/": Access.KEY,
    "products/": Access.PUBLIC,
    "styleguide/": Access.PUBLIC,  # in the demo
    "visitor/": Access.VISITOR,
    "basket/": Access.VISITOR,
    "checkout/": Access.VISITOR,
    "orders/": Access.LINK,
    "account/": Access.SIGNED_IN,
    "account/sign-in/": Access.VISITOR,
    "account/sign-out/": Access.VISITOR,
    "certificates/": Access.PUBLIC,
    "certificates/room/": Access.ROLE,
    "centre/": Access.ROLE,
    "supplier/": Access.ROLE,
    "supplier/invitations/": Access.LINK,
    "supplier/new/": Access.SIGNED_IN,
    "listings/": Access.STAFF,
    "settlement/": Access.ROLE,
    "official/": Access.ROLE,
    "webhooks/": Access.ROLE,  # a supplier's own, or all of them for operators
    "household/": Access.HOUSEHOLD,
    "household/enter/": Access.VISITOR,
    "ug/": Access.PUBLIC,  # leads to Chinese; a household's pages there count as its pages
    "payments/": Access.WEBHOOK,
    "dashboard/": Access.STAFF,
    "cms/": Access.STAFF,
}


def of(route: str) -> Access | None:
    """The class of a route; None when no line covers it. The bare "" line covers only Wagtail's own routes."""
    families = [family for family in ACCESS if family and route.startswith(family)]
    if families:
        return ACCESS[max(families, key=len)]
    return None
