"""The dashboard's first page: the operators' day, by a fixed number of queries, for operators alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from catalogue.days import day_of, end_of, start_of
from logistics.models import Shipment
from shop.accounts.models import User
from shop.dashboard import day
from shop.order.models import Order
from shop.revenue import payouts
from tests import make
from tests.make import NOW, TODAY
from tests.rooms import Market, client_of, clock, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return client_of(User.objects.create_superuser("staff@example.org", "a long password"))


def parcel(node: Any, departs: datetime, arrives: datetime, state: str = "ready", **scans: Any) -> Shipment:
    number = next(make.numbers)
    made = Shipment.objects.create(
        waybill=f"W{number}", reference=f"R{number}", temperature="ambient", grams=1, state=state,
        origin=node, destination=node, promised_at=arrives, made_at=NOW,
    )  # fmt: skip
    leg = node.legs_out.first() or make.leg(node, make.node(f"far-{number}", "hub", "6532"))
    made.hops.create(
        position=0, leg=leg, origin=node, destination=leg.destination, planned_depart_at=departs,
        planned_arrive_at=arrives, **scans,
    )  # fmt: skip
    return made


def test_an_empty_shop_has_nothing_to_do_and_six_queries_say_so(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(6):
        found = day.of(at=NOW)

    assert (found.unpaid, found.paid_today, found.late, found.ending, found.disputes) == (0, 0, 0, 0, 0)
    assert (found.late_since_date, found.ending_date, found.answer_date) == (None, None, None)


def test_orders_are_counted_unpaid_of_any_day_and_paid_of_this_one() -> None:
    market = Market()
    goods = market.goods()
    orders = [market.ordered(goods) for _ in range(4)]
    morning = start_of(TODAY)
    Order.objects.filter(pk=orders[0].pk).update(date_placed=morning - timedelta(seconds=1))
    Order.objects.filter(pk=orders[1].pk).update(date_placed=morning)
    Order.objects.filter(pk=orders[2].pk).update(status="paid", paid_at=morning)
    Order.objects.filter(pk=orders[3].pk).update(status="paid", paid_at=morning - timedelta(seconds=1))

    found = day.of(at=NOW)

    assert (found.unpaid, found.unpaid_of_today) == (2, 1)
    assert (found.paid_today, found.paid_today_fen) == (1, orders[2].total_fen)


def test_a_parcel_is_late_once_however_many_of_its_steps_are() -> None:
    node = make.node("village", "village")
    hour = timedelta(hours=1)
    late = parcel(node, NOW - 30 * hour, NOW + hour)
    late.hops.create(
        position=1, leg=late.hops.get().leg, origin=node, destination=node,
        planned_depart_at=NOW - hour, planned_arrive_at=NOW + hour,
    )  # fmt: skip
    parcel(node, NOW + hour, NOW + 2 * hour)
    parcel(node, NOW - 9 * hour, NOW - hour, state="delivered")
    parcel(node, NOW - 9 * hour, NOW + hour, state="moving", out_at=NOW - 8 * hour, out_by=make.user())

    found = day.of(at=NOW)

    assert found.late == 1
    assert found.late_since_date == day_of(NOW - 30 * hour)


def test_a_parcel_that_left_is_late_when_it_has_not_arrived_in_time() -> None:
    node = make.node("village", "village")
    gone = NOW - timedelta(hours=8)
    parcel(node, gone, NOW - timedelta(seconds=1), state="moving", out_at=gone, out_by=make.user())

    assert day.of(at=NOW).late == 1


@pytest.mark.parametrize(
    ("until", "counted"),
    [
        (NOW, 0),
        (NOW + timedelta(seconds=1), 1),
        (NOW + timedelta(days=30), 1),
        (NOW + timedelta(days=30, seconds=1), 0),
    ],
)
def test_certificates_are_counted_that_end_within_thirty_days(until: datetime, counted: int) -> None:
    make.certificate(make.product(), until=until)

    assert day.of(at=NOW).ending == counted


def test_the_last_good_day_of_a_certificate_is_named() -> None:
    make.certificate(make.product(), until=end_of(TODAY + timedelta(days=3)))

    assert day.of(at=NOW).ending_date == TODAY + timedelta(days=3)


def test_payouts_are_counted_by_the_step_they_wait_for() -> None:
    market = Market()
    market.sold(market.goods())
    batch = payouts.draft(by=make.user(), at=NOW)
    drafted = day.of(at=NOW)
    payouts.approve(batch=batch, by=make.user(), at=NOW)
    approved = day.of(at=NOW)
    payouts.release(batch=batch, by=make.user(), at=NOW)
    released = day.of(at=NOW)

    assert (drafted.to_approve, drafted.to_release, drafted.unproved) == (1, 0, 0)
    assert (approved.to_approve, approved.to_release, approved.unproved) == (0, 1, 0)
    assert (released.to_approve, released.to_release) == (0, 0)
    assert released.unproved == batch.items.count() > 0


def test_the_page_takes_as_many_queries_for_five_orders_as_for_one(operator: Client) -> None:
    market = Market()
    goods = market.goods()
    market.ordered(goods)
    with clock("dashboard"):
        one = queries(operator, "/dashboard/")
        for _ in range(4):
            market.ordered(goods)

        assert queries(operator, "/dashboard/") == one


def test_counts_lead_only_to_rooms_the_operator_may_enter(operator: Client) -> None:
    settler = make.user()
    User.objects.filter(pk=settler.pk).update(is_staff=True)
    settler.refresh_from_db()
    settler.user_permissions.add(Permission.objects.get(codename="decide_dispute"))

    with clock("dashboard"):
        without, with_office = operator.get("/en/dashboard/"), client_of(settler).get("/en/dashboard/")

    assert 'href="/en/settlement/disputes/"' not in without.content.decode()
    assert 'href="/en/settlement/disputes/"' in with_office.content.decode()


def test_a_supplier_with_oscars_permission_does_not_see_the_whole_shop() -> None:
    supplier = make.user()
    supplier.user_permissions.add(Permission.objects.get(codename="dashboard_access"))

    assert client_of(supplier).get("/dashboard/").status_code in (302, 403)


def test_the_day_is_the_shanghai_day_in_either_language(operator: Client) -> None:
    with clock("dashboard", NOW.replace(hour=17)):
        chinese, english = operator.get("/dashboard/"), operator.get("/en/dashboard/")

    assert 'lang="zh-hans"' in chinese.content.decode()
    assert "2026年9月11日" in chinese.content.decode()
    assert "11 September 2026" in english.content.decode()
