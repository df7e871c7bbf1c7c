"""A file that is no picture we take is refused before it costs anything, with the fact and the way on."""

from __future__ import annotations

import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, TiffImagePlugin

from catalogue import photos
from catalogue.photos import headers, pixels, reading
from tests.photos import pictures
from tests.photos.pictures import data, made, plain

MOVING: dict[str, Any] = {"save_all": True, "append_images": [plain(colour=pictures.RED)]}


def refusal(content: bytes) -> str:
    with pytest.raises(photos.PictureRefused) as refused:
        made(content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"hello, this is text", "is no picture we know"),
        (data(plain(), "GIF"), "is a GIF"),
        (data(plain(), "TIFF"), "is a TIFF"),
        (data(plain(), "BMP"), "is a BMP"),
        (data(plain(), "JPEG2000"), "is a JPEG 2000"),
        (b"%PDF-1.7 ", "is a PDF"),
        (b"PK\x03\x04 and more", "is a ZIP"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "is a video"),
        (b'\xef\xbb\xbf <svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a drawing (SVG)"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "is a web page"),
    ],
)
def test_what_is_no_picture_is_named_and_the_formats_we_take_are_said(content: bytes, words: str) -> None:
    said = refusal(content)

    assert words in said
    assert "JPEG, PNG, WebP, AVIF" in said or content == b""


def test_a_file_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 2 * 1024 * 1024)
    file = BytesIO(data() + bytes(3 * 1024 * 1024))

    with pytest.raises(photos.PictureRefused, match="larger than 2 MiB"):
        photos.made(file)

    assert file.tell() == 2 * 1024 * 1024 + 1


def jpeg_that_promises(width: int, height: int) -> bytes:
    whole = bytearray(data())
    at = whole.index(b"\xff\xc0") + 5
    whole[at : at + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(whole)


def webp_that_promises(width: int, height: int) -> bytes:
    body = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + (22).to_bytes(4, "little") + b"WEBPVP8X" + (10).to_bytes(4, "little") + body


@pytest.mark.parametrize(
    "content",
    [
        pictures.png_that_promises(13_300, 13_300),
        pictures.png_that_promises(2**31 - 1, 2**31 - 1),
        jpeg_that_promises(9_500, 9_500),
        webp_that_promises(16_383, 16_383),
    ],
    ids=["png", "largest png", "jpeg", "webp"],
)
def test_too_many_pixels_are_refused_from_the_header(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_given: Any) -> Any:
        raise AssertionError("a decoder was asked")

    monkeypatch.setattr(pixels, "opened", never)

    assert len(content) < 10_000
    assert "million" in refusal(content)


def test_a_plain_jpeg_may_have_more_pixels_than_one_that_is_held_as_a_whole() -> None:
    size = (5_200, 5_000)

    assert "million" in refusal(data(plain(size), progressive=True))
    assert made(data(plain(size))).files[1200, "jpeg"].width == 1200


@pytest.mark.parametrize("size", [(1, 1), (7, 500), (500, 7)])
def test_a_dot_or_a_line_is_refused(size: tuple[int, int]) -> None:
    assert f"has {size[0]} x {size[1]} pixels; nothing can be seen" in refusal(data(plain(size)))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    assert "it holds 2 frames" in refusal(data(plain(), kind, **MOVING))


@pytest.mark.parametrize("kind", pictures.KINDS)
@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_file_that_breaks_off_is_refused(kind: str, part: float) -> None:
    noise = pictures.Image.effect_noise((300, 200), 90).convert("RGB")
    whole = data(noise, kind)

    assert "is broken or not complete" in refusal(whole[: int(len(whole) * part)])
    assert made(whole).metadata_bytes == 0  # the control


def test_a_jpeg_of_thousands_of_passes_is_refused_and_one_of_a_camera_is_not() -> None:
    assert "far more pieces" in refusal(pictures.jpeg_of_scans(60))
    assert made(pictures.jpeg_of_scans(1)).metadata_bytes == 0


def test_a_jpeg_of_thousands_of_segments_is_refused() -> None:
    whole = data()

    assert "far more pieces" in refusal(whole[:2] + b"\xff\xfe\x00\x02" * (headers.MOST_PARTS + 1) + whole[2:])


@pytest.mark.parametrize("junk", [b"\x00", b"\xff", b"\xff\x00", b"ab"])
def test_what_lies_between_the_segments_of_a_jpeg_never_reaches_the_decoder(junk: bytes) -> None:
    whole = data()
    at = whole.index(b"\xff\xdb")

    header = headers.of_jpeg(whole[:at] + junk * 2_000_000 + whole[at:])

    assert header == headers.of_jpeg(whole)
    assert len(header.bare) <= len(whole)


def test_a_png_of_thousands_of_chunks_is_refused() -> None:
    assert "far more pieces" in refusal(pictures.png_that_promises(100, 100, chunks=headers.MOST_PARTS + 1))


def test_a_jpeg_with_two_frames_of_different_size_is_refused() -> None:
    whole = data()
    at = whole.index(b"\xff\xc0")
    frame = whole[at : at + 2 + int.from_bytes(whole[at + 2 : at + 4], "big")]

    assert "is broken" in refusal(whole[:at] + frame + whole[at:])


def test_texts_in_a_png_are_not_even_unpacked() -> None:
    whole = data(plain(), "PNG")
    text = pictures.chunk(b"zTXt", b"note\x00\x00" + zlib.compress(bytes(20_000_000), 9))
    bomb = whole[:33] + text + whole[33:]
    with pytest.raises(ValueError, match="too large"):
        Image.open(BytesIO(bomb))  # the control: the decoder would stumble over it

    assert made(bomb).metadata_bytes == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_pointer_of_an_exif_block_is_followed_at_home(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_given: Any) -> Any:
        raise AssertionError("followed")

    given = data(plain(), kind, exif=pictures.exif())
    monkeypatch.setattr(TiffImagePlugin.ImageFileDirectory_v2, "load", never)
    with pytest.raises(AssertionError, match="followed"):
        Image.open(BytesIO(given)).getexif()  # the control

    assert made(given).metadata_bytes == 0


def test_avif_is_decoded_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_given: Any) -> Any:
        raise AssertionError("decoded at home")

    monkeypatch.setattr(pixels, "upright_rgb", never)

    assert made(data(plain(), "AVIF")).metadata_bytes == 0
    assert "is broken" in refusal(data(plain(), "JPEG"))  # the control: at home it would have been seen


def program(folder: Path, text: str) -> str:
    file = folder / "program.py"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_an_avif_that_understates_its_size_ends_its_own_process_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    content = pictures.avif_that_understates((6_000, 6_000))
    source = Path(pixels.__file__).read_text(encoding="utf-8")
    scarce = source.replace("MOST_MEMORY = 450 * 1024", "MOST_MEMORY = 80 * 1024")
    assert scarce != source
    monkeypatch.setattr(pixels, "__file__", program(tmp_path, scarce))

    assert "is broken" in refusal(content)
    assert made(data(plain((100, 100)), "AVIF")).metadata_bytes == 0  # the control: it is enough for what it claims


def test_a_decoder_that_does_not_come_back_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pixels, "__file__", program(tmp_path, "while True: pass"))
    monkeypatch.setattr(pixels, "MOST_SECONDS", 0.1)

    assert "is broken" in refusal(data(plain(), "AVIF"))


def test_without_the_library_heic_is_refused_with_the_way_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "heic_is_read", lambda: False)

    assert "cannot read HEIC" in refusal(data(plain(), "HEIC"))
    assert refusal(b"text").endswith("Send one of these: JPEG, PNG, WebP, AVIF.")
