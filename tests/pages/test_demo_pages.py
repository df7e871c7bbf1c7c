"""The demo's pages: in both languages, tied together, with links that lead somewhere."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page

from shop.demo import pages as demo
from shop.demo import source
from shop.pages.models import CountyPage, StoryPage
from tests import make
from tests.pages import site

ITEMS = source.items("pages.json")
LINK = re.compile(r'href="(/[^"#]*)"')


@pytest.fixture
def built(db: None) -> None:
    for item in source.items("suppliers.json"):
        make.partner(item["code"].lower(), item["county"])
    demo.build(on=date(2026, 11, 23))


def addresses() -> list[str]:
    return [page.get_url() for page in Page.objects.live().filter(depth__gt=1)]


def test_every_page_stands_in_both_languages_and_knows_its_twin(built: None) -> None:
    pages = Page.objects.live().filter(depth__gt=1)

    assert len(pages) == 2 * len(ITEMS)
    for page in pages:
        assert page.get_translations().count() == 1, page


def test_every_page_answers_and_every_link_on_it_leads_to_a_page(built: None) -> None:
    client = Client()
    found: set[str] = set()
    for address in addresses():
        found |= set(LINK.findall(site.read(address, client)))

    pages = {link for link in found if not link.startswith(("/static/", "/media/"))}

    assert len(pages) > 40
    assert [link for link in sorted(pages) if client.get(link, follow=True).status_code != 200] == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/guide/", "购买指南"),
        ("/en/guide/", "How to buy"),
        ("/en/transparency/", "Scores, ranks or colours"),
        ("/terms/", "交易条款"),
        ("/stories/walnuts-by-weight/", "一筐核桃怎么过秤"),
        ("/en/counties/pishan/", "Pishan county"),
        ("/en/campaigns/new-year-gifts/", "New Year gifts"),
    ],
)
def test_the_addresses_that_others_rely_on(built: None, address: str, words: str) -> None:
    assert words in site.read(address)


def test_a_county_and_a_story_belong_to_what_is_there(built: None) -> None:
    assert {page.place_id for page in CountyPage.objects.all()} == {
        item["county"] for item in source.items("suppliers.json")
    }
    assert all(page.partner is not None for page in StoryPage.objects.all())


def test_what_belongs_to_nothing_here_is_left_out(db: None) -> None:
    demo.build(on=date(2026, 11, 23))

    assert not CountyPage.objects.exists()
    assert Client().get("/guide/").status_code == 200


@pytest.mark.parametrize(
    ("on", "first"),
    [
        (date(2026, 11, 23), date(2026, 11, 15)),
        (date(2027, 2, 15), date(2026, 11, 15)),
        (date(2027, 3, 1), date(2027, 11, 15)),
    ],
)
def test_the_new_year_selection_is_the_one_running_or_next(on: date, first: date) -> None:
    assert demo.season(on) == (first, date(first.year + 1, 2, 15))


def both(value: Any) -> list[dict[str, str]]:
    if isinstance(value, dict):
        return [value] if set(value) == {"zh", "en"} else [each for inner in value.values() for each in both(inner)]
    return [each for inner in value for each in both(inner)] if isinstance(value, list) else []


def test_all_words_stand_in_both_languages_and_none_shouts() -> None:
    for item in ITEMS:
        assert bool(item["lead"]) == bool(item["lead_en"])
        for words in both(item["body"]):
            assert bool(words["zh"]) == bool(words["en"]), words
            assert not set("!！") & set(words["zh"] + words["en"]), words


def test_plain_words_become_paragraphs_lists_and_links() -> None:
    page = type("Page", (), {"pk": 7})()

    html = demo.rich("一段 <b>。\n\n- 甲\n- [乙](guide)", {"": page, "guide": page} | {"": _chinese()})

    assert html == '<p>一段 &lt;b&gt;。</p><ul><li>甲</li><li><a linktype="page" id="7">乙</a></li></ul>'


def _chinese() -> Any:
    return type("Page", (), {"locale": type("Locale", (), {"language_code": "zh-hans"})()})()
