"""Sales and sales-driven income of a month, by county, from the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection

from certification.models import Certificate
from shop.reports import income
from shop.reports.income import Row
from shop.revenue import days, payouts
from shop.revenue.models import Share
from tests import make
from tests.make import NOW, PISHAN, YECHENG
from tests.revenue import world

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def fee_rule() -> None:
    world.rule()


def sell(
    county: str, *, homes: int, price_fen: int = 100_000, at: datetime = NOW, certified: bool = False
) -> list[Share]:
    """One delivered line of a supplier of the county, over a lot of so many of its households."""
    product = make.product(make.partner(county=county))
    lot = world.lot(*[1] * homes, of=product, county=county)
    of = world.order((lot, 1, price_fen), at=at)
    if certified:
        of.lines.update(certificate=make.certificate(product))
    world.deliver(of, at=at)
    return world.shares(world.line_of(of))


def row(county: str, month: date = SEPTEMBER) -> Row:
    return next(each for each in income.month_by_county(month) if each.code == county)


def test_sales_stand_in_the_suppliers_county_before_anybody_is_paid() -> None:
    sell(PISHAN, homes=6)

    assert row(PISHAN) == Row(PISHAN, "皮山县", 100_000, 0, 0, 0, 0)


def test_certified_sales_are_those_that_held_a_certificate_when_ordered() -> None:
    shares = sell(PISHAN, homes=6, certified=True)
    sell(PISHAN, homes=6, price_fen=5000)
    Certificate.objects.filter(product=shares[0].line.product).update(state="revoked")

    assert (row(PISHAN).sales_fen, row(PISHAN).certified_sales_fen) == (105_000, 100_000)


def test_a_refund_lowers_the_sales_of_the_month_it_is_booked_in() -> None:
    [share, *_] = sell(PISHAN, homes=6, at=NOW - timedelta(days=30))

    world.refund(share.line, 30_000)

    assert row(PISHAN, date(2026, 8, 1)).sales_fen == 100_000
    assert row(PISHAN).sales_fen == -30_000


def test_a_refund_before_acceptance_was_never_a_sale() -> None:
    of = world.order((world.lot(*[1] * 6), 1, 9000))
    world.refund(world.line_of(of), 2000)
    world.deliver(of)

    assert row(PISHAN).sales_fen == 7000


def test_income_is_what_was_paid_and_stands_in_the_households_county() -> None:
    product = make.product(make.partner(county=PISHAN))
    lot = world.lot(*[1] * 5, of=product, county=YECHENG)
    world.deliver(world.order((lot, 1, 100_000)))
    world.paid_out()

    assert row(PISHAN).paid_income_fen == 0
    assert (row(YECHENG).paid_income_fen, row(YECHENG).sales_driven_income_fen, row(YECHENG).households) == (
        53_400,
        53_400,
        5,
    )
    assert row(YECHENG).sales_fen == 0


def test_what_the_reserve_bore_is_not_sales_driven() -> None:
    [share, *_] = sell(PISHAN, homes=5)
    world.paid_out()

    world.refund(share.line, 50_000)

    found = row(PISHAN)
    assert found.paid_income_fen == 53_400
    assert found.sales_driven_income_fen == 26_700


def test_a_returned_payment_is_no_income() -> None:
    sell(PISHAN, homes=6)
    batch = world.paid_out()

    payouts.fail(item=batch.items.order_by("pk")[0], reason="returned", by=world.person(), at=NOW)

    assert (row(PISHAN).households, row(PISHAN).paid_income_fen) == (5, 44_500)


def test_a_household_paid_for_several_sales_counts_once() -> None:
    lot = world.lot(*[1] * 5)
    for _ in range(3):
        world.deliver(world.order((lot, 1, 1000)))
        world.paid_out()

    assert row(PISHAN).households == 5


def test_a_county_of_four_households_is_hidden_and_its_sales_stay() -> None:
    sell(PISHAN, homes=4)
    world.paid_out()

    assert row(PISHAN) == Row(PISHAN, "皮山县", 100_000, 0, None, None, None)


def test_four_households_whose_refund_was_borne_do_not_show_in_the_difference() -> None:
    sell(PISHAN, homes=6)
    [share, *_] = sell(PISHAN, homes=4)
    world.paid_out()
    assert row(PISHAN).households == 10

    world.refund(share.line, 50_000)

    assert (row(PISHAN).sales_driven_income_fen, row(PISHAN).paid_income_fen) == (None, None)


def test_totals_do_not_give_a_hidden_county_away() -> None:
    sell(PISHAN, homes=3)
    sell("653222", homes=9)
    sell(YECHENG, homes=7)
    world.paid_out()

    table = income.month_table(SEPTEMBER)

    hidden = {each.code for each in table.counties if each.paid_income_fen is None}
    assert hidden == {PISHAN, "653222"}
    assert {each.code: each.households for each in table.prefectures} == {"6531": 7, "6532": 12}
    assert (table.total.households, table.total.sales_fen) == (19, 300_000)


def test_a_month_ends_at_midnight_in_shanghai() -> None:
    sell(PISHAN, homes=5, at=datetime(2026, 1, 31, 15, 59, 59, 999999, tzinfo=UTC))
    sell(PISHAN, homes=5, price_fen=7, at=datetime(2026, 1, 31, 16, 30, tzinfo=UTC))

    assert row(PISHAN, date(2026, 1, 1)).sales_fen == 100_000
    assert row(PISHAN, date(2026, 2, 1)).sales_fen == 7


def test_at_every_month_end_each_sale_falls_into_one_month_and_the_months_make_the_year() -> None:
    lot = world.lot(*[1] * 5)
    months = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(25)]
    world.rule(2, valid_from=datetime(2024, 1, 1, tzinfo=UTC))
    for price, month in enumerate(months, start=1000):
        for at in (days.begins(month) - timedelta(microseconds=1), days.begins(month)):
            world.deliver(world.order((lot, 1, price), at=at), at=at)

    sales = {month: sum(each.sales_fen for each in income.month_by_county(month)) for month in months}

    for price, (month, _following) in enumerate(pairwise(months), start=1000):
        assert sales[month] == price + price + 1
    assert sum(sales[month] for month in months[:12]) == sum(1000 + n + 1001 + n for n in range(12))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Urumqi", "America/New_York"])
def test_the_servers_time_zone_changes_nothing(zone: str) -> None:
    sell(PISHAN, homes=5, at=datetime(2026, 1, 31, 16, 30, tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])

    assert row(PISHAN, date(2026, 2, 1)).sales_fen == 100_000


def test_a_household_that_moves_away_changes_no_past_month() -> None:
    shares = sell(PISHAN, homes=5)
    world.paid_out()
    before = income.month_by_county(SEPTEMBER)

    for share in shares:
        type(share.household).objects.filter(pk=share.household_id).update(county=make.place(YECHENG))

    assert income.month_by_county(SEPTEMBER) == before
