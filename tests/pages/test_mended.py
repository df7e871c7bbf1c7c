"""What an editor chooses from, is told in the preview, and is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.blocks import StructBlockValidationError
from wagtail.models import Page, Task, Workflow

from catalogue.days import last_day_before
from shop.pages import blocks
from shop.pages.models import CountyPage, StoryPage
from tests import make
from tests.order.world import open_network
from tests.pages import site
from tests.pages.test_roles import signed_in

HIDDEN = "readers do not see this block"
pytestmark = pytest.mark.django_db


def breakdown(**fields: Any) -> tuple[str, dict[str, Any]]:
    return "breakdown", {"title": "", "words": "", "product": None} | fields


def draft(page: Page) -> str:
    answer = signed_in("Publishers").get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_picker_offers_what_is_on_sale_with_supplier_price_and_last_day() -> None:
    site.certified(title="有证书的核桃", price="39.90", supplier=make.partner("PISHAN"))
    make.product(title="没有证书的核桃")

    shown = signed_in("Editors").get(reverse("product_chooser:choose")).json()["html"]

    assert "有证书的核桃" in shown and "没有证书的核桃" not in shown
    assert "合作社PISHAN" in shown and "¥39.90" in shown
    last = last_day_before(timezone.now() + site.LATER)
    assert f"{last.year}年{last.month}月{last.day}日" in shown


def test_the_picker_costs_the_same_queries_for_one_product_and_for_eight(django_assert_max_num_queries: Any) -> None:
    client, address = signed_in("Editors"), reverse("product_chooser:choose_results")
    site.certified()
    client.get(address)
    with django_assert_max_num_queries(30) as one:
        client.get(address)
    for _number in range(7):
        site.certified()

    with django_assert_max_num_queries(len(one)):
        client.get(address)


def test_the_preview_says_that_a_block_is_not_shown_to_readers(door: Any) -> None:
    page = site.text(site.english(door), "guide")
    site.body(page, breakdown(product=make.product().pk), site.shelf())

    seen, read = draft(page), site.read("/en/guide/")

    assert HIDDEN in seen and "readers see one line that says so" in seen
    assert HIDDEN not in read and "readers see one line" not in read


def test_the_preview_of_what_is_on_sale_says_nothing_more(door: Any) -> None:
    open_network()
    page = site.text(site.english(door), "guide")
    site.body(page, breakdown(product=site.certified(title_en="Walnuts").pk), site.shelf())

    seen = draft(page)

    assert "Walnuts" in seen
    assert HIDDEN not in seen and "readers see one line" not in seen


def test_a_breakdown_without_a_product_takes_one_of_the_page_s_own_supplier(door: Any) -> None:
    open_network()
    own, other = make.partner(), make.partner()
    site.certified(title="自家的核桃", supplier=own)
    site.certified(title="别家的核桃", supplier=other)
    for partner, slug in ((own, "own"), (other, "other")):
        page = site.add(site.folder(door, f"in-{slug}"), StoryPage(title=slug, slug=slug, partner=partner))
        site.body(page, breakdown())

    assert "自家的核桃，" in site.read("/in-own/own/") and "别家的核桃，" not in site.read("/in-own/own/")
    assert "别家的核桃，" in site.read("/in-other/other/")


@pytest.mark.parametrize(("low", "high"), [(100, 50), (51, 50)])
def test_a_price_range_that_ends_before_it_begins_is_refused_at_its_field(low: int, high: int) -> None:
    block = blocks.Shelf()
    _kind, value = site.shelf(from_yuan=low, to_yuan=high)

    with translation.override("en"), pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.to_python(value))

    wrong = refused.value.block_errors["to_yuan"]
    assert isinstance(wrong, ValidationError)
    with translation.override("en"):
        assert f"ends at {high} yuan, before it begins at {low}" in wrong.messages[0]


@pytest.mark.parametrize(("low", "high"), [(50, 50), (50, 100), (None, 1), (100, None)])
def test_a_price_range_from_low_to_high_is_taken(low: int | None, high: int | None) -> None:
    block = blocks.Shelf()
    _kind, value = site.shelf(from_yuan=low, to_yuan=high)

    taken = block.clean(block.to_python(value))

    assert (taken["from_yuan"], taken["to_yuan"]) == (low, high)


def test_stories_stand_newest_first_and_counties_as_the_editor_put_them(door: Any) -> None:
    partner, place = make.partner(), make.place()
    stories, counties = site.folder(door, "stories"), site.folder(door, "counties")
    for slug, days in (("second", 2), ("first", 1), ("third", 3)):
        story = site.add(stories, StoryPage(title=f"故事 {slug}", slug=slug, partner=partner))
        Page.objects.filter(pk=story.pk).update(first_published_at=timezone.now() - timedelta(days=days))
        county = site.add(counties, CountyPage(title=f"产地 {slug}", slug=slug, place=place))
        Page.objects.filter(pk=county.pk).update(first_published_at=timezone.now() - timedelta(days=days))

    assert order_of("故事", site.read("/stories/")) == ["first", "second", "third"]
    assert order_of("产地", site.read("/counties/")) == ["second", "first", "third"]


def order_of(kind: str, shown: str) -> list[str]:
    return sorted(("first", "second", "third"), key=lambda slug: shown.index(f"{kind} {slug}"))


def test_kinds_of_pages_have_names_of_their_own() -> None:
    with translation.override("en"):
        names = [str(kind.get_verbose_name()) for kind in (StoryPage, CountyPage)]

    assert names == ["Story", "County page"]


def test_the_way_to_publication_is_called_in_chinese() -> None:
    assert Workflow.objects.filter(name="发布者审核", active=True).count() == 1
    assert Task.objects.filter(name="发布者审核", active=True).count() == 1
