"""What the API answers. Amounts are whole fen, weights whole grams, moments ISO 8601 in UTC."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema
from pydantic import ConfigDict

FEN = "whole fen (1/100 yuan, CNY), tax included"
GRAMS = "whole grams"
UTC_MOMENT = "ISO 8601, UTC"


class Strict(Schema):
    """An object with these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class Named(Strict):
    """Somebody or something with a Chinese and an English name."""

    name: str = Field(description="Chinese name")
    name_en: str = Field(description="English name; empty where none is kept")


class PlaceOut(Named):
    code: str = Field(description="division code after GB/T 2260: 6 digits a county, 9 a township, 12 a village")


class SupplierOut(Named):
    code: str = Field(description="the supplier's code on this site")


class CommodityOut(Named):
    code: str = Field(description="what grows or is made, for example walnut-kernel")


class ProductOut(Strict):
    """A product that is on sale now: public, and certified."""

    id: int = Field(description="key of the product")
    title: str = Field(description="Chinese title")
    title_en: str = Field(description="English title; empty where none is kept")
    price_fen: int | None = Field(description=f"price of one unit, {FEN}; null while no price is set")
    net_content_g: int = Field(description=f"net content of one unit, {GRAMS}")
    grade: str = Field(description="grade, Chinese")
    grade_en: str = Field(description="grade, English")
    spec: str = Field(description="what one unit is, Chinese")
    spec_en: str = Field(description="what one unit is, English")
    temperature: str = Field(description="class of storage and transport: ambient, cool, chilled or frozen")
    county: PlaceOut | None = Field(description="county of origin; null where none is kept")
    supplier: SupplierOut | None = Field(description="who sells it; null while nobody does")
    certified_until: datetime = Field(description=f"the certificate ends at this moment, {UTC_MOMENT}")


class ProductPage(Strict):
    items: list[ProductOut] = Field(description="at most 24 products, newest certificate first")
    count: int = Field(description="products on all pages")


class ProductDetail(ProductOut):
    description: str = Field(description="Chinese description")
    description_en: str = Field(description="English description")
    commodity: CommodityOut | None = Field(description="null where none is kept")
    origin: PlaceOut | None = Field(description="the most exact place of origin that is public")
    ingredients: str = Field(description="what is in it, Chinese; empty where none are kept")
    ingredients_en: str = Field(description="what is in it, English; empty where none are kept")
    storage: str = Field(description="how to keep it, Chinese")
    storage_en: str = Field(description="how to keep it, English")
    shelf_life_days: int = Field(description="shelf life, days from packing")
    certificates: list[str] = Field(description="numbers of its certificates that are valid now")


class CertifiedProduct(Strict):
    id: int = Field(description="key of the product, which may no longer be on sale")
    title: str = Field(description="Chinese title")
    title_en: str = Field(description="English title; empty where none is kept")


class SchemeOut(Named):
    code: str = Field(description="the scheme's code")
    version: int = Field(description="the scheme's version, from 1")


class CertificateOut(Strict):
    """A certificate as the public register shows it. It names no person."""

    number: str = Field(description="the certificate's number")
    state: str = Field(description="certified, suspended, revoked or expired, as of now")
    reason: str | None = Field(description="why it is suspended or revoked; null in every other state")
    product: CertifiedProduct
    supplier: SupplierOut
    scheme: SchemeOut
    issuer: Named = Field(description="the body that issues under the scheme")
    season: str = Field(description="the season it was issued for")
    valid_from: datetime = Field(description=f"valid from this moment, {UTC_MOMENT}")
    valid_until: datetime = Field(description=f"valid until just before this moment, {UTC_MOMENT}")


class Problem(Strict):
    """Why there is no answer, and the way on."""

    detail: str = Field(description="words for a person")
