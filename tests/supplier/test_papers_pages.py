"""Registering, handing in, looking at and deciding, on the pages; and who may open a paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from catalogue.partner import alerts, onboarding
from catalogue.partner.models import Document, DocumentKind, Partner
from shop.supplier import tasks
from tests import make, rooms
from tests.make import NOW, TODAY
from tests.rooms import client_of, person, queries
from tests.supplier.papers import BANK, FOOD, LICENCE, PDF, accepted, given, manager_of, operator

pytestmark = pytest.mark.django_db
LIST = "dashboard:partner-list"


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with rooms.clock("supplier"):
        yield


def form(**changes: Any) -> dict[str, Any]:
    wish = {
        "number": "653223-77",
        "issuer": "皮山县市场监督管理局",
        "issued_date": "2024-03-01",
        "expires_date": "",
        "paper": SimpleUploadedFile("scan.png", PDF, "image/png"),
    }
    return wish | changes


def page(name: str, partner: Partner) -> str:
    return f"{reverse(name)}?supplier={partner.code}"


def test_from_registering_to_approval() -> None:
    make.place("653223100")
    boss, reviewer = client_of(make.user()), client_of(operator())

    boss.post(reverse("supplier:register"), {"name": "新合作社", "kind": "cooperative", "place": "653223100"})
    partner = Partner.objects.get()
    for code in (LICENCE, BANK):
        answer = boss.post(f"{reverse('supplier:give', args=[code])}?supplier={partner.code}", form())
        assert answer.status_code == 302
    boss.post(page("supplier:submit", partner))
    assert "新合作社" in reviewer.get(reverse(LIST)).content.decode()
    for document in Document.objects.all():
        reviewer.post(reverse("dashboard:partner-document", args=[document.pk]), {"decision": "accept"})
    reviewer.post(reverse("dashboard:partner-act", args=[partner.pk]), {"action": "approve"})

    partner.refresh_from_db()
    assert (partner.state, partner.county_id, partner.township_id) == ("approved", "653223", "653223100")
    assert "New articles can be listed" in boss.get(reverse("supplier:papers")).content.decode()


@pytest.mark.parametrize("wrong", [{"place": "310101"}, {"place": ""}, {"name": ""}, {"kind": "household"}])
def test_an_incomplete_registration_is_not_taken(wrong: dict[str, str]) -> None:
    make.place("653223100")
    make.place("310101")
    wish = {"name": "新合作社", "kind": "cooperative", "place": "653223"} | wrong

    answer = client_of(make.user()).post(reverse("supplier:register"), wish)

    assert (answer.status_code, Partner.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"paper": ""},
        {"paper": SimpleUploadedFile("scan.pdf", b"<svg><script/></svg>", "application/pdf")},
        {"issued_date": "2030-01-01"},
        {"expires_date": "2026-09-09"},
        {"number": ""},
    ],
    ids=["no file", "markup", "from the future", "ended", "no number"],
)
def test_a_document_that_cannot_be_taken_is_answered_on_its_form(wrong: dict[str, Any]) -> None:
    partner = make.partner()
    address = reverse("supplier:give", args=[LICENCE])

    answer = client_of(manager_of(partner)).post(address, form(**wrong))

    assert (answer.status_code, Document.objects.count()) == (422, 0)


def test_a_paper_is_given_to_its_managers_and_to_operators_alone() -> None:
    document = given(make.partner())
    address = reverse("supplier:document", args=[document.pk])
    clerk = make.user()
    document.partner.memberships.create(user=clerk, role="clerk")

    for user in (manager_of(document.partner), operator()):
        answer = client_of(user).get(address)
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    for user in (clerk, make.user(), manager_of(make.partner())):
        assert client_of(user).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_another_suppliers_papers_are_not_there() -> None:
    mine, theirs = make.partner(), make.partner()
    client = client_of(manager_of(mine))

    for answer in (
        client.get(page("supplier:papers", theirs)),
        client.post(page("supplier:submit", theirs)),
        client.post(f"{reverse('supplier:give', args=[LICENCE])}?supplier={theirs.code}", form()),
    ):
        assert answer.status_code == 404
    assert not Document.objects.exists()


@pytest.mark.parametrize("name", [LIST, "dashboard:partner-checklist", "dashboard:partner-kind-new"])
def test_the_operators_pages_are_for_operators(name: str) -> None:
    assert client_of(operator()).get(reverse(name)).status_code == 200
    assert client_of(manager_of(make.partner())).get(reverse(name)).status_code == 403


def test_a_member_finds_no_buttons_and_decides_nothing() -> None:
    partner = make.partner()
    document, member = given(partner), operator()
    partner.users.add(member)
    client = client_of(member)

    text = client.get(reverse("dashboard:partner-manage", args=[partner.pk])).content.decode()
    answers = [
        client.post(reverse("dashboard:partner-document", args=[document.pk]), {"decision": "accept"}, follow=True),
        client.post(
            reverse("dashboard:partner-act", args=[partner.pk]), {"action": "suspend", "reason": "x"}, follow=True
        ),
    ]

    assert "You belong to this supplier" in text and "Do not accept" not in text and "Suspend" not in text
    assert all("somebody independent" in answer.content.decode() for answer in answers)
    assert list(partner.steps.values_list("action", flat=True)) == ["give", "approve"]


def test_a_refusal_without_a_reason_is_told_and_with_one_the_supplier_reads_it() -> None:
    document = given(make.partner())
    client, address = client_of(operator()), reverse("dashboard:partner-document", args=[document.pk])

    bare = client.post(address, {"decision": "refuse", "reason": "  "}, follow=True)
    client.post(address, {"decision": "refuse", "reason": "the stamp cannot be read"})
    shown = client_of(manager_of(document.partner)).get(reverse("supplier:papers")).content.decode()

    assert "Give a reason" in bare.content.decode()
    assert "the stamp cannot be read" in shown and "the platform" in shown


def test_an_action_that_does_not_exist_is_not_there() -> None:
    partner = make.partner()

    for verb in ("register", "in-the-way", "note", "delete"):
        answer = client_of(operator()).post(reverse("dashboard:partner-act", args=[partner.pk]), {"action": verb})
        assert answer.status_code == 404


def test_an_ended_document_is_named_where_the_supplier_works() -> None:
    partner = make.partner()
    accepted(partner, until=TODAY - timedelta(days=1), at=NOW - timedelta(days=40))

    answer = client_of(manager_of(partner)).get(reverse("supplier:papers"))

    assert "ended on 2026-09-09" in answer.content.decode()
    assert answer.context["table"]["rows"][0][1] == {"text": "past its last day", "pill": "stop"}


def test_the_checklist_is_data() -> None:
    client = client_of(operator())

    client.post(
        reverse("dashboard:partner-kind-new"),
        {"code": "organic", "name": "有机产品认证证书", "name_en": "Organic certificate", "required_of": ["enterprise"],
         "position": "9", "expires": "on"},
    )  # fmt: skip

    kind = DocumentKind.objects.get(pk="organic")
    assert (kind.asked_of, kind.required_of, kind.expires) == (["enterprise"], ["enterprise"], True)
    assert client.get(reverse("dashboard:partner-kind", args=["organic"])).status_code == 200


def test_the_managers_are_written_to() -> None:
    partner = make.partner()
    accepted(partner, until=TODAY + timedelta(days=7))
    clerk = make.user()
    partner.memberships.create(user=clerk, role="clerk")

    tasks.documents_end(0)
    (alert,) = alerts.DocumentAlert.objects.all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = %s", [alerts.LETTER])
        assert cursor.fetchall() == [(f'{{"alert_id": {alert.pk}}}',)]
    tasks.document_ends(alert.pk)

    (letter,) = mail.outbox
    assert letter.to == [manager_of(partner).email]
    assert letter.subject == "“Business licence” ends in 7 days"
    assert "nothing new can be listed" in letter.body and reverse("supplier:papers") in letter.body


@pytest.mark.parametrize("whose", ["the supplier's", "the operators'"])
def test_five_documents_take_as_many_queries_as_one(whose: str) -> None:
    partner = make.partner()
    if whose == "the supplier's":
        client, address = client_of(manager_of(partner)), reverse("supplier:papers")
    else:
        client, address = client_of(operator()), reverse("dashboard:partner-manage", args=[partner.pk])
    given(partner)
    one = queries(client, address)
    for number, code in enumerate((LICENCE, BANK, FOOD, "product-test")):
        given(partner, code, number=str(number), until=TODAY + timedelta(days=90))

    assert queries(client, address) == one


def test_five_suppliers_take_as_many_queries_as_one() -> None:
    client = client_of(operator())
    given(make.partner())
    one = queries(client, reverse(LIST))
    for _each in range(4):
        given(make.partner())

    assert queries(client, reverse(LIST)) == one


def test_a_suspended_supplier_hears_it_where_it_works() -> None:
    partner = make.partner()
    onboarding.suspend(partner=partner, by=operator(), at=NOW, reason="complaints")

    text = client_of(manager_of(partner)).get(reverse("supplier:papers")).content.decode()

    assert "is suspended" in text and "complaints" in text
    assert client_of(person(partner=partner)).get(reverse("supplier:home")).status_code == 200
