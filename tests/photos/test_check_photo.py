"""`manage.py check_photo` says of files what an upload would say, in words and as JSON."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.photos.pictures import data, exif, plain, quarters


def check(*files: Path, **options: Any) -> tuple[list[str], int]:
    """The lines it prints and its exit code."""
    out, code = StringIO(), 0
    try:
        call_command("check_photo", *map(str, files), stdout=out, **options)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return out.getvalue().splitlines(), code


def put(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def test_a_picture_that_is_taken_is_told_with_its_sizes(tmp_path: Path) -> None:
    file = put(tmp_path, "field.jpg", data(quarters((1600, 1200)), exif=exif()))

    lines, code = check(file, as_json=True)

    told = json.loads(lines[0])
    sizes = told.pop("sizes")
    assert told == {"file": str(file), "outcome": "accepted", "reason": "", "metadata_bytes": 0}
    assert [(size["width"], size["height"], size["format"]) for size in sizes] == [
        (480, 360, "webp"), (480, 360, "jpeg"), (800, 600, "webp"), (800, 600, "jpeg"), (1200, 900, "webp"),
        (1200, 900, "jpeg"),
    ]  # fmt: skip
    assert all(size["bytes"] > 100 for size in sizes)
    assert code == 0


def test_each_file_has_a_line_and_one_refused_makes_the_exit_code_1(tmp_path: Path) -> None:
    good, bad = put(tmp_path, "good.png", data(plain(), "PNG")), put(tmp_path, "核桃.jpg", b"no picture")

    lines, code = check(bad, good, tmp_path / "missing.jpg", tmp_path, as_json=True)

    told = [json.loads(line) for line in lines]
    assert [each["outcome"] for each in told] == ["refused", "accepted", "refused", "refused"]
    assert told[0]["file"].endswith("核桃.jpg")
    assert all(each["reason"] for each in told if each["outcome"] == "refused")
    assert all((each["metadata_bytes"], each["sizes"]) == (0, []) for each in told if each["outcome"] == "refused")
    assert code == 1


@pytest.mark.parametrize(("content", "word", "code"), [(data(), "accepted", 0), (b"text", "refused", 1)])
def test_without_json_it_speaks_to_people(tmp_path: Path, content: bytes, word: str, code: int) -> None:
    file = put(tmp_path, "one.jpg", content)

    lines, ended = check(file)

    assert lines[0].startswith(f"{file}: {word}")
    assert ended == code
