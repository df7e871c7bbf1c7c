"""Photographs by a ZIP or one by one: each taken or refused on its own, and beside its article."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from catalogue.models import Product
from catalogue.partner.models import Partner
from catalogue.photos import archives
from catalogue.uploads import pictures
from catalogue.uploads.models import Upload
from tests import make
from tests.photos.pictures import BLUE, RED, data, plain
from tests.photos.test_archives import packed
from tests.uploads import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(supplier: Partner) -> Product:
    made = make.product(supplier)
    made.stockrecords.update(partner_sku="A-1")
    return made


def photograph(colour: object = RED) -> bytes:
    return data(plain((900, 600), colour=colour))


def taken(supplier: Partner, entries: dict[str, bytes]) -> Upload:
    return sent.looked_at(supplier, packed(entries), kind="photos")


def said(upload: Upload, kind: str) -> dict[str, str]:
    """Reasons or advices by file."""
    return {line.said["file"]: line.said["reason"] for line in upload.lines.filter(kind=kind)}


def test_each_picture_is_taken_or_refused_on_its_own(supplier: Partner, article: Product) -> None:
    upload = taken(supplier, {"A-1.jpg": photograph(), "A-1-2.jpg": b"<svg onload=alert(1)>", "B-7.jpg": photograph()})

    assert (upload.state, upload.outcome["taken"], upload.outcome["refused"]) == ("done", 1, 2)
    refused = said(upload, "refused")
    assert "drawing (SVG)" in refused["A-1-2.jpg"] and "None of your products has the SKU" in refused["B-7.jpg"]
    assert article.images.count() == 1


def test_done_twice_it_comes_to_the_same(supplier: Partner, article: Product) -> None:
    upload = taken(supplier, {"A-1.jpg": photograph(), "A-1-2.jpg": photograph(BLUE), "x.jpg": b""})
    once = list(upload.lines.values_list("kind", "position", "said"))
    Upload.objects.update(state="writing")

    sent.worked(upload)

    assert list(upload.lines.values_list("kind", "position", "said")) == once
    assert article.images.count() == 2 and upload.outcome["taken"] == 2


def test_a_broken_off_job_is_gone_on_with(supplier: Partner, article: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = sent.begun(supplier, packed({"A-1.jpg": photograph(), "A-1-2.jpg": photograph(BLUE)}), kind="photos")
    plain_take = archives.take

    def killed(**given: object) -> object:
        yield next(plain_take(**given))  # type: ignore[arg-type]
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(archives, "take", killed)
        with pytest.raises(MemoryError):
            sent.worked(upload)
    assert article.images.count() == 1

    sent.worked(upload)

    assert upload.state == "done" and upload.outcome["taken"] == 2 and article.images.count() == 2


def test_a_file_that_is_no_zip_is_refused_with_words(supplier: Partner) -> None:
    upload = sent.looked_at(supplier, b"PK but nothing else", kind="photos")

    assert upload.state == "failed" and "no whole ZIP" in upload.outcome["reason"]


def test_a_bomb_is_refused_and_its_neighbour_taken(supplier: Partner, article: Product) -> None:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("A-1.jpg", bytes(5_000_000))
        archive.writestr("A-1-2.jpg", photograph())

    upload = sent.looked_at(supplier, whole.getvalue(), kind="photos")

    assert "would grow" in said(upload, "refused")["A-1.jpg"] and upload.outcome["taken"] == 1


class Named(BytesIO):
    """A picture with the name its sender gave it."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name

    def chunks(self) -> list[bytes]:
        return [self.getvalue()]


def test_single_files_go_the_same_way_under_their_own_names(supplier: Partner, article: Product) -> None:
    file, names = pictures.packed([Named("A-1.jpg", photograph()), Named("A-1.jpg", photograph(BLUE))])

    upload = sent.looked_at(supplier, file.read(), kind="photos", names=names)

    assert [line.said["file"] for line in upload.lines.all()] == ["A-1.jpg", "A-1.jpg"]
    assert article.images.count() == 2


def test_pictures_for_one_article_need_no_number_in_their_names(supplier: Partner, article: Product) -> None:
    shots = [Named("IMG_20261001.jpg", photograph()), Named("扫描.png", data(plain((900, 600)), "PNG"))]
    file, names = pictures.packed(shots, "a-1")

    upload = sent.looked_at(supplier, file.read(), kind="photos", names=names)

    assert list(said(upload, "taken")) == ["IMG_20261001.jpg", "扫描.png"] and article.images.count() == 2
