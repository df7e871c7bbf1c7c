"""A household opens its own statement with its slip, and nobody else does."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from certification.households import access
from certification.households.models import Household
from shop.household.tries import MOST
from shop.revenue import ledger
from shop.revenue.models import Dispute, Share
from tests import make, rooms
from tests.make import NOW
from tests.rooms import Market, queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with rooms.clock("household"):
        yield


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.fixture
def household() -> Household:
    return make.household(reference="H-77001")


@pytest.fixture
def visitor(household: Household) -> Client:
    return visiting(household)


def visiting(household: Household) -> Client:
    """A browser in which the household's statement is open."""
    client = Client()
    code = access.issue_slip(household=household, by=make.user(), at=NOW)
    assert try_once(client, household.reference, code).status_code == 302
    return client


def try_once(client: Client, reference: str, code: str, address: str = "127.0.0.1") -> Any:
    return client.post(reverse("household:enter"), {"reference": reference, "code": code}, REMOTE_ADDR=address)


def wrong() -> str:
    return "AAAA-AAAA-AAAA-AAAA"


# entering


def test_reference_and_code_open_the_statement(household: Household) -> None:
    code = access.issue_slip(household=household, by=make.user(), at=NOW)
    client = Client()

    page = try_once(client, household.reference, code.lower())

    assert page["Location"] == reverse("household:statement")
    assert client.get(page["Location"]).status_code == 200


@pytest.mark.parametrize("page", ["statement", "download"])
def test_without_a_visit_a_page_leads_to_the_slip(household: Household, page: str) -> None:
    for client in (Client(), rooms.client_of(make.user())):
        answer = client.get(reverse(f"household:{page}"))

        assert (answer.status_code, answer["Location"]) == (302, reverse("household:enter"))


@pytest.mark.parametrize("page", ["received", "dispute"])
def test_without_a_visit_nothing_is_changed(market: Market, household: Household, page: str) -> None:
    share = market.sold(market.goods(deliveries={household: 30_000}))[0].shares.get()
    rooms.proved()

    answer = Client().post(reverse(f"household:{page}"), {"share": share.pk, "text": "Too little"})

    share.refresh_from_db()
    assert (answer.status_code, share.state) == (302, Share.State.PAID)
    assert not Dispute.objects.exists()


def test_every_failure_looks_the_same(household: Household) -> None:
    code = access.issue_slip(household=household, by=make.user(), at=NOW)
    gone = access.issue_slip(household=make.household(reference="H-OLD"), by=make.user(), at=NOW, days=0)
    tired = Client()
    for number in range(MOST):
        try_once(tired, f"H-{number}", wrong(), address="198.51.100.7")
    pages = [
        try_once(Client(), household.reference, wrong()),
        try_once(Client(), "H-NOBODY", code),
        try_once(Client(), "H-OLD", gone),
        try_once(Client(), household.reference, ""),
        try_once(tired, household.reference, code, address="198.51.100.7"),
    ]
    bodies = {re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode()) for page in pages}

    assert {page.status_code for page in pages} == {422}
    assert len(bodies) == 1


def test_ten_tries_from_one_address_are_the_most(household: Household) -> None:
    code = access.issue_slip(household=household, by=make.user(), at=NOW)
    for number in range(MOST - 1):
        try_once(Client(), f"H-{number}", wrong())

    assert try_once(Client(), household.reference, code).status_code == 302
    assert try_once(Client(), household.reference, code).status_code == 422
    assert try_once(Client(), household.reference, code, address="203.0.113.9").status_code == 302


def test_ten_tries_for_one_reference_are_the_most_from_whatever_address(household: Household) -> None:
    code = access.issue_slip(household=household, by=make.user(), at=NOW)
    other = make.household(reference="H-77002")
    its_code = access.issue_slip(household=other, by=make.user(), at=NOW)
    for number in range(MOST):
        try_once(Client(), household.reference, wrong(), address=f"203.0.113.{number}")

    assert try_once(Client(), household.reference, code, address="203.0.113.99").status_code == 422
    assert try_once(Client(), other.reference, its_code, address="203.0.113.99").status_code == 302


def test_after_a_quarter_of_an_hour_the_tries_are_forgotten(household: Household) -> None:
    code = access.issue_slip(household=household, by=make.user(), at=NOW)
    for _n in range(MOST):
        try_once(Client(), household.reference, wrong())

    with rooms.clock("household", NOW + timedelta(minutes=15)):
        assert try_once(Client(), household.reference, code).status_code == 302


def test_addresses_of_one_ipv6_network_count_as_one(household: Household) -> None:
    code = access.issue_slip(household=household, by=make.user(), at=NOW)
    for number in range(MOST):
        try_once(Client(), f"H-{number}", wrong(), address=f"2001:db8::{number + 1:x}")

    assert try_once(Client(), household.reference, code, address="2001:db8::ffff").status_code == 422
    assert try_once(Client(), household.reference, code, address="2001:db8:0:1::1").status_code == 302


def test_the_code_is_not_shown_again(household: Household) -> None:
    page = try_once(Client(), household.reference, wrong())

    assert wrong() not in page.content.decode()
    assert household.reference not in page.content.decode()


# the visit


def test_the_visit_ends_after_half_an_hour(visitor: Client) -> None:
    with rooms.clock("household", NOW + timedelta(minutes=29, seconds=59)):
        assert visitor.get(reverse("household:statement")).status_code == 200
    with rooms.clock("household", NOW + timedelta(minutes=30)):
        assert visitor.get(reverse("household:statement")).status_code == 302


def test_the_button_ends_the_visit(visitor: Client) -> None:
    visitor.post(reverse("household:leave"))

    assert visitor.get(reverse("household:statement")).status_code == 302
    assert "household" not in visitor.session


def test_a_revoked_slip_ends_the_visit(visitor: Client, household: Household) -> None:
    access.revoke(household=household, at=NOW)

    assert visitor.get(reverse("household:statement")).status_code == 302


def test_entering_changes_the_key_of_the_session(household: Household) -> None:
    code = access.issue_slip(household=household, by=make.user(), at=NOW)
    client = Client()
    session = client.session
    session["before"] = True
    session.save()

    try_once(client, household.reference, code)

    assert client.cookies["sessionid"].value != session.session_key


# the statement


def test_the_totals_equal_the_ledger(market: Market, household: Household, visitor: Client) -> None:
    neighbours = {household: 10_000, make.household(): 20_000}
    lines = market.sold(*(market.goods(deliveries=neighbours, price=price) for price in ("39.90", "58.00", "0.07")))
    ledger.post_refund(line=lines[1], amount_fen=1234, reference="one", at=NOW)
    rooms.proved()
    market.sold(market.goods(deliveries=neighbours, price="19.99"))

    statement = visitor.get(reverse("household:statement")).context["statement"]

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(fen), sum(reversed_fen), sum(adjusted_fen), sum(paid_fen) FROM revenue_share "
            "WHERE household_id = %s",
            [household.pk],
        )
        sums = [int(total) for total in cursor.fetchone()]
        cursor.execute(
            "SELECT -sum(fen) FROM revenue_posting WHERE account = 'households' AND household_id = %s", [household.pk]
        )
        owed = int(cursor.fetchone()[0])
    assert [statement.earned_fen, statement.reversed_fen, statement.adjusted_fen, statement.paid_fen] == sums
    assert statement.due_fen == owed > 0
    assert statement.paid_fen > 0 and statement.reversed_fen > 0


def test_the_file_says_what_the_page_says(market: Market, household: Household, visitor: Client) -> None:
    market.sold(market.goods(deliveries={household: 30_000}), market.goods(deliveries={household: 30_000}))
    rooms.proved()

    statement = visitor.get(reverse("household:statement")).context["statement"]
    text = visitor.get(reverse("household:download")).content.decode("utf-8-sig")

    *rows, total = list(csv.reader(io.StringIO(text)))[1:]
    assert [row[2] for row in rows] == [f"{row.earned_fen // 100}.{row.earned_fen % 100:02d}" for row in statement.rows]
    assert total[5:7] == [f"{statement.paid_fen // 100}.{statement.paid_fen % 100:02d}", "0.00"]
    assert all(row[8].startswith("bank receipt BR-") for row in rows)


def test_another_household_is_never_on_the_page(market: Market, household: Household, visitor: Client) -> None:
    neighbour = make.household(reference="H-NEIGHBOUR")
    mine = market.sold(market.goods(deliveries={household: 10_000, neighbour: 20_000}))[0].shares.get(
        household=household
    )
    market.sold(market.goods(deliveries={neighbour: 30_000}))

    page = visitor.get(reverse("household:statement"))

    assert [row.share.pk for row in page.context["statement"].rows] == [mine.pk]
    assert "H-NEIGHBOUR" not in page.content.decode()


def test_neither_title_nor_address_nor_log_names_the_household(
    market: Market, household: Household, visitor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    market.sold(market.goods(deliveries={household: 30_000}))
    caplog.set_level(logging.DEBUG, logger="shop")

    page = visitor.get(reverse("household:statement"))
    try_once(Client(), household.reference, wrong())

    text = page.content.decode()
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', text)
    assert title and household.reference not in title[1] and not re.search(r"\d", title[1])
    assert not [address for address in addresses if "/household/" in address and re.search(r"\d", address)]
    assert household.reference in text
    assert household.reference not in caplog.text
    assert visitor.get(reverse("household:download"))["Content-Disposition"] == 'attachment; filename="statement.csv"'


def test_no_browser_keeps_the_statement(visitor: Client) -> None:
    assert "no-store" in visitor.get(reverse("household:statement"))["Cache-Control"]
    assert "no-store" in visitor.get(reverse("household:download"))["Cache-Control"]


def test_the_household_confirms_what_it_received(market: Market, household: Household, visitor: Client) -> None:
    share = market.sold(market.goods(deliveries={household: 30_000}))[0].shares.get()
    rooms.proved()

    visitor.post(reverse("household:received"), {"share": share.pk})

    share.refresh_from_db()
    assert share.state == Share.State.CONFIRMED


def test_what_is_not_paid_cannot_be_confirmed(market: Market, household: Household, visitor: Client) -> None:
    share = market.sold(market.goods(deliveries={household: 30_000}))[0].shares.get()

    page = visitor.post(reverse("household:received"), {"share": share.pk}, follow=True)

    share.refresh_from_db()
    assert share.state == Share.State.PAYABLE
    assert any("not paid yet" in str(message) for message in page.context["messages"])


def test_a_dispute_holds_the_share_back_and_names_the_day_of_its_answer(
    market: Market, household: Household, visitor: Client
) -> None:
    share = market.sold(market.goods(deliveries={household: 30_000}))[0].shares.get()

    page = visitor.post(reverse("household:dispute"), {"share": share.pk, "text": "It was 40 kg."}, follow=True)

    share.refresh_from_db()
    assert (share.state, share.disputes.get().text) == (Share.State.DISPUTED, "It was 40 kg.")
    assert "25 September 2026" in page.content.decode()


def test_a_dispute_without_words_is_asked_for_them(market: Market, household: Household, visitor: Client) -> None:
    share = market.sold(market.goods(deliveries={household: 30_000}))[0].shares.get()

    page = visitor.post(reverse("household:dispute"), {"share": share.pk, "text": " "})

    assert (page.status_code, Dispute.objects.count()) == (422, 0)
    assert "<details open>" in page.content.decode()


@pytest.mark.parametrize("page", ["received", "dispute"])
def test_anothers_share_is_as_missing_as_one_that_never_was(market: Market, visitor: Client, page: str) -> None:
    share = market.sold(market.goods(deliveries={make.household(): 30_000}))[0].shares.get()
    rooms.proved()
    answers = [
        visitor.post(reverse(f"household:{page}"), {"share": key, "text": "x"}) for key in (share.pk, 999_999, "", "x")
    ]

    share.refresh_from_db()
    assert {answer.status_code for answer in answers} == {404}
    assert share.state == Share.State.PAID and not Dispute.objects.exists()


def test_a_change_needs_the_token_of_its_form(market: Market, household: Household) -> None:
    share = market.sold(market.goods(deliveries={household: 30_000}))[0].shares.get()
    rooms.proved()
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = visiting(household).cookies

    assert careful.post(reverse("household:received"), {"share": share.pk}).status_code == 403
    assert careful.get(reverse("household:statement")).status_code == 200


def test_five_shares_take_as_many_queries_as_one(market: Market, household: Household, visitor: Client) -> None:
    market.sold(market.goods(deliveries={household: 30_000}))
    rooms.proved()
    one = queries(visitor, reverse("household:statement"))
    market.sold(*(market.goods(deliveries={household: 30_000}) for _n in range(4)))
    rooms.proved()

    assert queries(visitor, reverse("household:statement")) == one
