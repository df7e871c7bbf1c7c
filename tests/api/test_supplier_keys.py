"""Keys of suppliers' software: what one opens, for how long, and for whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.days import day_of
from shop.api import tokens
from shop.api.models import Scope, Token
from tests import make
from tests.api.asking import SUPPLIER, Program, key_of
from tests.rooms import client_of, person

pytestmark = pytest.mark.django_db


def make_one(partner: Any = None, **said: Any) -> tokens.Made:
    given = {"name": "office", "scopes": [Scope.STOCK_READ], "days": 30, "at": timezone.now()} | said
    return tokens.make(partner=partner or make.partner(), by=make.user(), **given)


def test_a_key_says_whose_it_is_and_what_it_opens() -> None:
    partner = make.partner()

    said = Program(key_of(partner, Scope.STOCK_READ)).get("/key")

    assert (said["supplier"], said["scopes"]) == (partner.code, ["stock:read"])


def test_the_database_holds_no_key() -> None:
    made = make_one()

    row = Token.objects.values().get()

    assert made.key.startswith("oasis_") and len(made.key) > 40
    assert not any(made.key[6:20] in str(value) for value in row.values())
    assert tokens.of(made.key, at=timezone.now()) == made.token  # the control: the key is read all the same


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer oasis_wrong", "Basic b2FzaXM6eA==", "Bearer ", "oasis_x"])
def test_without_a_key_that_stands_nothing_opens(header: str | None) -> None:
    answer = Client().get(f"{SUPPLIER}/key", headers={"authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer" and answer.json()["detail"]


@pytest.mark.parametrize(("path", "scope"), [("/articles", Scope.PRODUCTS_READ), ("/stock", Scope.STOCK_READ)])
def test_a_key_opens_what_its_scopes_name(path: str, scope: Scope) -> None:
    partner = make.partner()
    others = [each for each in Scope if each is not scope]

    refusal = Program(key_of(partner, *others)).get(path, status=403)
    allowed = Program(key_of(partner, scope)).get(path)

    assert scope.value in refusal["detail"] and allowed["count"] == 0


def test_a_key_that_was_ended_or_has_run_out_opens_nothing() -> None:
    made, at = make_one(days=2), timezone.now()
    assert tokens.of(made.key, at=at) is not None

    assert tokens.of(made.key, at=at + timedelta(days=2, minutes=1)) is None
    tokens.end(token=made.token, by=make.user(), at=at)
    assert tokens.of(made.key, at=at) is None


def test_ending_a_key_twice_keeps_who_ended_it_first() -> None:
    made, at, first = make_one(), timezone.now(), make.user()

    tokens.end(token=made.token, by=first, at=at)
    tokens.end(token=made.token, by=make.user(), at=at + timedelta(days=1))

    row = Token.objects.get()
    assert (row.ended_by, row.ended_at) == (first, at)


def test_only_the_day_of_the_last_use_is_kept() -> None:
    made, at = make_one(), timezone.now()

    tokens.of(made.key, at=at)

    assert Token.objects.get().used_date == day_of(at)


def test_a_supplier_has_so_many_keys_and_no_more() -> None:
    partner, other = make.partner(), make.partner()
    first = make_one(partner)
    for _number in range(tokens.MOST - 1):
        make_one(partner)

    with pytest.raises(tokens.TooMany, match=str(tokens.MOST)):
        make_one(partner)
    make_one(other)
    tokens.end(token=first.token, by=make.user(), at=timezone.now())
    assert make_one(partner).token.pk


@pytest.mark.django_db(transaction=True)
def test_two_people_who_make_the_last_key_at_once_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    partner, by = make.partner(), make.user()
    monkeypatch.setattr(tokens, "MOST", 1)

    def one(number: int) -> bool:
        try:
            tokens.make(partner=partner, name="x", scopes=["stock:read"], days=1, by=by, at=timezone.now())
        except tokens.TooMany:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as threads:
        made = sum(threads.map(one, range(8)))

    assert made == Token.objects.count() == 1


@pytest.mark.parametrize(
    "broken",
    [{"scopes": []}, {"expires_at": timezone.now() - timedelta(days=900)}, {"ended_at": timezone.now()}],
)
def test_the_database_refuses_a_key_that_makes_no_sense(broken: dict[str, Any]) -> None:
    made = make_one()

    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.filter(pk=made.token.pk).update(**broken)


# --- the pages


@pytest.fixture
def mine() -> Any:
    return make.partner()


@pytest.fixture
def member(mine: Any) -> Client:
    return client_of(person(partner=mine))


def given(mine: Any, **said: Any) -> dict[str, Any]:
    return {"partner": mine.pk, "name": "office", "scopes": ["stock:read"], "days": 90} | said


def test_a_key_is_shown_once_and_then_never_again(member: Client, mine: Any) -> None:
    answer = member.post(reverse("supplier:key_new"), given(mine))

    shown = answer.context["key"]
    assert shown in answer.content.decode()
    assert tokens.of(shown, at=timezone.now()) is not None
    for address in (reverse("supplier:keys"), reverse("supplier:key", args=[Token.objects.get().pk])):
        page = member.get(address).content.decode()
        assert shown not in page and f"…{shown[-4:]}" in page


@pytest.mark.parametrize("said", [{"scopes": []}, {"days": 0}, {"days": 367}, {"name": ""}, {"scopes": ["all"]}])
def test_a_form_that_lacks_something_makes_no_key(member: Client, mine: Any, said: dict[str, Any]) -> None:
    answer = member.post(reverse("supplier:key_new"), given(mine, **said))

    assert answer.status_code == 422 and not Token.objects.exists()


def test_nobody_makes_sees_or_ends_a_key_of_another_supplier(member: Client, mine: Any) -> None:
    foreign = make_one(make.partner())

    made = member.post(reverse("supplier:key_new"), given(foreign.token.partner))
    seen = member.get(reverse("supplier:key", args=[foreign.token.pk]))
    ended = member.post(reverse("supplier:key_end", args=[foreign.token.pk]))

    assert (made.status_code, seen.status_code, ended.status_code) == (422, 404, 404)
    assert tokens.of(foreign.key, at=timezone.now()) is not None
    assert foreign.token.ending not in member.get(reverse("supplier:keys")).content.decode()


def test_ending_a_key_on_its_page_closes_it(member: Client, mine: Any) -> None:
    made = make_one(mine)

    answer = member.post(reverse("supplier:key_end", args=[made.token.pk]))

    assert answer.status_code == 302 and tokens.of(made.key, at=timezone.now()) is None
