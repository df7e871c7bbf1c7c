"""The pages of webhooks: a supplier's people manage their own, operators all, and a secret is shown once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from shop.buyers.models import Unit
from shop.webhooks import deliveries, subscriptions
from shop.webhooks.models import Delivery, Subscription
from tests import make
from tests.make import NOW
from tests.rooms import client_of, clock, person, queries
from tests.webhooks.conftest import Subscribe
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9/hook"


@pytest.fixture(autouse=True)
def now() -> Any:
    with clock("webhooks"):
        yield


@pytest.fixture
def mine() -> Any:
    return make.partner()


@pytest.fixture
def member(mine: Any) -> Client:
    return client_of(person(partner=mine))


@pytest.fixture
def operator() -> Client:
    made = make.user()
    made.is_staff = True
    made.save(update_fields=["is_staff"])
    return client_of(made)


def form(**changes: Any) -> dict[str, Any]:
    return {"url": URL, "events": ["order.paid", "refund.made"]} | changes


def secret_in(page: Any) -> str:
    found = re.findall(r"whsec_[0-9a-f]{64}", page.content.decode())
    return found[0] if found else ""


def test_a_supplier_adds_an_address_and_sees_its_secret_once(member: Client, mine: Any) -> None:
    page = member.post("/webhooks/new/", form(partner=mine.pk))

    made = Subscription.objects.get()
    assert page.status_code == 200
    assert secret_in(page) == subscriptions.newest_secret(made)
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert (made.partner, made.unit, made.url, made.events) == (mine, None, URL, ["order.paid", "refund.made"])
    assert secret_in(member.get(f"/webhooks/{made.pk}/")) == ""


def test_an_operator_adds_the_platforms_and_a_units_address(operator: Client) -> None:
    school = Unit.objects.create(code="s", name="学校", kind="school", county=make.place(make.SHANGHAI_HUANGPU))

    operator.post("/webhooks/new/", form())
    operator.post("/webhooks/new/", form(unit=school.pk))

    owners = [(row.partner, row.unit) for row in Subscription.objects.order_by("pk")]
    assert owners == [(None, None), (None, school)]


def test_a_supplier_cannot_add_an_address_for_another(member: Client) -> None:
    page = member.post("/webhooks/new/", form(partner=make.partner().pk))

    assert page.status_code == 422 and not Subscription.objects.exists()


def test_a_posted_unit_or_owner_is_not_taken_from_a_supplier(member: Client, mine: Any) -> None:
    school = Unit.objects.create(code="s", name="学校", kind="school", county=make.place(make.SHANGHAI_HUANGPU))

    member.post("/webhooks/new/", form(partner=mine.pk, unit=school.pk))
    refused = member.post("/webhooks/new/", form(unit=school.pk))

    assert refused.status_code == 422
    assert [(row.partner, row.unit) for row in Subscription.objects.all()] == [(mine, None)]


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "https://192.168.0.1/", "ftp://farm.example.org/", "nonsense"])
def test_an_address_that_may_not_be_called_is_refused_with_words(member: Client, mine: Any, url: str) -> None:
    page = member.post("/webhooks/new/", form(partner=mine.pk, url=url))

    assert page.status_code == 422 and "field__error" in page.content.decode()
    assert not Subscription.objects.exists()


def test_an_event_nobody_knows_is_refused(member: Client, mine: Any) -> None:
    assert member.post("/webhooks/new/", form(partner=mine.pk, events=["buyer.named"])).status_code == 422
    assert not Subscription.objects.exists()


def test_another_suppliers_address_looks_like_one_that_never_was(member: Client, subscribe: Subscribe) -> None:
    foreign = subscribe(partner=make.partner())
    row = deliveries.ping(subscription=foreign, at=NOW)

    assert member.get(f"/webhooks/{foreign.pk}/").status_code == 404
    assert member.get(f"/webhooks/deliveries/{row.pk}/").status_code == 404
    for act in (f"{foreign.pk}/test", f"{foreign.pk}/secret", f"{foreign.pk}/end", f"deliveries/{row.pk}/again"):
        assert member.post(f"/webhooks/{act}/").status_code == 404
    assert foreign.url not in member.get("/webhooks/").content.decode()
    foreign.refresh_from_db()
    assert foreign.ended_at is None and foreign.seed_before == ""
    assert Delivery.objects.count() == 1


def test_an_operator_sees_every_address(operator: Client, subscribe: Subscribe) -> None:
    row = subscribe(partner=make.partner())

    assert row.url in operator.get("/webhooks/").content.decode().replace("&amp;", "&")
    assert operator.get(f"/webhooks/{row.pk}/").status_code == 200


def test_a_buyer_is_told_that_there_is_no_such_page() -> None:
    assert client_of(make.user()).get("/webhooks/").status_code == 404


def test_a_test_is_sent_and_its_page_shows_what_came_of_it(
    member: Client, mine: Any, subscribe: Subscribe, receiver: Receiver
) -> None:
    row = subscribe(partner=mine)
    receiver.answers = [500]

    asked = member.post(f"/webhooks/{row.pk}/test/")
    made = Delivery.objects.get()
    deliveries.send(delivery_id=made.pk, at=NOW)
    page = member.get(asked["Location"]).content.decode()

    assert asked["Location"] == f"/webhooks/deliveries/{made.pk}/"
    assert "the server did not take it" in page and "500" in page and made.event_id in page


def test_a_parked_event_is_sent_again_from_its_page(
    member: Client, mine: Any, subscribe: Subscribe, receiver: Receiver
) -> None:
    row = deliveries.ping(subscription=subscribe(partner=mine), at=NOW - timedelta(days=4))
    deliveries.send(delivery_id=row.pk, at=NOW)
    assert Delivery.objects.get().state == "parked"

    member.post(f"/webhooks/deliveries/{row.pk}/again/")
    deliveries.send(delivery_id=row.pk, at=NOW)

    assert Delivery.objects.get().state == "delivered" and len(receiver.got) == 1


def test_a_new_secret_is_shown_and_the_old_one_overlaps(member: Client, mine: Any, subscribe: Subscribe) -> None:
    row = subscribe(partner=mine)
    old = subscriptions.newest_secret(row)

    page = member.post(f"/webhooks/{row.pk}/secret/")

    row.refresh_from_db()
    assert secret_in(page) == subscriptions.newest_secret(row) != old
    assert "two signatures" in page.content.decode()


def test_an_ended_address_is_told_nothing_more(member: Client, mine: Any, subscribe: Subscribe) -> None:
    row = subscribe(partner=mine)

    member.post(f"/webhooks/{row.pk}/end/")
    member.post(f"/webhooks/{row.pk}/test/")
    refused = member.post(f"/webhooks/{row.pk}/secret/")

    assert Subscription.objects.get().ended_at == NOW
    assert not Delivery.objects.exists() and secret_in(refused) == ""


@pytest.mark.parametrize("act", ["test", "secret", "end"])
def test_looking_changes_nothing(member: Client, mine: Any, subscribe: Subscribe, act: str) -> None:
    row = subscribe(partner=mine)

    assert member.get(f"/webhooks/{row.pk}/{act}/").status_code == 405


def test_lists_take_the_same_number_of_queries_for_one_and_for_five(
    member: Client, mine: Any, subscribe: Subscribe
) -> None:
    row = subscribe(partner=mine)
    deliveries.ping(subscription=row, at=NOW)
    one = queries(member, "/webhooks/"), queries(member, f"/webhooks/{row.pk}/")

    for _each in range(4):
        deliveries.tell(kind="order.paid", to=[row], facts=lambda _each: {}, at=NOW)
        subscribe(partner=mine)

    assert (queries(member, "/webhooks/"), queries(member, f"/webhooks/{row.pk}/")) == one


def test_what_a_server_says_is_never_shown_as_markup(member: Client, mine: Any, subscribe: Subscribe) -> None:
    row = subscribe(partner=mine, url="http://127.0.0.1:9/?<script>alert(1)</script>")

    assert "<script>alert" not in member.get(f"/webhooks/{row.pk}/").content.decode()


def test_in_production_the_form_takes_no_address_of_this_machine(member: Client, mine: Any, settings: Any) -> None:
    settings.DEMO = False

    with mock.patch(
        "shop.webhooks.targets.socket.getaddrinfo", side_effect=AssertionError("no name is looked up here")
    ):
        page = member.post("/webhooks/new/", form(partner=mine.pk))

    assert page.status_code == 422
