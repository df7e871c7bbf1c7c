"""The supplier's people: who they are, for all of them; invitations, roles and history, for managers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from catalogue.partner import staff
from catalogue.partner.models import Invitation, Membership, Partner
from shop.accounts.models import User
from shop.supplier import duties
from shop.supplier.duties import Duty
from shop.supplier.staff import tables
from shop.supplier.staff.forms import AccountForm, InvitationForm, RoleForm
from shop.supplier.views import page, supplier

HISTORY = 50
REFUSALS = (
    staff.NotAManager,
    staff.LastManager,
    staff.CannotInvite,
    staff.InvitationEnded,
    staff.AnotherAddress,
    staff.NobodyThere,
)


def chosen(request: HttpRequest, mine: list[Partner]) -> Partner:
    """The supplier that ?supplier= names, else the first. Raises Http404 for one that is not among them."""
    code = request.GET.get("supplier", "")
    found = next((each for each in mine if not code or each.code == code), None)
    if found is None:
        raise Http404("No such supplier.")
    return found


def address(name: str, partner: Partner) -> str:
    """A page of the room, about one of the person's suppliers."""
    return f"{reverse(name)}?" + urlencode({"supplier": partner.code})


@supplier(Duty.ORDERS)
def index(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    partner = chosen(request, mine)
    manages = partner in duties.partners(user, Duty.STAFF)
    form = InvitationForm(request.POST or None) if manages else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            staff.invite(partner=partner, **form.cleaned_data, by=user, at=timezone.now())
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The invitation is on its way. Its link works for seven days, once."))
            return redirect(address("supplier:staff", partner))
    context = {"partner": partner, "others": _others(mine, partner), "form": form, "own": _own(user, partner)}
    context["people"] = tables.people(partner.memberships.select_related("user"), may_change=manages)
    if manages:
        context |= _for_managers(request, partner)
    return page(request, "supplier/staff.html", context, at="supplier:staff", status=_status(request))


def _for_managers(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    open_ones = partner.invitations.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
    steps = partner.staff_steps.select_related("person", "invitation", "by")
    shown = Paginator(steps, HISTORY).get_page(request.GET.get("page"))
    return {"invitations": tables.invitations(open_ones), "page": shown, "events": tables.history(shown)}


def _others(mine: list[Partner], partner: Partner) -> list[dict[str, str]]:
    return [{"label": each.label, "url": address("supplier:staff", each)} for each in mine if each != partner]


def _own(user: User, partner: Partner) -> Membership:
    return Membership.objects.get(partner=partner, user=user)


@supplier(Duty.STAFF)
def person(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    found = get_object_or_404(Membership.objects.select_related("user", "partner"), pk=pk, partner__in=mine)
    form = RoleForm(request.POST or None, initial={"role": found.role})
    if request.method == "POST" and form.is_valid():
        try:
            staff.change_role(membership=found, role=form.cleaned_data["role"], by=user, at=timezone.now())
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role is changed, from this moment on."))
            return redirect(address("supplier:staff", found.partner))
    context = {"person": found, "form": form, "back": address("supplier:staff", found.partner)}
    return page(request, "supplier/person.html", context, at="supplier:staff", status=_status(request))


@require_POST
@supplier(Duty.ORDERS)
def remove(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    """Managers take anybody out; everybody else only themselves."""
    found = get_object_or_404(Membership.objects.select_related("user", "partner"), pk=pk, partner__in=mine)
    try:
        staff.remove(membership=found, by=user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect(address("supplier:staff", found.partner))
    if found.user_id == user.pk:
        messages.success(request, _("You no longer belong to %(supplier)s.") % {"supplier": found.partner.label})
        return redirect("customer:summary")
    messages.success(request, _("%(email)s no longer belongs to the supplier.") % {"email": found.user.email})
    return redirect(address("supplier:staff", found.partner))


@require_POST
@supplier(Duty.STAFF)
def withdraw(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=pk, partner__in=mine)
    try:
        staff.withdraw(invitation=found, by=user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation is withdrawn; its link opens nothing any more."))
    return redirect(address("supplier:staff", found.partner))


@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of the letter leads: join with the account of that address, or make one."""
    now = timezone.now()
    try:
        found = staff.invited(token=token, at=now)
    except staff.InvitationEnded as ended:
        return render(request, "supplier/invitation.html", {"ended": str(ended)}, status=404)
    user = request.user if isinstance(request.user, User) else None
    known = User.objects.filter(email__iexact=found.email).exists()
    form = None if user or known else AccountForm(request.POST or None, email=found.email)
    context = {"invitation": found, "form": form, "user": user, "known": known}
    context["matches"] = user is not None and user.email.casefold() == found.email.casefold()
    if request.method == "POST" and (user or (form and form.is_valid())):
        try:
            _join(request, user, form, token=token, email=found.email)
        except (*REFUSALS, IntegrityError) as refusal:
            words = _("An account with this address was made meanwhile; sign in with it.")
            context["refusal"] = words if isinstance(refusal, IntegrityError) else str(refusal)
        else:
            messages.success(
                request, _("Welcome. This is the room of %(supplier)s.") % {"supplier": found.partner.label}
            )
            return redirect("supplier:home")
    return render(request, "supplier/invitation.html", context, status=_status(request))


@transaction.atomic
def _join(request: HttpRequest, user: User | None, form: AccountForm | None, *, token: str, email: str) -> None:
    """With the account at hand, or with one made now. The database refuses a second account of an address."""
    if user is None:
        assert form is not None
        user = User.objects.create_user(email, form.cleaned_data["password"])
        login(request, user)
    staff.accept(token=token, by=user, at=timezone.now())


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
