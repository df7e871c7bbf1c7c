"""What the supplier's part of the API takes and answers; an article's fields are named as a table's columns are."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field

from catalogue.imports import values
from shop.api.schemas import FEN, GRAMS, UTC_MOMENT, Problem, Strict


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
    ingredients: str = Field(description="in Chinese")
    ingredients_en: str = Field(description="in English")
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
    stage: str = Field(description="draft, submitted, question, accepted (waits for the certificate), listed or off")
    on_sale: bool = Field(description="whether buyers see it now")
    certified_until: datetime | None = Field(description=f"its certificate ends at this moment, {UTC_MOMENT}")
    photos: int = Field(description="how many photographs it has")


class ArticleIn(Strict):
    """An article as a row of a table says it. A field that is not named stays as it is; null empties it."""

    sku: str = Field(max_length=200, description="your own number of it; one that you have changes that article")
    gtin: str | None = Field(None, max_length=20, description="the number under its barcode")
    title: str | None = Field(None, max_length=300, description="Chinese name")
    title_en: str | None = Field(None, max_length=300, description="English name")
    description: str | None = Field(None, max_length=6000, description="in Chinese")
    description_en: str | None = Field(None, max_length=6000, description="in English")
    category: str | None = Field(None, max_length=300, description="short name, with its branch where two have it")
    commodity: str | None = Field(None, max_length=300, description="code of the shop's list")
    ingredients: str | None = Field(None, max_length=600, description="in Chinese")
    ingredients_en: str | None = Field(None, max_length=600, description="in English")
    grade: str | None = Field(None, max_length=60, description="in Chinese")
    grade_en: str | None = Field(None, max_length=60, description="in English")
    spec: str | None = Field(None, max_length=200, description="how it is packed, in Chinese")
    spec_en: str | None = Field(None, max_length=200, description="how it is packed, in English")
    net_content_g: int | None = Field(None, ge=1, le=values.GRAMS_MOST, description=GRAMS)
    origin: str | None = Field(None, max_length=20, description="division code of its county or township")
    temperature: str | None = Field(None, max_length=20, description="ambient, cool, chilled or frozen")
    storage: str | None = Field(None, max_length=300, description="how to keep it, in Chinese")
    storage_en: str | None = Field(None, max_length=300, description="how to keep it, in English")
    shelf_life_days: int | None = Field(None, ge=0, le=values.DAYS_MOST, description="days from packing")
    producer_licence: str | None = Field(None, max_length=30, description="SC and 14 digits, of processed food")
    quarantine_number: str | None = Field(None, max_length=60, description="of meat and poultry")
    is_fresh: bool | None = Field(None, description="perishable")
    price_fen: int | None = Field(None, ge=1, le=values.FEN_MOST, description=f"price of one unit, {FEN}")


class ArticlesIn(Strict):
    articles: list[ArticleIn] = Field(min_length=1, max_length=200, description="all with the same fields")
    dry_run: bool = Field(False, description="say what would come of it, and write nothing")


class DifferenceOut(Strict):
    field: str = Field(description="which of the article's")
    before: str = Field(description="as a table would say it")
    after: str = Field(description="as a table would say it")
    reviewed: bool = Field(description="it waits for a reviewer, as a certificate speaks of it")


class ChangeOut(Strict):
    sku: str = Field(description="of the article")
    differences: list[DifferenceOut] = Field(description="what is different about it")


class ArticlesOut(Strict):
    """What came of articles that were sent, or would come of them."""

    written: bool = Field(description="false after a dry run, and where nothing is different")
    new: int = Field(description="articles that are drafts now")
    changed: list[ChangeOut] = Field(description="articles that were there and are different")
    unchanged: int = Field(description="articles that say this already")
    waiting: int = Field(description="of these, those whose change waits for a reviewer")


class ArticleProblem(Strict):
    article: int | None = Field(description="which of those sent, from 1; null: all of them")
    field: str = Field(description="which of the article's; empty for the article as a whole")
    value: str = Field(description="what was sent, its beginning")
    reason: str = Field(description="words for a person")


class ArticlesRefused(Problem):
    """Why nothing was written, with every error."""

    problems: list[ArticleProblem] = Field([], description="at most 1,000")


class PriceIn(Strict):
    sku: str = Field(max_length=200, description="your own number of the article")
    price_fen: int = Field(ge=1, le=values.FEN_MOST, description=f"price of one unit, {FEN}")


class PricesIn(Strict):
    prices: list[PriceIn] = Field(min_length=1, max_length=1000, description="one for each article")


class PricesOut(Strict):
    changed: int = Field(description="how many prices were different before")


class ImportOut(Strict):
    """A table that was sent: it is looked at, and written when you say so."""

    id: int = Field(description="key of the import")
    state: str = Field(description="waiting, reading, ready, writing, done or failed")
    done: int = Field(description="rows that are worked on")
    total: int = Field(description="rows in all; 0 while that is not known")
    rows: int | None = Field(description="rows of the table; null until it was looked at")
    new: int | None = Field(description="articles it makes")
    changed: int | None = Field(description="articles it changes")
    unchanged: int | None = Field(description="articles that say this already")
    problems: int | None = Field(description="errors; with any, nothing can be written")
    digest: str | None = Field(description="of what writing it would do; say it to have exactly that written")
    reason: str | None = Field(description="why it failed, in words")


class ImportProblem(Strict):
    row: int = Field(description="of the table, from 1; 0: the file as a whole")
    column: str = Field(description="as the table names it")
    value: str = Field(description="as it stands there, its beginning")
    reason: str = Field(description="words for a person")


class ImportProblems(Strict):
    items: list[ImportProblem] = Field(description="at most 100 errors, in the order of the rows")
    count: int = Field(description="errors on all pages")


class WriteIn(Strict):
    digest: str = Field(max_length=64, description="of the import as you saw it")


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
