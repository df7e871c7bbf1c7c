"""A clerk's sitting: the template, a table with errors, the same mended, its import, a ZIP of photographs."""

from __future__ import annotations

import asyncio
import csv
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from catalogue.models import Category, Product
from catalogue.partner.models import Partner
from tests import make, rooms
from tests.browser import eyes
from tests.browser.stops import settled
from tests.payments.test_whole_way import work
from tests.photos.pictures import data, plain
from tests.photos.test_archives import packed

pytestmark = pytest.mark.django_db(transaction=True)
SKUS = ("PS-1", "PS-2", "PS-3")


@pytest.fixture
def supplier() -> Partner:
    make.commodity("walnut")
    Category.add_root(name="核桃", name_en="Walnuts", slug="walnuts")
    return make.partner("ps-e01")


@pytest.fixture
def phone(live_server: Any, visitors: Any, supplier: Partner) -> Page:
    """A clerk's telephone, signed in, on the page of uploads."""
    client: Client = rooms.client_of(rooms.person(partner=supplier))
    visitor = visitors(width=360)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page: Page = visitor.page
    page.goto(f"{live_server.url}/en/supplier/uploads/")
    return page


def the_worker_works() -> None:
    """In a thread of its own: Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: asyncio.run(work())).result(60)


def filled(template: Path, **wrong: str) -> bytes:
    """The template with three articles; wrong: cells of the second one, by the English name of their column."""
    [header, sample] = list(csv.reader(io.StringIO(template.read_text("utf-8-sig"))))
    names = [name.partition(" / ")[2] for name in header]
    lines = [header]
    for sku in SKUS:
        row = {**dict(zip(names, sample, strict=True)), "SKU": sku, **(wrong if sku == SKUS[1] else {})}
        lines.append([row[name] for name in names])
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def send(page: Page, label: str, button: str, name: str, content: bytes, kind: str) -> None:
    page.locator("form").get_by_label(label, exact=True).set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("progress")).to_be_visible()
    the_worker_works()


def test_five_minutes_of_a_clerk(phone: Page, tmp_path: Path) -> None:
    assert sound(phone)
    with phone.expect_download() as template:
        phone.get_by_role("link", name="as CSV").click()
    kept = tmp_path / "template.csv"
    template.value.save_as(kept)

    send(phone, "Table", "Look at the table", "goods.csv", filled(kept, Price="free", SKU="P S/2"), "text/csv")
    expect(phone.get_by_role("alert")).to_contain_text("2 errors")
    expect(phone.get_by_role("row").filter(has_text="free")).to_contain_text("Price")
    phone.get_by_role("link", name="货号 / SKU").click()
    expect(phone.get_by_role("row").filter(has_text="P S/2")).to_be_visible()
    expect(phone.get_by_role("row").filter(has_text="free")).to_have_count(0)
    with phone.expect_download() as errors:
        phone.get_by_role("link", name="All as CSV").click()
    assert "free" in Path(errors.value.path()).read_text("utf-8-sig")
    assert sound(phone)

    phone.get_by_role("link", name="Back to all uploads").click()
    send(phone, "Table", "Look at the table", "mended.csv", filled(kept), "text/csv")
    phone.get_by_role("button", name="Import these 3 articles").click()
    expect(phone.locator("progress")).to_be_visible()
    the_worker_works()
    expect(phone.get_by_text("Imported.")).to_be_visible()

    phone.get_by_role("link", name="Send photographs").click()
    shot = data(plain((900, 600)))
    archive = packed({"PS-1.jpg": shot, "PS-2.jpg": b"<script>alert(1)</script>", "ps-3.jpg": shot})
    send(phone, "Photographs", "Send the photographs", "photos.zip", archive, "application/zip")
    expect(phone.get_by_text("Refused, with the reason")).to_be_visible()
    expect(phone.get_by_role("listitem").filter(has_text="PS-2.jpg")).to_contain_text("web page")
    expect(phone.locator("img.thumbnail")).to_have_count(2)
    assert all(phone.locator("img.thumbnail").evaluate_all("them => them.map(one => one.naturalWidth)"))
    assert sound(phone)

    pictures = {row.stockrecords.get().partner_sku: row.images.count() for row in Product.objects.all()}
    assert pictures == {"PS-1": 1, "PS-2": 0, "PS-3": 1}


def sound(page: Page) -> bool:
    """Nothing of the page bars anybody, is broken, or stands beyond the edge of the screen."""
    settled(page)
    found = [*eyes.barriers(page), *eyes.faults(page), *eyes.layout(page)]
    assert found == []
    return True


def test_a_file_that_is_too_large_is_told_of_before_it_is_sent(phone: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * (20 * 2**20 + 1))
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    phone.get_by_label("Table", exact=True).set_input_files(large)
    phone.get_by_role("button", name="Look at the table").click()

    said = phone.get_by_label("Table", exact=True).evaluate("field => field.validationMessage")
    assert "larger than 20 MB" in said and sent == []


def test_a_network_that_breaks_off_is_said_and_the_file_can_be_sent_again(phone: Page) -> None:
    table = {"name": "goods.csv", "mimeType": "text/csv", "buffer": b"SKU\r\nA-1\r\n"}
    phone.get_by_label("Table", exact=True).set_input_files(table)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Look at the table").click()
    expect(phone.get_by_role("alert")).to_contain_text("The network broke off")

    phone.context.set_offline(False)
    phone.get_by_role("button", name="Look at the table").click()

    expect(phone.get_by_role("heading", level=1)).to_contain_text("goods.csv")
