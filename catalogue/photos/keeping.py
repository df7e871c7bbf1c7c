"""Pictures of products: kept once each, in their order, and the addresses they are shown by."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.photos import fields, files, reading
from catalogue.photos.files import Photo

if TYPE_CHECKING:
    from catalogue.models import Product

MOST_PHOTOS = 12


@transaction.atomic
def add(*, product: Product, photo: Photo, name: str) -> Any:
    """Keep a picture as the product's next one; the one it has already is left where it is, and returned.

    name: what the files are called, an SKU for example

    Raises reading.PictureRefused when the product has MOST_PHOTOS.
    """
    type(product)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=product.pk)  # one at a time
    same = product.images.filter(original__contains=f"-{photo.digest}").first()
    if same is not None:
        return same
    position = product.images.count()
    if position >= MOST_PHOTOS:
        raise reading.PictureRefused(
            _("%(product)s has %(count)d pictures already, as many as a product may have. Delete one first.")
            % {"product": product.name, "count": position}
        )
    kept = product.images.model(product=product, display_order=position)
    kept.original = fields.PhotoFile(photo, f"{name}.jpg")
    try:
        kept.save()
    except BaseException:
        fields.forget(kept.original)
        raise
    return kept


def url(picture: Any, width: int) -> str:
    """The address of a kept picture in one of its widths: WebP of 480 and 800, JPEG of 1200."""
    kind = files.JPEG if width == files.LARGE else files.WEBP
    return str(default_storage.url(fields.beside(picture.original.name, width, kind)))


def srcset(picture: Any, kind: str) -> str:
    """All addresses of a kept picture in a format ("webp" or "jpeg"), as `srcset` writes them."""
    return _srcset(picture.original.name, kind)


@lru_cache(maxsize=8192)  # a list names 48 of them, and a kept picture's address never changes
def _srcset(name: str, kind: str) -> str:
    address = default_storage.url(name)  # what lies beside it has the same one but for its end
    kept = [width for width, each in fields.all_kept(name) if each == kind]
    return ", ".join(f"{fields.beside(address, width, kind)} {width}w" for width in kept)
