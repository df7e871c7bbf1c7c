"""The certifier's room: an officer of the area, an officer of another one, a buyer, nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone, translation

from certification import applications
from certification.models import Application, ApplicationMove, Certificate
from tests import make
from tests.certification.walk import LAST_NOTICE_SECOND, NOTICE_OVER, REVIEWED, begin

urlpatterns = [
    path("certificates/", include("certification.urls")),
    path("login/", lambda _request: HttpResponse(), name="login"),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
ROOM = "/certificates/room/"


@pytest.fixture(autouse=True)
def english(settings: Any, client: Client) -> Iterator[None]:
    settings.LOGIN_URL = "/login/"
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    def turn(at: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at)

    turn(REVIEWED)
    return turn


def read(client: Client, address: str = ROOM, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def do(client: Client, walk: Any, act: str, **facts: Any) -> Any:
    named = {f"{act}-{name}": value for name, value in facts.items()}
    return client.post(f"{ROOM}{walk.application.pk}/{act}/", named, follow=True)


def test_the_queue_shows_what_waits_for_this_officer_oldest_first(client: Client, clock: Any) -> None:
    walks = [begin() for _turn in range(3)]
    applications.review(application=walks[1].application, by=walks[1].township, at=REVIEWED)
    client.force_login(make.officer("township"))

    text = read(client)

    links = [text.find(f'href="{ROOM}{walk.application.pk}/"') for walk in walks]
    assert -1 < links[0] < links[2]
    assert links[1] == -1


def test_the_queue_asks_the_database_as_often_for_five_rows_as_for_one(client: Client, clock: Any) -> None:
    client.force_login(make.officer("township"))
    counts = []
    for rows in (1, 4):
        for _turn in range(rows):
            begin()
        with CaptureQueriesContext(connection) as asked:
            read(client)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_the_certificates_of_the_area_are_listed_with_as_many_queries_for_five_as_for_one(
    client: Client, clock: Any
) -> None:
    clock(NOTICE_OVER)
    client.force_login(make.officer("county"))
    foreign = make.certificate(make.product(make.partner(county=make.YECHENG)))
    counts, issued = [], []
    for rows in (1, 4):
        issued += [begin().issued(None) for _turn in range(rows)]
        with CaptureQueriesContext(connection) as asked:
            text = read(client, f"{ROOM}certificates/")
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert all(one.number in text for one in issued)
    assert foreign.number not in text


def test_a_step_is_passed_from_the_page(client: Client, clock: Any) -> None:
    walk = begin()
    client.force_login(walk.township)
    assert 'name="review-reason"' in read(client, f"{ROOM}{walk.application.pk}/")

    answer = do(client, walk, "review", reason="papers complete")

    assert answer.redirect_chain == [(ROOM, 302)]
    assert "The step is passed." in answer.content.decode()
    move = ApplicationMove.objects.get(action="review")
    assert (move.by, move.reason, move.at) == (walk.township, "papers complete", REVIEWED)


def test_a_refusal_needs_its_reason_on_the_page_too(client: Client, clock: Any) -> None:
    walk = begin()
    client.force_login(walk.township)

    empty = do(client, walk, "refuse", reason="")
    long = do(client, walk, "refuse", reason="x" * 501)
    given = do(client, walk, "refuse", reason="no licence")

    assert (empty.status_code, long.status_code, given.status_code) == (422, 422, 200)
    assert "field__errors" in empty.content.decode()
    assert Application.objects.get().state == "refused"


def test_a_certificate_is_issued_from_the_page_only_when_the_notice_has_ended(client: Client, clock: Any) -> None:
    walk = begin().reviewed()
    client.force_login(walk.decider)
    clock(LAST_NOTICE_SECOND)
    assert 'name="issue-number"' not in read(client, f"{ROOM}{walk.application.pk}/")

    early = do(client, walk, "issue", number="PS-2026-001")
    clock(NOTICE_OVER)
    assert 'name="issue-number"' in read(client, f"{ROOM}{walk.application.pk}/")
    done = do(client, walk, "issue", number="PS-2026-001")

    assert "runs through 2026-09-09" in early.content.decode()
    assert "The certificate is issued" in done.content.decode()
    assert Certificate.objects.get().number == "PS-2026-001"


def test_a_certificate_is_suspended_restored_and_revoked_from_the_page(client: Client, clock: Any) -> None:
    clock(NOTICE_OVER)
    walk = begin()
    made = walk.issued()
    client.force_login(walk.decider)
    states = []

    for act in ("suspend", "restore", "revoke", "restore"):
        answer = do(client, walk, act, reason="because of the label")
        made.refresh_from_db()
        states.append(made.state)

    assert states == ["suspended", "certified", "revoked", "revoked"]
    assert "is revoked" in answer.content.decode()


def test_an_officer_who_had_a_hand_in_it_is_told_so_and_offered_nothing(client: Client, clock: Any) -> None:
    walk = begin().reviewed()
    clock(NOTICE_OVER)
    client.force_login(walk.county)

    text = read(client, f"{ROOM}{walk.application.pk}/")
    answer = do(client, walk, "issue", number="")

    assert "You submitted or reviewed" in text
    assert '<form class="panel' not in text
    assert "You submitted or reviewed" in answer.content.decode()
    assert not Certificate.objects.exists()


def test_an_officer_of_the_wrong_role_reads_and_is_refused_in_words(client: Client, clock: Any) -> None:
    walk = begin()
    client.force_login(walk.county)

    answer = do(client, walk, "review", reason="")

    assert "township reviewer" in answer.content.decode()
    assert ApplicationMove.objects.count() == 1


ACTS = ["review", "refuse", "issue", "suspend", "restore", "revoke"]


@pytest.mark.parametrize("who", ["another area", "a buyer", "the supplier"])
def test_a_stranger_finds_nothing(client: Client, clock: Any, who: str) -> None:
    walk = begin()
    people = {
        "another area": make.officer("county", make.YECHENG),
        "a buyer": make.user(),
        "the supplier": walk.applicant,
    }
    client.force_login(people[who])

    statuses = {client.get(f"{ROOM}{walk.application.pk}/").status_code, client.get(f"{ROOM}999999/").status_code}
    statuses |= {do(client, walk, act, reason="x").status_code for act in ACTS}
    lists = [client.get(address).status_code for address in (ROOM, f"{ROOM}certificates/")]

    assert statuses == {404}
    assert lists == ([200, 200] if who == "another area" else [404, 404])
    assert ApplicationMove.objects.count() == 1


def test_nobody_comes_in_without_signing_in(client: Client, clock: Any) -> None:
    walk = begin()

    for address in (ROOM, f"{ROOM}certificates/", f"{ROOM}{walk.application.pk}/"):
        assert client.get(address).url.startswith("/login/?next=")  # type: ignore[attr-defined]
    assert client.post(f"{ROOM}{walk.application.pk}/review/").url.startswith("/login/")  # type: ignore[attr-defined]
    assert ApplicationMove.objects.count() == 1


def test_acts_take_posts_with_a_token_and_nothing_else(clock: Any) -> None:
    walk, strict = begin(), Client(enforce_csrf_checks=True)
    strict.force_login(walk.township)
    address = f"{ROOM}{walk.application.pk}/review/"

    assert strict.get(address).status_code == 405
    assert strict.post(address).status_code == 403
    assert strict.post(f"{ROOM}{walk.application.pk}/crown/").status_code in (403, 404)
    assert ApplicationMove.objects.count() == 1


def test_an_act_nobody_knows_is_not_found(client: Client, clock: Any) -> None:
    walk = begin()
    client.force_login(walk.township)

    assert do(client, walk, "crown").status_code == 404


def test_fields_the_form_does_not_ask_for_change_nothing(client: Client, clock: Any) -> None:
    walk = begin()
    client.force_login(walk.township)

    do(client, walk, "review", reason="", state="certified", quantity_g=1, by=walk.county.pk)

    application = Application.objects.get()
    assert (application.state, application.quantity_g) == ("in_review", 20_000_000)
    assert ApplicationMove.objects.get(action="review").by == walk.township
