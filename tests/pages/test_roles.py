"""Editors write and hand in, publishers decide, and neither opens anything else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, WorkflowState
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from shop.accounts.models import User
from shop.pages.models import TextPage
from tests import make
from tests.pages import site


def signed_in(*groups: str, email: str = "", superuser: bool = False) -> Client:
    person = make.user(email)
    person.is_superuser = person.is_staff = superuser
    person.save(update_fields=["is_superuser", "is_staff"])
    person.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def editor(db: None) -> Client:
    return signed_in("Editors")


@pytest.fixture
def publisher(db: None) -> Client:
    return signed_in("Publishers")


def form(title: str, slug: str = "new-page", **action: str) -> dict[str, Any]:
    """What the editor's form sends for a text page."""
    sent = nested_form_data(
        {
            "title": title,
            "slug": slug,
            "lead": rich_text("<p>开头</p>"),
            "body": streamfield([("heading", "小标题"), ("text", rich_text("<p>正文</p>"))]),
            "seo_title": "",
            "search_description": "",
            "comments": nested_form_data(
                {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 0}
            ),
        }
    )
    return sent | {f"comments-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")} | action


def add_url(parent: Page) -> str:
    return reverse("wagtailadmin_pages:add", args=["pages", "textpage", parent.pk])


def edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def drafted(client: Client, door: Any, **action: str) -> TextPage:
    answer = client.post(add_url(door), form("新的一页", **action))
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    return TextPage.objects.get(slug="new-page")


def test_an_editor_writes_a_draft_that_nobody_else_sees(door: Any, editor: Client) -> None:
    page = drafted(editor, door)

    assert not page.live
    assert Client().get("/new-page/").status_code == 404
    assert "正文" in page.get_latest_revision_as_object().body[1].value.source


def test_an_editor_cannot_publish_and_the_form_does_not_offer_it(door: Any, editor: Client) -> None:
    page = drafted(editor, door, **{"action-publish": "1"})

    shown = editor.get(edit_url(page)).content.decode()

    assert not TextPage.objects.get(pk=page.pk).live
    assert "action-publish" not in shown
    assert "action-submit" in shown


def test_an_editor_hands_in_and_a_publisher_approves(door: Any, editor: Client, publisher: Client) -> None:
    page = drafted(editor, door, **{"action-submit": "1"})
    state = WorkflowState.objects.get(object_id=str(page.pk))
    task = state.current_task_state
    waiting = publisher.get(reverse("wagtailadmin_home")).content.decode()

    approve = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk])
    refused = editor.post(approve, {"comment": ""})
    still = TextPage.objects.get(pk=page.pk).live
    answer = publisher.post(approve, {"comment": ""})

    assert "新的一页" in waiting
    assert refused.status_code in (302, 403) and not still
    assert answer.status_code == 302
    assert "正文" in site.read("/new-page/")


def test_a_publisher_sends_back_with_words(door: Any, editor: Client, publisher: Client) -> None:
    page = drafted(editor, door, **{"action-submit": "1"})
    task = WorkflowState.objects.get(object_id=str(page.pk)).current_task_state

    publisher.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "reject", task.pk]), {"comment": "请写明来源"}
    )

    task.refresh_from_db()
    assert (task.status, task.comment) == ("rejected", "请写明来源")
    assert not TextPage.objects.get(pk=page.pk).live


def test_a_publisher_publishes_and_takes_back(door: Any, publisher: Client) -> None:
    page = drafted(publisher, door, **{"action-publish": "1"})
    assert "正文" in site.read("/new-page/")

    publisher.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))

    assert Client().get("/new-page/").status_code == 404


def test_an_editor_neither_takes_back_nor_deletes_what_is_published(door: Any, editor: Client) -> None:
    page = site.text(door, "terms")

    for action in ("unpublish", "delete"):
        editor.post(reverse(f"wagtailadmin_pages:{action}", args=[page.pk]))

    assert TextPage.objects.get(pk=page.pk).live
    assert Client().get("/terms/").status_code == 200


def test_an_editors_change_to_a_published_page_waits_for_a_publisher(door: Any, editor: Client) -> None:
    page = site.text(door, "terms", title="旧题目")

    editor.post(edit_url(page), form("新题目", slug="terms"))

    assert "旧题目" in site.read("/terms/")
    assert TextPage.objects.get(pk=page.pk).has_unpublished_changes


def test_an_editor_works_in_both_languages(door: Any, editor: Client) -> None:
    page = site.text(door, "guide")
    url = reverse("simple_translation:submit_page_translation", args=[page.pk])

    answer = editor.post(url, {"locales": [site.locale(site.ENGLISH).pk], "include_subtree": ""})

    twin = page.get_translation(site.locale(site.ENGLISH))
    assert answer.status_code == 302
    assert not twin.live
    assert editor.get(edit_url(twin)).status_code == 200


@pytest.mark.parametrize("group", ["Editors", "Publishers"])
@pytest.mark.parametrize(
    "name",
    [
        "wagtailusers_users:index", "wagtailusers_users:add", "wagtailusers_groups:index", "wagtailusers_groups:add",
        "wagtailsites:index", "wagtailadmin_workflows:index", "wagtailadmin_collections:index",
        "wagtailredirects:index",
    ],
)  # fmt: skip
def test_neither_opens_users_groups_sites_or_settings(door: Any, group: str, name: str) -> None:
    theirs = signed_in(group).get(reverse(name))
    superusers = signed_in(superuser=True).get(reverse(name))

    assert theirs.status_code in (302, 403)
    assert superusers.status_code == 200


def test_the_groups_may_exactly_this(db: None) -> None:
    may = {
        name: {
            *Permission.objects.filter(group__name=name).values_list("codename", flat=True),
            *Permission.objects.filter(grouppagepermission__group__name=name).values_list("codename", flat=True),
            *Permission.objects.filter(groupcollectionpermission__group__name=name).values_list("codename", flat=True),
        }
        for name in ("Editors", "Publishers")
    }

    write = {"access_admin", "submit_translation", "add_page", "change_page", "add_image", "choose_image"}
    assert may["Editors"] == write
    assert may["Publishers"] == write | {"publish_page", "lock_page", "unlock_page", "change_image"}
    assert not Group.objects.filter(name="Moderators").exists()


@pytest.mark.parametrize("group", ["Editors", "Publishers"])
def test_neither_opens_the_shops_dashboard(db: None, group: str) -> None:
    assert signed_in(group).get("/dashboard/").status_code in (302, 403)


def test_a_buyer_and_a_stranger_do_not_enter_the_cms(db: None) -> None:
    for client in (signed_in(), Client()):
        answer = client.get("/cms/")
        assert answer.status_code == 302
        assert "sign-in" in answer.url or "login" in answer.url  # type: ignore[attr-defined]
    assert signed_in("Editors").get("/cms/").status_code == 200


def test_permission_to_change_accounts_opens_no_account_in_the_cms(db: None) -> None:
    """Whoever could edit accounts could sign in as anybody, so a permission given to a group is not enough."""
    group = Group.objects.get(name="Publishers")
    group.permissions.add(*Permission.objects.filter(codename__in=["add_user", "change_user", "delete_user"]))
    other = make.user("victim@example.org")

    answer = signed_in("Publishers").get(reverse("wagtailusers_users:edit", args=[other.pk]))

    assert answer.status_code in (302, 403)


def account(email: str, **fields: str) -> dict[str, str]:
    return {"email": email, "first_name": "A", "last_name": "B", "is_active": "on"} | fields


def test_nobody_is_made_a_superuser_in_the_cms(db: None) -> None:
    client = signed_in(superuser=True)
    other = make.user("editor@example.org")
    edit = reverse("wagtailusers_users:edit", args=[other.pk])

    shown = client.get(edit)
    client.post(edit, account("renamed@example.org", is_superuser="on"))
    password = {"password1": "a long pass phrase", "password2": "a long pass phrase"}
    client.post(reverse("wagtailusers_users:add"), account("new@example.org", is_superuser="on", **password))

    assert 'name="is_superuser"' not in shown.content.decode()
    other.refresh_from_db()
    assert other.email == "renamed@example.org" and not other.is_superuser
    assert not User.objects.get(email="new@example.org").is_superuser


def test_a_superuser_who_edits_the_own_account_stays_one(db: None) -> None:
    client = signed_in(superuser=True, email="root@example.org")
    own = User.objects.get(email="root@example.org")

    client.post(reverse("wagtailusers_users:edit", args=[own.pk]), account("root@example.org", first_name="C"))

    own.refresh_from_db()
    assert (own.first_name, own.is_superuser) == ("C", True)


def preview(client: Client, page: Page, title: str) -> str:
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    kept = client.post(url, form(title, slug=page.slug))
    assert kept.json()["is_valid"], kept.json()
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    return answer.content.decode()


def test_a_preview_shows_the_draft_and_not_what_is_published(door: Any, editor: Client) -> None:
    page = site.text(door, "guide", title="发布的题目")
    Client().get("/guide/")

    shown = preview(editor, page, "草稿的题目")

    assert "草稿的题目" in shown and "正文" in shown
    assert "发布的题目" in site.read("/guide/")


def test_a_preview_speaks_the_language_of_its_page(door: Any, editor: Client) -> None:
    page = site.text(site.english(door), "guide", title="Guide")

    shown = preview(editor, page, "Draft")

    assert '<html lang="en"' in shown
    assert "Draft" in shown


def test_a_preview_has_live_blocks(door: Any, publisher: Client) -> None:
    site.certified(title="预览里的核桃")
    site.body(door, site.shelf())
    url = reverse("wagtailadmin_pages:view_draft", args=[door.pk])

    shown = publisher.get(url).content.decode()

    assert "预览里的核桃" in shown
