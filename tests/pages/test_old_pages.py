"""Pages written before bodies had blocks keep every word: what is published, and drafts and old versions, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

BEFORE, AFTER = [("pages", "0001_oasis")], [("pages", "0005_roles")]
WORDS = '<p>旧的正文，有<b>粗体</b>和 "引号"。</p><h2>小题</h2>'


def migrate(to: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    yield migrate(BEFORE)
    migrate(AFTER)


def old_page(apps: Any, slug: str, body: str) -> int:
    """A text page as it was kept then, with one version in its history."""
    kind = apps.get_model("contenttypes", "ContentType").objects.get(app_label="pages", model="textpage")
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    number = root.numchild + 1
    page = apps.get_model("pages", "TextPage").objects.create(
        title=slug, draft_title=slug, slug=slug, path=f"0001{number:04d}", depth=2, url_path=f"/{slug}/", live=True,
        content_type_id=kind.pk, locale_id=apps.get_model("wagtailcore", "Locale").objects.first().pk,
        lead="<p>开头</p>", body=body,
    )  # fmt: skip
    apps.get_model("wagtailcore", "Page").objects.filter(pk=root.pk).update(numchild=number)
    content = {"pk": page.pk, "title": slug, "slug": slug, "body": body, "content_type": kind.pk, "lead": ""}
    apps.get_model("wagtailcore", "Revision").objects.create(
        content_type_id=kind.pk, base_content_type_id=kind.pk, object_id=str(page.pk), content=content,
        object_str=slug, created_at="2026-11-01T00:00:00Z",
    )  # fmt: skip
    return int(page.pk)


def test_words_become_a_block_in_the_page_and_in_its_history(before: Any) -> None:
    from shop.pages.models import TextPage

    full, empty = old_page(before, "full", WORDS), old_page(before, "empty", "")

    migrate(AFTER)

    page = TextPage.objects.get(pk=full)
    assert [(block.block_type, block.value.source) for block in page.body] == [("text", WORDS)]
    assert page.lead == "<p>开头</p>"
    version = page.revisions.get()
    assert json.loads(version.content["body"])[0]["value"] == WORDS
    assert version.as_object().body[0].value.source == WORDS
    assert len(TextPage.objects.get(pk=empty).body) == 0


def test_the_way_back_keeps_the_words_too(before: Any) -> None:
    page = old_page(before, "full", WORDS)
    migrate(AFTER)

    apps = migrate(BEFORE)

    assert apps.get_model("pages", "TextPage").objects.get(pk=page).body == WORDS
    assert apps.get_model("wagtailcore", "Revision").objects.get(object_id=str(page)).content["body"] == WORDS
    assert Client().get("/healthz").status_code == 200
