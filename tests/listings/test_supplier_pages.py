"""A supplier's own articles on pages: drafted by hand, changed, submitted, answered, withdrawn; never another's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.listings import reviews, revisions
from catalogue.listings.models import Revision
from catalogue.models import Category, Product
from tests import make, rooms
from tests.make import NOW
from tests.rooms import client_of, queries

pytestmark = pytest.mark.django_db
FORM = {
    "sku": "N-1", "title": "核桃 250克", "title_en": "Walnuts, 250 g", "category": "nuts", "commodity": "walnut",
    "net_content_g": "250 g", "origin": make.PISHAN, "temperature": "ambient", "is_fresh": "否", "price_fen": "9.90",
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with rooms.clock("supplier.articles"):
        yield


@pytest.fixture
def mine() -> Any:
    Category.add_root(name="坚果", name_en="Nuts", slug="nuts")
    make.commodity()
    return make.partner()


@pytest.fixture
def clerk(mine: Any) -> Any:
    return make.member(mine)


@pytest.fixture
def member(clerk: Any) -> Client:
    return client_of(clerk)


def draft(mine: Any, clerk: Any) -> Product:
    made = make.product(mine, is_public=False)
    revisions.draft(products=[made.pk], partner=mine, by=clerk, at=NOW)
    return made


def names(page: Any) -> list[str]:
    return [row[0]["text"] for row in page.context["table"]["rows"]]


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"supplier:{name}", args=args), data)


def state(article: Product) -> str:
    return str(Revision.objects.filter(product=article).latest("pk").state)


def test_the_list_shows_own_articles_by_state(mine: Any, clerk: Any, member: Client) -> None:
    listed, drafted, other = make.product(mine), draft(mine, clerk), make.product()

    everything = member.get(reverse("supplier:articles"))
    drafts = member.get(reverse("supplier:articles"), {"stage": "draft"})

    assert sorted(names(everything)) == sorted([listed.name, drafted.name])
    assert names(drafts) == [drafted.name]
    assert other.name not in everything.content.decode()
    assert [(tab["label"], tab["count"]) for tab in everything.context["tabs"]] == [
        ("All", 2), ("draft", 1), ("listed", 1),
    ]  # fmt: skip


def test_the_list_is_searched_by_name_and_sku(mine: Any, member: Client) -> None:
    walnuts, dates = (
        make.product(mine, title="核桃", title_en="Walnuts"),
        make.product(mine, title="红枣", title_en="D"),
    )

    by_name = member.get(reverse("supplier:articles"), {"q": "红枣"})
    by_sku = member.get(reverse("supplier:articles"), {"q": walnuts.stockrecords.get().partner_sku})

    assert (names(by_name), names(by_sku)) == ([dates.name], [walnuts.name])


def test_the_list_takes_as_many_queries_for_one_article_as_for_many(mine: Any, clerk: Any, member: Client) -> None:
    draft(mine, clerk)
    few = queries(member, reverse("supplier:articles"))
    for _ in range(5):
        draft(mine, clerk)

    assert queries(member, reverse("supplier:articles")) == few <= 12


@pytest.mark.parametrize("name", ["article", "edit_article"])
def test_another_suppliers_article_is_no_page(member: Client, name: str) -> None:
    foreign = make.product()

    assert member.get(reverse(f"supplier:{name}", args=[foreign.pk])).status_code == 404


@pytest.mark.parametrize("name", ["edit_article", "answer_article", "withdraw_article"])
def test_nothing_is_done_to_another_suppliers_article(member: Client, name: str) -> None:
    foreign = make.product()

    assert post(member, name, foreign.pk, text="x", listing="1", **FORM).status_code == 404
    post(member, "submit_articles", pick=[foreign.pk])
    assert not Revision.objects.exists() and Product.objects.get(pk=foreign.pk).is_public


def test_an_article_is_drafted_by_hand(mine: Any, member: Client) -> None:
    answer = post(member, "new_article", **FORM)

    made = Product.objects.get(stockrecords__partner_sku="N-1")
    assert answer["Location"] == reverse("supplier:article", args=[made.pk])
    assert (made.title, made.net_content_g, made.is_public, state(made)) == ("核桃 250克", 250, False, "draft")
    assert member.get(answer["Location"]).status_code == 200


def test_the_form_says_what_a_table_would_say_beside_the_field(member: Client) -> None:
    page = post(member, "new_article", **{**FORM, "price_fen": "-1", "net_content_g": "250"})

    assert page.status_code == 422 and not Product.objects.exists()
    assert page.context["form"].errors["price_fen"] == ["A price is above zero."]
    assert "The unit is missing" in page.context["form"].errors["net_content_g"][0]


def test_a_new_article_takes_no_sku_of_another_one(mine: Any, member: Client) -> None:
    kept = make.product(mine)

    page = post(member, "new_article", **{**FORM, "sku": kept.stockrecords.get().partner_sku.lower()})

    assert page.status_code == 422
    assert "change that one" in page.context["form"].errors["sku"][0]


def test_of_a_listed_article_the_price_changes_at_once_and_the_name_waits(mine: Any, member: Client) -> None:
    article = make.product(mine, title="核桃")
    form = member.get(reverse("supplier:edit_article", args=[article.pk])).context["form"].initial
    changed = {**form, "title": "薄皮核桃", "price_fen": "41.00", "category": "nuts"}

    post(member, "edit_article", article.pk, **changed)

    article.refresh_from_db()
    assert (article.title, str(article.stockrecords.get().price)) == ("核桃", "41.00")
    page = member.get(reverse("supplier:article", args=[article.pk]))
    assert [cell["text"] for cell in page.context["proposal"]["rows"][0]] == ["Title", "核桃", "薄皮核桃"]
    assert (
        member.get(reverse("supplier:edit_article", args=[article.pk])).context["form"].initial["title"] == "薄皮核桃"
    )


def test_saving_the_form_as_it_is_changes_nothing(mine: Any, member: Client) -> None:
    article = make.product(mine)
    article.categories.add(Category.objects.get())
    form = member.get(reverse("supplier:edit_article", args=[article.pk])).context["form"].initial

    page = member.post(reverse("supplier:edit_article", args=[article.pk]), form, follow=True)

    assert "nothing was changed" in page.content.decode()
    assert not Revision.objects.exists() and not article.changes.exists()


def test_chosen_drafts_are_submitted_and_the_others_stay(mine: Any, clerk: Any, member: Client) -> None:
    first, second, third = (draft(mine, clerk) for _ in range(3))

    post(member, "submit_articles", pick=[first.pk, second.pk, "x", "9" * 30])

    assert [state(each) for each in (first, second, third)] == ["submitted", "submitted", "draft"]


def test_all_drafts_are_submitted_with_one_button(mine: Any, clerk: Any, member: Client) -> None:
    drafts = [draft(mine, clerk) for _ in range(3)]

    post(member, "submit_articles", all="1")

    assert {state(each) for each in drafts} == {"submitted"}


def test_a_question_stands_on_the_page_and_is_answered_there(mine: Any, clerk: Any, member: Client) -> None:
    article = draft(mine, clerk)
    revisions.submit(products=[article.pk], partner=mine, by=clerk, at=NOW)
    reviews.ask(revision=Revision.objects.get(), text="Which harvest?", by=make.reviewer(), at=NOW)
    assert "Which harvest?" in member.get(reverse("supplier:article", args=[article.pk])).content.decode()

    assert post(member, "answer_article", article.pk, text="").status_code == 422
    post(member, "answer_article", article.pk, text="Of 2026.")

    assert state(article) == "submitted"


def test_a_draft_is_withdrawn_and_a_listed_article_taken_off(mine: Any, clerk: Any, member: Client) -> None:
    drafted, listed = draft(mine, clerk), make.product(mine)

    post(member, "withdraw_article", drafted.pk)
    post(member, "withdraw_article", listed.pk, listing="1")

    assert state(drafted) == "withdrawn"
    assert not Product.objects.get(pk=listed.pk).is_public


def test_the_history_names_colleagues_and_hides_the_reviewers_name(mine: Any, clerk: Any, member: Client) -> None:
    article, reviewer = draft(mine, clerk), make.reviewer()
    revisions.submit(products=[article.pk], partner=mine, by=clerk, at=NOW)
    reviews.ask(revision=Revision.objects.get(), text="Which harvest?", by=reviewer, at=NOW)

    page = member.get(reverse("supplier:article", args=[article.pk]))

    told = [[cell["text"] for cell in row][1:] for row in page.context["events"]["rows"]]
    assert ["reviewer", "Question of the reviewer", "", "Which harvest?"] in told
    assert [clerk.email, "Submitted for review", "", ""] in told
    assert reviewer.email not in page.content.decode()


def test_the_history_holds_price_and_stock_with_before_and_after(mine: Any, member: Client) -> None:
    from logistics.models import StockMove

    article = make.product(mine, price="39.90")
    record = article.stockrecords.get()
    record.price = 41
    record.save()
    lot, node = make.packed_lot(article), make.node("c", "county")
    StockMove.objects.create(lot=lot, node=node, units=100, kind="packed", reference="r", at=NOW)

    page = member.get(reverse("supplier:article", args=[article.pk]))

    told = [[cell["text"] for cell in row][1:] for row in page.context["events"]["rows"]]
    assert ["platform", "Price", "¥39.90", "¥41.00"] in told
    assert any(row[0] == "centre" and row[1].endswith("packed") and row[3] == "+100" for row in told)
