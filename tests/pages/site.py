"""A small site of editors' pages: a front door in each language, and pages below them."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from catalogue.models import Product
from shop.pages.models import HomePage, IndexPage, TextPage
from tests import make

CHINESE, ENGLISH = "zh-hans", "en"
LATER = timedelta(days=200)


def locale(code: str) -> Any:
    return Locale.objects.get_or_create(language_code=code)[0]


def add(parent: Any, page: Any, *, live: bool = True) -> Any:
    """Below the parent, in its language unless the page says otherwise; published unless told."""
    if page.locale_id is None:
        page.locale = parent.locale
    page.live = live
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
    return type(page).objects.get(pk=page.pk)


def home() -> HomePage:
    """The Chinese front door as the site's root; the English one is tied to it."""
    root = Page.objects.get(depth=1)
    door = add(root, HomePage(title="绿洲", slug="oasis", locale=locale(CHINESE)))
    add(root, HomePage(title="Oasis", slug="oasis-en", locale=locale(ENGLISH), translation_key=door.translation_key))
    site = Site.objects.get(is_default_site=True)
    site.root_page = door
    site.save()
    return door  # type: ignore[no-any-return]


def english(page: Any) -> Any:
    return page.get_translation(locale(ENGLISH))


def folder(door: Any, slug: str = "counties") -> IndexPage:
    return add(door, IndexPage(title=slug, slug=slug))  # type: ignore[no-any-return]


def text(parent: Any, slug: str, **fields: Any) -> TextPage:
    live = fields.pop("live", True)
    return add(parent, TextPage(slug=slug, **({"title": slug} | fields)), live=live)  # type: ignore[no-any-return]


def body(page: Any, *blocks: tuple[str, Any]) -> Any:
    """Give a page these blocks, as they are kept, and publish them."""
    raw = [{"type": kind, "value": value} for kind, value in blocks]
    page.body = page.body.stream_block.to_python(raw)
    page.save_revision().publish()
    return page


def shelf(**fields: Any) -> tuple[str, dict[str, Any]]:
    empty: dict[str, Any] = {"title": "", "words": "", "products": [], "county": "", "category": "", "supplier": ""}
    return "shelf", empty | {"from_yuan": None, "to_yuan": None, "number": 12} | fields


def certified(**fields: Any) -> Product:
    """A product with a certificate that is valid at this moment."""
    product = make.product(**fields)
    make.certificate(product, at=timezone.now(), until=timezone.now() + LATER)
    return product


def read(address: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return unescape(answer.content.decode())
