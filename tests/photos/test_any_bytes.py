"""Whatever bytes come, a file is taken or refused; what is taken is clean, whole and of the sizes it says."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from catalogue import photos
from tests.photos import pictures
from tests.photos.pictures import data, exif, quarters

WHOLE = {
    kind: data(quarters((90, 60)), kind, exif=exif(6), **({"progressive": True} if kind == "JPEG" else {}))
    for kind in pictures.KINDS
}
AT_HOME, APART = ("JPEG", "PNG", "WEBP"), ("AVIF", "HEIC")


def judge(content: bytes) -> bool:
    """Whether it was taken. Any other exception than the refusal fails the test."""
    try:
        photo = photos.made(BytesIO(content))
    except photos.PictureRefused as refused:
        assert str(refused)
        return False
    assert photo.metadata_bytes == 0
    for (width, form), file in photo.files.items():
        assert pictures.superfluous(file.data) == []
        with Image.open(BytesIO(file.data)) as served:
            served.load()
            assert (served.size, served.format) == ((file.width, file.height), form.upper())
        assert file.width <= width
    return True


def changed(draw: st.DrawFn, whole: bytes) -> bytes:
    content = bytearray(whole)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(content) - 1))
        how = draw(st.sampled_from(["byte", "cut", "double", "insert"]))
        if how == "byte":
            content[at] = draw(st.integers(0, 255))
        elif how == "cut":
            del content[at : at + draw(st.integers(1, 40))]
        elif how == "double":
            content[at:at] = content[at : at + draw(st.integers(1, 200))]
        else:
            content[at:at] = draw(st.binary(max_size=30))
        content = content or bytearray(b"\xff")
    return bytes(content)


@st.composite
def broken(draw: st.DrawFn, kinds: tuple[str, ...]) -> bytes:
    return changed(draw, WHOLE[draw(st.sampled_from(kinds))])


@given(st.binary(max_size=2000))
@settings(max_examples=100, deadline=None)
def test_any_bytes_at_all(content: bytes) -> None:
    judge(content)


@given(st.sampled_from(sorted(WHOLE)), st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_behind_the_beginning_of_a_picture(kind: str, content: bytes) -> None:
    judge(WHOLE[kind][:32] + content)


@given(broken(AT_HOME))
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_picture(content: bytes) -> None:
    judge(content)


@given(broken(APART))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_picture_that_is_decoded_apart(content: bytes) -> None:
    judge(content)


@given(st.integers(8, 3000), st.integers(8, 3000), st.sampled_from(["L", "RGB", "RGBA", "P", "LA", "1", "CMYK"]))
@settings(max_examples=25, deadline=None)
def test_any_size_and_mode(width: int, height: int, mode: str) -> None:
    picture = Image.new(mode, (width, height))

    taken = judge(
        data(picture, "JPEG" if mode == "CMYK" else "PNG", **({} if mode == "CMYK" else {"compress_level": 1}))
    )

    assert taken


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_the_undamaged_ones_are_taken(kind: str) -> None:
    assert judge(WHOLE[kind])
