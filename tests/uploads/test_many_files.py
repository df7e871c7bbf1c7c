"""Some hundreds of tables and pictures, most of them bad: whole or not at all, each fault told, nothing active kept.

MANY_FILES=1000 (tables) and MANY_PICTURES=10000 run the full volume.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from catalogue import spreadsheets
from catalogue.imports import columns, problems_file, values
from catalogue.models import Product
from catalogue.partner.models import Partner, StockRecord
from catalogue.photos import reading
from catalogue.uploads.models import Upload
from tests import make
from tests.imports import tables
from tests.imports.test_planted_errors import planted
from tests.photos.pictures import data, exif, quarters, superfluous
from tests.photos.test_archives import packed
from tests.uploads import sent

pytestmark = pytest.mark.django_db
FILES = int(os.environ.get("MANY_FILES", "120"))
PICTURES = int(os.environ.get("MANY_PICTURES", "150"))
ROWS, AT_ONCE = 20, 50
ACTIVE = (b"<svg", b"<script", b"<html", b"MZ", b"#!", b"GIF8", b"%PDF")


def faults_of_tables(member: Client, supplier: Partner, seeds: range) -> Iterator[str]:
    """What is wrong about how these generated tables were treated."""
    for seed in seeds:
        dice = Random(seed)
        lines, places = planted(dice)
        file = tables.as_csv(lines, encoding=dice.choice(["utf-8", "utf-8-sig", "gb18030"]))
        before = StockRecord.objects.count()
        upload = sent.looked_at(supplier, file)
        if places:
            told = sorted((line.row, line.column) for line in upload.lines.filter(kind="problem"))
            if told != places:
                yield f"{seed}: {set(told) ^ set(places)} are told and not planted, or planted and not told"
            if upload.outcome["may_be_written"] or StockRecord.objects.count() != before:
                yield f"{seed}: a table with errors was written, or may be"
            rows = csv.reader(
                io.StringIO(member.get(reverse("supplier:upload_errors", args=[upload.pk])).content.decode())
            )
            if any(cell.startswith(spreadsheets.STARTS_A_FORMULA) for row in rows for cell in row):
                yield f"{seed}: the file of errors holds what a spreadsheet runs"
        elif upload.outcome["may_be_written"]:
            sent.imported(upload)
            if StockRecord.objects.count() != ROWS:
                yield f"{seed}: a sound table was not written as a whole"
        elif before != ROWS:
            yield f"{seed}: a sound table may not be written"


def test_every_table_is_written_as_a_whole_or_told_by_row_and_column(member: Client, supplier: Partner) -> None:
    assert list(faults_of_tables(member, supplier, range(FILES))) == []
    assert StockRecord.objects.count() == Product.objects.count() == ROWS


def lenient(text: str) -> int:
    return 100


def test_the_look_at_tables_sees_a_cell_that_is_read_too_leniently(
    member: Client, supplier: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    price = columns.BY_KEY["price_fen"]
    assert price.read is values.price_fen
    monkeypatch.setitem(price.__dict__, "read", lenient)

    assert any("planted and not told" in fault for fault in faults_of_tables(member, supplier, range(12)))


def test_the_look_at_tables_sees_a_cell_that_a_spreadsheet_would_run(
    member: Client, supplier: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(problems_file, "harmless", lambda text: text)

    assert any("what a spreadsheet runs" in fault for fault in faults_of_tables(member, supplier, range(25)))


def bad_pictures(seed: int, count: int) -> dict[str, bytes]:
    """Pictures with bytes changed, cut off or put in, and things that only call themselves pictures."""
    dice = Random(seed)
    sound = [data(quarters((900, 600)), kind, exif=exif(6)) for kind in ("JPEG", "PNG", "WEBP")]
    return {
        f"A-1-{number}.jpg": dice.choice(ACTIVE) + dice.randbytes(200)
        if number % 5 == 0
        else spoiled(dice, dice.choice(sound))
        for number in range(1, count + 1)
    }


def spoiled(dice: Random, content: bytes) -> bytes:
    at, length = dice.randrange(len(content)), dice.randrange(1, 40)
    return dice.choice([
        content[:at],
        content[:at] + dice.randbytes(length) + content[at + length :],
        content[:at] + dice.randbytes(length) + content[at:],
        content + b"<script>alert(1)</script>",
    ])  # fmt: skip


@pytest.fixture
def article(supplier: Partner) -> Product:
    made = make.product(supplier)
    made.stockrecords.update(partner_sku="A-1")
    return made


def test_every_bad_picture_is_refused_with_a_reason_or_kept_clean(supplier: Partner, article: Product) -> None:
    seen: set[str] = set()
    for seed in range(PICTURES // AT_ONCE):
        upload = sent.looked_at(supplier, packed(bad_pictures(seed, AT_ONCE)), kind="photos")
        fresh = set(media()) - seen
        kept = [default_storage.open(name).read() for name in fresh]
        seen |= fresh
        article.images.all().delete()  # an article has twelve at most

        assert upload.state == "done" and upload.outcome["taken"] + upload.outcome["refused"] == AT_ONCE
        assert upload.outcome["taken"] > 0 and upload.outcome["refused"] > AT_ONCE // 5
        assert all(line.said["reason"] for line in upload.lines.filter(kind="refused"))
        assert {content[:3] for content in kept} == {b"\xff\xd8\xff", b"RIF"}
        assert [found for content in kept for found in superfluous(content)] == []
        assert not [content for content in kept if b"<script" in content]


def media(folder: str = "images") -> Iterator[str]:
    folders, files = default_storage.listdir(folder)
    yield from (f"{folder}/{name}" for name in files)
    for inner in folders:
        yield from media(f"{folder}/{inner}")


def test_a_decoder_whose_failures_were_not_caught_would_be_noticed(
    supplier: Partner, article: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the job breaks and the upload is not done."""

    def stumbles(*given: Any) -> Any:
        raise KeyError("a decoder's own")

    monkeypatch.setattr(reading, "_at_home", stumbles)

    with pytest.raises(KeyError):
        sent.looked_at(supplier, packed(bad_pictures(0, 20)), kind="photos")
    assert Upload.objects.get().state == "writing"
