"""The supplier's room: one supplier's own parcels, products, applications and earnings, and nothing of another's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from certification import applications
from certification.models import Application
from logistics import shipments
from shop.order.models import Order
from shop.revenue import ledger
from tests import make, rooms
from tests.make import NOW
from tests.rooms import Market, client_of, person, queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with rooms.clock("supplier"):
        yield


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.fixture
def mine() -> Any:
    return make.partner()


@pytest.fixture
def member(mine: Any) -> Client:
    return client_of(person(partner=mine))


def planned(order: Order) -> None:
    """The order's parcels have their waybills and wait to leave."""
    for consignment in order.consignments.all():
        packs = consignment.lots.select_related("lot__product", "line__order")
        shipments.plan(
            reference=consignment.reference,
            quote_way=consignment.way,
            temperature=consignment.temperature,
            contents=[(row.lot, row.units, row.line.reference) for row in packs],
            promised_at=consignment.promised_at,
            at=NOW,
        )


def applied(product: Any, **changes: Any) -> Application:
    wish = {
        "scheme": make.scheme(),
        "season": "2026",
        "quantity_g": 1000,
        "output_value_fen": 100,
        "by": make.user(),
        "at": NOW,
    }
    return applications.submit(product=product, partner=make.supplier_of(product), **(wish | changes))  # type: ignore[arg-type]


def texts(table: Any) -> list[list[str]]:
    return [[str(cell.get("text", "")) for cell in row] for row in table["rows"]]


PAGES = ("home", "earnings", "apply")


@pytest.mark.parametrize("page", PAGES)
def test_somebody_who_has_not_signed_in_is_asked_to(page: str) -> None:
    answer = Client().get(reverse(f"supplier:{page}"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("customer:login"))


@pytest.mark.parametrize("page", PAGES)
def test_only_a_suppliers_people_find_the_room(member: Client, page: str) -> None:
    member_of_another_room = client_of(person("revenue.draft_payout"))

    assert member_of_another_room.get(reverse(f"supplier:{page}")).status_code == 404
    assert member.get(reverse(f"supplier:{page}")).status_code == 200


def test_a_parcel_shows_the_suppliers_own_packs_only(market: Market, mine: Any, member: Client) -> None:
    own, other = market.goods(mine), market.goods()
    planned(market.paid(own, other, quantity=3))

    page = member.get(reverse("supplier:home"))

    (row,) = texts(page.context["parcels"])
    assert row[1:3] == [own.name, "3"]
    assert other.name not in page.content.decode()


def test_a_parcel_that_has_left_is_no_longer_to_be_sent(market: Market, mine: Any, member: Client) -> None:
    planned(market.paid(market.goods(mine)))
    shipment = shipments.Shipment.objects.get()
    shipment.state = "moving"
    shipment.save(update_fields=["state"])

    assert member.get(reverse("supplier:home")).context["parcels"]["rows"] == []


def test_the_buyer_is_nowhere_on_the_page(market: Market, mine: Any, member: Client) -> None:
    order = market.paid(market.goods(mine))
    planned(order)

    text = member.get(reverse("supplier:home")).content.decode()

    assert [row.reference for row in order.consignments.all()] and "To send" in text
    assert not [word for word in ("王小明", "13800138000", "南京东路", "guest@example.org") if word in text]


def test_products_show_their_certificate_and_the_packs_left(market: Market, mine: Any, member: Client) -> None:
    certified = market.goods(mine, units=50)
    market.ordered(certified, quantity=2)
    bare = make.product(mine)

    rows = {row[0]: row for row in texts(member.get(reverse("supplier:home")).context["products"])}

    assert (rows[certified.name][2], rows[certified.name][5]) == ("valid", "48")
    assert (rows[bare.name][2], rows[bare.name][5]) == ("not certified", "0")


def test_what_households_are_owed_is_this_suppliers_alone(market: Market, mine: Any, member: Client) -> None:
    line, other = market.sold(market.goods(mine), market.goods())

    owed = member.get(reverse("supplier:home")).context["owed"]

    assert owed == {"shares": 3, "households": 3, "fen": line.division.households_fen}
    assert other.division.households_fen > 0


def test_an_application_names_who_comes_next(mine: Any, member: Client) -> None:
    made = applied(make.product(mine))

    (row,) = texts(member.get(reverse("supplier:home")).context["applications"])

    assert row[4:] == ["submitted", "waits for: township reviewer"]
    assert member.get(reverse("supplier:application", args=[made.pk])).status_code == 200


# applying


def form(product: Any, scheme: Any, **changes: Any) -> dict[str, Any]:
    wish = {
        "product": product.pk,
        "scheme": scheme.pk,
        "season": "2026",
        "quantity": "12.345",
        "output_value": "678.90",
        "is_true": "on",
    }
    return wish | changes


def test_applying_hands_the_application_in(mine: Any, member: Client) -> None:
    product, scheme = make.product(mine), make.scheme()

    answer = member.post(reverse("supplier:apply"), form(product, scheme))

    made = Application.objects.get()
    assert answer["Location"] == reverse("supplier:application", args=[made.pk])
    assert (made.quantity_g, made.output_value_fen, made.state, made.partner) == (12_345, 67_890, "submitted", mine)


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_true": ""},
        {"quantity": "0"},
        {"quantity": "1.2345"},
        {"output_value": "-1"},
        {"season": ""},
        {"quantity": "NaN"},
    ],
)
def test_an_incomplete_application_is_not_handed_in(mine: Any, member: Client, wrong: dict[str, str]) -> None:
    answer = member.post(reverse("supplier:apply"), form(make.product(mine), make.scheme(), **wrong))

    assert (answer.status_code, Application.objects.count()) == (422, 0)


def test_nobody_applies_for_anothers_product(mine: Any, member: Client) -> None:
    make.product(mine)
    theirs, scheme = make.product(), make.scheme()

    foreign = member.post(reverse("supplier:apply"), form(theirs, scheme))
    missing = member.post(reverse("supplier:apply"), form(theirs, scheme) | {"product": 999_999})

    assert (foreign.status_code, Application.objects.count()) == (422, 0)
    assert foreign.context["form"].errors == missing.context["form"].errors


def test_a_refusal_is_shown_on_the_form(mine: Any, member: Client) -> None:
    product, scheme = make.product(mine), make.scheme()
    member.post(reverse("supplier:apply"), form(product, scheme))

    answer = member.post(reverse("supplier:apply"), form(product, scheme, quantity="99"))

    assert (answer.status_code, Application.objects.count()) == (422, 1)
    assert "has applied before" in answer.content.decode()


def test_an_application_can_be_withdrawn(mine: Any, member: Client) -> None:
    made = applied(make.product(mine))

    member.post(reverse("supplier:withdraw", args=[made.pk]))

    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_anothers_ids_answer_like_missing_ones(mine: Any, member: Client) -> None:
    own, theirs = applied(make.product(mine)), applied(make.product())
    addresses = {
        "own": [
            reverse("supplier:application", args=[own.pk]),
            f"{reverse('supplier:apply')}?product={own.product_id}",
        ],
        "theirs": [
            reverse("supplier:application", args=[theirs.pk]),
            f"{reverse('supplier:apply')}?product={theirs.product_id}",
        ],
        "missing": [reverse("supplier:application", args=[999_999]), f"{reverse('supplier:apply')}?product=999999"],
    }

    answers = {whose: [member.get(address).status_code for address in found] for whose, found in addresses.items()}

    assert answers == {"own": [200, 200], "theirs": [404, 404], "missing": [404, 404]}
    assert member.post(reverse("supplier:withdraw", args=[theirs.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == "submitted"


def test_a_change_needs_the_token_of_its_form(mine: Any) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(person(partner=mine))

    assert careful.post(reverse("supplier:apply"), form(make.product(mine), make.scheme())).status_code == 403
    assert Application.objects.count() == 0


# earnings


def test_earnings_equal_the_ledgers_divisions(market: Market, mine: Any, member: Client) -> None:
    market.sold(*(market.goods(mine, price=price) for price in ("39.90", "58.01", "0.07")), market.goods(price="99.00"))

    page = member.get(reverse("supplier:earnings"))

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT -sum(p.fen) FILTER (WHERE account = 'platform'), -sum(p.fen) FILTER (WHERE account = 'transport'),
                      -sum(p.fen) FILTER (WHERE account = 'tax'), -sum(p.fen) FILTER (WHERE account = 'suppliers'),
                      -sum(p.fen) FILTER (WHERE account = 'households')
               FROM revenue_posting p JOIN revenue_entry e ON e.id = p.entry_id JOIN order_line l ON l.id = e.line_id
               WHERE e.kind = 'sale' AND l.partner_id = %s""",
            [mine.pk],
        )
        booked = [int(total) for total in cursor.fetchone()]
    total = [cell.get("text", "") for cell in page.context["table"]["total"]]
    assert len(page.context["table"]["rows"]) == 3
    assert total[4:9] == [f"¥{fen // 100}.{fen % 100:02d}" for fen in booked]
    assert total[3] == "¥97.98"


def test_a_refund_after_acceptance_stands_beside_the_division(market: Market, mine: Any, member: Client) -> None:
    line = market.sold(market.goods(mine))[0]
    ledger.post_refund(line=line, amount_fen=123, reference="one", at=NOW)
    line.refunded_fen = 123
    line.save(update_fields=["refunded_fen"])

    (row,) = texts(member.get(reverse("supplier:earnings")).context["table"])

    assert row[-1] == "¥1.23"


@pytest.mark.parametrize("page", ["home", "earnings"])
def test_five_rows_take_as_many_queries_as_one(market: Market, mine: Any, member: Client, page: str) -> None:
    def more() -> None:
        product = market.goods(mine)
        planned(market.paid(product))
        market.sold(product)
        applied(product)

    more()
    one = queries(member, reverse(f"supplier:{page}"))
    for _n in range(4):
        more()

    assert queries(member, reverse(f"supplier:{page}")) == one
