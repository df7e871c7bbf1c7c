"""Uyghur is offered on a household's pages, completely, and nowhere else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils.translation.trans_real import DjangoTranslation

from certification.households import access
from certification.households.models import Household
from shop.revenue import disputes, ledger
from shop.revenue.models import Share
from tests import make, rooms
from tests.make import NOW
from tests.rooms import Market

pytestmark = pytest.mark.django_db

STRANGE = re.compile(r"[A-Za-z\u4e00-\u9fff]+")
SPOKEN = ("aria-label", "placeholder", "title", "alt")  # attributes that are read out or shown
UNSAID = ("script", "style")
VOID = ("input", "link", "meta", "br", "img", "hr")


class Words(HTMLParser):
    """What a page says in its own language. Data stands apart in <bdi>; a name in its own language says which."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.within: list[bool] = []  # of each element that is open: does it hold what is not the page's own words?

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        apart = tag == "bdi" or tag in UNSAID or given.get("lang", "ug") != "ug"
        if not any(self.within) and not apart:
            self.said += [given[name] or "" for name in SPOKEN if name in given]
            if tag == "button" or given.get("type") == "submit":
                self.said += [given.get("value") or ""]
        if tag not in VOID:
            self.within.append(apart)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape of a drawing; nothing stands in it."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.within):
            self.said.append(data)


def strange_words(page: Any) -> list[str]:
    """Words in Latin or Chinese letters that are no data."""
    reader = Words()
    reader.feed(page if isinstance(page, str) else page.content.decode())
    return STRANGE.findall(" ".join(reader.said))


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with rooms.clock("household"):
        yield


@pytest.fixture
def household() -> Household:
    return make.household(reference="H-77001")


@pytest.fixture
def visitor(household: Household) -> Client:
    client = Client()
    code = access.issue_slip(household=household, by=make.user(), at=NOW)
    answer = client.post("/ug/household/enter/", {"reference": household.reference, "code": code})
    assert answer["Location"] == "/ug/household/"
    return client


@pytest.fixture
def shares(household: Household) -> list[Share]:
    """Shares in every state a statement can show, one refunded before it was paid, one after, two disputes decided."""
    market = Market()
    goods = [market.goods(deliveries={household: 30_000}) for _n in range(5)]
    early, after, fair, unfair, confirmed = market.sold(*goods)
    ledger.post_refund(line=early, amount_fen=500, reference="before", at=NOW)
    told = [(fair, True, 200), (unfair, False, 0)]
    for line, uphold, fen in told:
        made = disputes.open_for(share=line.shares.get(), text="40 公斤", at=NOW)
        disputes.decide(
            dispute=made, uphold=uphold, adjustment_fen=fen, answer="The slip says 30", by=make.user(), at=NOW
        )
    rooms.proved()
    ledger.post_refund(line=after, amount_fen=500, reference="after", at=NOW)
    confirmed.shares.update(state=Share.State.CONFIRMED)
    open_line = market.sold(goods[0])[0]
    disputes.open_for(share=open_line.shares.get(), text="Too little", at=NOW)
    market.sold(goods[0])
    rooms.released()
    market.sold(goods[0])
    return list(Share.objects.order_by("pk"))


# nothing but Uyghur


@pytest.mark.parametrize("data", [None, {"reference": "H-77001", "code": "AAAA-AAAA-AAAA-AAAA"}])
def test_the_page_for_entering_is_in_uyghur(household: Household, data: dict[str, str] | None) -> None:
    client = Client()

    page = client.post("/ug/household/enter/", data) if data else client.get("/ug/household/enter/")

    assert '<html lang="ug" dir="rtl">' in page.content.decode()
    assert strange_words(page) == []


def test_an_empty_statement_is_in_uyghur(visitor: Client) -> None:
    assert strange_words(visitor.get("/ug/household/")) == []


def test_a_statement_with_everything_that_can_happen_is_in_uyghur(visitor: Client, shares: list[Share]) -> None:
    page = visitor.get("/ug/household/")

    assert {share.state for share in shares} >= {"payable", "in_payout", "paid", "confirmed", "disputed"}
    assert any(share.borne_fen for share in shares) and any(share.reversed_fen for share in shares)
    assert any(share.adjusted_fen for share in shares)
    assert strange_words(page) == []


@pytest.mark.parametrize("text", ["", " ", "غ" * 501])
def test_a_dispute_sent_back_is_in_uyghur(visitor: Client, shares: list[Share], text: str) -> None:
    page = visitor.post("/ug/household/dispute/", {"share": shares[0].pk, "text": text})

    assert page.status_code == 422
    assert "field__errors" in page.content.decode()
    assert strange_words(page) == []


@pytest.mark.parametrize("path", ["received", "dispute"])
def test_what_is_answered_is_in_uyghur(visitor: Client, shares: list[Share], path: str) -> None:
    pages = [
        visitor.post(f"/ug/household/{path}/", {"share": share.pk, "text": "كەم"}, follow=True) for share in shares * 2
    ]

    answers = {str(message) for page in pages for message in page.context["messages"]}
    assert len(answers) >= 2  # what was done, and what was refused
    assert [word for page in pages for word in strange_words(page)] == []


def test_leaving_is_in_uyghur(visitor: Client) -> None:
    page = visitor.post("/ug/household/leave/", follow=True)

    assert page.redirect_chain == [("/ug/household/enter/", 302)]
    assert strange_words(page) == []


def test_the_file_has_uyghur_headings_and_plain_figures(visitor: Client, shares: list[Share]) -> None:
    text = visitor.get("/ug/household/statement.csv").content.decode("utf-8-sig")

    heads, *rows = list(csv.reader(io.StringIO(text)))
    assert STRANGE.findall(" ".join(heads)) == []
    assert all(re.fullmatch(r"-?\d+\.\d\d", amount) for row in rows for amount in row[2:7])
    assert [row[7] for row in rows if STRANGE.search(row[7])] == []


def test_a_page_that_is_missing_and_a_form_without_its_token_are_answered_in_uyghur(
    visitor: Client, shares: list[Share]
) -> None:
    careful = Client(enforce_csrf_checks=True)

    missing = visitor.post("/ug/household/received/", {"share": 999_999})
    refused = careful.post("/ug/household/enter/", {})

    assert (missing.status_code, refused.status_code) == (404, 403)
    assert strange_words(missing) == strange_words(refused) == []


def test_a_text_left_untranslated_is_noticed(visitor: Client) -> None:
    asked = DjangoTranslation.gettext
    with mock.patch.object(
        DjangoTranslation, "gettext", lambda self, text: "What" if text == "What is not verified" else asked(self, text)
    ):
        page = visitor.get("/ug/household/")

    assert strange_words(page) == ["What"]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>تۆلەندى Paid</p>", ["Paid"]),
        ("<p>تۆلەندى <bdi>H-1 公斤</bdi></p>", []),
        ('<p>تىل <a lang="en">English</a> end</p>', ["end"]),
        ('<input placeholder="Search"><p>ئىزدەش</p>', ["Search"]),
        ("<script>var x;</script><p>ئىزدەش</p>", []),
    ],
)
def test_the_look_for_strange_words_tells_words_from_data(html: str, found: list[str]) -> None:
    assert strange_words(html) == found


# amounts, codes and dates


def test_amounts_stand_apart_from_their_sentence(visitor: Client, shares: list[Share]) -> None:
    text = visitor.get("/ug/household/").content.decode()

    bare = re.findall(r"(?<!\u2066)(?<!-)¥[\d,.]+", text)
    assert len(re.findall(r"\u2066-?¥[\d,]+\.\d\d\u2069", text)) > 5
    assert bare == []


def test_days_are_days_of_shanghai_written_in_uyghur(visitor: Client, shares: list[Share]) -> None:
    assert "2026-يىلى 9-ئاينىڭ 10-كۈنى" in visitor.get("/ug/household/").content.decode()


def test_the_reference_and_the_code_are_typed_from_left_to_right() -> None:
    text = Client().get("/ug/household/enter/").content.decode()

    assert len(re.findall(r'<input[^>]*name="(?:reference|code)"[^>]*dir="ltr"', text)) == 2


# where Uyghur is offered


def offered(client: Client, path: str) -> dict[str, str]:
    return {link["code"]: link["url"] for link in client.get(path).context["language_links"]}


@pytest.mark.parametrize("path", ["/household/enter/", "/en/household/enter/", "/ug/household/enter/"])
def test_a_households_page_is_offered_in_three_languages(path: str) -> None:
    assert offered(Client(), path) == {
        "zh-hans": "/household/enter/", "en": "/en/household/enter/", "ug": "/ug/household/enter/",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/basket/", "/en/basket/"])
def test_other_pages_are_offered_in_two(path: str) -> None:
    assert offered(Client(), path) == {"zh-hans": "/basket/", "en": "/en/basket/"}


def test_after_a_mistake_the_language_leads_to_the_statement(visitor: Client, shares: list[Share]) -> None:
    page = visitor.post("/ug/household/dispute/", {"share": shares[0].pk, "text": ""})

    assert [link["url"] for link in page.context["language_links"]] == [
        "/household/",
        "/en/household/",
        "/ug/household/",
    ]


@pytest.mark.parametrize(
    ("path", "chinese"),
    [
        ("/ug/", "/"),
        ("/ug/products/?query=%E6%9E%A3&page=2", "/products/?query=%E6%9E%A3&page=2"),
        ("/ug/account/sign-in/?next=/supplier/", "/account/sign-in/?next=/supplier/"),
        ("/ug/households/", "/households/"),
        ("/ug/guide/", "/guide/"),
        ("/ug//evil.example/", "/evil.example/"),
        ("/ug/\\evil.example/", "/%5Cevil.example/"),
    ],
)
def test_any_other_page_leads_to_itself_in_chinese(path: str, chinese: str) -> None:
    answer = Client().get(path)

    assert (answer.status_code, answer["Location"]) == (302, chinese)


def test_a_statement_in_uyghur_is_kept_by_no_cache(visitor: Client) -> None:
    assert "no-store" in visitor.get("/ug/household/")["Cache-Control"]


def test_without_a_visit_uyghur_leads_to_the_slip_in_uyghur() -> None:
    assert Client().get("/ug/household/")["Location"] == "/ug/household/enter/"
