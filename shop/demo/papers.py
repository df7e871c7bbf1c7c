"""How every supplier of the demo came in: registered, its papers handed in and accepted, approved."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from catalogue.partner import documents, onboarding, papers, staff
from catalogue.partner.models import Document, DocumentKind, Partner, StaffRole
from catalogue.partner.papers import Paper
from shop.accounts.models import User
from shop.demo import people
from shop.demo.moments import Calendar

CAME_IN = 420  # days ago: before anything was certified
A4 = (595, 842)
ENDS_SOON, SOON_DAYS = ("ps-e01", "food-licence"), 24
TO_LOOK_AT = ("yc-c01", "product-test")
COLLEAGUES_OF = "ps-e01"
COLLEAGUES = (StaffRole.CLERK, StaffRole.ACCOUNTANT)


def build(calendar: Calendar) -> None:
    kinds = {kind.code: kind for kind in DocumentKind.objects.all()}
    operator, paper = people.get(people.ADMIN), _paper()
    for partner in Partner.objects.order_by("pk"):
        _came_in(partner, kinds, paper, calendar, operator)
    code, waiting = TO_LOOK_AT
    partner = Partner.objects.get(code=code)
    _hand_in(partner, kinds[waiting], paper, calendar, ago=2)
    _colleagues(Partner.objects.get(code=COLLEAGUES_OF), calendar)


def _came_in(
    partner: Partner, kinds: dict[str, DocumentKind], paper: Paper, calendar: Calendar, operator: User
) -> None:
    at = calendar.at(CAME_IN, 10)
    onboarding.note(partner, onboarding.Action.REGISTER, by=people.manager_of(partner), at=at)
    required = [kind for kind in kinds.values() if partner.kind in kind.required_of]
    given = [_hand_in(partner, kind, paper, calendar, ago=CAME_IN) for kind in required]
    onboarding.submit(partner=partner, by=people.manager_of(partner), at=at + timedelta(days=1))
    for document in given:
        documents.accept(document=document, by=operator, at=at + timedelta(days=2))
    onboarding.approve(partner=partner, by=operator, at=at + timedelta(days=3))


def _hand_in(partner: Partner, kind: DocumentKind, paper: Paper, calendar: Calendar, *, ago: int) -> Document:
    lasts = SOON_DAYS if (partner.code, kind.code) == ENDS_SOON else 700
    return documents.give(
        partner=partner,
        kind=kind,
        number=f"DEMO-{partner.code.upper()}-{kind.position}",
        issuer=f"{partner.county}（演示）",
        issued_date=calendar.day(ago + 60),
        expires_date=calendar.today + timedelta(days=lasts) if kind.expires else None,
        paper=paper,
        by=people.manager_of(partner),
        at=calendar.at(ago, 10),
    )


def _colleagues(partner: Partner, calendar: Calendar) -> None:
    """Invited by the manager, and joined the day after."""
    boss = people.manager_of(partner)
    for role in COLLEAGUES:
        address = people.colleague_email(partner.code, role)
        (account,) = people.add([address]).values()
        invitation = staff.invite(partner=partner, email=address, role=role, by=boss, at=calendar.at(200, 9))
        staff.accept(token=staff.new_token(invitation=invitation), by=account, at=calendar.at(199, 9))


def _paper() -> Paper:
    """One page that says what it is."""
    page = Image.new("RGB", A4, "white")
    ImageDraw.Draw(page).text((72, 72), "Demo document. Nothing real is behind it.", fill="black", font_size=18)
    buffer = BytesIO()
    page.save(buffer, "PDF")
    buffer.seek(0)
    return papers.read(buffer)
