"""What the supplier's part of the API takes and answers; an article's fields are named as a table's columns are."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field

from shop.api.schemas import FEN, GRAMS, UTC_MOMENT, Strict


class KeyOut(Strict):
    """The key that asks."""

    supplier: str = Field(description="code of the supplier it belongs to")
    name: str = Field(description="what its maker called it")
    scopes: list[str] = Field(description="what it opens")
    expires_at: datetime = Field(description=f"it opens nothing from this moment, {UTC_MOMENT}")


class ArticleOut(Strict):
    """One of your articles, on sale or not."""

    id: int = Field(description="key of the product, as in the public API")
    sku: str = Field(description="your own number of it")
    gtin: str = Field(description="the number under its barcode; empty without one")
    title: str = Field(description="Chinese name")
    title_en: str = Field(description="English name")
    description: str = Field(description="in Chinese")
    description_en: str = Field(description="in English")
    category: list[str] = Field(description="short names of its categories, each with its branch, as in nuts/walnuts")
    commodity: str = Field(description="what it is made of, by the code of the shop's list; empty where none is kept")
    grade: str = Field(description="in Chinese")
    grade_en: str = Field(description="in English")
    spec: str = Field(description="how it is packed, in Chinese")
    spec_en: str = Field(description="how it is packed, in English")
    net_content_g: int = Field(description=GRAMS)
    origin: str = Field(description="division code after GB/T 2260; empty where none is kept")
    temperature: str = Field(description="ambient, cool, chilled or frozen")
    storage: str = Field(description="how to keep it, in Chinese")
    storage_en: str = Field(description="how to keep it, in English")
    shelf_life_days: int = Field(description="days from packing")
    producer_licence: str = Field(description="SC and 14 digits, of processed food")
    quarantine_number: str = Field(description="of meat and poultry")
    is_fresh: bool = Field(description="perishable")
    price_fen: int | None = Field(description=f"price of one unit, {FEN}; null while no price is set")
    on_sale: bool = Field(description="whether buyers see it now")
    certified_until: datetime | None = Field(description=f"its certificate ends at this moment, {UTC_MOMENT}")
    photos: int = Field(description="how many photographs it has")


class ArticlePage(Strict):
    items: list[ArticleOut] = Field(description="at most 100 articles, in the order they were made")
    count: int = Field(description="articles on all pages")


class StockLotOut(Strict):
    lot: str = Field(description="the lot's code, as on its label")
    node: str = Field(description="code of the place where the packs lie")
    expires_date: date | None = Field(description="the first day on which they may no longer be sold")
    units: int = Field(description="packs on hand")
    promised_units: int = Field(description="of these, promised to orders")


class StockOut(Strict):
    """Packs of one of your articles. They come by packed lots, never by this API."""

    sku: str = Field(description="your own number of the article")
    units: int = Field(description="packs on hand, over all lots and places")
    promised_units: int = Field(description="of these, promised to orders")
    lots: list[StockLotOut] = Field(description="lots of which packs are on hand, the first to expire on top")


class StockPage(Strict):
    items: list[StockOut] = Field(description="at most 100 articles, in the order they were made")
    count: int = Field(description="articles on all pages")


class PhotoFile(Strict):
    width: int = Field(description="pixels")
    kind: str = Field(description="webp or jpeg")
    url: str = Field(description="where it is served")


class PhotoOut(Strict):
    id: int = Field(description="key of the photograph")
    position: int = Field(description="from 0, the first is the one on lists")
    files: list[PhotoFile] = Field(description="what is served of it")


class PhotosOut(Strict):
    items: list[PhotoOut] = Field(description="in their order, at most 12")


class PhotoKept(PhotoOut):
    advice: str = Field(description="what would be better about it, for a person; empty when nothing")
