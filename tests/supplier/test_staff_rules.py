"""A supplier's people: only managers decide about them, and there is always one."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, connections, transaction

from catalogue.partner import staff
from catalogue.partner.models import Invitation, Membership, StaffStep
from shop.supplier import tasks
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def joined(partner: Any, role: str = "clerk") -> Membership:
    return Membership.objects.create(partner=partner, user=make.user(), role=role)


@pytest.fixture
def partner() -> Any:
    return make.partner()


@pytest.fixture
def manager(partner: Any) -> Membership:
    return joined(partner, "manager")


def invite(partner: Any, by: Any, email: str = "new@example.org", **changes: Any) -> Invitation:
    return staff.invite(**({"partner": partner, "email": email, "role": "clerk", "by": by, "at": NOW} | changes))


def told(partner: Any) -> list[tuple[str, str]]:
    return list(StaffStep.objects.filter(partner=partner).order_by("pk").values_list("action", "role"))


def test_whoever_is_added_without_a_role_is_a_manager_and_the_old_names_still_work(partner: Any) -> None:
    person = make.user()

    partner.users.add(person)

    assert Membership.objects.get().role == "manager"
    assert list(person.partners.all()) == [partner] == list(type(partner).objects.filter(users=person))


@pytest.mark.parametrize("role", ["clerk", "accountant", None])
def test_only_a_manager_invites_changes_and_removes(partner: Any, manager: Membership, role: str | None) -> None:
    other = joined(partner, role).user if role else make.user()

    acts: list[Callable[[], Any]] = [
        lambda: invite(partner, other),
        lambda: staff.change_role(membership=manager, role="clerk", by=other, at=NOW),
        lambda: staff.remove(membership=manager, by=other, at=NOW),
    ]

    for act in acts:
        with pytest.raises(staff.NotAManager):
            act()
    assert told(partner) == []


def test_an_invited_address_joins_once(partner: Any, manager: Membership) -> None:
    made = invite(partner, manager.user)
    token, newcomer = staff.new_token(invitation=made), make.user("New@example.org")

    staff.accept(token=token, by=newcomer, at=NOW)

    assert Membership.objects.get(user=newcomer).role == "clerk"
    assert told(partner) == [("invite", "clerk"), ("join", "clerk")]
    with pytest.raises(staff.InvitationEnded):
        staff.accept(token=token, by=newcomer, at=NOW)


def test_an_invitation_is_for_its_own_address_alone(partner: Any, manager: Membership) -> None:
    token = staff.new_token(invitation=invite(partner, manager.user))

    with pytest.raises(staff.AnotherAddress):
        staff.accept(token=token, by=make.user("somebody.else@example.org"), at=NOW)


@pytest.mark.parametrize(("later", "opens"), [(WEEK - timedelta(seconds=1), True), (WEEK, False)])
def test_an_invitation_is_good_for_seven_days(partner: Any, manager: Membership, later: timedelta, opens: bool) -> None:
    token = staff.new_token(invitation=invite(partner, manager.user))

    if opens:
        assert staff.invited(token=token, at=NOW + later).email == "new@example.org"
    else:
        with pytest.raises(staff.InvitationEnded):
            staff.invited(token=token, at=NOW + later)


def test_a_withdrawn_or_repeated_invitation_opens_nothing(partner: Any, manager: Membership) -> None:
    first = invite(partner, manager.user)
    old = staff.new_token(invitation=first)
    second = invite(partner, manager.user)
    new = staff.new_token(invitation=second)
    staff.withdraw(invitation=second, by=manager.user, at=NOW)

    for token in (old, new):
        with pytest.raises(staff.InvitationEnded):
            staff.accept(token=token, by=make.user(f"{token[:4]}@example.org"), at=NOW)


def test_somebody_who_belongs_to_it_is_not_invited(partner: Any, manager: Membership) -> None:
    with pytest.raises(staff.CannotInvite):
        invite(partner, manager.user, email=manager.user.email.upper())


def test_the_letter_alone_holds_the_secret(partner: Any, manager: Membership, settings: Any) -> None:
    made = invite(partner, manager.user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = %s", [staff.LETTER])
        (queued,) = cursor.fetchall()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: NOW)
        tasks.invitation(made.pk)

    (letter,) = mail.outbox
    made.refresh_from_db()
    (token,) = re.findall(r"/supplier/invitations/(\w+)/", letter.body)
    assert letter.to == ["new@example.org"] and queued == (f'{{"invitation_id": {made.pk}}}',)
    assert staff.invited(token=token, at=NOW) == made
    assert token not in made.token_hash


def test_no_letter_goes_to_an_invitation_that_has_ended(partner: Any, manager: Membership) -> None:
    made = invite(partner, manager.user)
    staff.withdraw(invitation=made, by=manager.user, at=NOW)

    tasks.invitation(made.pk)

    assert mail.outbox == []


def test_the_last_manager_stays(partner: Any, manager: Membership) -> None:
    joined(partner)

    with pytest.raises(staff.LastManager):
        staff.remove(membership=manager, by=manager.user, at=NOW)
    with pytest.raises(staff.LastManager):
        staff.change_role(membership=manager, role="clerk", by=manager.user, at=NOW)
    assert told(partner) == []


def test_with_a_second_manager_the_first_may_go(partner: Any, manager: Membership) -> None:
    second = joined(partner, "manager")

    staff.change_role(membership=second, role="manager", by=manager.user, at=NOW)
    staff.remove(membership=manager, by=manager.user, at=NOW)

    assert list(partner.users.all()) == [second.user]
    assert told(partner) == [("leave", "manager")]


def test_a_clerk_leaves_of_their_own_and_a_manager_takes_one_out(partner: Any, manager: Membership) -> None:
    staff.remove(membership=(leaver := joined(partner)), by=leaver.user, at=NOW)
    staff.remove(membership=joined(partner), by=manager.user, at=NOW)

    assert told(partner) == [("leave", "clerk"), ("remove", "clerk")]


def test_what_happened_is_never_changed(partner: Any, manager: Membership) -> None:
    invite(partner, manager.user)

    with pytest.raises(IntegrityError), transaction.atomic():
        StaffStep.objects.update(role="manager")


@pytest.mark.parametrize("act", ["delete", "update"])
def test_the_database_keeps_a_manager_too(partner: Any, manager: Membership, act: str) -> None:
    joined(partner)
    rows = Membership.objects.filter(pk=manager.pk)

    with pytest.raises(IntegrityError, match="no manager"), transaction.atomic():
        rows.delete() if act == "delete" else rows.update(role="clerk")
        connection.check_constraints()


def test_the_database_lets_nobody_but_a_manager_be_the_first(partner: Any) -> None:
    with pytest.raises(IntegrityError, match="no manager"), transaction.atomic():
        joined(partner)
        connection.check_constraints()


def test_without_its_trigger_the_database_would_let_the_last_manager_go(partner: Any, manager: Membership) -> None:
    """The control of the two above."""
    joined(partner)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE partner_partner_users DISABLE TRIGGER partner_has_a_manager")

    Membership.objects.filter(pk=manager.pk).delete()
    connection.check_constraints()

    assert [each.role for each in partner.memberships.all()] == ["clerk"]


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What came of acts that each begin, wait for the other, and go on: "" or the name of the refusal."""
    together, outcomes = threading.Barrier(len(acts), timeout=30), [""] * len(acts)

    def run(place: int) -> None:
        try:
            with transaction.atomic():
                connection.ensure_connection()
                together.wait()
                acts[place]()
        except (staff.NotAManager, staff.NobodyThere, staff.LastManager, IntegrityError) as refusal:
            outcomes[place] = type(refusal).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", ["rules", "rows"])
def test_two_managers_who_remove_each_other_at_once_leave_one(by: str) -> None:
    """Through the rules, and past them, where the trigger alone is left."""
    partner = make.partner()
    with transaction.atomic():
        one, two = joined(partner, "manager"), joined(partner, "manager")
        joined(partner)

    def gone(leaving: Membership, remover: Membership) -> Callable[[], Any]:
        if by == "rules":
            return lambda: staff.remove(membership=leaving, by=remover.user, at=NOW)
        return lambda: Membership.objects.filter(pk=leaving.pk)._raw_delete("default")

    outcomes = at_once(gone(one, two), gone(two, one))

    assert sorted(outcomes) == ["", "NotAManager" if by == "rules" else "IntegrityError"]
    assert partner.memberships.filter(role="manager").count() == 1
