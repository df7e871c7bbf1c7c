"""Of an uploaded picture only its pixels are kept, whichever door of the CMS it comes through."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.images import get_image_model

from shop.pages import pictures as kept_pictures
from tests import make
from tests.pages import pictures

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.fixture
def editor(db: None) -> Client:
    person = make.user()
    person.groups.add(Group.objects.get(name="Editors"))
    client = Client()
    client.force_login(person)
    return client


def send(client: Client, door: str, name: str, content: bytes) -> Any:
    """Through one of the doors: the page of many pictures, the chooser beside a page's form."""
    field, prefix = {"many": ("files[]", ""), "chooser": ("image-chooser-upload-file", "image-chooser-upload-")}[door]
    url = {"many": "wagtailimages:add_multiple", "chooser": "wagtailimages_chooser:create"}[door]
    sent = {field: pictures.upload(name, content), f"{prefix}title": "山", f"{prefix}collection": "1"}
    return client.post(reverse(url), sent, headers={"x-requested-with": "XMLHttpRequest"})


def only_image() -> Any:
    return get_image_model().objects.get()


@pytest.mark.parametrize("door", ["many", "chooser"])
def test_the_place_in_a_photograph_is_dropped_and_it_stands_upright(editor: Client, door: str) -> None:
    given = Image.open(BytesIO(pictures.with_place()))
    assert given.getexif().get_ifd(pictures.GPS)  # the control: it does say where

    answer = send(editor, door, "field.jpg", pictures.with_place())

    assert answer.status_code == 200
    image = only_image()
    with Image.open(image.file) as stored:
        assert not stored.getexif()
        assert stored.size == (image.width, image.height) == (750, 1000)


@pytest.mark.parametrize("door", ["many", "chooser"])
def test_a_png_is_kept_as_jpeg_and_not_larger_than_pages_need(editor: Client, door: str) -> None:
    send(editor, door, "big.png", pictures.data("PNG", (3000, 1500)))

    image = only_image()

    assert image.file.name.endswith(".jpg")
    with Image.open(image.file) as stored:
        assert stored.format == "JPEG"
        assert stored.size == (kept_pictures.MOST_SIDE, kept_pictures.MOST_SIDE // 2)


@pytest.mark.parametrize("door", ["many", "chooser"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", SVG),
        ("drawing.jpg", SVG),
        ("page.jpg", b"<html><script>alert(1)</script>"),
        ("half.jpg", pictures.data()[:300]),
        ("moving.gif", pictures.data("GIF")),
        ("other.png", pictures.data("JPEG")),
    ],
)
def test_what_is_no_whole_photograph_is_refused(editor: Client, door: str, name: str, content: bytes) -> None:
    send(editor, door, name, content)

    assert not get_image_model().objects.exists()


def test_a_picture_of_too_many_pixels_is_refused(editor: Client) -> None:
    bomb = BytesIO()
    Image.new("1", (9_000, 9_000)).save(bomb, "PNG")

    send(editor, "many", "bomb.png", bomb.getvalue())

    assert len(bomb.getvalue()) < 200_000
    assert not get_image_model().objects.exists()


def test_a_picture_put_in_place_of_another_is_cleaned_too(editor: Client) -> None:
    send(editor, "many", "one.jpg", pictures.data())
    image = only_image()
    sent = {"file": pictures.upload("two.jpg", pictures.with_place()), "title": "新", "collection": "1", "tags": ""}

    answer = editor.post(reverse("wagtailimages:edit", args=[image.pk]), sent)

    assert answer.status_code == 302
    image = only_image()
    with Image.open(image.file) as stored:
        assert (image.title, stored.size) == ("新", (750, 1000))
        assert not stored.getexif()
