"""A supplier whose required document is past its last day gets nothing new onto the pages; its changes go on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from catalogue.listings import revisions
from catalogue.listings.models import Revision
from tests import make
from tests.listings.test_reviews import Desk
from tests.make import NOW, TODAY
from tests.rooms import client_of
from tests.supplier.papers import accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def let_it_end(desk: Desk) -> None:
    accepted(desk.supplier, until=TODAY - timedelta(days=1), at=NOW - timedelta(days=30))


def test_a_new_article_is_not_submitted(desk: Desk) -> None:
    new = desk.draft()
    let_it_end(desk)

    with pytest.raises(revisions.CannotList, match="营业执照|Business licence"):
        desk.submit(new)

    assert desk.newest(new).state == "draft"


def test_one_that_was_submitted_before_is_not_listed(desk: Desk) -> None:
    new = desk.draft()
    desk.submit(new)
    let_it_end(desk)

    with pytest.raises(revisions.CannotList):
        desk.accept(desk.newest(new))

    new.refresh_from_db()
    assert not new.is_public and desk.newest(new).state == "submitted"


def test_a_change_of_what_is_listed_goes_on(desk: Desk) -> None:
    let_it_end(desk)

    row = desk.proposed(title="新核桃")
    desk.accept(row)

    desk.article.refresh_from_db()
    assert desk.article.title == "新核桃"


def test_the_page_says_which_document_and_submits_nothing(desk: Desk, settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    new = desk.draft()
    let_it_end(desk)

    page = client_of(desk.clerk).post(reverse("supplier:submit_articles"), {"all": "1"}, follow=True)

    assert "Business licence" in page.content.decode()
    assert Revision.objects.get(product=new).state == "draft"


def test_a_form_that_would_list_an_open_draft_says_where_it_is_listed(desk: Desk) -> None:
    new = desk.draft()
    new.is_public = True

    with pytest.raises(ValidationError, match="Review of articles|商品审核"):
        new.full_clean()

    make.product().full_clean()  # the control: an article without a draft may be public
