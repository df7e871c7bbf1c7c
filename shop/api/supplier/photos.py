"""Photographs of a supplier's articles, taken in as everywhere: only what is made of their pixels is kept."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.http import HttpRequest
from ninja import FileEx, P, Router
from ninja.files import UploadedFile

from catalogue import photos
from catalogue.photos import fields
from shop.api import errors
from shop.api.models import Scope
from shop.api.schemas import Problem
from shop.api.supplier import own
from shop.api.supplier.articles import REFUSALS
from shop.api.supplier.keys import SupplierKey, supplier_of
from shop.api.supplier.schemas import PhotoFile, PhotoKept, PhotoOut, PhotosOut

router = Router()
Picture = FileEx[UploadedFile, P(description="JPEG, PNG, WebP or AVIF; HEIC where the server reads it")]
READS, WRITES = SupplierKey(Scope.PRODUCTS_READ), SupplierKey(Scope.PHOTOS_WRITE)


@router.get(
    "/{sku}/photos",
    auth=READS,
    response={200: PhotosOut, 404: Problem, **REFUSALS},
    operation_id="list_own_photos",
    summary="Photographs of one of your articles",
)
def index(request: HttpRequest, sku: own.Sku) -> PhotosOut:
    product = own.record_of(supplier_of(request), sku).product
    return PhotosOut(items=[PhotoOut(**_told(picture)) for picture in product.images.order_by("display_order", "pk")])


@router.post(
    "/{sku}/photos",
    auth=WRITES,
    response={200: PhotoKept, 404: Problem, **REFUSALS},
    operation_id="add_own_photo",
    summary="Add a photograph; the same one again adds nothing",
)
def add(
    request: HttpRequest, sku: own.Sku, file: FileEx[UploadedFile, P(description="JPEG, PNG, WebP, AVIF or HEIC")]
) -> PhotoKept:
    record = own.record_of(supplier_of(request), sku)
    try:
        photo = photos.made(file)
        kept = photos.add(product=record.product, photo=photo, name=record.partner_sku)
    except photos.PictureRefused as refused:
        raise errors.refused(str(refused)) from refused
    return PhotoKept(**_told(kept), advice=photo.advice)


def _told(picture: Any) -> dict[str, Any]:
    name = picture.original.name
    files = [
        PhotoFile(width=width, kind=kind, url=default_storage.url(fields.beside(name, width, kind)))
        for width, kind in fields.all_kept(name)
    ]
    return {"id": picture.pk, "position": picture.display_order, "files": files}
