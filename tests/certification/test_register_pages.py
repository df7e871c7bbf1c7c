"""What everybody may read: the register, one certificate, the notices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone, translation

from certification import applications, certificates
from certification.models import Application, Certificate
from tests import make
from tests.certification.walk import NOTICE_OVER, begin

urlpatterns = [path("certificates/", include("certification.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
HOME = "/certificates/"


@pytest.fixture(autouse=True)
def english(client: Client) -> Iterator[None]:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    def turn(at: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at)

    turn(make.NOW)
    return turn


def page(client: Client, address: str = HOME, status: int = 200, **asked: Any) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == status
    return answer.content.decode()


def numbers(text: str) -> list[str]:
    known = Certificate.objects.values_list("number", flat=True)
    return sorted(number for number in known if f'href="{HOME}{number}/"' in text)


def three() -> list[Certificate]:
    walnuts = make.product(make.partner("POPLAR"), title_en="Thin-shelled walnuts", title="薄皮核桃")
    dates = make.product(make.partner(county=make.YECHENG), title_en="Grey dates")
    made = [make.certificate(walnuts), make.certificate(dates), make.certificate(make.product(), state="revoked")]
    for place, one in enumerate(made):
        Certificate.objects.filter(pk=one.pk).update(number=f"PS-2026-00{place}")
    return made


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [0, 1, 2]),
        ({"q": "2026-001"}, [1]),
        ({"q": "poplar"}, [0]),
        ({"q": "grey DATES"}, [1]),
        ({"q": "薄皮"}, [0]),
        ({"q": "%"}, []),
        ({"q": "' OR 1=1 --"}, []),
        ({"county": make.YECHENG}, [1]),
        ({"state": "revoked"}, [2]),
        ({"state": "certified"}, [0, 1]),
        ({"state": "certified", "county": make.PISHAN}, [0]),
        ({"state": "certified", "county": make.PISHAN, "q": "grey"}, []),
        ({"page": "99"}, [0, 1, 2]),
    ],
)
def test_the_register_finds_what_is_asked_for(
    client: Client, clock: Any, asked: dict[str, str], found: list[int]
) -> None:
    three()

    text = page(client, **asked)

    assert numbers(text) == [f"PS-2026-00{place}" for place in found]


@pytest.mark.parametrize("asked", [{"q": "x" * 101}, {"county": "nowhere"}, {"state": "golden"}])
def test_a_question_that_makes_no_sense_finds_nothing_and_says_so(
    client: Client, clock: Any, asked: dict[str, str]
) -> None:
    three()

    text = page(client, **asked)

    assert numbers(text) == []
    assert "field__errors" in text


def test_a_certificate_past_its_time_reads_and_is_found_as_expired(client: Client, clock: Any) -> None:
    made = make.certificate(make.product(), until=make.NOW + timedelta(days=1))
    clock(made.valid_until)

    assert numbers(page(client, state="expired")) == [made.number]
    assert numbers(page(client, state="certified")) == []
    text = page(client, f"{HOME}{made.number}/")
    assert '<p class="notice__title">expired</p>' in text


def test_the_register_comes_in_pages(client: Client, clock: Any) -> None:
    product = make.product()
    for _turn in range(21):
        make.certificate(product)

    first, second = numbers(page(client)), numbers(page(client, page="2"))

    assert (len(first), len(second)) == (20, 1)
    assert not set(first) & set(second)


@pytest.mark.parametrize("address", [HOME, f"{HOME}notices/"])
def test_a_list_asks_the_database_as_often_for_five_rows_as_for_one(client: Client, clock: Any, address: str) -> None:
    counts = []
    for rows in (1, 4):
        for _turn in range(rows):
            make.certificate(make.product())
            begin().reviewed()
        page(client, address)
        with CaptureQueriesContext(connection) as asked:
            page(client, address)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_certificate_page_says_who_issued_it_and_whether_it_stands(client: Client, clock: Any) -> None:
    made = begin().issued("PS-2026-001")

    text = page(client, f"{HOME}PS-2026-001/")

    for words in ("PS-2026-001", made.product.title_en, made.partner.name_en, "Pishan County", "County scheme v1"):
        assert words in text
    assert '<p class="notice__title">valid</p>' in text
    assert "notice--success" in text
    assert "20,000 kg" in text


def test_a_suspended_certificate_page_gives_the_reason_and_the_history_without_names(
    client: Client, clock: Any
) -> None:
    walk = begin()
    made = walk.issued("PS-2026-001")
    certificates.suspend(certificate=made, reason="Label <b>differs</b>.", by=walk.decider, at=make.NOW)

    text = page(client, f"{HOME}PS-2026-001/")

    assert '<p class="notice__title">suspended</p>' in text
    assert "notice--warning" in text
    assert "Label &lt;b&gt;differs&lt;/b&gt;." in text
    assert text.index("Suspended</p>") < text.index("Certificate issued") < text.index("Application submitted")
    assert "county certifier" in text
    for person in (walk.applicant, walk.township, walk.county, walk.decider):
        assert person.email not in text


@pytest.mark.parametrize("number", ["PS-2026-404", "notices-1", "%F0%9F%8D%87"])
def test_a_number_nobody_issued_is_not_found(client: Client, clock: Any, number: str) -> None:
    assert client.get(f"{HOME}{number}/").status_code == 404


def test_the_product_is_linked_where_there_is_a_shop_and_it_is_on_sale(
    client: Client, clock: Any, settings: Any
) -> None:
    walk = begin()
    made = walk.issued("PS-2026-001")
    without_shop = page(client, f"{HOME}PS-2026-001/")
    shop = ([path("<slug:product_slug>_<int:pk>/", lambda *_all, **_more: HttpResponse(), name="detail")], "catalogue")
    settings.ROOT_URLCONF = (*urlpatterns, path("products/", include(shop)))
    link = f'href="/products/{made.product.slug}_{made.product_id}/"'

    with_shop = page(client, f"{HOME}PS-2026-001/")
    certificates.suspend(certificate=made, reason="check", by=walk.decider, at=make.NOW)
    off_sale = page(client, f"{HOME}PS-2026-001/")

    assert [link in text for text in (without_shop, with_shop, off_sale)] == [False, True, False]


def test_notices_show_what_may_be_objected_to_and_nothing_else(client: Client, clock: Any) -> None:
    submitted, noticed, certified = begin(), begin().reviewed(), begin()
    certified.issued()
    titles = [walk.application.product.title_en for walk in (submitted, noticed, certified)]
    clock(NOTICE_OVER - timedelta(seconds=1))

    running = page(client, f"{HOME}notices/")
    clock(NOTICE_OVER)
    ended = page(client, f"{HOME}notices/")

    assert [title in running for title in titles] == [False, True, False]
    assert "9 September 2026" in running
    assert "to be decided" not in running
    assert "to be decided" in ended


def test_a_refused_application_leaves_the_notices(client: Client, clock: Any) -> None:
    walk = begin().reviewed()

    applications.refuse(application=walk.application, by=walk.decider, at=make.NOW, reason="objection upheld")

    assert walk.application.product.title_en not in page(client, f"{HOME}notices/")
    assert Application.objects.get().state == "refused"


@pytest.mark.parametrize("address", [HOME, f"{HOME}notices/", f"{HOME}PS-2026-001/"])
def test_public_pages_are_read_only(client: Client, clock: Any, address: str) -> None:
    begin().issued("PS-2026-001")

    assert client.post(address).status_code == 405
