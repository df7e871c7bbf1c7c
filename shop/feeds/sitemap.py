"""Which pages there are, for search engines: products on sale now, what editors publish, the register's doors.

Every page stands once a language, and names the same page in the others. Source: sitemaps.org/protocol.html; for the
languages developers.google.com/search/docs/specialty/international/localized-versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import DateTimeField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page, Site

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from certification.models import Certificate
from shop import languages
from shop.feeds.markup import absolute, element, empty

SIZE = 5_000  # addresses of one file
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
DOORS = ("catalogue:index", "certificates:index", "certificates:notices")


class NoSuchPart(Exception):
    """There is no such file in the index."""


@dataclass(frozen=True)
class Entry:
    """One page. addresses: its path in each language it is offered in, by language code"""

    addresses: dict[str, str]
    changed_at: datetime | None = None


def index(*, at: datetime) -> str:
    """The file that names all others."""
    parts = [(kind, number) for kind, rows in _kinds(at).items() for number in _parts(rows)]
    files = [element("loc", absolute(reverse("sitemap_part", args=part))) for part in parts]
    return HEAD + INDEX + "".join(f"<sitemap>{file}</sitemap>\n" for file in files) + "</sitemapindex>\n"


def part(kind: str, number: int, *, at: datetime) -> str:
    """One file. kind: pages or products; number: from 1. Raises NoSuchPart."""
    rows = _kinds(at).get(kind)
    if rows is None or number not in _parts(rows):
        raise NoSuchPart(f"The sitemap has no part {kind} {number}; /sitemap.xml names those it has.")
    shown = rows[(number - 1) * _per_part() : number * _per_part()]
    entries = _products(shown) if kind == "products" else _pages(shown, with_doors=number == 1)
    return HEAD + SET + "".join(line for entry in entries for line in _written(entry)) + "</urlset>\n"


def _kinds(at: datetime) -> dict[str, QuerySet[Any]]:
    return {"pages": _published(), "products": Product.objects.offered(at).order_by("pk")}


def _per_part() -> int:
    """Every page stands once a language."""
    return SIZE // len(_codes())


def _parts(rows: QuerySet[Any]) -> range:
    """The numbers of the files that these rows fill."""
    return range(1, Paginator(rows.values("pk"), _per_part()).num_pages + 1)


def _codes() -> list[str]:
    """The languages every public page is offered in."""
    return [link["code"] for link in languages.links("/")]


def _written(entry: Entry) -> Iterator[str]:
    changed = element("lastmod", entry.changed_at.astimezone(UTC).isoformat("T", "seconds")) if entry.changed_at else ""
    twins = "".join(
        empty("xhtml:link", rel="alternate", hreflang=code, href=absolute(path))
        for code, path in entry.addresses.items()
    )
    for path in entry.addresses.values():
        yield f"<url>{element('loc', absolute(path))}{changed}{twins if len(entry.addresses) > 1 else ''}</url>\n"


def _in_all_languages(chinese: str, changed_at: datetime | None = None) -> Entry:
    return Entry({link["code"]: link["url"] for link in languages.links(chinese)}, changed_at)


def _products(rows: QuerySet[Product]) -> Iterator[Entry]:
    """A product's page changes with the product, its offer and its certificates."""
    priced = StockRecord.objects.filter(product=OuterRef("pk")).order_by().values("product")
    certified = Certificate.objects.filter(product=OuterRef("pk")).order_by().values("product")
    changed = Greatest(
        "date_updated",
        Subquery(priced.annotate(last=Max("date_updated")).values("last")),
        Subquery(certified.annotate(last=Max("state_at")).values("last")),
        output_field=DateTimeField(),
    )
    with translation.override(settings.LANGUAGE_CODE):
        for key, slug, moment in rows.values_list("pk", "slug", changed):
            yield _in_all_languages(reverse("catalogue:detail", args=[slug, key]), moment)


def _published() -> QuerySet[Page]:
    """What editors publish for everybody, from the front doors down. Twins in two languages stand side by side."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    below = Q(pk=None)
    for root in site.root_page.get_translations(inclusive=True) if site else ():
        below |= Q(path__startswith=root.path)
    return Page.objects.live().public().filter(below).order_by("translation_key", "pk")  # type: ignore[no-any-return]


def _pages(rows: QuerySet[Page], *, with_doors: bool) -> Iterator[Entry]:
    """One entry for a page and its twins. Two that the end of a file cuts apart each stand alone."""
    if with_doors:
        with translation.override(settings.LANGUAGE_CODE):
            yield from [_in_all_languages(reverse(name)) for name in DOORS]
    for _key, pages in groupby(rows.select_related("locale"), key=lambda page: page.translation_key):
        twins = list(pages)
        addresses = {page.locale.language_code: page.get_url() for page in twins}
        moments = [page.last_published_at for page in twins if page.last_published_at]
        yield Entry({code: url for code, url in addresses.items() if url}, max(moments, default=None))
