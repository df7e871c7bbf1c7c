"""A ZIP of pictures: matched by SKU, each taken or refused on its own, and no archive costs more than it may."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from typing import Any

import pytest

from catalogue import photos
from catalogue.models import Product
from catalogue.partner.models import Partner
from catalogue.photos import archives, keeping
from tests import make
from tests.photos import pictures
from tests.photos.pictures import data, plain, quarters

pytestmark = pytest.mark.django_db
CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"


@pytest.fixture
def supplier() -> Partner:
    return make.partner("ps-e01")


def product(supplier: Partner, sku: str) -> Product:
    made = make.product(supplier)
    made.stockrecords.update(partner_sku=sku)
    return made


def packed(entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def take(supplier: Partner, content: bytes) -> list[archives.Outcome]:
    return list(archives.take(file=BytesIO(content), partner=supplier))


def reasons(supplier: Partner, entries: dict[str, bytes]) -> dict[str, str]:
    """Of entries that were refused."""
    found = take(supplier, packed(entries))
    return {outcome.file: outcome.reason for outcome in found if outcome.picture is None}


def shade(value: int) -> bytes:
    return data(plain((900, 600), colour=(value, value, value)))


def shades(of: Product) -> list[int]:
    """The greys of a product's pictures in their order."""
    opened = (pictures.Image.open(picture.original) for picture in of.images.all())
    return [round(picture.convert("L").getpixel((5, 5)), -1) for picture in opened]  # type: ignore[arg-type]


def test_pictures_come_to_their_products_in_the_order_of_their_numbers(supplier: Partner) -> None:
    one, other = product(supplier, "PS-01"), product(supplier, "PS-02")
    entries = {
        "PS-01-10.jpg": shade(100),
        "folder/deeper/PS-01_3.jpg": shade(30),
        "PS-02.jpg": shade(200),
        "PS-01 (2).jpg": shade(20),
        "PS-01.jpg": shade(10),
    }

    outcomes = take(supplier, packed(entries))

    assert all(outcome.picture for outcome in outcomes)
    assert shades(one) == [10, 20, 30, 100]
    assert shades(other) == [200]
    assert [(outcome.place, outcome.of) for outcome in outcomes] == [(place, 5) for place in range(1, 6)]


def test_the_content_decides_the_format_whatever_the_name_says(supplier: Partner) -> None:
    walnuts = product(supplier, "PS-01")

    take(supplier, packed({"PS-01.jpg": data(quarters(), "PNG"), "PS-01-2": data(plain(), "WEBP")}))

    assert walnuts.images.count() == 2


@pytest.mark.parametrize(
    "written", ["ps-01.JPG", "ＰＳ－０１.jpg", " PS -01 .jpg", "P\u200bS-01.jpg", "ps-01（2）.jpg"]
)
def test_an_sku_is_found_however_it_is_written(supplier: Partner, written: str) -> None:
    walnuts = product(supplier, "PS-01")

    take(supplier, packed({written: data()}))

    assert walnuts.images.count() == 1


def test_an_sku_that_ends_like_a_number_is_itself_first(supplier: Partner) -> None:
    plain_one, ends_in_two = product(supplier, "PS-1"), product(supplier, "PS-1-2")

    take(supplier, packed({"PS-1.jpg": shade(10), "PS-1-2.jpg": shade(20), "PS-1-2-2.jpg": shade(30)}))

    assert (shades(plain_one), shades(ends_in_two)) == ([10], [20, 30])


def test_each_entry_is_refused_on_its_own_and_the_rest_go_on(supplier: Partner) -> None:
    walnuts = product(supplier, "PS-01")
    entries = {
        "PS-01.jpg": shade(10),
        "PS-01-2.jpg": data()[:300],
        "PS-01-3.jpg": data(plain(), "GIF"),
        "PS-01-4.zip": packed({"PS-01.jpg": data()}),
        "PS-99.jpg": data(),
        "notes.txt": b"remember the milk",
        "PS-01-5.jpg": shade(50),
    }

    refused = reasons(supplier, entries)

    assert shades(walnuts) == [10, 50]
    expected = {
        "PS-01-2.jpg": "is broken",
        "PS-01-3.jpg": "is a GIF",
        "PS-01-4.zip": "is a ZIP",
        "PS-99.jpg": "None of your products has the SKU “ps-99”",
        "notes.txt": "SKU “notes”",
    }
    assert set(refused) == set(expected)
    assert [name for name, words in expected.items() if words not in refused[name]] == []


def test_the_products_of_another_supplier_are_unknown(supplier: Partner) -> None:
    others = product(make.partner("yc-c01"), "YC-01")

    refused = reasons(supplier, {"YC-01.jpg": data()})

    assert "None of your products" in refused["YC-01.jpg"]
    assert not others.images.exists()


def test_two_skus_that_are_equal_when_compared_are_nobodys(supplier: Partner) -> None:
    product(supplier, "PS-ß")
    product(supplier, "PS-SS")

    assert "Two of your products" in reasons(supplier, {"PS-ss.jpg": data()})["PS-ss.jpg"]


def test_the_same_archive_twice_changes_nothing(supplier: Partner) -> None:
    walnuts = product(supplier, "PS-01")
    archive = packed({"PS-01.jpg": shade(10), "PS-01-2.jpg": shade(20)})
    first = [outcome.picture for outcome in take(supplier, archive)]

    again = [outcome.picture for outcome in take(supplier, archive)]

    assert again == first
    assert walnuts.images.count() == 2


def test_a_picture_too_many_is_refused_and_the_other_products_go_on(
    supplier: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_PHOTOS", 1)
    one, other = product(supplier, "PS-01"), product(supplier, "PS-02")

    refused = reasons(supplier, {"PS-01.jpg": shade(10), "PS-01-2.jpg": shade(20), "PS-02.jpg": shade(30)})

    assert list(refused) == ["PS-01-2.jpg"]
    assert (shades(one), shades(other)) == ([10], [30])


def test_what_systems_leave_in_folders_is_passed_over_in_silence(supplier: Partner) -> None:
    product(supplier, "PS-01")
    leavings = {"__MACOSX/._PS-01.jpg": b"x", "a/.DS_Store": b"x", "a/Thumbs.db": b"x", "desktop.ini": b"x", "b/": b""}

    outcomes = take(supplier, packed(leavings | {"PS-01.jpg": data()}))

    assert [outcome.file for outcome in outcomes] == ["PS-01.jpg"]


@pytest.mark.parametrize(
    ("encoding", "named"), [("gb18030", "核桃-01.jpg"), ("utf-8", "核桃-01.jpg"), ("gb18030", "图片\\核桃-01.jpg")]
)
def test_names_are_read_as_windows_and_macs_write_them(supplier: Partner, encoding: str, named: str) -> None:
    walnuts = product(supplier, "核桃-01")
    raw = named.encode(encoding)
    stand_in = b"X" * len(raw)
    archive = packed({stand_in.decode(): data()}).replace(stand_in, raw)

    (outcome,) = take(supplier, archive)

    assert outcome.file == named.replace("\\", "/")
    assert walnuts.images.count() == 1


@pytest.mark.parametrize("name", ["../PS-01.jpg", "a/../../PS-01.jpg", "/PS-01.jpg", "C:\\PS-01.jpg", "..\\PS-01.jpg"])
def test_a_name_that_leads_out_of_the_archive_is_refused(supplier: Partner, name: str) -> None:
    walnuts = product(supplier, "PS-01")

    refused = reasons(supplier, {name: data()})

    assert "leads out of the archive" in next(iter(refused.values()))
    assert not walnuts.images.exists()


def patched(archive: bytes, field: int, value: int) -> bytes:
    """Another value for a field of two bytes of the only entry, in both its headers (central: two bytes further)."""
    changed = bytearray(archive)
    for at in (archive.index(LOCAL) + field, archive.index(CENTRAL) + field + 2):
        struct.pack_into("<H", changed, at, value)
    return bytes(changed)


def test_a_locked_entry_is_refused(supplier: Partner) -> None:
    product(supplier, "PS-01")

    (outcome,) = take(supplier, patched(packed({"PS-01.jpg": data()}), 6, 1))

    assert "locked with a password" in outcome.reason


def test_an_entry_packed_in_a_rare_way_is_refused(supplier: Partner) -> None:
    product(supplier, "PS-01")

    (outcome,) = take(supplier, packed({"PS-01.jpg": data()}, zipfile.ZIP_BZIP2))

    assert "in a way we do not take" in outcome.reason


def test_an_entry_that_would_grow_as_no_picture_does_is_refused_unopened(supplier: Partner) -> None:
    product(supplier, "PS-01")

    (outcome,) = take(supplier, packed({"PS-01.jpg": bytes(5_000_000)}, zipfile.ZIP_DEFLATED))

    assert "times its size" in outcome.reason


def test_an_entry_that_is_larger_than_it_says_is_refused(supplier: Partner) -> None:
    product(supplier, "PS-01")
    archive = packed({"PS-01.jpg": shade(10)})
    at = archive.index(CENTRAL) + 24
    lying = archive[:at] + struct.pack("<I", 200) + archive[at + 4 :]

    (outcome,) = take(supplier, lying)

    assert outcome.picture is None
    assert "broken" in outcome.reason


def test_what_is_unpacked_in_all_is_bounded(supplier: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    walnuts = product(supplier, "PS-01")
    first = shade(10)
    monkeypatch.setattr(archives, "MOST_UNPACKED_BYTES", len(first) + 100)

    refused = reasons(supplier, {"PS-01.jpg": first, "PS-01-2.jpg": shade(20)})

    assert "larger than" in refused["PS-01-2.jpg"]
    assert shades(walnuts) == [10]


@pytest.mark.parametrize("count", [archives.MOST_ENTRIES + 1, 40_000])
def test_an_archive_of_too_many_entries_is_refused_as_a_whole(supplier: Partner, count: int) -> None:
    with pytest.raises(archives.ArchiveRefused, match="more than 2000 entries"):
        archives.take(
            file=BytesIO(packed({f"PS-01-{number:060d}.jpg": b"" for number in range(count)})), partner=supplier
        )


def test_an_archive_that_is_too_large_is_refused_as_a_whole(supplier: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_ARCHIVE_BYTES", 1000)

    with pytest.raises(archives.ArchiveRefused, match="is larger than"):
        take(supplier, packed({"PS-01.jpg": shade(10)}))


def test_what_is_no_zip_is_refused_as_a_whole(supplier: Partner) -> None:
    whole = packed({"PS-01.jpg": shade(10)})

    for content in (b"", b"PK", data(), whole[: len(whole) // 2], whole[:-10]):
        with pytest.raises(archives.ArchiveRefused, match="no whole ZIP"):
            take(supplier, content)


def test_a_damaged_archive_gives_outcomes_or_one_refusal(supplier: Partner) -> None:
    product(supplier, "PS-01")
    whole = packed({"PS-01.jpg": data(plain((20, 20))), "PS-01-2.jpg": data(plain((30, 20)))}, zipfile.ZIP_DEFLATED)
    told: list[Any] = []

    for at in range(0, len(whole), 5):
        damaged = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        try:
            told += take(supplier, damaged)
        except archives.ArchiveRefused as refused:
            told.append(refused)

    assert len(told) > len(whole) // 5
    assert all(isinstance(each, archives.ArchiveRefused) or each.picture or each.reason for each in told)
    assert photos.MOST_PHOTOS >= Product.objects.get().images.count() >= 2
