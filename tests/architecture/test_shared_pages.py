"""Every public page is shared, and whatever a shared page reads from the database is watched."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shop import access
from shop.access import Access
from shop.demo import pages as demo_pages
from shop.pagecache import pages
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


def watched() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pagecache%'")
        return {name for (name,) in cursor.fetchall()}


def read_by(client: Client, address: str) -> set[str]:
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return {table for query in seen for table in re.findall(r'(?:FROM|JOIN) "([a-z]\w+)"', query["sql"])}


@pytest.fixture
def addresses(db: None) -> list[str]:
    from django.utils import timezone

    product: Any = make.product()
    certificate = make.certificate(product, at=timezone.now())
    lot = make.packed_lot(product, expires=timezone.localdate() + timezone.timedelta(days=90))
    make.stock(lot, make.node("county", "county"))
    demo_pages.build()
    from wagtail.models import Page

    written = [page.get_url() for page in Page.objects.live().filter(depth__gt=1)]
    own = [
        "/products/",
        "/products/?query=walnut",
        product.get_absolute_url(),
        "/certificates/",
        "/certificates/notices/",
    ]
    return [*own, f"/certificates/{certificate.number}/", *written]


def test_every_table_a_shared_page_reads_is_watched(client: Client, addresses: list[str]) -> None:
    unwatched = {
        (table, address) for address in addresses for table in read_by(client, address) - watched() - NOT_WATCHED.keys()
    }

    assert len(addresses) > 15
    assert unwatched == set()


def test_a_table_nobody_watches_is_noticed(client: Client, addresses: list[str]) -> None:
    with connection.cursor() as cursor:
        for event in ("insert", "update", "delete"):
            cursor.execute(f"DROP TRIGGER pagecache_{event} ON partner_partner")

    assert "partner_partner" in read_by(client, "/products/") - watched()
