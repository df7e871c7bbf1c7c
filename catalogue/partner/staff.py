"""The people of a supplier: invited, joined, given another role, removed; who did it and when is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from catalogue.partner.models import Invitation, Membership, Partner, StaffRole, StaffStep

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

Action = StaffStep.Action
VALID = timedelta(days=7)
MOST_OPEN = 20  # invitations of one supplier at a time
LETTER = "supplier.invitation"  # the job that writes to the invited address


class NotAManager(Exception):
    """Only a manager of the supplier decides about its people."""


class LastManager(Exception):
    """The supplier would be left without a manager."""


class CannotInvite(Exception):
    """The address belongs to the supplier already, or too many invitations are open."""


class InvitationEnded(Exception):
    """The link was used, withdrawn or replaced, or its days are over; or there never was one."""


class AnotherAddress(Exception):
    """The invitation is for another e-mail address than the account's."""


class NobodyThere(Exception):
    """The person no longer belongs to the supplier."""


@transaction.atomic
def invite(*, partner: Partner, email: str, role: str, by: AbstractUser, at: datetime) -> Invitation:
    """Let an address join within seven days; the letter leaves with this transaction. An earlier invitation ends.

    Raises NotAManager, CannotInvite.
    """
    held = _for_manager(partner, by=by)
    email = email.strip()
    if held.memberships.filter(user__email__iexact=email).exists():
        raise CannotInvite(_("%(email)s belongs to %(supplier)s already.") % {"email": email, "supplier": held.label})
    standing = held.invitations.filter(used_at=None, withdrawn_at=None)
    for earlier in standing.filter(email__iexact=email):
        _end(earlier, by=by, at=at)
    if standing.filter(expires_at__gt=at).count() >= MOST_OPEN:
        raise CannotInvite(_("%d invitations are open. Withdraw one that is no longer needed.") % MOST_OPEN)
    made = Invitation.objects.create(
        partner=held,
        email=email,
        role=StaffRole(role),
        language=get_language() or settings.LANGUAGE_CODE,
        invited_by_id=by.pk,
        expires_at=at + VALID,
    )
    _note(held, Action.INVITE, made, role=made.role, by=by, at=at)
    app.configure_task(LETTER).defer(invitation_id=made.pk)
    return made


@transaction.atomic
def new_token(*, invitation: Invitation) -> str:
    """The secret of the link in the letter; only its hash is kept, and an earlier link no longer opens anything."""
    token = get_random_string(43)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=_hash(token))
    return token


def invited(*, token: str, at: datetime) -> Invitation:
    """The open invitation a link leads to. Raises InvitationEnded."""
    found = Invitation.objects.select_related("partner", "invited_by").filter(token_hash=_hash(token)).first()
    if found is None or not found.is_open(at):
        raise InvitationEnded(_("This invitation has been used or withdrawn, or its seven days are over."))
    return found


@transaction.atomic
def accept(*, token: str, by: AbstractUser, at: datetime) -> Membership:
    """Join with the account whose address was invited. Raises InvitationEnded, AnotherAddress."""
    found = invited(token=token, at=at)
    held = _locked(found.partner)
    found = invited(token=token, at=at)  # once more: it may have been used while we waited
    if by.email.casefold() != found.email.casefold():
        raise AnotherAddress(
            _("The invitation is for %(invited)s; you are signed in as %(email)s. Sign out, and open the link again.")
            % {"invited": found.email, "email": by.email}
        )
    if held.memberships.filter(user_id=by.pk).exists():
        raise InvitationEnded(_("You belong to %(supplier)s already.") % {"supplier": held.label})
    Invitation.objects.filter(pk=found.pk).update(used_at=at)
    made = Membership.objects.create(
        partner=held, user_id=by.pk, role=found.role, joined_at=at, added_by_id=found.invited_by_id
    )
    _note(held, Action.JOIN, made, role=made.role, by=by, at=at)
    return made


@transaction.atomic
def withdraw(*, invitation: Invitation, by: AbstractUser, at: datetime) -> None:
    """Take an invitation back; its link opens nothing from now on. Raises NotAManager, InvitationEnded."""
    _for_manager(invitation.partner, by=by)
    found = Invitation.objects.get(pk=invitation.pk)
    if found.used_at is not None or found.withdrawn_at is not None:
        raise InvitationEnded(_("%(email)s has joined, or the invitation is withdrawn.") % {"email": found.email})
    _end(found, by=by, at=at)


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: AbstractUser, at: datetime) -> Membership:
    """Give somebody another role. Raises NotAManager, LastManager, NobodyThere."""
    held = _for_manager(membership.partner, by=by)
    found = _standing(membership)
    if found.role == role:
        return found
    _keep_a_manager(found)
    found.role = StaffRole(role)
    found.save(update_fields=["role"])
    _note(held, Action.CHANGE, found, role=found.role, by=by, at=at)
    return found


@transaction.atomic
def remove(*, membership: Membership, by: AbstractUser, at: datetime) -> None:
    """Take somebody out; whoever goes of their own needs no manager. Raises NotAManager, LastManager, NobodyThere."""
    leaves = membership.user_id == by.pk
    held = _locked(membership.partner) if leaves else _for_manager(membership.partner, by=by)
    found = _standing(membership)
    _keep_a_manager(found)
    found.delete()
    _note(held, Action.LEAVE if leaves else Action.REMOVE, found, role=found.role, by=by, at=at)


def _for_manager(partner: Partner, *, by: AbstractUser) -> Partner:
    """The supplier, locked. Raises NotAManager."""
    held = _locked(partner)
    check_manager(held, by=by)
    return held


def check_manager(partner: Partner, *, by: AbstractUser) -> None:
    """Raise NotAManager unless the person is a manager of the supplier now."""
    if not partner.memberships.filter(user_id=by.pk, role=StaffRole.MANAGER).exists():
        raise NotAManager(
            _("You are no manager of %(supplier)s; one of its managers can do this.") % {"supplier": partner.label}
        )


def _locked(partner: Partner) -> Partner:
    return Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)


def _standing(membership: Membership) -> Membership:
    found = Membership.objects.select_related("user").filter(pk=membership.pk).first()
    if found is None:
        raise NobodyThere(_("This person has left the supplier already."))
    return found


def _keep_a_manager(leaving: Membership) -> None:
    others = Membership.objects.filter(partner_id=leaving.partner_id, role=StaffRole.MANAGER).exclude(pk=leaving.pk)
    if leaving.role == StaffRole.MANAGER and not others.exists():
        raise LastManager(
            _("%(email)s is the last manager of %(supplier)s; make somebody else a manager first.")
            % {"email": leaving.user.email, "supplier": leaving.partner.label}
        )


def _end(invitation: Invitation, *, by: AbstractUser, at: datetime) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=at)
    _note(invitation.partner, Action.WITHDRAW, invitation, role=invitation.role, by=by, at=at)


def _note(
    partner: Partner, action: Action, about: Membership | Invitation, *, role: str, by: AbstractUser, at: datetime
) -> None:
    person = about.user_id if isinstance(about, Membership) else None
    invitation = about if isinstance(about, Invitation) else None
    StaffStep.objects.create(
        partner=partner, action=action, person_id=person, invitation=invitation, role=role, by_id=by.pk, at=at
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
