"""Photographs and broken pictures as the world has them, where the sample files are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from catalogue.management.commands.check_photo import verdict
from tests.photos import pictures

SAMPLES = Path(__file__).parents[3] / "shared" / "data"
TAKEN, BAD = SAMPLES / "images", SAMPLES / "images_bad"
pytestmark = pytest.mark.skipif(not TAKEN.is_dir(), reason=f"SKIPPED: no sample pictures in {SAMPLES}")


def test_every_photograph_is_taken() -> None:
    files = [file for file in sorted(TAKEN.iterdir()) if file.suffix.lower() in (".jpg", ".png", ".webp", ".avif")]

    told = [verdict(str(file)) for file in files]

    assert len(told) > 20
    assert [each for each in told if each["outcome"] != "accepted" or each["metadata_bytes"]] == []


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("broken.png", "refused"), ("decompression_bomb.gif", "refused"), ("exif_gps.jpg", "accepted"),
        ("hopper_bad_exif.jpg", "accepted"), ("invalid-exif.jpg", "accepted"), ("multiple_exif.jpg", "refused"),
        ("truncated_image.png", "refused"), ("truncated_jpeg.jpg", "refused"), ("zero_width.gif", "refused"),
    ],
)  # fmt: skip
def test_broken_pictures_are_refused_and_those_with_odd_metadata_lose_it(name: str, outcome: str) -> None:
    told = verdict(str(BAD / name))

    assert told["outcome"] == outcome
    assert told["metadata_bytes"] == 0
    assert told["reason"]


def test_the_position_is_lost() -> None:
    content = (BAD / "exif_gps.jpg").read_bytes()
    assert Image.open(BAD / "exif_gps.jpg").getexif().get_ifd(pictures.GPS)  # the control

    photo = pictures.made(content)

    for file in photo.sizes:
        assert pictures.superfluous(file.data) == []
