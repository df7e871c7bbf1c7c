"""Who signs in to the demo. One password opens every account and stands here openly: nothing real is behind it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission

from catalogue.partner.models import Partner, StaffRole
from shop.accounts.models import User

PASSWORD = "oasis-demo-2026"  # noqa: S105  one for all, printed on every start
DOMAIN = "oasis.example"
HOUSEHOLD_FILE = "demo-household.txt"
BUYERS = 24


def email(name: str) -> str:
    return f"{name.lower()}@{DOMAIN}"


ADMIN = email("admin")
BUYER = email("buyer-01")
DRAFTER, APPROVER, RELEASER = email("payout-drafter"), email("payout-approver"), email("payout-releaser")
EVIDENCE, DISPUTES, CLOSER = email("payout-evidence"), email("disputes"), email("month-close")
REFUNDS = email("refunds")
EDITOR, PUBLISHER = email("editor"), email("publisher")
PERMISSIONS = {
    DRAFTER: "revenue.draft_payout",
    APPROVER: "revenue.approve_payout",
    RELEASER: "revenue.release_payout",
    EVIDENCE: "revenue.evidence_payout",
    DISPUTES: "revenue.decide_dispute",
    CLOSER: "reports.close_month",
    REFUNDS: "payments.add_refund",
}
OFFICIALS = {email("official-region"): "65", email("official-hotan"): "6532", email("official-pishan"): "653223"}


class SignIn(NamedTuple):
    email: str
    role: str


def supplier_email(code: str) -> str:
    return email(f"supplier-{code}")


def colleague_email(code: str, role: str) -> str:
    """Of the clerk or accountant of a supplier that has one."""
    return email(f"supplier-{code}-{role}")


def operator_email(node: str) -> str:
    return email(f"node-{node}")


def unit_email(code: str) -> str:
    return email(f"unit-{code}")


def officer_email(role: str, area: str, number: int = 1) -> str:
    return email(f"officer-{role}-{area}" + (f"-{number}" if number > 1 else ""))


def buyer_emails() -> list[str]:
    return [email(f"buyer-{number:02d}") for number in range(1, BUYERS + 1)]


SIGN_INS = (
    SignIn(BUYER, "buyer"),
    SignIn(unit_email("BJ-U01"), "purchasing unit: a school in Beijing"),
    SignIn(supplier_email("PS-E01"), "supplier: an enterprise in Pishan"),
    SignIn(colleague_email("PS-E01", "clerk"), "its clerk: products and applications"),
    SignIn(colleague_email("PS-E01", "accountant"), "its accountant: orders and earnings, to read"),
    SignIn(supplier_email("YC-C01"), "supplier: a cooperative in Yecheng"),
    SignIn(officer_email("township", "653223100"), "township reviewer, Guma"),
    SignIn(officer_email("sector", "653223"), "sector reviewer, Pishan"),
    SignIn(officer_email("county", "653223"), "county certifier, Pishan"),
    SignIn(officer_email("county", "653223", 2), "second county certifier, Pishan: issues"),
    SignIn(officer_email("prefecture", "6532"), "prefecture certifier, Hotan"),
    SignIn(officer_email("province", "65"), "regional certifier"),
    SignIn(operator_email("V653126107203"), "village collecting point, Yecheng"),
    SignIn(operator_email("T653126107"), "township sorting centre, Yecheng"),
    SignIn(operator_email("C653223"), "county distribution centre, Pishan"),
    SignIn(operator_email("H6532"), "prefecture hub, Hotan"),
    SignIn(operator_email("P11"), "warehouse, Beijing"),
    SignIn(operator_email("door-11"), "courier, Beijing"),
    SignIn(DRAFTER, "settlement: drafts payouts"),
    SignIn(APPROVER, "settlement: approves payouts"),
    SignIn(RELEASER, "settlement: releases payouts"),
    SignIn(EVIDENCE, "settlement: enters proof of payment"),
    SignIn(DISPUTES, "settlement: decides disputes"),
    SignIn(REFUNDS, "settlement: gives money back"),
    SignIn(CLOSER, "closes months"),
    SignIn(email("official-region"), "official: figures of the region"),
    SignIn(email("official-hotan"), "official: figures of Hotan"),
    SignIn(email("official-pishan"), "official: figures of Pishan"),
    SignIn(EDITOR, "writes pages and hands them in"),
    SignIn(PUBLISHER, "publishes pages"),
    SignIn(ADMIN, "administrator of shop and pages"),
)


def table() -> str:
    """The demo's sign-ins for the terminal: address, role, the one password, and how the other addresses are made."""
    width = max(len(person.email) for person in SIGN_INS)
    lines = [f"  Demo sign-ins. Password of every account: {PASSWORD}", ""]
    lines += [f"    {person.email:<{width}}  {person.role}" for person in SIGN_INS]
    lines += ["", "  Every supplier, node, unit and officer has an account of the same pattern."]
    kept = settings.VAR_DIR / HOUSEHOLD_FILE
    if kept.exists():
        lines.append(f"  A household's own statement: {kept.read_text(encoding='utf-8').strip()}")
    return "\n".join(lines) + "\n"


def add(emails: Iterable[str], **fields: object) -> dict[str, User]:
    """Accounts by address, all with the demo's password (one hash for all, so that a hundred take no minute)."""
    made = User.objects.bulk_create(User(email=each, password=_hash(), **fields) for each in emails)
    return {user.email: user for user in made}


def build() -> None:
    """The people who belong to no room's own table; suppliers, officers and operators come with their rooms."""
    add([ADMIN], is_staff=True, is_superuser=True)
    add(buyer_emails())
    for address, group in ((EDITOR, "Editors"), (PUBLISHER, "Publishers")):
        add([address])[address].groups.add(Group.objects.get(name=group))
    settlement = add(PERMISSIONS)
    for address, name in PERMISSIONS.items():
        label, codename = name.split(".")
        settlement[address].user_permissions.add(
            Permission.objects.get(content_type__app_label=label, codename=codename)
        )


def get(address: str) -> User:
    return User.objects.get(email=address)


def manager_of(partner: Partner) -> User:
    """Who has been the supplier's manager for the longest."""
    return partner.memberships.filter(role=StaffRole.MANAGER).select_related("user").order_by("pk")[0].user


def exist() -> bool:
    """Whether the demo world stands here."""
    return User.objects.filter(email=ADMIN).exists()


@cache
def _hash() -> str:
    return make_password(PASSWORD)
