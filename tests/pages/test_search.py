"""A word is found wherever it stands, in Chinese, too: by editors among everything, by readers among what is open."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import PageViewRestriction

from shop.pages import search
from tests import make
from tests.pages import pictures, site


@pytest.fixture
def editor(db: None) -> Client:
    person = make.user()
    person.groups.add(Group.objects.get(name="Editors"))
    client = Client()
    client.force_login(person)
    return client


def titles(words: str, limit: int = 10) -> list[str]:
    return [page.title for page in search.find(words, limit)]


@pytest.mark.parametrize("words", ["核桃", "过秤", "一筐核桃怎么过秤", "核桃 收购单"])
def test_an_editor_finds_a_chinese_word_in_the_middle_of_a_title_or_a_text(
    door: Any, editor: Client, words: str
) -> None:
    page = site.text(door, "walnuts", title="一筐核桃怎么过秤", live=False)
    page.body = page.body.stream_block.to_python([{"type": "text", "value": "<p>当场写进收购单</p>"}])
    page.save_revision().publish()
    site.text(door, "other", title="早上六点的馕坑")

    for name in ("wagtailadmin_pages:search", "wagtailadmin_pages:search_results"):
        found = editor.get(reverse(name), {"q": words}).content.decode()

        assert "一筐核桃怎么过秤" in found
        assert "早上六点的馕坑" not in found


def test_an_editor_finds_a_draft_and_a_picture_by_a_chinese_word(door: Any, editor: Client) -> None:
    site.text(door, "draft", title="一页草稿", live=False)
    pictures.kept("雪山下的果园")

    pages = editor.get(reverse("wagtailadmin_pages:search"), {"q": "草稿"}).content.decode()
    images = editor.get(reverse("wagtailimages_chooser:choose_results"), {"q": "果园"}).content.decode()
    nothing = editor.get(reverse("wagtailimages_chooser:choose_results"), {"q": "沙漠"}).content.decode()

    assert "一页草稿" in pages
    assert "雪山下的果园" in images
    assert "雪山下的果园" not in nothing


def test_readers_find_by_title_lead_and_text_titles_first(door: Any) -> None:
    site.body(site.text(door, "b", title="石榴"), ("text", "<p>也说到核桃</p>"))
    site.text(door, "c", title="馕", lead="<p>核桃馕</p>")
    site.text(door, "a", title="一筐核桃")

    assert titles("核桃")[0] == "一筐核桃"
    assert sorted(titles("核桃")) == ["一筐核桃", "石榴", "馕"]
    assert titles("核桃 石榴") == ["石榴"]
    assert titles("核桃", limit=1) == ["一筐核桃"]


@pytest.mark.parametrize("words", ["", "   ", "没有这个词", "%", "_"])
def test_nothing_is_found_where_nothing_is_asked_or_nothing_fits(door: Any, words: str) -> None:
    site.text(door, "a", title="一筐核桃")

    assert titles(words) == []


def test_readers_find_neither_drafts_nor_private_pages(door: Any) -> None:
    site.text(door, "draft", title="核桃草稿", live=False)
    private = site.text(door, "private", title="核桃内部")
    site.text(door, "open", title="核桃公开")
    PageViewRestriction.objects.create(page=private, restriction_type="login")

    assert titles("核桃") == ["核桃公开"]


def test_readers_find_the_pages_of_their_language(door: Any) -> None:
    page = site.text(door, "guide", title="购买指南 Guide")
    site.text(site.english(door), "guide", title="Guide to buying", translation_key=page.translation_key)

    with translation.override("en"):
        english = titles("guide")

    assert english == ["Guide to buying"]
    assert titles("guide") == ["购买指南 Guide"]


def test_what_is_found_has_an_address_and_first_words(door: Any) -> None:
    site.text(door, "guide", title="指南", lead="<p>怎么<b>买</b></p>")

    (page,) = search.find("指南", 3)

    assert (page.url, page.summary) == ("/guide/", "怎么买")
