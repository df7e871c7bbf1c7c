"""What is asked of both sites: the same products, lists and words under each one's own addresses.

Every kind is many pages, asked in turn, so that no figure is the trick of one key: up to 200 pages of the list, the
first pages of every category, the last pages of the list, 500 products spread over the whole shop, 2,000 words: more
than a site would remember the answers of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from bench.load import Ask
from bench.storefront.goods import MARK, words
from bench.storefront.worlds import Server

PER_PAGE = 24
LISTS, CATEGORY_PAGES, DEEP, PRODUCTS = 200, 5, 20, 500
KINDS = ("list", "category", "deep", "product", "search")
Connection = Callable[[str], list[tuple[object, ...]]]


class Product(NamedTuple):
    id: int
    slug: str
    title: str


class Shelf(NamedTuple):
    """A category: how many of its list's pages exist."""

    id: int
    slug: str
    pages: int


class Goods(NamedTuple):
    """What is on sale, as both sites have it.

    spread: products all over the shop; pages: of the whole list; words: searches that find something
    """

    spread: list[Product]
    shelves: list[Shelf]
    pages: int
    words: list[str]


def goods(at: Server, database: str) -> Goods:
    """Read from our database; stock's holds the same keys."""
    on_sale = "p.is_public AND p.certified_until > now()"
    with at.connect(database) as connection:
        rows = connection.execute(f"SELECT id, slug, title FROM catalogue_product p WHERE {on_sale} ORDER BY id")
        products = [Product(*row) for row in rows]  # type: ignore[arg-type]
        shelves = connection.execute(
            "SELECT c.id, c.slug, (count(*) + %s - 1) / %s FROM catalogue_category c JOIN catalogue_productcategory pc"
            f" ON pc.category_id = c.id JOIN catalogue_product p ON p.id = pc.product_id WHERE {on_sale}"
            " GROUP BY c.id ORDER BY c.id",
            [PER_PAGE, PER_PAGE],
        )
        found = [Shelf(*row) for row in shelves]  # type: ignore[arg-type]
    step = max(1, len(products) // PRODUCTS)
    borne = {word for product in products for word in product.title.split()}
    return Goods(
        spread=products[::step][:PRODUCTS],
        shelves=found,
        pages=-(-len(products) // PER_PAGE),
        words=[word for word in words() if word in borne],
    )


def ours(of: Goods) -> dict[str, list[Ask]]:
    """kind -> pages of our site."""
    return {
        "list": [Ask(f"/products/?page={number}", MARK) for number in _first(of)],
        "category": [
            Ask(f"/products/?category={shelf.slug}&page={number}", MARK) for shelf, number in _shelf_pages(of)
        ],
        "deep": [Ask(f"/products/?page={number}", MARK) for number in _last(of)],
        "product": [Ask(product_path(product), product.title) for product in of.spread],
        "search": [Ask(f"/products/?query={quote(word)}", MARK) for word in of.words],
    }


def stock(of: Goods) -> dict[str, list[Ask]]:
    """kind -> pages of stock Oscar."""
    return {
        "list": [Ask(f"/catalogue/?page={number}", MARK) for number in _first(of)],
        "category": [
            Ask(f"/catalogue/category/{shelf.slug}_{shelf.id}/?page={number}", MARK)
            for shelf, number in _shelf_pages(of)
        ],
        "deep": [Ask(f"/catalogue/?page={number}", MARK) for number in _last(of)],
        "product": [Ask(stock_product_path(product), product.title) for product in of.spread],
        "search": [Ask(f"/search/?q={quote(word)}", MARK) for word in of.words],
    }


def product_path(product: Product) -> str:
    return f"/products/{product.slug}_{product.id}/"


def stock_product_path(product: Product) -> str:
    return f"/catalogue/{product.slug}_{product.id}/"


def _first(of: Goods) -> range:
    return range(1, min(LISTS, of.pages) + 1)


def _last(of: Goods) -> range:
    return range(max(1, of.pages - DEEP + 1), of.pages + 1)


def _shelf_pages(of: Goods) -> list[tuple[Shelf, int]]:
    return [(shelf, number) for shelf in of.shelves for number in range(1, min(shelf.pages, CATEGORY_PAGES) + 1)]
