"""The self-check finds each planted corruption and names its row; a house in order gives none."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from shop.reports import selfcheck
from shop.revenue.models import Entry
from tests.make import NOW
from tests.reports import corruptions, planting
from tests.reports.house import House

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def house() -> House:
    return House()


def without_guards(statement: str) -> None:
    """What a hand with the database's keys could do: triggers and foreign keys look away."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for part in statement.split(";"):
            cursor.execute(part)
            assert cursor.rowcount != 0, f"planted nothing: {part}"  # -1: a constraint was taken away
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_house_in_order_gives_nothing(house: House) -> None:
    assert selfcheck.run(at=LATER) == []


@pytest.mark.parametrize(("name", "what", "plant"), corruptions.ALL, ids=[f"{c[0]}: {c[1]}" for c in corruptions.ALL])
def test_a_planted_corruption_is_found_and_its_row_named(
    house: House, name: str, what: str, plant: planting.Corruption
) -> None:
    statement, row = plant(house)

    without_guards(statement)

    found = [finding for finding in selfcheck.run(at=LATER) if finding.invariant == name]
    assert any(row in finding.row for finding in found), found


def test_every_invariant_is_tried() -> None:
    assert {name for name, _what, _plant in corruptions.ALL} == set(selfcheck.names())
    assert len(selfcheck.names()) == len(set(selfcheck.names())) >= 20


def test_an_order_whose_payment_is_open_may_hold_two_hours_longer(house: House) -> None:
    of = house.placed
    of.payments.create(method="card", amount_fen=of.total_fen, state="pending", made_at=NOW, idempotency_key="open")

    after_one_hour = selfcheck.run(at=of.reserved_until + timedelta(hours=1))
    after_three = selfcheck.run(at=of.reserved_until + timedelta(hours=3))

    assert after_one_hour == []
    assert {finding.invariant for finding in after_three} == {"order-expired-holds-nothing"}


def test_the_command_says_so_and_ends_with_0(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    type(house.placed).objects.filter(pk=house.placed.pk).update(reserved_until="2100-01-01T00:00Z")

    call_command("selfcheck", "--json")

    result = json.loads(capsys.readouterr().out)
    assert result["findings"] == []
    assert result["invariants"] == selfcheck.names()


def test_the_command_names_the_row_and_ends_with_1(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    without_guards(
        f"UPDATE revenue_posting SET fen = fen + 1 WHERE {planting.posting(planting.sale(house), 'platform')}"
    )

    with pytest.raises(SystemExit) as end:
        call_command("selfcheck")

    assert end.value.code == 1
    assert f"entry-balances: entry {planting.line_words(house)} sale" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_it_looks_at_one_moment_of_the_database_and_writes_nothing() -> None:
    house = House()

    assert selfcheck.run(at=LATER) == []
    type(house.lot).objects.filter(pk=house.lot.pk).update(units=499)
    assert [finding.row for finding in selfcheck.run(at=LATER)] == [f"lot {house.lot.code}"]


def test_an_empty_house_is_in_order() -> None:
    assert not Entry.objects.exists()
    assert selfcheck.run(at=NOW) == []
