"""The official's room: the areas' figures, nothing about a few households, and months that close."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shop.accounts.models import User
from shop.reports import income
from shop.reports.models import MonthClose, Official
from shop.revenue.models import Share
from shop.templatetags.shop_format import yuan
from tests import make, rooms
from tests.make import NOW, PISHAN, YECHENG
from tests.rooms import Market, client_of, person, queries

pytestmark = pytest.mark.django_db
OCTOBER = datetime(2026, 10, 2, 4, 0, tzinfo=UTC)
HIDDEN = "under 5 households *"


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with rooms.clock("official", OCTOBER):
        yield


@pytest.fixture
def market() -> Market:
    return Market()


def official(*areas: str, permissions: tuple[str, ...] = ()) -> User:
    made = person(*permissions)
    for area in areas:
        Official.objects.create(user=made, area=make.place(area))
    return made


def sold_by(market: Market, county: str, households: int) -> int:
    """What so many households of one county were paid, in fen and with proof, for a line of a supplier there."""
    deliveries = {make.household(county): 60_000 // households + 1 for _n in range(households)}
    line = market.sold(market.goods(make.partner(county=county), deliveries=deliveries))[0]
    rooms.proved()
    return sum(Share.objects.filter(line=line).values_list("paid_fen", flat=True))


def shown(client: Client, month: str = "2026-09") -> Any:
    return client.get(reverse("official:income"), {"month": month})


def file(client: Client, month: str = "2026-09") -> list[list[str]]:
    text = client.get(reverse("official:download"), {"month": month}).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


# who


@pytest.mark.parametrize("page", ["income", "download"])
def test_somebody_who_has_not_signed_in_is_asked_to(page: str) -> None:
    answer = Client().get(reverse(f"official:{page}"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("customer:login"))


@pytest.mark.parametrize("page", ["income", "download"])
def test_a_stranger_finds_no_such_page_and_an_official_does(page: str) -> None:
    assert client_of(person("reports.close_month")).get(reverse(f"official:{page}")).status_code == 404
    assert client_of(official(PISHAN)).get(reverse(f"official:{page}")).status_code == 200


def test_an_official_of_a_county_reads_that_county_alone(market: Market) -> None:
    sold_by(market, PISHAN, 6)
    sold_by(market, YECHENG, 7)

    view = shown(client_of(official(PISHAN))).context["view"]

    assert [row.code for row in view.counties] == [PISHAN]
    assert view.prefectures == ()
    assert view.total.sales_fen == view.counties[0].sales_fen


def test_an_official_of_a_prefecture_reads_its_counties_and_its_total(market: Market) -> None:
    sold_by(market, PISHAN, 6)
    sold_by(market, YECHENG, 7)

    view = shown(client_of(official("6532"))).context["view"]

    assert ([row.code for row in view.counties], [row.code for row in view.prefectures]) == ([PISHAN], ["6532"])


def test_an_official_of_the_region_reads_the_report_as_it_is(market: Market) -> None:
    sold_by(market, PISHAN, 6)
    sold_by(market, YECHENG, 7)

    view = shown(client_of(official("65", PISHAN))).context["view"]

    table = income.month_table(NOW.date())
    assert (view.counties, view.prefectures, view.total) == (table.counties, table.prefectures, table.total)


# what


def test_six_households_are_shown_to_the_fen(market: Market) -> None:
    paid_fen = sold_by(market, PISHAN, 6)

    client = client_of(official("65"))

    assert yuan(paid_fen) in shown(client).content.decode()
    assert file(client)[1][5:] == [f"{paid_fen // 100}.{paid_fen % 100:02d}", "6"]


def test_four_households_are_hidden_on_the_page_and_in_the_file(market: Market) -> None:
    paid_fen = sold_by(market, PISHAN, 4)
    client = client_of(official("65"))

    page = shown(client).content.decode()
    rows = file(client)[1:]

    assert page.count(HIDDEN) >= 6
    assert yuan(paid_fen) not in page
    assert "fewer than 5 households" in page
    assert [row[4:] for row in rows] == [[HIDDEN] * 3] * 3
    assert all(cell for row in rows for cell in row[2:4])


def test_a_hidden_county_does_not_follow_from_the_total_of_an_officials_areas(market: Market) -> None:
    sold_by(market, PISHAN, 4)
    sold_by(market, YECHENG, 7)

    view = shown(client_of(official(PISHAN, YECHENG))).context["view"]

    hidden = [row.code for row in view.counties if row.paid_income_fen is None]
    assert PISHAN in hidden
    assert view.total.paid_income_fen is None or len(hidden) > 1


def test_the_bars_leave_a_hidden_income_out(market: Market) -> None:
    sold_by(market, PISHAN, 4)

    (bar,) = shown(client_of(official("65"))).context["bars"]

    assert (bar["sales"], bar["income"]) == (1000, None)


def test_every_figure_leads_to_its_definition(market: Market) -> None:
    sold_by(market, PISHAN, 6)

    page = shown(client_of(official("65")))

    text = page.content.decode()
    assert len(page.context["tiles"]) == 5
    assert all(f'id="{tile["url"][1:]}"' in text and f'href="{tile["url"]}"' in text for tile in page.context["tiles"])


def test_a_month_without_figures_says_so() -> None:
    assert "Nothing was booked" in client_of(official("65")).get(reverse("official:income")).content.decode()


@pytest.mark.parametrize("month", ["2026-13", "abc", "2026-11", "2025-01", "2026-9", "٢٠٢٦-٠٩"])
def test_a_month_that_is_not_offered_is_missing(month: str) -> None:
    client = client_of(official("65"))

    assert shown(client, month).status_code == 404
    assert shown(client, "2026-10").status_code == 200


def test_five_counties_take_as_many_queries_as_one(market: Market) -> None:
    client = client_of(official("65"))
    address = reverse("official:income") + "?month=2026-09"
    sold_by(market, PISHAN, 6)
    one = queries(client, address)
    for county in (YECHENG, "653221", "653224", "653225"):
        sold_by(market, county, 6)

    assert queries(client, address) == one


# closing


def test_a_member_without_the_permission_cannot_close(market: Market) -> None:
    sold_by(market, PISHAN, 6)
    client = client_of(official("65"))

    answer = client.post(reverse("official:close"), {"month": "2026-09"})

    assert (answer.status_code, MonthClose.objects.count()) == (403, 0)
    assert reverse("official:close") not in shown(client).content.decode()


def test_a_closed_month_shows_its_root_hash_and_stays(market: Market) -> None:
    sold_by(market, PISHAN, 6)
    client = client_of(official("65", permissions=("reports.close_month",)))
    before = shown(client).context["view"]
    assert reverse("official:close") in shown(client).content.decode()

    client.post(reverse("official:close"), {"month": "2026-09"})

    closed = MonthClose.objects.get()
    page = shown(client)
    assert closed.root_hash in page.content.decode()
    assert page.context["view"] == before
    assert reverse("official:close") not in page.content.decode()


def test_a_month_is_closed_once(market: Market) -> None:
    sold_by(market, PISHAN, 6)
    client = client_of(official("65", permissions=("reports.close_month",)))
    client.post(reverse("official:close"), {"month": "2026-09"})

    page = client.post(reverse("official:close"), {"month": "2026-09"}, follow=True)

    assert MonthClose.objects.count() == 1
    assert any("was closed on" in str(message) for message in page.context["messages"])


def test_the_running_month_is_not_closed() -> None:
    client = client_of(official("65", permissions=("reports.close_month",)))

    page = client.post(reverse("official:close"), {"month": "2026-10"}, follow=True)

    assert MonthClose.objects.count() == 0
    assert any("2026-11-01" in str(message) for message in page.context["messages"])


def test_closing_needs_the_token_of_its_form_and_a_post(market: Market) -> None:
    sold_by(market, PISHAN, 6)
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(official("65", permissions=("reports.close_month",)))

    assert careful.post(reverse("official:close"), {"month": "2026-09"}).status_code == 403
    assert careful.get(reverse("official:close")).status_code == 405
    assert MonthClose.objects.count() == 0
