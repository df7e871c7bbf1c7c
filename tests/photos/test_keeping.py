"""A product's pictures are kept once each, in order, with all their files, and go with all their files."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Barrier, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import TestCase
from oscar.apps.dashboard.catalogue.forms import ProductImageForm

from catalogue import photos
from catalogue.models import Product, ProductImage
from catalogue.photos import keeping
from tests import make
from tests.photos import pictures
from tests.photos.pictures import data, exif, made, plain, quarters

pytestmark = pytest.mark.django_db
FILES = 6


def stored() -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def keep(product: Product, content: bytes | None = None, name: str = "ps-e01") -> Any:
    return photos.add(product=product, photo=made(content or data(quarters())), name=name)


def test_a_picture_is_kept_with_all_its_files_and_each_is_found_at_its_address() -> None:
    kept = keep(make.product())

    names = {path.name for path in stored()}
    assert len(names) == FILES
    assert {photos.url(kept, width).rsplit("/", 1)[1] for width in photos.WIDTHS} < names
    for kind in photos.FORMATS:
        listed = re.findall(r"/([^/ ]+) (\d+)w", photos.srcset(kept, kind))
        assert [width for _name, width in listed] == ["480", "800", "1200"]
        assert {name for name, _width in listed} < names


def test_the_addresses_say_their_format() -> None:
    kept = keep(make.product())

    assert photos.url(kept, 480).endswith("-480.webp")
    assert photos.url(kept, 1200).endswith(".jpg")
    assert ".jpg" not in photos.srcset(kept, "webp")
    assert ".webp" not in photos.srcset(kept, "jpeg")


def test_a_picture_kept_before_names_held_a_digest_is_offered_in_the_files_it_has() -> None:
    old = SimpleNamespace(original=SimpleNamespace(name="images/ps-e01.jpg"))

    assert photos.srcset(old, "webp") == "/media/images/ps-e01-480.webp 480w, /media/images/ps-e01-800.webp 800w"
    assert photos.srcset(old, "jpeg") == "/media/images/ps-e01.jpg 1200w"


def test_pictures_stand_in_the_order_they_came_in() -> None:
    product = make.product()

    kept = [keep(product, data(plain(colour=colour))) for colour in (pictures.RED, pictures.GREEN, pictures.BLUE)]

    assert list(product.images.all()) == kept
    assert [picture.display_order for picture in kept] == [0, 1, 2]


def test_the_same_picture_is_kept_once() -> None:
    product = make.product()
    first = keep(product, data(quarters()))

    again = keep(product, data(quarters(), exif=exif()))

    assert again == first
    assert product.images.count() == 1
    assert len(stored()) == FILES


def test_two_products_may_show_the_same_picture_each_with_files_of_its_own() -> None:
    one, other = keep(make.product()), keep(make.product())

    assert one.original.name != other.original.name
    assert len(stored()) == 2 * FILES
    assert photos.srcset(other, "webp").count(".webp") == 3  # the name is still known as one with a digest


def test_a_product_has_at_most_so_many_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_PHOTOS", 1)
    product = make.product()
    keep(product)

    with pytest.raises(photos.PictureRefused, match="has 1 pictures already"):
        keep(product, data(plain()))

    assert product.images.count() == 1


def test_when_the_row_cannot_be_written_no_file_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    plain_save = ProductImage.save

    def fails(self: Any, *args: Any, **kwargs: Any) -> None:
        plain_save(self, *args, **kwargs)
        raise RuntimeError("the disk of the database is full")

    monkeypatch.setattr(ProductImage, "save", fails)

    with pytest.raises(RuntimeError):
        keep(make.product())

    assert not ProductImage.objects.exists()
    assert stored() == []


def test_with_the_row_go_all_its_files() -> None:
    product = make.product()
    gone, stays = keep(product), keep(product, data(plain()))

    with TestCase.captureOnCommitCallbacks(execute=True):
        gone.delete()

    digest = stays.original.name[-20:-4]
    assert len(stored()) == FILES
    assert all(digest in path.name for path in stored())


def test_a_name_that_would_lead_elsewhere_is_only_a_name() -> None:
    kept = keep(make.product(), name="../../etc/核桃 1")

    assert Path(settings.MEDIA_ROOT) in stored()[0].parents
    assert kept.original.name.rsplit("/", 1)[1].startswith("核桃-1-")


def sent(product: Product, name: str, content: bytes) -> Any:
    fields = {"images-0-product": product.pk, "images-0-display_order": 0, "images-0-caption": ""}
    return ProductImageForm(
        data=fields, files={"images-0-original": SimpleUploadedFile(name, content)}, prefix="images-0"
    )


def test_what_the_dashboard_uploads_is_kept_like_any_other_and_never_as_it_came() -> None:
    form = sent(make.product(), "IMG 1.png", data(quarters((900, 600)), "PNG", exif=exif()))

    kept = form.save()

    assert len(stored()) == FILES
    assert kept.original.name.rsplit("/", 1)[1].startswith("IMG-1-")
    for path in stored():
        assert pictures.superfluous(path.read_bytes()) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("moving.jpg", data(plain(), "GIF"), "is a GIF"),
        ("half.jpg", data()[:300], "is broken"),
        ("drawing.png", b"<svg onload='alert(1)'/>", "a drawing"),
    ],
)
def test_the_dashboard_says_why_a_file_is_refused(name: str, content: bytes, words: str) -> None:
    form = sent(make.product(), name, content)

    assert words in form.errors["original"][0]
    assert stored() == []


@pytest.mark.django_db(transaction=True)
def test_pictures_that_come_at_once_get_places_of_their_own() -> None:
    product, together = make.product(), Barrier(4)

    def one(shade: int) -> None:
        photo = made(data(plain(colour=(shade, 0, 0))))
        together.wait()
        photos.add(product=product, photo=photo, name="ps-e01")
        connections.close_all()

    threads = [Thread(target=one, args=(shade,)) for shade in (20, 90, 160, 230)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(product.images.values_list("display_order", flat=True)) == [0, 1, 2, 3]
