"""Every public page is shared, and whatever a shared page reads from the database is watched."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import ResolverMatch, resolve
from django.utils import translation

from catalogue.models import Product
from shop import access, languages
from shop.access import Access
from shop.demo import pages as demo_pages
from shop.pagecache import pages, sharing
from tests import make
from tests.architecture.test_access import ALL

# Public addresses that are no pages to be kept, and why.
NOT_SHARED = {
    "healthz": "says how the site is now",
    "favicon.ico": "leads to a file",
    "media/": "files; nginx serves them in production",
    "api/v1/": "answers are small and carry a page's token in the query",
    "ug/": "leads to the same page in Chinese",
    "products/<int:pk>/promise/": "depends on the hour of the day",
}
# Read by shared pages, and no news to them, and why.
NOT_WATCHED = {
    "django_content_type": "changes with the code alone",
    "provenance_lotinput": "written with its lot, never changed",
    "provenance_intakeslip": "written before its lot, never changed",
    "households_household": "of a lot's households the references alone are read, which are never changed",
}

# Read by pages that do not listen to what the table says, and why.
NOT_HEARD = {
    "provenance_lot": "on lists: its dates never change, and its packs are told by logistics_lotstock",
    "catalogue_formername": "a former name is written with the place's new one, which is told by catalogue_place",
}


def test_every_public_page_is_shared_or_says_why_not() -> None:
    public = {route for route, _name in ALL if access.of(route) == Access.PUBLIC}
    unexplained = [
        route for route in public if route not in pages.SHARED and not any(route.startswith(one) for one in NOT_SHARED)
    ]

    assert len(public) > 5
    assert unexplained == []


def test_every_shared_route_exists() -> None:
    routes = {route for route, _name in ALL} | {f"^{route}" for route, _name in ALL}

    assert [route for route in pages.SHARED if route not in routes] == []


READ = re.compile(r'(?:FROM|JOIN)\s+"?([a-z]+_\w+)"?')


def told() -> dict[str, set[str]]:
    """The kinds of tags (without what follows the colon) that each table's triggers say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger WHERE tgname LIKE 'pagecache%'"
        )
        rows = cursor.fetchall()
    said: dict[str, set[str]] = {}
    for table, arguments in rows:
        tags = re.findall(r"'([a-z]+)(?::'|')", arguments.partition("\\000")[0]) or ["shelf", "product"]  # of stock
        said.setdefault(table, set()).update(tags)
    return said


def read_by(client: Client, address: str) -> set[str]:
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200 and body, address
    return {table for query in seen for table in READ.findall(query["sql"])}


def found(address: str) -> ResolverMatch:
    with translation.override("zh-hans"):  # a page asked for before may have left another language behind
        return resolve(languages.plain(urlsplit(address).path))


def heard_by(address: str) -> set[str]:
    """The kinds of tags that a page listens to."""
    match = found(address)
    tags = pages.tags_of(languages.plain_route(match.route), match.kwargs) or ()
    return {tag.partition(":")[0] for tag in tags} | {"all"}


@pytest.fixture
def addresses(db: None) -> list[str]:
    from django.utils import timezone

    product: Any = make.product()
    certificate = make.certificate(product, at=timezone.now())
    lot = make.packed_lot(product, expires=timezone.localdate() + timezone.timedelta(days=90))
    make.stock(lot, make.node("county", "county"))
    Product.objects.filter(pk=product.pk).update(rating=4.0)  # so that its page asks for the reviews
    demo_pages.build()
    from wagtail.models import Page

    written = [page.get_url() for page in Page.objects.live().filter(depth__gt=1)]
    own = [
        "/products/",
        "/products/?query=walnut",
        "/products/suggestions/?query=wal",
        product.get_absolute_url(),
        f"/products/{product.pk}/reviews/",
        "/certificates/",
        "/certificates/notices/",
    ]
    machines = ["/feeds/products.xml", "/sitemap.xml", "/robots.txt", "/sitemaps/products-1.xml", "/styleguide/"]
    return [*own, f"/certificates/{certificate.number}/", "/products/places/653223/", *machines, *written]


def test_a_shared_page_hears_of_every_table_it_reads(
    client: Client, addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "_next_change", lambda at: 0.0)  # it is the clock's, not the page's
    said = told()
    deaf = {
        (table, address)
        for address in addresses
        for table in read_by(client, address) - NOT_WATCHED.keys() - NOT_HEARD.keys()
        if not said.get(table, set()) & heard_by(address)
    }

    assert {languages.plain_route(found(address).route) for address in addresses} == set(pages.SHARED)
    assert deaf == set()


def test_a_table_that_says_nothing_is_noticed(client: Client, addresses: list[str]) -> None:
    with connection.cursor() as cursor:
        for event in ("insert", "update", "delete"):
            cursor.execute(f"DROP TRIGGER pagecache_{event} ON logistics_lotstock")

    assert "logistics_lotstock" in read_by(client, "/products/") - told().keys()


def test_a_page_that_does_not_listen_is_noticed(
    client: Client, addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pages.SHARED, "certificates/", ("register",))

    assert not told()["catalogue_product"] & heard_by("/certificates/")
