"""What is on sale now, as shopping search engines read it: RSS 2.0 with Google's product attributes.

Source: support.google.com/merchants/answer/7052112 (product data specification). Its `certification` attribute names
only a few bodies of other countries, so ours stands under `product_detail`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from catalogue.models import Category, Product, in_language
from certification.models import Certificate
from shop import money
from shop.feeds.markup import absolute, element
from shop.storefront import cards
from shop.storefront.availability import State
from shop.storefront.cards import Card

CHUNK = 500
TITLE_MOST, DESCRIPTION_MOST = 150, 5_000
SOON = timedelta(days=30)  # `expiration_date` may only be nearer than this
GTIN = (8, 12, 13, 14)  # digits
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
TAIL = "</channel></rss>\n"

Names = dict[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card does not hold. text: HTML; number: of the barcode; until: when its certificates end"""

    id: int
    text: str
    number: str
    grams: int
    until: datetime


def pieces(*, language: str, at: datetime) -> Iterator[str]:
    """The feed, a few hundred products at a time, so that its length costs no memory.

    Each piece asks for what is on sale at `at` in a constant number of queries.
    """
    with translation.override(language):
        kinds = {row.path: in_language(row.name, row.name_en) for row in Category.objects.all()}
        top = _channel()
    yield HEAD + top
    last = 0
    while keys := list(_offered(at).filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        with translation.override(language):  # not held while somebody else's code runs
            piece = "".join(_items(keys, kinds, at))
        yield piece
        last = keys[-1]
    yield TAIL


def _channel() -> str:
    title, about = _("Oasis Market"), _("Certified farm products of southern Xinjiang")
    link = absolute(reverse("catalogue:index"))
    return element("title", title) + element("link", link) + element("description", about) + "\n"


def _offered(at: datetime) -> QuerySet[Product]:
    return Product.objects.offered(at).order_by("pk")


def _items(keys: list[int], kinds: Names, at: datetime) -> Iterator[str]:
    facts = {fact.id: fact for fact in _facts(keys)}
    held: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = Certificate.objects.valid(at).filter(product__in=keys).order_by("-valid_until", "number")
    for key, number, name, english in rows.values_list("product_id", "number", "scheme__name", "scheme__name_en"):
        held[key].append((in_language(name, english), number))
    paths: dict[int, str] = {}
    inside = Product.categories.through.objects.filter(product__in=keys).order_by("category__path")
    for key, path in inside.values_list("product_id", "category__path"):
        paths.setdefault(key, path)
    for card in cards.of(keys, at=at):
        if card.fen is not None and card.id in facts:
            kind = _kind(paths.get(card.id, ""), kinds)
            yield _item(card, card.fen, facts[card.id], kind, held[card.id], at)


def _facts(keys: list[int]) -> Iterator[Facts]:
    rows = Product.objects.filter(pk__in=keys)
    columns = ("id", "description", "description_en", "upc", "net_content_g", "certified_until")
    for key, chinese, english, number, grams, until in rows.values_list(*columns):
        yield Facts(key, in_language(chinese, english), number or "", grams, until)


def _item(card: Card, fen: int, facts: Facts, kind: str, held: list[tuple[str, str]], at: datetime) -> str:
    words = " ".join(unescape(strip_tags(facts.text)).split())[:DESCRIPTION_MOST]
    fields = [
        ("g:id", str(card.id)),
        ("g:title", card.title[:TITLE_MOST]),
        ("g:description", words or card.title),
        ("g:link", absolute(card.url)),
        ("g:image_link", absolute(card.large_url)),
        ("g:price", f"{money.to_yuan(fen):.2f} CNY"),
        ("g:availability", "out_of_stock" if card.state is State.SOLD_OUT else "in_stock"),
        ("g:condition", "new"),
        ("g:brand", card.supplier),
        ("g:product_type", kind),
        *_identity(facts.number),
        *_measure(facts.grams),
        ("g:expiration_date", facts.until.isoformat() if facts.until < at + SOON else ""),
    ]
    written = "".join(element(name, value) for name, value in fields if value)
    return f"<item>{written}{_detail(_('Origin'), _('Origin'), card.origin)}{_certificates(held)}</item>\n"


def _kind(path: str, kinds: Names) -> str:
    """A category with those above it, as "Fruit > Dried fruit"."""
    ends = range(Category.steplen, len(path) + 1, Category.steplen)
    return " > ".join(kinds[path[:end]] for end in ends if path[:end] in kinds)


def _identity(number: str) -> list[tuple[str, str]]:
    """The number of its barcode; farm goods mostly have none, and the reader wants to be told so."""
    has_one = number.isascii() and number.isdecimal() and len(number) in GTIN
    return [("g:gtin", number)] if has_one else [("g:identifier_exists", "no")]


def _measure(grams: int) -> list[tuple[str, str]]:
    return [("g:unit_pricing_measure", f"{grams}g"), ("g:unit_pricing_base_measure", "1kg")] if grams else []


def _certificates(held: list[tuple[str, str]]) -> str:
    return "".join(_detail(_("Certificate"), scheme, number) for scheme, number in held)


def _detail(section: str, name: str, value: str) -> str:
    if not value:
        return ""
    parts = (("g:section_name", section), ("g:attribute_name", name), ("g:attribute_value", value))
    return f"<g:product_detail>{''.join(element(*part) for part in parts)}</g:product_detail>"
