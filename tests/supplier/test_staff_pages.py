"""The people's page, the link of an invitation, and what each role finds in the room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.partner import staff
from catalogue.partner.models import Invitation, Membership
from shop.accounts.models import User
from tests import make, rooms
from tests.make import NOW
from tests.rooms import client_of, queries

pytestmark = pytest.mark.django_db
PASSWORD = "walnuts-in-september"
ADDRESSES = {
    "home": "supplier:home",
    "earnings": "supplier:earnings",
    "apply": "supplier:apply",
    "papers": "supplier:papers",
    "staff": "supplier:staff",
    "webhooks": "webhooks:index",
    "articles": "supplier:articles",
    "uploads": "supplier:uploads",
    "reviews": "supplier:reviews",
    "keys": "supplier:keys",
}
GOODS = {"articles", "uploads", "reviews"}
OPEN = {
    "manager": set(ADDRESSES),
    "clerk": {"home", "apply", "staff"} | GOODS,
    "accountant": {"home", "earnings", "staff"},
}


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with rooms.clock("supplier"):
        yield


@pytest.fixture
def partner() -> Any:
    made = make.partner()
    Membership.objects.create(partner=made, user=make.user("boss@example.org"), role="manager")
    return made


@pytest.fixture
def boss(partner: Any) -> Client:
    return client_of(User.objects.get(email="boss@example.org"))


def member(partner: Any, role: str) -> Membership:
    return Membership.objects.create(partner=partner, user=make.user(), role=role)


def link(partner: Any, email: str = "new@example.org") -> str:
    made = staff.invite(
        partner=partner, email=email, role="clerk", by=User.objects.get(email="boss@example.org"), at=NOW
    )
    return reverse("supplier:invitation", args=[staff.new_token(invitation=made)])


@pytest.mark.parametrize("role", sorted(OPEN))
def test_each_role_finds_its_own_pages_and_hears_who_can_help_with_the_others(partner: Any, role: str) -> None:
    client = client_of(member(partner, role).user)

    for name, address in ADDRESSES.items():
        page = client.get(reverse(address))
        text = page.content.decode()
        shown = {item["url"] for item in page.context["room_nav"]}
        assert shown == {reverse(ADDRESSES[each]) for each in OPEN[role]}
        assert page.status_code == (200 if name in OPEN[role] else 403)
        assert ("boss@example.org" in text) == (name not in OPEN[role] or name == "staff")


def test_a_clerk_changes_nothing_about_people_or_webhooks(partner: Any) -> None:
    mine, boss = member(partner, "clerk"), Membership.objects.get(role="manager")
    client = client_of(mine.user)

    page = client.get(reverse("supplier:staff"))
    answers = [
        client.post(reverse("supplier:staff"), {"email": "x@example.org", "role": "manager"}),
        client.post(reverse("supplier:person", args=[mine.pk]), {"role": "manager"}),
        client.post(reverse("webhooks:add"), {}),
    ]
    client.post(reverse("supplier:remove", args=[boss.pk]))

    assert "Invite somebody" not in page.content.decode() and "What was changed" not in page.content.decode()
    assert [answer.status_code for answer in answers] == [422, 403, 403]
    assert {(row.user, row.role) for row in partner.memberships.all()} == {(mine.user, "clerk"), (boss.user, "manager")}
    assert not Invitation.objects.exists()


def test_another_suppliers_people_and_invitations_are_not_there(partner: Any, boss: Client) -> None:
    other = make.partner()
    theirs = member(other, "manager")
    asked = staff.invite(partner=other, email="x@example.org", role="clerk", by=theirs.user, at=NOW)

    answers = [
        boss.get(f"{reverse('supplier:staff')}?supplier={other.code}"),
        boss.get(reverse("supplier:person", args=[theirs.pk])),
        boss.post(reverse("supplier:remove", args=[theirs.pk])),
        boss.post(reverse("supplier:withdraw_invitation", args=[asked.pk])),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_a_manager_invites_and_sees_what_was_done(partner: Any, boss: Client) -> None:
    answer = boss.post(reverse("supplier:staff"), {"email": "new@example.org", "role": "accountant"}, follow=True)

    text = answer.content.decode()
    assert "new@example.org, as accountant" in text and "new@example.org: invited" in text


def test_a_wrong_wish_is_said_on_the_page(partner: Any, boss: Client) -> None:
    answer = boss.post(reverse("supplier:staff"), {"email": "boss@example.org", "role": "clerk"})

    assert answer.status_code == 422 and "belongs to" in answer.content.decode()


def test_the_last_manager_is_told_why_they_cannot_leave(partner: Any, boss: Client) -> None:
    answer = boss.post(reverse("supplier:remove", args=[Membership.objects.get().pk]), follow=True)

    assert "last manager" in answer.content.decode()


def test_the_link_makes_an_account_and_joins(partner: Any) -> None:
    client, address = Client(), link(partner)

    weak = client.post(address, {"password": "short"})
    answer = client.post(address, {"password": PASSWORD})

    assert weak.status_code == 422
    assert answer["Location"] == reverse("supplier:home")
    assert Membership.objects.get(user__email="new@example.org").role == "clerk"
    assert client.get(reverse("supplier:home")).status_code == 200


def test_the_link_joins_the_account_there_is_after_signing_in(partner: Any) -> None:
    address, known = link(partner), make.user("new@example.org")

    stranger = Client().get(address)
    joined = client_of(known).post(address)

    assert f"{reverse('customer:login')}?next={address}" in stranger.content.decode()
    assert joined.status_code == 302 and partner.users.filter(pk=known.pk).exists()


def test_a_stranger_does_not_take_over_the_account_there_is(partner: Any) -> None:
    address, known = link(partner), make.user("new@example.org")

    Client().post(address, {"password": PASSWORD})

    known.refresh_from_db()
    assert not known.check_password(PASSWORD) and not partner.users.filter(pk=known.pk).exists()


def test_another_account_is_told_for_whom_the_link_is(partner: Any) -> None:
    somebody = client_of(make.user())

    page, answer = somebody.get(address := link(partner)), somebody.post(address)

    assert "Sign out" in page.content.decode()
    assert answer.status_code == 422 and partner.memberships.count() == 1


def test_an_ended_link_says_so(partner: Any) -> None:
    answer = Client().get(reverse("supplier:invitation", args=["x" * 43]))

    assert answer.status_code == 404 and "Ask the manager" in answer.content.decode()


def test_no_cache_keeps_the_page_of_an_invitation(partner: Any) -> None:
    assert "no-store" in Client().get(link(partner))["Cache-Control"]


def test_five_people_take_as_many_queries_as_one(partner: Any, boss: Client) -> None:
    def more(number: int) -> None:
        member(partner, "clerk")
        link(partner, f"x{number}@example.org")

    more(1)
    one = queries(boss, reverse("supplier:staff"))
    for number in range(2, 6):
        more(number)

    assert queries(boss, reverse("supplier:staff")) == one
