"""The pages of uploads: what a clerk sends and reads there, and what nobody else does."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalogue.imports import goods, reading
from catalogue.models import Product
from catalogue.partner.models import Partner
from catalogue.photos import archives
from catalogue.uploads.models import Upload
from shop import bodies
from tests import make, rooms
from tests.photos.pictures import data, plain
from tests.photos.test_archives import packed
from tests.uploads import sent

pytestmark = pytest.mark.django_db
NGINX = Path(__file__).resolve().parents[2] / "docker" / "nginx.conf"


def address(name: str, *arguments: object) -> str:
    return reverse(f"supplier:{name}", args=arguments)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_way_of_a_table_from_its_template_to_the_shop(member: Client, supplier: Partner) -> None:
    template = member.get(address("template", "csv")).content
    sent_off = sent.post_table(member, template)
    upload = Upload.objects.get()
    assert sent_off.status_code == 302 and sent_off["Location"] == address("upload", upload.pk)
    assert "It waits for its turn" in words(member.get(sent_off["Location"]))

    sent.worked(upload)
    preview = member.get(address("upload", upload.pk))
    assert "New articles 1 Changed 0 Unchanged 0" in words(preview) and "Import this article" in words(preview)
    member.post(address("upload_import", upload.pk), {"previewed": upload.outcome["digest"]})
    sent.worked(upload)

    assert "Imported." in words(member.get(address("upload", upload.pk)))
    assert Product.objects.count() == 1
    assert "1 new, 0 changed, 0 unchanged" in words(member.get(address("uploads")))


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_templates_are_files_to_keep(member: Client, ending: str) -> None:
    answer = member.get(address("template", ending))

    assert answer["Content-Disposition"] == f'attachment; filename="oasis-goods.{ending}"'
    assert reading.table(io.BytesIO(answer.content)).source.startswith(ending.upper())
    assert member.get(address("template", "exe")).status_code == 404


def test_the_page_asks_again_while_the_work_is_under_way_and_then_shows_what_came_of_it(
    member: Client, supplier: Partner
) -> None:
    upload = sent.begun(supplier, sent.articles(1))
    Upload.objects.update(state="writing", done=300, total=500)

    page = member.get(address("upload", upload.pk)).content.decode()

    assert 'hx-trigger="every 1s"' in page and '<progress max="500" value="300">' in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    Upload.objects.update(state="failed", outcome={"reason": "no"})
    assert member.get(address("upload", upload.pk), HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"


def test_errors_stand_in_a_table_by_row_and_can_be_narrowed_to_a_column(member: Client, supplier: Partner) -> None:
    bad = [{"sku": "A-1", "price_fen": "free"}, {"sku": "A 2/", "price_fen": "-1"}, {"sku": "A-3"}]
    upload = sent.looked_at(supplier, sent.table(*bad))

    page = words(member.get(address("upload", upload.pk)))
    narrowed = member.get(address("upload", upload.pk), {"column": "SKU"})

    assert "The table has 3 errors" in page and "All 3" in page and "Price 2" in page and "SKU 1" in page
    assert [row["row"] for row in narrowed.context["problems"]] == [3]
    assert "Import" not in page.replace("is imported", "")


def test_errors_are_a_file_for_a_spreadsheet_that_runs_nothing(member: Client, supplier: Partner) -> None:
    upload = sent.looked_at(supplier, sent.table({"sku": "A-1", "title_en": "=cmd|' /C calc'!A0"}, {"sku": "-@x"}))

    answer = member.get(address("upload_errors", upload.pk))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [row[:3] for row in rows] == [
        ["row", "column", "value"], ["2", "English title", "'=cmd|' /C calc'!A0"], ["3", "SKU", "'-@x"],
    ]  # fmt: skip
    assert "formula" in rows[1][3]


def test_a_chinese_page_says_the_reasons_in_chinese(member: Client, supplier: Partner, settings: Any) -> None:
    upload = sent.looked_at(supplier, sent.table({"sku": "A-1", "price_fen": "free"}))
    settings.LANGUAGE_CODE = "zh-hans"

    assert [row["reason"] for row in member.get(address("upload", upload.pk)).context["problems"]] == [
        "这不是以元为单位的价格；请写成 12.50 或 1,234.50 的样子。"
    ]


def test_a_changed_article_shows_its_before_and_after_page_by_page(member: Client, supplier: Partner) -> None:
    goods.load(file=io.BytesIO(sent.articles(60)), supplier=supplier, at=make.NOW)
    upload = sent.looked_at(supplier, sent.articles(60, price_fen="31"))

    first = member.get(address("upload", upload.pk))
    second = member.get(address("upload", upload.pk), {"page": 2})

    assert "before: 29.80 → after: 31.00" in words(first)
    assert [len(page.context["changes"]) for page in (first, second)] == [50, 10]


def test_a_long_text_is_shown_around_what_is_different() -> None:
    from shop.supplier.uploads.tables import SHOWN_MOST, around

    before, after = around("核" * 900 + "甲" + "桃" * 900, "核" * 900 + "乙" + "桃" * 900)

    assert "甲" in before and "乙" in after and before.startswith("…核") and len(before) == SHOWN_MOST + 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"x" * (reading.BYTES_MOST + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_table_at_first_sight_is_refused_before_it_is_kept(
    member: Client, content: bytes, told: str
) -> None:
    answer = sent.post_table(member, content)

    assert answer.status_code == 422 and told in words(answer)
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfeS\x00K\x00U\x00", "UTF-16"),
        (b"SKU,\x81\xff\xff", "neither UTF-8 nor GB18030"),
        (b"\xd0\xcf\x11\xe0old", "old Excel file"),
        (b"PK\x03\x04 and no more", "no whole XLSX"),
        (b"%PDF-1.7\n", "No column is called so"),
    ],
)
def test_a_file_of_the_wrong_kind_gets_its_reason(member: Client, content: bytes, told: str) -> None:
    sent.post_table(member, content)
    upload = sent.worked(Upload.objects.get())

    assert told in words(member.get(address("upload", upload.pk)))


def test_a_sending_that_broke_off_is_not_taken_for_a_whole_file(member: Client) -> None:
    text = sent_body(sent.articles(50))

    answer = member.post(address("send_table"), text[: len(text) // 2], content_type=KIND)

    assert answer.status_code == 422 and "did not arrive as a whole" in words(answer)
    assert member.post(address("send_table"), text, content_type=KIND).status_code == 302


BOUNDARY = "a-boundary"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


def sent_body(content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="t-table"; filename="goods.csv"\r\n\r\n'.encode()
    tail = f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="t-whole"\r\n\r\n1\r\n--{BOUNDARY}--\r\n'.encode()
    return head + content + tail


def test_a_file_sent_by_a_script_is_led_on_and_a_refused_one_is_shown(member: Client) -> None:
    refused = sent.post_table(member, b"", name="goods.csv")
    by_script = {"HTTP_HX_REQUEST": "true"}
    shown = member.post(address("send_table"), {"t-whole": "1"}, **by_script)  # type: ignore[arg-type]
    form = {"t-table": SimpleUploadedFile("goods.csv", sent.articles(1)), "t-whole": "1"}
    led_on = member.post(address("send_table"), form, **by_script)  # type: ignore[arg-type]

    assert refused.status_code == 422
    assert shown.status_code == 200 and "Choose the file of the table first" in words(shown)
    assert led_on["HX-Redirect"] == address("upload", Upload.objects.get().pk)


def test_photographs_are_told_one_by_one_and_shown_beside_their_articles(member: Client, supplier: Partner) -> None:
    article = make.product(supplier)
    article.stockrecords.update(partner_sku="A-1")
    shot = data(plain((900, 600)))

    sent.post_photos(member, {"A-1.jpg": shot, "A-1-2.jpg": b"MZ\x90", "Z-1.jpg": shot})
    upload = sent.worked(Upload.objects.get())
    page = member.get(address("upload", upload.pk))

    assert "Photographs taken 1 Refused 2" in words(page)
    assert {row["file"] for row in page.context["refused"]} == {"A-1-2.jpg", "Z-1.jpg"}
    [taken] = page.context["taken"]
    assert taken["article"] == article.name and taken["thumbnail"].endswith("-480.webp")
    article.images.all().delete()
    assert member.get(address("upload", upload.pk)).context["taken"][0]["thumbnail"] == ""


def test_a_zip_is_taken_as_it_is_and_not_mixed_with_pictures(member: Client, supplier: Partner) -> None:
    archive = packed({"A-1.jpg": data(plain((900, 600)))})

    mixed = sent.post_photos(member, {"all.zip": archive, "A-2.jpg": b"x"})
    alone = sent.post_photos(member, {"all.zip": archive})

    assert "one ZIP alone" in words(mixed) and alone.status_code == 302
    assert Path(Upload.objects.get().file.path).read_bytes() == archive


def test_an_article_that_is_not_ones_own_is_refused_for_photographs(member: Client, supplier: Partner) -> None:
    other = make.product()
    other.stockrecords.update(partner_sku="B-1")
    mine = make.product(supplier)
    mine.stockrecords.update(partner_sku="Ａ-1")
    shot = {"IMG_1.jpg": data(plain((900, 600)))}

    refused = sent.post_photos(member, shot, **{"p-sku": "B-1"})
    taken = sent.post_photos(member, shot, **{"p-sku": " a-1 "})

    assert "None of your articles has this SKU" in words(refused) and taken.status_code == 302


def test_another_suppliers_upload_is_not_there(member: Client) -> None:
    foreign = sent.looked_at(make.partner(), b"no table")
    pages = [("upload", "get"), ("upload_errors", "get"), ("upload_import", "post")]

    answers = [getattr(member, method)(address(name, foreign.pk)).status_code for name, method in pages]

    assert answers == [404, 404, 404]
    assert foreign.name not in words(member.get(address("uploads")))


def test_somebody_of_two_suppliers_says_whose_articles_they_are(clerk: Any, member: Client) -> None:
    second = make.partner()
    second.users.add(clerk)

    without = sent.post_table(member, sent.articles(1))
    sent.post_table(member, sent.articles(1), **{"t-supplier": second.pk})
    foreign = sent.post_table(member, sent.articles(1), **{"t-supplier": make.partner().pk})

    assert without.status_code == foreign.status_code == 422
    assert Upload.objects.get().supplier == second


def test_forty_uploads_take_as_many_queries_as_one(member: Client, supplier: Partner) -> None:
    upload = sent.looked_at(supplier, sent.table({"sku": "A-1", "price_fen": "free"}))
    pages = [address("uploads"), address("upload", upload.pk)]
    one = [rooms.queries(member, page) for page in pages]
    for number in range(4):
        sent.looked_at(supplier, sent.table(*({"sku": f"A-{row}", "price_fen": "x"} for row in range(number + 2))))

    assert [rooms.queries(member, page) for page in pages] == one
    assert max(one) <= 12


def test_a_request_with_more_than_may_come_is_refused_before_it_is_read(member: Client) -> None:
    large = member.post(address("send_table"), b"x", content_type=KIND, CONTENT_LENGTH=str(bodies.UPLOADS_MOST + 1))
    elsewhere = member.post("/account/sign-in/", b"x", content_type=KIND, CONTENT_LENGTH=str(bodies.MOST + 1))
    many = member.post(
        address("send_photos"), {"p-photos": [SimpleUploadedFile(f"A-{n}.jpg", b"x") for n in range(101)]}
    )

    assert [answer.status_code for answer in (large, elsewhere, many)] == [413, 413, 413]
    assert "at most 100 files" in words(many)


def test_nginx_django_and_the_words_name_the_same_limits() -> None:
    sized = r"client_max_body_size (\d+)m;"
    found = re.findall(rf"location ([^{{]*)\{{[^}}]*?{sized}|{sized}", NGINX.read_text())
    sizes = sorted(int(inside or outside) for _location, inside, outside in found)
    [pattern] = [location.split()[-1] for location, inside, _outside in found if inside]

    assert [size * bodies.MIB for size in sizes] == [bodies.MOST, bodies.UPLOADS_MOST]
    for path in ("/supplier/uploads/photos/", "/en/supplier/uploads/table/", "/en/supplier/", "/x/supplier/uploads/"):
        assert bool(re.match(pattern, path)) == (bodies.most(path) == bodies.UPLOADS_MOST), path
    assert configured.DATA_UPLOAD_MAX_NUMBER_FILES == 100
    assert (archives.MOST_ARCHIVE_BYTES, reading.BYTES_MOST) == (500 * bodies.MIB, 20 * bodies.MIB)
