"""Oscar's dashboard pages lose what the policy refuses, and nothing that somebody wrote."""

from __future__ import annotations

import re
from pathlib import Path

import oscar
import pytest
from django.template import Context, Template

from shop.dashboard.templatetags.desk import without_inline

OSCAR = Path(oscar.__file__).parent / "templates" / "oscar"
DASHBOARD = sorted((OSCAR / "dashboard").rglob("*.html"))
INLINE = re.compile(r"<[a-z][^<>]*\s(?:style|on[a-z]+)=[\"']")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('<td style="width:40px;">1</td>', "<td>1</td>"),
        ("<a href='#' onclick='go()'>x</a>", "<a href='#'>x</a>"),
        ('<img src="a.png" onerror="alert(1)">', '<img src="a.png">'),
        ('<span class="all" style="display:none;">', '<span class="all" data-waiting>'),
        ('<a href="#" onclick="window.history.go(-1);return false" >', '<a href="#" data-back >'),
        ('<a href="#" onclick="window.close();return false;">', '<a href="#" data-close-window>'),
    ],
)
def test_attributes_that_run_or_paint_are_taken_from_tags(written: str, kept: str) -> None:
    assert without_inline(written) == kept


@pytest.mark.parametrize(
    "text",
    [
        'She wrote style="red" onclick="x"',
        '<input value="say style=&quot;red&quot; onclick=&quot;x&quot;">',
        '<p data-only="1" data-style="2">a &lt;b style="c"&gt;</p>',
        '<script src="a.js"></script>',
    ],
)
def test_text_and_other_attributes_stay(text: str) -> None:
    assert without_inline(text) == text


def test_the_tag_works_on_what_a_block_makes() -> None:
    page = Template('{% load desk %}{% withoutinline %}<p style="x">{{ said }}</p>{% endwithoutinline %}')

    assert page.render(Context({"said": '<b style="y">'})) == "<p>&lt;b style=&quot;y&quot;&gt;</p>"


def test_oscar_still_writes_inline_and_none_of_it_survives() -> None:
    """The control: a version of Oscar that writes none needs no tag any more."""
    texts = [re.sub(r"{%.*?%}|{{.*?}}", "", path.read_text(), flags=re.DOTALL) for path in DASHBOARD]

    assert sum(bool(INLINE.search(text)) for text in texts) >= 5
    assert [path.name for path, text in zip(DASHBOARD, texts, strict=True) if INLINE.search(without_inline(text))] == []


OURS = sorted((Path(__file__).parents[2] / "shop" / "templates").glob("oscar/**/*.html"))


@pytest.mark.parametrize("template", OURS, ids=lambda path: str(path.relative_to(path.parents[3])))
def test_our_own_dashboard_pages_write_nothing_inline(template: Path) -> None:
    text = template.read_text()

    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text)
