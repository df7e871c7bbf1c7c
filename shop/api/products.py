"""Products on sale, for other people's software."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import P, PathEx, QueryEx, Router

from catalogue import search
from catalogue.models import Place, Product
from certification.models import Certificate
from shop.api import errors
from shop.api.schemas import CommodityOut, PlaceOut, Problem, ProductDetail, ProductOut, ProductPage, SupplierOut
from shop.storefront import listing, shelf

router = Router(tags=["products"])


@router.api_operation(["HEAD"], "", include_in_schema=False)
@router.get("", response={200: ProductPage, 422: Problem}, operation_id="list_products", summary="Products on sale now")
def index(
    request: HttpRequest,
    query: QueryEx[str, P(max_length=100, description="Chinese or English words; all of them must be found")] = "",
    county: QueryEx[str, P(pattern="^([0-9]{6})?$", description="county of origin, 6 digits (GB/T 2260)")] = "",
    page: QueryEx[int, P(ge=1, description="page number, from 1; a page holds 24 products")] = 1,
) -> ProductPage:
    errors.only(request, "query", "county", "page")
    products = search.narrow(Product.objects.on_sale(timezone.now()), query)
    if county:
        products = products.filter(origin__code__startswith=county)
    pages = Paginator(listing.with_offers(products.order_by(*shelf.NEWEST_FIRST)), listing.PAGE_SIZE)
    if page > pages.num_pages:
        raise errors.refused(
            _("There is no page %(page)s: %(count)d products make %(pages)d pages. Ask for a page from 1 to %(pages)d.")
            % {"page": str(page)[:20], "count": pages.count, "pages": pages.num_pages}
        )
    return ProductPage(items=[ProductOut(**_brief(product)) for product in pages.page(page)], count=pages.count)


@router.api_operation(["HEAD"], "/{product_id}", include_in_schema=False)
@router.get(
    "/{product_id}",
    response={200: ProductDetail, 404: Problem, 422: Problem},
    operation_id="read_product",
    summary="One product on sale now",
)
def detail(request: HttpRequest, product_id: PathEx[int, P(description="key of the product")]) -> ProductDetail:
    at = timezone.now()
    products = listing.with_offers(Product.objects.on_sale(at)).select_related("commodity", "origin__parent__parent")
    product = products.filter(pk=product_id).first()
    if product is None:
        raise errors.not_found(_("No product with this number is on sale. See /api/v1/products for those that are."))
    return ProductDetail(**_brief(product), **_full(product, at))


def _brief(product: Product) -> dict[str, Any]:
    record = next(iter(product.stockrecords.all()), None)
    partner = record.partner if record else None
    return {
        "id": product.pk,
        "title": product.title,
        "title_en": product.title_en,
        "price_fen": listing.price_fen(product),
        "net_content_g": product.net_content_g,
        "grade": product.grade,
        "grade_en": product.grade_en,
        "spec": product.spec,
        "spec_en": product.spec_en,
        "temperature": product.temperature,
        "county": _place(_county(product.origin)),
        "supplier": SupplierOut(code=partner.code, name=partner.name, name_en=partner.name_en) if partner else None,
        "certified_until": product.certified_until.astimezone(UTC),
    }


def _full(product: Product, at: datetime) -> dict[str, Any]:
    valid = Certificate.objects.valid(at).filter(product=product)
    what = product.commodity
    return {
        "description": product.description,
        "description_en": product.description_en,
        "commodity": CommodityOut(code=what.code, name=what.name, name_en=what.name_en) if what else None,
        "origin": _place(product.origin),
        "ingredients": product.ingredients,
        "ingredients_en": product.ingredients_en,
        "storage": product.storage,
        "storage_en": product.storage_en,
        "shelf_life_days": product.shelf_life_days,
        "certificates": list(valid.values_list("number", flat=True)),
    }


def _county(place: Place | None) -> Place | None:
    """The county a place lies in; the place itself where it is a county or above."""
    while place is not None and len(place.code) > 6 and place.parent is not None:
        place = place.parent
    return place


def _place(place: Place | None) -> PlaceOut | None:
    return PlaceOut(code=place.digits, name=place.name, name_en=place.name_en) if place else None
