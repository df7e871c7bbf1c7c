"""Shared pages over real sockets: one for everyone, with an ETag, the second time from memory, gone at a change."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from certification import certificates
from certification.models import Certificate
from logistics.models import LotStock
from shop.demo import pages as demo_pages
from shop.pagecache import sharing, watch
from tests import make
from tests.pagecache.site import Site, running, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with running() as made:
        yield made


@pytest.fixture
def product(transactional_db: None) -> Product:
    """On sale now: certified, in stock, priced."""
    made = make.product(title="薄皮核桃", title_en="Thin-shelled walnuts")
    make.certificate(made, at=timezone.now())
    lot = make.packed_lot(made, units=50, expires=timezone.localdate() + timezone.timedelta(days=100))
    make.stock(lot, make.node("county", "county"))
    return made


def visitor() -> str:
    """Cookies of a visitor who is signed in and has a session, a CSRF token and a basket cookie."""
    client = Client()
    client.force_login(make.user())
    client.get("/account/sign-in/")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()} | {"oscar_open_basket": "7:x"}
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def test_a_shared_page_says_how_it_may_be_kept_and_sets_no_cookie(site: Site, product: Product) -> None:
    for path in ("/products/", "/en/products/", product.get_absolute_url(), "/certificates/", "/certificates/notices/"):
        answer = site.get(path, Cookie=visitor(), Accept_Language="en")

        assert answer.status == 200, path
        assert "set-cookie" not in answer.headers, path
        assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate", path
        assert answer.headers["etag"].startswith('"'), path
        assert "Cookie" not in answer.headers.get("vary", ""), path


def test_a_signed_in_visitor_gets_the_same_bytes_as_a_stranger(site: Site, product: Product) -> None:
    stranger = site.get("/products/")
    watch.store.drop(["all"])

    known = site.get("/products/", Cookie=visitor())

    assert known.body == stranger.body


def test_the_second_visitor_is_answered_from_memory(
    site: Site, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = site.keep("/products/")
    from shop.wsgi import application

    monkeypatch.setattr(application, "application", None)  # Django cannot be asked any more

    second = site.get("/products/")

    assert (second.status, second.body, second.headers["etag"]) == (200, first.body, first.headers["etag"])


def test_an_unchanged_page_is_not_sent_twice(site: Site, product: Product) -> None:
    first = site.get("/products/")

    again = site.get("/products/", If_None_Match=first.headers["etag"])
    other = site.get("/products/", If_None_Match='"something-else"')

    assert (again.status, again.body) == (304, b"")
    assert other.status == 200


def test_a_page_is_squeezed_for_whoever_can_unfold_it(site: Site, product: Product) -> None:
    plain = site.get("/products/")
    squeezed = site.get("/products/", Accept_Encoding="gzip, br")

    assert squeezed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(squeezed.body) == plain.body
    assert len(squeezed.body) < len(plain.body) / 2
    assert squeezed.headers["etag"] != plain.headers["etag"]


def test_whoever_refuses_gzip_gets_none(site: Site, product: Product) -> None:
    for refusal in ("gzip;q=0, identity", "gzip; q=0.0", "br, deflate", ""):
        assert "content-encoding" not in site.get("/products/", Accept_Encoding=refusal).headers, refusal
    for wish in ("gzip", "br, gzip;q=0.5", "gzip ; q=1.0, *;q=0"):
        assert site.get("/products/", Accept_Encoding=wish).headers["content-encoding"] == "gzip", wish


def test_an_endless_address_is_answered_and_not_kept(site: Site, product: Product) -> None:
    site.keep("/products/")
    before = site.kept

    answer = site.get(f"/products/?junk={'x' * 2_000}")

    assert answer.status == 200
    assert site.kept == before


def test_a_made_up_scheme_makes_no_new_entry(site: Site, product: Product) -> None:
    site.keep("/products/")
    before = site.kept

    site.get("/products/", X_Forwarded_Proto="ftp")
    site.get("/products/", X_Forwarded_Proto="gopher,https")

    assert site.kept == before


def test_a_request_that_cannot_be_read_gets_words_and_not_a_failure(site: Site) -> None:
    answer = site.get("/products/?" + "&".join(f"a{number}=1" for number in range(1_100)))

    assert answer.status == 400
    assert "重" in answer.text or "再试" in answer.text


def test_head_says_the_same_without_the_body(site: Site, product: Product) -> None:
    whole = site.get("/products/")

    head = site.ask("HEAD", "/products/")

    assert head.body == b""
    assert head.headers["etag"] == whole.headers["etag"]


def revoke(product: Product) -> None:
    certificate = Certificate.objects.get(product=product)
    certificates.revoke(certificate=certificate, by=make.officer(), reason="test", at=timezone.now())


def sell_all(product: Product) -> None:
    LotStock.objects.filter(lot__product=product).update(reserved_units=50)


CHANGES: dict[str, Callable[[Product], Any]] = {
    "revoke": revoke,
    "price": lambda product: StockRecord.objects.filter(product=product).update(price="58.70"),
    "stock": sell_all,
    "rename": lambda product: Product.objects.filter(pk=product.pk).update(title="厚皮核桃"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("page", ["list", "search", "product"])
def test_a_change_is_on_every_page_within_a_second(site: Site, product: Product, change: str, page: str) -> None:
    path = {"list": "/products/", "search": "/products/?query=核桃", "product": product.get_absolute_url()}[page]
    path = path.replace("核桃", "%E6%A0%B8%E6%A1%83")
    before = site.keep(path)

    CHANGES[change](product)
    changed_at = time.monotonic()

    until(lambda: site.get(path).body != before.body, f"{page} still shows what was before: {change}")
    assert time.monotonic() - changed_at < 1.0


def test_a_revoked_product_is_gone_from_lists_and_its_page_says_so(site: Site, product: Product) -> None:
    path = product.get_absolute_url()
    assert "薄皮核桃" in site.get("/products/").text
    assert site.get(path).status == 200

    revoke(product)

    until(lambda: "薄皮核桃" not in site.get("/products/").text, "still on the list")
    assert site.get(path).status == 410


def test_without_the_triggers_a_change_stays_unseen(site: Site, product: Product) -> None:
    """The control: it is the triggers that make the tests above pass."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE partner_stockrecord DISABLE TRIGGER USER")
    before = site.keep("/products/")

    CHANGES["price"](product)
    time.sleep(0.5)

    assert site.get("/products/").body == before.body


def test_a_cut_line_to_the_database_stops_the_answers_from_memory(site: Site, product: Product) -> None:
    from django.db import connection

    site.keep("/products/")
    before = watch.store.clock("shelf")

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT 1'")

    until(lambda: watch.store.clock("shelf") > before, "the cache was not emptied after the line was cut")
    until(watch.store.hears, "no new line")
    site.keep("/products/")


def test_an_answer_that_sets_a_cookie_is_never_shared(
    site: Site, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sharing.blindfold

    def with_a_cookie(request: Any) -> None:
        real(request)
        from django.middleware.csrf import get_token

        get_token(request)

    monkeypatch.setattr(sharing, "blindfold", with_a_cookie)

    answer = site.get("/products/")

    assert "csrftoken" in answer.headers["set-cookie"]
    assert "no-store" in answer.headers["cache-control"]
    assert "etag" not in answer.headers
    assert site.kept == 0


def test_a_page_ends_with_the_certificate_it_shows(site: Site, product: Product) -> None:
    ends = timezone.now() + timezone.timedelta(seconds=1.5)
    Product.objects.filter(pk=product.pk).update(certified_until=ends)
    Certificate.objects.filter(product=product).update(valid_until=ends)
    assert "薄皮核桃" in site.get("/products/").text

    until(lambda: timezone.now() > ends, "the clock stands still")

    assert "薄皮核桃" not in site.get("/products/").text


def test_private_pages_are_kept_nowhere(site: Site, product: Product) -> None:
    for path in ("/basket/", "/visitor/", "/account/sign-in/"):
        answer = site.get(path)

        assert "no-store" in answer.headers["cache-control"], path
        assert "etag" not in answer.headers, path
    assert site.kept == 0


def test_pages_of_editors_are_shared_and_follow_their_changes(site: Site, product: Product) -> None:
    from wagtail.models import Page

    demo_pages.build()
    until(lambda: site.get("/terms/").status == 200, "no terms")
    before = site.get("/terms/")
    assert before.headers["cache-control"].startswith("public")

    page = Page.objects.filter(slug="terms", locale__language_code="zh-hans").get().specific
    page.title = "新条款"
    page.save_revision().publish()

    until(lambda: "新条款" in site.get("/terms/").text, "still the old title")
