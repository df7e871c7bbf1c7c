"""A picture that is taken is served upright, in sRGB, over white, in three widths, and tells only what it shows."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from catalogue import photos
from catalogue.photos import leftovers
from tests.photos import pictures
from tests.photos.pictures import data, exif, made, named_colours, plain, quarters, shown, superfluous

TURNS = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}  # fmt: skip


def dimensions(photo: photos.Photo) -> dict[tuple[int, str], tuple[int, int]]:
    return {key: (file.width, file.height) for key, file in photo.files.items()}


@pytest.mark.parametrize("kind", pictures.KINDS)
def test_every_format_is_known_by_its_content_and_served_as_webp_and_jpeg(kind: str) -> None:
    photo = made(data(quarters((1600, 1200)), kind))

    expected = {480: (480, 360), 800: (800, 600), 1200: (1200, 900)}
    assert dimensions(photo) == {(width, form): size for width, size in expected.items() for form in photos.FORMATS}
    assert named_colours(shown(photo)) == ["red", "green", "blue", "white"]
    for (_width, form), file in photo.files.items():
        with Image.open(BytesIO(file.data)) as served:
            assert (served.format, served.size) == (form.upper(), (file.width, file.height))


def test_a_small_picture_is_never_enlarged_and_each_file_is_made_once() -> None:
    photo = made(data(plain((640, 427))))

    assert dimensions(photo)[1200, "webp"] == dimensions(photo)[800, "webp"] == (640, 427)
    assert [(file.width, file.format) for file in photo.sizes] == [
        (480, "webp"), (480, "jpeg"), (640, "webp"), (640, "jpeg"),
    ]  # fmt: skip


def test_a_small_picture_comes_with_advice_and_a_large_one_without() -> None:
    assert "only 640 x 427 pixels" in made(data(plain((640, 427)))).advice
    assert made(data(plain((800, 600)))).advice == ""


def test_a_tall_picture_is_as_wide_as_its_address_says_unless_it_is_more_than_twice_as_high() -> None:
    assert dimensions(made(data(plain((1500, 2000)))))[480, "webp"] == (480, 640)
    assert dimensions(made(data(plain((1000, 4000)))))[480, "webp"] == (240, 960)


@pytest.mark.parametrize("orientation", TURNS)
def test_a_picture_stands_upright_however_the_camera_was_held(orientation: int) -> None:
    turn = TURNS[orientation]
    stored = quarters() if turn is None else quarters().transpose(turn)

    photo = made(data(stored, exif=exif(orientation)))

    assert dimensions(photo)[480, "jpeg"] == (240, 120)
    assert named_colours(shown(photo)) == ["red", "green", "blue", "white"]


@pytest.mark.parametrize("kind", pictures.KINDS)
def test_every_format_stands_upright(kind: str) -> None:
    stored = quarters().transpose(Image.Transpose.ROTATE_90)

    photo = made(data(stored, kind, exif=exif(6)))

    assert named_colours(shown(photo)) == ["red", "green", "blue", "white"]


def test_a_large_jpeg_on_its_side_is_shrunk_by_its_upright_width() -> None:
    stored = quarters((4000, 3000)).transpose(Image.Transpose.ROTATE_90)

    photo = made(data(stored, exif=exif(6)))

    assert dimensions(photo)[1200, "webp"] == (1200, 900)
    assert named_colours(shown(photo)) == ["red", "green", "blue", "white"]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"comment": pictures.SECRET, "icc_profile": pictures.swapped_profile(), "xmp": pictures.SECRET}),
        ("PNG", {"icc_profile": pictures.swapped_profile()}),
        ("WEBP", {"xmp": pictures.SECRET, "icc_profile": pictures.swapped_profile()}),
        ("AVIF", {"xmp": pictures.SECRET}),
        ("HEIC", {"xmp": pictures.SECRET}),
    ],
)
def test_nothing_but_the_picture_is_left_in_what_is_served(kind: str, options: dict[str, Any]) -> None:
    given = data(plain((900, 700)), kind, exif=exif(), **options) + pictures.SECRET
    assert pictures.SECRET in given  # the control: it does tell

    photo = made(given)

    assert photo.metadata_bytes == 0
    for file in photo.sizes:
        assert superfluous(file.data) == []
        assert pictures.SECRET not in file.data


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_what_does_not_draw_the_picture_is_counted(kind: str) -> None:
    told = data(plain(), kind, exif=exif())
    counted = leftovers.count(told, kind.lower())

    assert superfluous(told)
    assert counted >= len(exif())
    assert leftovers.count(told + b"tail", kind.lower()) == counted + 4
    assert leftovers.count(data(plain(), kind), kind.lower()) == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_colour_profile_is_applied_before_it_is_dropped(kind: str) -> None:
    photo = made(data(plain(colour=(255, 0, 0)), kind, icc_profile=pictures.swapped_profile()))

    assert named_colours(shown(photo))[0] == "blue"


@pytest.mark.parametrize("profile", [b"no profile", pictures.swapped_profile()[:200], bytes(130)])
def test_a_colour_profile_that_cannot_be_read_is_left_aside(profile: bytes) -> None:
    photo = made(data(plain(colour=(255, 0, 0)), icc_profile=profile))

    assert named_colours(shown(photo))[0] == "red"


def test_a_profile_of_another_kind_of_colour_is_left_aside() -> None:
    photo = made(data(plain(mode="L", colour=200), icc_profile=pictures.swapped_profile()))

    assert shown(photo).getpixel((5, 5)) == pytest.approx((200, 200, 200), abs=3)


def test_cmyk_becomes_rgb() -> None:
    photo = made(data(plain(mode="CMYK", colour=(255, 0, 255, 0))))

    assert named_colours(shown(photo))[0] == "green"


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    photo = made(data(plain(mode="I;16", colour=32768), "PNG"))

    assert shown(photo).getpixel((5, 5)) == pytest.approx((128, 128, 128), abs=2)


@pytest.mark.parametrize(
    "picture",
    [
        plain(mode="RGBA", colour=(0, 0, 0, 0)),
        plain(mode="LA", colour=(0, 0)),
        plain(mode="RGBA", colour=(0, 0, 0, 0)).quantize(4),
    ],
    ids=lambda picture: picture.mode,
)
def test_what_is_transparent_becomes_white(picture: Image.Image) -> None:
    assert named_colours(shown(made(data(picture, "PNG")))) == ["white"] * 4


def test_a_palette_with_one_transparent_colour_becomes_white_there() -> None:
    palette = plain(mode="P", colour=0)
    palette.putpalette([0, 0, 0, 10, 10, 250])
    palette.paste(1, (0, 0, 30, 40))

    photo = made(data(palette, "PNG", transparency=0))

    assert named_colours(shown(photo)) == ["blue", "white", "blue", "white"]


def test_one_bit_a_pixel_is_taken() -> None:
    assert named_colours(shown(made(data(plain(mode="1", colour=1), "PNG")))) == ["white"] * 4


def test_of_a_camera_file_with_a_second_picture_behind_it_the_first_is_taken() -> None:
    photo = made(data(quarters(), "MPO", save_all=True, append_images=[plain()]))

    assert named_colours(shown(photo)) == ["red", "green", "blue", "white"]


@pytest.mark.parametrize("size", [(3000, 2500), (2999, 2503)])
def test_a_picture_too_large_to_be_decoded_at_home_is_whole_all_the_same(size: tuple[int, int]) -> None:
    photo = made(data(quarters(size), "PNG", compress_level=1))

    assert named_colours(shown(photo)) == ["red", "green", "blue", "white"]
    assert dimensions(photo)[1200, "webp"] == (1200, round(size[1] * 1200 / size[0]))


def test_equal_pictures_have_equal_digests_and_others_do_not() -> None:
    assert made(data(quarters())).digest == made(data(quarters(), exif=exif())).digest
    assert made(data(quarters())).digest != made(data(plain())).digest
