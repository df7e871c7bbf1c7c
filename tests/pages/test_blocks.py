"""Blocks show what is there; what has vanished since never breaks the page."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.blocks import StructBlockValidationError

from catalogue.models import Product
from shop.pages import blocks, offer, seasons
from shop.reports.models import MonthClose
from shop.revenue.models import FeeRule
from tests import make
from tests.pages import pictures, site

PLAIN = "在售商品"


def words(title: str = "", **fields: Any) -> dict[str, Any]:
    return {"title": title, "words": "", **fields}


def link(label: str, *, page: int | None = None, address: str = "") -> dict[str, Any]:
    return {"label": label, "words": "", "page": page, "address": address}


def test_plain_words_are_shown_and_their_markup_is_kept_safe(door: Any) -> None:
    site.body(
        door,
        ("heading", "一个标题 <b>"),
        ("text", "<p>一段话</p>"),
        ("notice", {"kind": "info", "title": "注意", "text": "一件事"}),
        ("questions", words("常问", items=[{"question": "问？", "answer": "<p>答。</p>"}])),
    )

    answer = site.read("/")

    assert "一个标题 <b>" in answer  # unescaped by the reader of this test
    for said in ("一段话", "一件事", "问？", "答。"):
        assert said in answer


def from_editor(url: str) -> str:
    """What is kept of a line with markup and a link, as the editor's field sends it."""
    entity = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": url}}
    line = {"key": "a", "text": "<script>x</script>", "type": "unstyled", "depth": 0, "inlineStyleRanges": []}
    line["entityRanges"] = [{"offset": 0, "length": 8, "key": 0}]
    sent = {"text": json.dumps({"blocks": [line], "entityMap": {"0": entity}})}
    kept: str = dict(blocks.BLOCKS)["text"].field.widget.value_from_datadict(sent, {}, "text")
    return kept


def test_rich_text_keeps_neither_scripts_nor_links_that_run_them() -> None:
    harmless, harmful = from_editor("https://example.org/"), from_editor("javascript:alert(1)")

    assert 'href="https://example.org/"' in harmless
    assert "javascript" not in harmful
    assert "<script" not in harmless + harmful


def test_a_deleted_product_leaves_its_shelf_and_its_breakdown(door: Any) -> None:
    kept, gone = site.certified(title="留下的"), 987_654
    site.body(
        door,
        site.shelf(products=[gone, kept.pk]),
        ("breakdown", words("价钱", product=gone)),
    )

    answer = site.read("/")

    assert "留下的" in answer


def test_a_picture_that_was_deleted_leaves_no_gap(door: Any) -> None:
    image = pictures.kept("雪山")
    site.body(door, ("picture", {"image": image.pk, "alt": "雪山和白杨", "caption": ""}), ("heading", PLAIN))
    before = site.read("/")

    image.delete()

    assert "雪山和白杨" in before
    assert "雪山和白杨" not in site.read("/")
    assert PLAIN in site.read("/")


def test_a_picture_is_sent_small_as_webp_with_its_size(door: Any) -> None:
    site.body(door, ("heading", PLAIN), ("picture", {"image": pictures.kept("山").pk, "alt": "山", "caption": ""}))

    answer = site.read("/")

    assert ".webp 800w" in answer
    for said in ('loading="lazy"', 'width="', 'height="', "480w"):
        assert said in answer


def test_a_link_to_a_page_that_is_gone_or_taken_back_goes_with_it(door: Any) -> None:
    kept, gone, back = (site.text(door, slug) for slug in ("kept", "gone", "back"))
    items = [link("去看", page=kept.pk), link("没有了", page=gone.pk), link("收回了", page=back.pk)]
    site.body(door, ("links", {"title": "", "items": [*items, link("列表", address="/products/?category=nuts")]}))
    gone.delete()
    back.unpublish()

    answer = site.read("/")

    assert "去看" in answer and "/products/?category=nuts" in answer
    assert "没有了" not in answer
    assert "收回了" not in answer


def test_a_link_within_the_site_speaks_the_language_of_its_page(door: Any) -> None:
    there = {"title": "", "items": [link("List", address="/products/"), link("Away", address="https://example.org/")]}
    site.body(site.english(door), ("links", there))

    answer = site.read("/en/")

    assert 'href="/en/products/"><span class="way__label">List' in answer
    assert 'href="https://example.org/"' in answer


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//example.org", "http://example.org", "products/", "/a b"])
def test_an_address_that_leads_astray_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        blocks.local_or_https(address)


@pytest.mark.parametrize("address", ["/products/?category=nuts", "https://example.org/a"])
def test_an_address_of_this_site_or_over_https_is_taken(address: str) -> None:
    blocks.local_or_https(address)


@pytest.mark.django_db
def test_a_link_has_a_page_or_an_address_and_not_both() -> None:
    block = blocks.Link()
    neither = block.to_python(link("去"))
    either = block.to_python(link("去", address="/products/"))

    with pytest.raises(StructBlockValidationError):
        block.clean(neither)
    assert block.clean(either)["address"] == "/products/"


@pytest.mark.django_db
def test_a_picture_block_without_words_for_those_who_do_not_see_it_is_refused() -> None:
    block, image = blocks.Picture(), pictures.kept("山")

    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"image": image.pk, "alt": "", "caption": ""}))
    assert block.clean(block.to_python({"image": image.pk, "alt": "山", "caption": ""}))["alt"] == "山"


def test_the_map_and_the_calendar_show_what_is_on_sale(door: Any) -> None:
    walnut = make.commodity("walnut-in-shell", name="带壳核桃")
    site.certified(commodity=walnut)
    make.product(make.partner("b", make.YECHENG), commodity=make.commodity("pomegranate", name="石榴"))
    site.body(door, ("map", words("从哪里来")), ("calendar", {"title": "月份", "county": ""}))

    answer = site.read("/")

    assert f"/products/?county={make.PISHAN}" in answer
    assert f"/products/?county={make.YECHENG}" not in answer
    assert "带壳核桃" in answer
    assert "石榴</a>" not in answer


def test_a_block_of_an_unknown_county_shows_nothing_of_it(door: Any) -> None:
    site.certified(title="在售的")
    site.body(
        door, ("heading", PLAIN), site.shelf(county="999999"), ("calendar", {"title": "月份", "county": "999999"})
    )

    answer = site.read("/")

    assert PLAIN in answer
    assert "在售的" not in answer
    assert "月份" not in answer


def test_the_price_of_a_product_is_shown_in_its_parts(door: Any) -> None:
    rule = {"version": 1, "platform_bp": 300, "transport_bp": 200, "tax_bp": 100, "basis": "test"}
    FeeRule.objects.create(valid_from=timezone.now(), **rule)
    product = site.certified(title="分开的核桃", price="40.00")
    site.body(door, ("breakdown", words("这一件的钱", product=product.pk)))
    before = site.read("/")

    Product.objects.filter(pk=product.pk).update(certified_until=timezone.now())

    assert "分开的核桃" in before and "¥40.00" in before
    assert "分开的核桃" not in site.read("/")


def close_month(month: date, paid_fen: int | None) -> None:
    figures = {"month": f"{month:%Y-%m}", "total": {"paid_income_fen": paid_fen}}
    MonthClose.objects.create(
        month=month, figures=figures, root_hash="0" * 64, closed_by=make.user(), closed_at=timezone.now()
    )


def test_figures_count_what_is_valid_now_and_only_closed_months(door: Any) -> None:
    site.certified()
    make.product()
    close_month(date(2026, 8, 1), 120_050)
    close_month(date(2026, 9, 1), None)
    close_month(date(2026, 10, 1), 5_000)
    site.body(
        site.english(door), ("figures", words(which=["certificates", "products", "suppliers", "counties", "paid"]))
    )

    answer = site.read("/en/")

    assert answer.count('stat__value">1</p>') == 4
    assert "¥1,250.50" in answer
    assert "closed months 2026-08 to 2026-10. 1 month is left out." in answer


def test_a_figure_not_known_yet_is_left_out_rather_than_zero(door: Any) -> None:
    close_month(date(2026, 9, 1), None)
    site.body(site.english(door), ("figures", words("Now", which=["paid", "no-such-figure"])), ("heading", "After"))

    answer = site.read("/en/")

    assert "Paid to households" not in answer
    assert "After" in answer


@pytest.mark.django_db
def test_the_offer_is_counted_once_and_by_county() -> None:
    pishan, yecheng = make.partner("a", make.PISHAN), make.partner("b", make.YECHENG)
    for supplier in (pishan, pishan, yecheng):
        site.certified(supplier=supplier)
    make.product(yecheng)

    now = offer.read(timezone.now())

    assert now.products == 3
    assert now.by_county == {make.YECHENG: 1, make.PISHAN: 2}
    assert now.suppliers == {pishan.pk, yecheng.pk}
    assert now.commodities(make.YECHENG) == {"walnut"}


def test_every_season_names_months_and_is_on_sale_some_time() -> None:
    known = seasons.known()

    assert {"walnut-in-shell", "grey-jujube", "pomegranate", "naan"} <= known.keys()
    for code, season in known.items():
        assert season.harvest and season.sale, code
        assert season.harvest | season.sale <= set(range(1, 13)), code


@pytest.mark.django_db
def test_a_row_of_the_calendar_has_twelve_months_in_order_with_their_state() -> None:
    make.commodity("pomegranate", name="石榴")

    (row,) = seasons.rows(["pomegranate", "not-in-the-file"])

    assert [month["n"] for month in row["months"]] == list(range(1, 13))
    assert {month["n"]: month["state"] for month in row["months"] if month["state"]} == {
        9: "both",
        10: "both",
        11: "sale",
    }
