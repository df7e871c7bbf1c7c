"""What a page says, as schema.org says it: products with their offer and certificate, the way to them, the shop itself.

Everything is taken from what the page already holds. Source: schema.org/Product, /Certification, /BreadcrumbList,
/WebSite; developers.google.com/search/docs/appearance/structured-data/product.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.models import Place
from certification.models import Certificate
from shop import money
from shop.feeds.markup import absolute
from shop.reviews.published import Opinion
from shop.storefront.availability import State
from shop.storefront.sheet import Sheet

Data = dict[str, Any]
CONTEXT = "https://schema.org"
AVAILABILITY = {State.ENOUGH: "InStock", State.FEW: "LimitedAvailability", State.SOLD_OUT: "SoldOut"}
# What could end the element or start another inside it, as JSON may write it instead; the last two end a line in
# JavaScript. Source: html.spec.whatwg.org, restrictions for contents of script elements.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def as_json(data: Data) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)


def product(sheet: Sheet) -> Data:
    """A product with its offer and certificate; nothing for one that is not for sale, whose page answers 410."""
    held = sheet.certificate
    item = sheet.product
    if held is None or sheet.fen is None or not item.net_content_g:
        return {}
    url = absolute(item.get_absolute_url())
    said: Data = {
        "@context": CONTEXT,
        "@type": "Product",
        "@id": f"{url}#product",
        "url": url,
        "name": item.name,
        "description": item.text,
        "sku": str(item.pk),
        "image": [absolute(picture.large) for picture in sheet.pictures],
        "brand": {"@type": "Brand", "name": sheet.supplier.label} if sheet.supplier else None,
        "weight": _grams(item.net_content_g),
        "countryOfOrigin": {"@type": "Country", "name": "CN"},
        "additionalProperty": _origin(sheet.county),
        "hasCertification": certification(held, sheet),
        "offers": _offer(sheet, sheet.fen, url),
        "aggregateRating": _rating(sheet.opinion),
    }
    return {name: value for name, value in said.items() if value}


def certification(held: Certificate, sheet: Sheet) -> Data:
    """expires: the last day it stands"""
    return {
        "@type": "Certification",
        "name": str(held.scheme),
        "certificationIdentification": held.number,
        "certificationStatus": f"{CONTEXT}/CertificationActive",
        "issuedBy": {"@type": "Organization", "name": held.scheme.issuer_name},
        "validFrom": sheet.first_day.isoformat() if sheet.first_day else "",
        "expires": sheet.last_day.isoformat() if sheet.last_day else "",
        "url": absolute(reverse("certificates:detail", args=[held.number])),
    }


def breadcrumbs(crumbs: Iterable[Mapping[str, str]]) -> Data:
    """crumbs: label and url of each step, as components/breadcrumb.html takes them; the page itself has no url"""
    steps = []
    for position, crumb in enumerate(crumbs, start=1):
        where = {"item": absolute(crumb["url"])} if crumb.get("url") else {}
        steps.append({"@type": "ListItem", "position": position, "name": str(crumb["label"])} | where)
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": steps} if steps else {}


def site(contact: str = "") -> Data:
    """The shop and its search, for the front door. contact: an e-mail address"""
    root, name = absolute("/"), _("Oasis Market")
    shop = {"@type": "Organization", "@id": f"{root}#shop", "name": name, "url": root}
    if contact:
        shop["email"] = contact
    search = {
        "@type": "SearchAction",
        "target": {
            "@type": "EntryPoint",
            "urlTemplate": absolute(reverse("catalogue:index")) + "?query={search_term_string}",
        },
        "query-input": "required name=search_term_string",
    }
    website = {
        "@type": "WebSite",
        "@id": f"{root}#site",
        "url": absolute(reverse("home")),
        "name": name,
        "inLanguage": get_language() or "",
        "publisher": {"@id": f"{root}#shop"},
        "potentialAction": search,
    }
    return {"@context": CONTEXT, "@graph": [shop, website]}


def _offer(sheet: Sheet, fen: int, url: str) -> Data:
    said = {
        "@type": "Offer",
        "url": url,
        "price": f"{money.to_yuan(fen):.2f}",
        "priceCurrency": "CNY",
        "availability": f"{CONTEXT}/{AVAILABILITY[sheet.state]}",
        "itemCondition": f"{CONTEXT}/NewCondition",
        "seller": {"@type": "Organization", "name": sheet.supplier.label} if sheet.supplier else None,
    }
    return {name: value for name, value in said.items() if value}


def _rating(opinion: Opinion) -> Data | None:
    """The mean of what is published, as the page says it."""
    if not opinion.count:
        return None
    scale = {"bestRating": 5, "worstRating": 1}
    return {"@type": "AggregateRating", "ratingValue": opinion.mean, "reviewCount": opinion.count} | scale


def _grams(grams: int) -> Data:
    """unitCode: gram, of UN/CEFACT Recommendation 20"""
    return {"@type": "QuantitativeValue", "value": grams, "unitCode": "GRM"}


def _origin(county: Place | None) -> list[Data]:
    """The county by its code of GB/T 2260."""
    if county is None:
        return []
    return [
        {"@type": "PropertyValue", "name": _("Origin"), "value": str(county), "propertyID": f"GB/T 2260 {county.code}"}
    ]
