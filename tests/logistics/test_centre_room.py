"""The centre's room: each operator sees the parcels of their own nodes, scans them and notes deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse

from logistics.models import Shipment, ShipmentContent
from shop.templatetags.shop_format import consignment
from tests import make
from tests.logistics.test_shipments_scans import FREE, World, make_world
from tests.make import NOW

urlpatterns = [path("centre/", include("logistics.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.logistics.test_centre_room")]


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


class Clock:
    now: datetime = NOW


@pytest.fixture
def clock() -> Iterator[Clock]:
    set_to = Clock()
    with mock.patch("logistics.views.timezone.now", lambda: set_to.now):
        yield set_to


@pytest.fixture
def world() -> World:
    return make_world()


def room(world: World, node: str) -> Client:
    client = Client()
    client.force_login(world.people[node])
    return client


def beep(client: Client, code: str) -> dict[str, Any]:
    response = client.post(reverse("centre:scan"), {"code": code}, follow=True)
    assert response.redirect_chain == [(reverse("centre:scan"), 302)]
    return response.context["result"]  # type: ignore[no-any-return]


def rows(client: Client) -> dict[str, list[str]]:
    """The waybills shown on the first page, by the title of their list."""
    lists = client.get(reverse("centre:home")).context["lists"]
    return {str(work.title): [hop.shipment.waybill for hop in work.shown] for work in lists if work.shown}


def addresses(waybill: str) -> list[tuple[str, str]]:
    return [
        ("get", reverse("centre:home")),
        ("get", reverse("centre:scan")),
        ("post", reverse("centre:scan")),
        ("get", reverse("centre:parcel", args=[waybill])),
        ("post", reverse("centre:deliver", args=[waybill])),
    ]


def test_who_is_not_signed_in_is_sent_to_sign_in(world: World, settings: Any) -> None:
    settings.LOGIN_URL = "/sign-in/"
    parcel = world.plan()

    answers = [getattr(Client(), verb)(address) for verb, address in addresses(parcel.waybill)]

    assert all(answer.status_code == 302 and answer.url.startswith("/sign-in/?next=") for answer in answers)


def test_who_works_at_no_node_is_refused(world: World) -> None:
    parcel, client = world.plan(), Client()
    client.force_login(make.user())

    answers = [getattr(client, verb)(address).status_code for verb, address in addresses(parcel.waybill)]

    assert answers == [403] * 5


def test_a_foreign_parcel_looks_like_one_that_does_not_exist(world: World) -> None:
    parcel = world.plan()
    client = Client()
    client.force_login(make.operator(make.node("county-2", "county", make.YECHENG)))

    for number in (parcel.waybill, FREE):
        assert client.get(reverse("centre:parcel", args=[number])).status_code == 404
        assert client.post(reverse("centre:deliver", args=[number]), {"proof": "me"}).status_code == 404
    foreign, missing = (beep(client, number) for number in (parcel.waybill, FREE))
    assert foreign["text"].replace(parcel.waybill, FREE) == missing["text"]
    assert not foreign["done"]
    assert rows(client) == {}


def test_a_parcel_moves_through_the_lists_of_the_nodes_it_passes(world: World, clock: Clock) -> None:
    parcel = world.plan()
    village, township = room(world, "village"), room(world, "township")

    assert rows(village) == {"To send out today": [parcel.waybill]}
    assert rows(township) == {"Expected in today": [parcel.waybill]}
    assert rows(room(world, "hub")) == {}

    assert beep(village, parcel.waybill)["done"]
    assert rows(village) == {}
    assert rows(township) == {"Expected in today": [parcel.waybill]}

    clock.now += timedelta(hours=9)  # 21:00; the next lorry leaves the township tomorrow
    assert beep(township, parcel.waybill)["done"]
    assert rows(township) == {"Here, leaving on another day": [parcel.waybill]}


def test_what_is_longest_overdue_stands_first_and_is_counted_late(world: World, clock: Clock) -> None:
    leaves = datetime.fromisoformat(world.way[0]["depart_at"])
    later = [world.way[0] | {"depart_at": (leaves + timedelta(minutes=5)).isoformat()}, *world.way[1:]]
    second = world.plan(reference="order 2 consignment 1", quote_way=later, contents=[(world.lot, 1, "x")])
    first = world.plan()
    clock.now = leaves + timedelta(minutes=1)
    client = room(world, "village")

    context = client.get(reverse("centre:home")).context

    assert rows(client) == {"To send out today": [first.waybill, second.waybill]}
    assert (context["late"], context["to_send"], context["here"]) == (1, 2, 2)


def test_the_first_page_and_the_parcel_take_the_same_queries_for_1_parcel_and_for_5(world: World, clock: Clock) -> None:
    client = room(world, "township")
    parcel = world.plan()
    pages = [reverse("centre:home"), reverse("centre:parcel", args=[parcel.waybill])]

    def queries() -> list[int]:
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page).status_code == 200
            counts.append(len(asked))
        return counts

    queries()  # what a process asks only once
    with_one = queries()
    for number in range(2, 6):
        lot = make.packed_lot(make.product(), units=3)
        line = f"order {number} line 1"
        world.plan(reference=f"order {number} consignment 1", contents=[(world.lot, 1, line), (lot, 1, line)])
        ShipmentContent.objects.create(shipment=parcel, lot=lot, units=1, reference=line)

    assert queries() == with_one
    assert len(rows(client)["Expected in today"]) == 5


def test_a_scan_books_and_says_where_from_and_where_to(world: World, clock: Clock) -> None:
    parcel, client = world.plan(), room(world, "village")

    result = beep(client, parcel.waybill.lower())

    assert result["done"] and parcel.waybill in result["title"]
    assert "village" in result["text"] and "township" in result["text"]
    assert result["url"] == reverse("centre:parcel", args=[parcel.waybill])
    parcel.refresh_from_db()
    assert parcel.state == "moving"


def test_a_second_beep_is_shown_as_such_and_books_nothing(world: World, clock: Clock) -> None:
    parcel, client = world.plan(), room(world, "township")
    world.act("scan_out", parcel, "village")
    beep(client, parcel.waybill)
    clock.now += timedelta(seconds=5)

    again = beep(client, parcel.waybill)

    assert again["done"] and "twice" in again["text"]
    assert parcel.hops.get(position=2).out_at is None


def test_a_refused_scan_names_the_fact_and_the_way_on(world: World, clock: Clock) -> None:
    parcel = world.plan()

    early, misread = (beep(room(world, "township"), code) for code in (parcel.waybill, "<b>LZ1</b>"))

    assert not early["done"] and "village" in early["text"] and "scanned out there first" in early["text"]
    assert not misread["done"] and "scan it again" in misread["text"]


def test_the_result_is_shown_once_and_a_reload_books_nothing(world: World, clock: Clock) -> None:
    parcel, client = world.plan(), room(world, "village")
    beep(client, parcel.waybill)
    before = list(parcel.hops.values_list("out_at", "in_at"))

    page = client.get(reverse("centre:scan"))

    assert page.context["result"] is None
    assert list(parcel.hops.values_list("out_at", "in_at")) == before


def test_what_a_scanner_sends_is_shown_as_text(world: World) -> None:
    client = room(world, "village")

    page = client.post(reverse("centre:scan"), {"code": "<script>alert(1)</script>"}, follow=True)

    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;alert" in page.content


def test_an_empty_scan_is_answered_not_broken(world: World) -> None:
    assert not beep(room(world, "village"), "")["done"]
    assert not beep(room(world, "village"), "9" * 5000)["done"]


def test_the_parcel_page_shows_its_path_with_the_node_it_is_at(world: World, clock: Clock) -> None:
    parcel = world.plan()
    client = room(world, "county")

    def states() -> list[str]:
        return [step["state"] for step in client.get(reverse("centre:parcel", args=[parcel.waybill])).context["steps"]]

    seen = [states()]
    for verb, node in (("scan_out", "village"), ("scan_in", "township")):
        world.act(verb, parcel, node)
        seen.append(states())

    assert seen == [
        ["now", "next", "next", "next", "next", "next"],
        ["done", "now", "next", "next", "next", "next"],
        ["done", "now", "next", "next", "next", "next"],
    ]
    page = client.get(reverse("centre:parcel", args=[parcel.waybill])).content.decode()
    assert all(word in page for word in (parcel.waybill, world.lot.code, consignment("order 1 consignment 1"), "2 kg"))


def test_a_delivery_is_noted_with_its_proof(world: World, clock: Clock) -> None:
    parcel = world.plan()
    world.move_to_door(parcel)
    client = room(world, "warehouse")
    assert rows(client) == {"With the courier": [parcel.waybill]}
    page = reverse("centre:parcel", args=[parcel.waybill])
    assert client.get(page).context["may_deliver"]

    answer = client.post(reverse("centre:deliver", args=[parcel.waybill]), {"proof": "signed: Li <Hua>"})

    assert (answer.status_code, answer.url) == (302, page)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.proof, parcel.delivered_at) == ("delivered", "signed: Li <Hua>", clock.now)
    shown = client.get(page)
    assert b"signed: Li &lt;Hua&gt;" in shown.content
    assert not shown.context["may_deliver"]
    assert {step["state"] for step in shown.context["steps"]} == {"done"}


@pytest.mark.parametrize("proof", ["", "   ", "x" * 201])
def test_a_delivery_without_a_proof_is_refused_beside_the_field(world: World, clock: Clock, proof: str) -> None:
    parcel = world.plan()
    world.move_to_door(parcel)

    answer = room(world, "door").post(reverse("centre:deliver", args=[parcel.waybill]), {"proof": proof})

    assert answer.status_code == 400
    assert answer.context["form"].errors["proof"]
    assert Shipment.objects.get().state == "moving"


def test_a_delivery_by_a_node_before_the_last_is_refused_with_words(world: World, clock: Clock) -> None:
    parcel = world.plan()
    world.move_to_door(parcel)
    client = room(world, "county")

    answer = client.post(reverse("centre:deliver", args=[parcel.waybill]), {"proof": "me"})

    assert answer.status_code == 400
    assert not answer.context["may_deliver"]
    assert "warehouse" in str(answer.context["form"].non_field_errors())
    assert b'role="alert"' in answer.content


def test_a_scan_or_delivery_needs_the_forms_token(world: World) -> None:
    parcel = world.plan()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["village"])

    answers = [client.post(address).status_code for verb, address in addresses(parcel.waybill) if verb == "post"]

    assert answers == [403, 403]
    assert Shipment.objects.get().state == "ready"


def test_state_is_changed_by_post_alone_and_nothing_is_cached(world: World) -> None:
    parcel, client = world.plan(), room(world, "village")

    assert client.get(reverse("centre:deliver", args=[parcel.waybill])).status_code == 405
    assert client.post(reverse("centre:home")).status_code == 405
    assert client.get(reverse("centre:scan") + f"?code={parcel.waybill}").context["result"] is None
    for verb, address in addresses(parcel.waybill)[:4]:
        assert "no-store" in getattr(client, verb)(address)["Cache-Control"]
    assert parcel.hops.filter(out_at__isnull=False).count() == 0
