"""A closed month: its figures stay, nothing joins it, and one hash stands for it."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from shop.reports import closing, income
from shop.reports.models import MonthClose
from shop.revenue import ledger
from shop.revenue.ledger import P
from shop.revenue.models import Account, Entry
from tests import make
from tests.make import NOW, PISHAN
from tests.revenue import world

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 1)
ENDED = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)  # midnight in Shanghai
HEADER = "code,name,sales_fen,certified_sales_fen,sales_driven_income_fen,paid_income_fen,households"


def sell_and_pay(homes: int = 6) -> None:
    world.rule()
    world.sold(*[1] * homes, price_fen=100_000)
    world.paid_out()


def report(capsys: pytest.CaptureFixture[str], form: str = "csv", month: str = "2026-09") -> str:
    call_command("report", "income", "--month", month, "--by", "county", "--format", form)
    return capsys.readouterr().out


def test_a_month_is_closed_once_it_is_over_and_not_a_moment_before() -> None:
    sell_and_pay()

    with pytest.raises(closing.NotEnded, match="2026-09"):
        closing.close(month=SEPTEMBER, by=world.person(), at=datetime(2026, 9, 30, 15, 59, 59, 999999, tzinfo=UTC))
    closed = closing.close(month=SEPTEMBER, by=world.person(), at=ENDED)

    assert closed.figures["total"]["sales_fen"] == 100_000


def test_a_month_is_closed_once() -> None:
    closing.close(month=SEPTEMBER, by=world.person(), at=ENDED)

    with pytest.raises(closing.AlreadyClosed):
        closing.close(month=date(2026, 9, 17), by=world.person(), at=ENDED)

    assert MonthClose.objects.count() == 1


def test_nothing_is_booked_into_a_closed_month() -> None:
    closing.close(month=SEPTEMBER, by=world.person(), at=ENDED)
    pair = [P(Account.GATEWAY, 5), P(Account.BUYERS, -5)]

    with pytest.raises(ledger.MonthClosed):
        ledger.post(kind=Entry.Kind.PAYMENT, reference="late", at=NOW, postings=pair)

    assert ledger.post(kind=Entry.Kind.PAYMENT, reference="late", at=ENDED, postings=pair).booked_date == date(
        2026, 10, 1
    )


def test_a_closed_months_report_is_the_same_to_the_byte_after_renames_and_new_rules(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sell_and_pay()
    before = [report(capsys, form) for form in ("csv", "json")]
    closing.close(month=SEPTEMBER, by=world.person(), at=ENDED)

    make.rename(PISHAN, "改名县")
    world.rule(2, platform_bp=5000, valid_from=NOW)

    assert [report(capsys, form) for form in ("csv", "json")] == before


def test_an_open_months_report_follows_a_rename(capsys: pytest.CaptureFixture[str]) -> None:
    sell_and_pay()

    make.rename(PISHAN, "改名县")

    assert "改名县" in report(capsys)


def test_the_hash_stands_for_figures_and_entries() -> None:
    sell_and_pay()
    closed = closing.close(month=SEPTEMBER, by=world.person(), at=ENDED)

    same = closing.root_hash(SEPTEMBER, closed.figures)
    other_figures = closing.root_hash(SEPTEMBER, closed.figures | {"month": "2026-08"})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE revenue_posting SET fen = fen + 1 WHERE id = (SELECT max(id) FROM revenue_posting)")
        cursor.execute("SET LOCAL session_replication_role = origin")

    assert same == closed.root_hash
    assert len({closed.root_hash, other_figures, closing.root_hash(SEPTEMBER, closed.figures)}) == 3


def test_a_month_without_anything_can_be_closed() -> None:
    closed = closing.close(month=SEPTEMBER, by=world.person(), at=ENDED)

    assert income.month_by_county(SEPTEMBER) == []
    assert len(closed.root_hash) == 64


@pytest.mark.django_db(transaction=True)
def test_a_booking_under_way_is_waited_for_and_counted() -> None:
    world.rule()
    of = world.order((world.lot(*[1] * 6), 1, 100_000))
    booked, finish = threading.Event(), threading.Event()

    def book() -> None:
        try:
            with transaction.atomic():
                world.deliver(of)
                booked.set()
                finish.wait(20)
        finally:
            connection.close()

    booking = threading.Thread(target=book)
    booking.start()
    booked.wait(20)
    closer = threading.Thread(target=close_and_let_go)
    closer.start()
    closer.join(0.5)
    still_waiting = closer.is_alive()
    finish.set()
    closer.join(20)
    booking.join(20)

    assert still_waiting
    assert MonthClose.objects.get().figures["total"]["sales_fen"] == 100_000


def close_and_let_go() -> None:
    try:
        closing.close(month=SEPTEMBER, by=world.person(), at=ENDED)
    finally:
        connection.close()


def test_the_report_has_its_columns_and_empty_cells_where_figures_are_hidden(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sell_and_pay(homes=4)

    assert report(capsys) == f"{HEADER}\n653223,皮山县,100000,0,,,\n"
    assert '"households": null' in report(capsys, "json")


def test_a_report_of_an_empty_month_is_its_header(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(capsys, month="2020-01") == f"{HEADER}\n"
    assert report(capsys, "json", "2020-01") == "[]\n"


@pytest.mark.parametrize("month", ["2026-13", "2026-9", "september", "２０２６-09"])
def test_a_month_that_is_none_is_refused(month: str) -> None:
    with pytest.raises(CommandError, match="is no month"):
        call_command("report", "income", "--month", month)


def test_the_command_closes_a_month_and_prints_its_hash(capsys: pytest.CaptureFixture[str]) -> None:
    person = world.person()

    call_command("close_month", "--month", "2026-01", "--by", person.email.upper())

    closed = MonthClose.objects.get()
    assert (closed.month, closed.closed_by) == (date(2026, 1, 1), person)
    assert capsys.readouterr().out == f"2026-01 {closed.root_hash}\n"


@pytest.mark.parametrize(("month", "email"), [("2026-01", "nobody@example.org"), ("2999-01", "somebody@example.org")])
def test_the_command_refuses_strangers_and_months_to_come(month: str, email: str) -> None:
    type(world.person()).objects.create(email="somebody@example.org")

    with pytest.raises(CommandError):
        call_command("close_month", "--month", month, "--by", email)

    assert not MonthClose.objects.exists()


def test_the_list_of_suppliers_carries_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    make.partner("B-2", kind="enterprise")
    make.partner("A-1")
    firm = make.partner("C-3")
    type(firm).objects.filter(pk=firm.pk).update(name="=HYPERLINK(1)", name_en="＋1")

    call_command("list_suppliers", "--format", "csv")

    assert capsys.readouterr().out == (
        "code,name,name_en,kind,county\n"
        "A-1,合作社A-1,Cooperative A-1,cooperative,653223\n"
        "B-2,合作社B-2,Cooperative B-2,enterprise,653223\n"
        "C-3,'=HYPERLINK(1),'＋1,cooperative,653223\n"
    )
