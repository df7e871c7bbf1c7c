"""The settlement room: who may enter, who may take which step, and what three people do through its pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shop.money import split
from shop.revenue import disputes, payouts
from shop.revenue.models import Dispute, PayoutBatch, PayoutItem, Posting, Share
from tests import make, rooms
from tests.make import NOW
from tests.rooms import Market, client_of, person, queries

pytestmark = pytest.mark.django_db
DRAFT, APPROVE, RELEASE = "revenue.draft_payout", "revenue.approve_payout", "revenue.release_payout"
EVIDENCE, DECIDE = "revenue.evidence_payout", "revenue.decide_dispute"


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with rooms.clock("settlement"):
        yield


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.fixture
def household() -> Any:
    return make.household()


@pytest.fixture
def line(market: Market, household: Any) -> Any:
    """One accepted line of one household."""
    return market.sold(market.goods(deliveries={household: 30_000}))[0]


def addresses(line: Any) -> list[str]:
    batch = rooms.released()
    dispute = disputes.open_for(share=line.shares.get(), text="Too little", at=NOW)
    item = batch.items.get()
    return [
        reverse("settlement:home"),
        reverse("settlement:batch", args=[batch.reference]),
        reverse("settlement:evidence", args=[item.pk]),
        reverse("settlement:fail", args=[item.pk]),
        reverse("settlement:disputes"),
        reverse("settlement:dispute", args=[dispute.pk]),
    ]


def test_somebody_who_has_not_signed_in_is_asked_to(line: Any) -> None:
    answers = [Client().get(address) for address in addresses(line)]

    assert {answer.status_code for answer in answers} == {302}
    assert all(answer["Location"].startswith(reverse("customer:login")) for answer in answers)


def test_a_stranger_finds_no_such_page(line: Any) -> None:
    stranger = client_of(make.user())

    assert {stranger.get(address).status_code for address in addresses(line)} == {404}


def test_who_has_all_roles_opens_every_page(line: Any) -> None:
    everybody = client_of(person(DRAFT, APPROVE, RELEASE, EVIDENCE, DECIDE))

    assert {everybody.get(address).status_code for address in addresses(line)} == {200}


@pytest.mark.parametrize(
    ("page", "role", "other"),
    [
        ("approve", APPROVE, DRAFT),
        ("release", RELEASE, APPROVE),
        ("evidence", EVIDENCE, RELEASE),
        ("fail", EVIDENCE, DRAFT),
        ("dispute", DECIDE, EVIDENCE),
    ],
)
def test_a_step_is_refused_to_a_member_without_its_role(line: Any, page: str, role: str, other: str) -> None:
    batch = payouts.draft(by=make.user(), at=NOW)
    dispute = disputes.open_for(share=line.shares.get(), text="Too little", at=NOW)
    key = {"approve": batch.reference, "release": batch.reference, "dispute": dispute.pk}.get(
        page, batch.items.get().pk
    )
    address = reverse(f"settlement:{page}", args=[key])

    assert client_of(person(other)).post(address).status_code == 403
    assert client_of(person(role)).post(address).status_code in (302, 422)


def test_drafting_is_refused_to_a_member_without_the_role(line: Any) -> None:
    refused = client_of(person(APPROVE)).post(reverse("settlement:draft"))

    assert (refused.status_code, PayoutBatch.objects.count()) == (403, 0)


def test_a_step_needs_the_token_of_its_form(line: Any) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(person(DRAFT))

    assert careful.post(reverse("settlement:draft")).status_code == 403
    assert PayoutBatch.objects.count() == 0


@pytest.mark.parametrize("page", ["draft", "approve", "release"])
def test_a_step_is_never_taken_by_opening_an_address(line: Any, page: str) -> None:
    batch = payouts.draft(by=make.user(), at=NOW)
    arguments = [] if page == "draft" else [batch.reference]

    answer = client_of(person(DRAFT, APPROVE, RELEASE)).get(reverse(f"settlement:{page}", args=arguments))

    assert answer.status_code == 405


def test_three_people_pay_a_household_through_the_pages(line: Any, household: Any) -> None:
    drafter, approver, releaser, prover = (client_of(person(role)) for role in (DRAFT, APPROVE, RELEASE, EVIDENCE))

    drafter.post(reverse("settlement:draft"), {"partner": line.partner_id})
    batch = PayoutBatch.objects.get()
    approver.post(reverse("settlement:approve", args=[batch.reference]))
    releaser.post(reverse("settlement:release", args=[batch.reference]))
    item = batch.items.get()
    proof = {"kind": "bank_receipt", "reference": "BR-0001", "paid_on": "2026-09-10"}
    page = prover.post(reverse("settlement:evidence", args=[item.pk]), proof, follow=True)

    batch.refresh_from_db()
    share = line.shares.get()
    assert (batch.state, share.state, share.due_fen) == ("released", "paid", 0)
    assert sum(Posting.objects.filter(household=household, account="households").values_list("fen", flat=True)) == 0
    assert "BR-0001" in page.content.decode()


def test_one_person_with_every_role_cannot_approve_what_they_drafted(line: Any) -> None:
    alone = client_of(person(DRAFT, APPROVE, RELEASE))
    alone.post(reverse("settlement:draft"))
    batch = PayoutBatch.objects.get()

    page = alone.post(reverse("settlement:approve", args=[batch.reference]), follow=True)

    batch.refresh_from_db()
    assert batch.state == "drafted"
    assert any("somebody else approves" in str(message) for message in page.context["messages"])


def test_a_second_draft_says_that_nothing_is_due(line: Any) -> None:
    drafter = client_of(person(DRAFT))
    drafter.post(reverse("settlement:draft"))

    page = drafter.post(reverse("settlement:draft"), follow=True)

    assert PayoutBatch.objects.count() == 1
    assert any("nothing to pay" in str(message).lower() for message in page.context["messages"])


def test_a_draft_for_a_supplier_without_shares_is_refused(line: Any) -> None:
    other = make.partner()

    client_of(person(DRAFT)).post(reverse("settlement:draft"), {"partner": other.pk})

    assert PayoutBatch.objects.count() == 0


def test_the_home_page_counts_what_is_due_and_names_its_oldest_day(line: Any) -> None:
    share = line.shares.get()

    context = client_of(person(DRAFT)).get(reverse("settlement:home")).context

    assert (context["due_fen"], str(context["oldest_date"])) == (share.fen, "2026-09-10")
    assert [cell["text"] for cell in context["owed"]["rows"][0]][2:4] == [1, 1]


def test_a_proof_used_before_is_refused_with_its_reason(market: Market) -> None:
    market.sold(market.goods(deliveries={make.household(): 15_000, make.household(): 15_000}))
    first, second = rooms.released().items.order_by("pk")
    proof = {"kind": "bank_receipt", "reference": "BR-0001", "paid_on": "2026-09-10"}
    prover = client_of(person(EVIDENCE))
    prover.post(reverse("settlement:evidence", args=[first.pk]), proof)

    page = prover.post(reverse("settlement:evidence", args=[second.pk]), proof)

    second.refresh_from_db()
    assert (page.status_code, second.state) == (422, PayoutItem.State.WAITING)
    assert "already proves another payment" in page.content.decode()


def test_a_failed_payment_opens_the_debt_again(line: Any) -> None:
    item = rooms.released().items.get()

    client_of(person(EVIDENCE)).post(reverse("settlement:fail", args=[item.pk]), {"reason": "account closed"})

    item.refresh_from_db()
    assert item.state == PayoutItem.State.FAILED
    assert line.shares.get().state == Share.State.PAYABLE


def test_an_upheld_dispute_adds_to_what_is_due(line: Any) -> None:
    share = line.shares.get()
    dispute = disputes.open_for(share=share, text="Too little", at=NOW)

    decision = {"decision": "upheld", "adjustment": "1.23", "answer": "The scale was wrong."}
    client_of(person(DECIDE)).post(reverse("settlement:dispute", args=[dispute.pk]), decision)

    dispute.refresh_from_db()
    share.refresh_from_db()
    assert (dispute.state, dispute.adjustment_fen) == (Dispute.State.UPHELD, 123)
    assert share.due_fen == share.fen + 123


def test_who_drafted_the_payout_does_not_decide_its_dispute(line: Any) -> None:
    drafter = person(DRAFT, DECIDE)
    payouts.draft(by=drafter, at=NOW)
    dispute = disputes.open_for(share=line.shares.get(), text="Too little", at=NOW)

    decision = {"decision": "rejected", "answer": "No."}
    page = client_of(drafter).post(reverse("settlement:dispute", args=[dispute.pk]), decision)

    dispute.refresh_from_db()
    assert (page.status_code, dispute.state) == (422, Dispute.State.OPEN)
    assert "somebody else decides" in page.content.decode()


def test_a_disputed_share_is_not_among_what_is_due(line: Any) -> None:
    disputes.open_for(share=line.shares.get(), text="Too little", at=NOW)

    context = client_of(person(DRAFT)).get(reverse("settlement:home")).context

    assert (context["due_fen"], context["waiting"].disputes) == (0, 1)


def test_the_home_page_takes_as_many_queries_for_five_suppliers_as_for_one(market: Market) -> None:
    member = client_of(person(DRAFT))
    market.sold(market.goods())
    rooms.released()
    market.sold(market.goods())
    one = queries(member, reverse("settlement:home"))
    for _n in range(4):
        market.sold(market.goods())
        rooms.released()
    market.sold(*(market.goods() for _n in range(5)))

    assert queries(member, reverse("settlement:home")) == one


def test_a_batch_takes_as_many_queries_for_five_households_as_for_one(market: Market) -> None:
    member = client_of(person(EVIDENCE))
    market.sold(market.goods(deliveries={make.household(): 30_000}))
    small = rooms.released()
    market.sold(market.goods(deliveries={make.household(): grams for grams in split(30_000, [1] * 5)}))
    large = rooms.released()
    assert (small.items.count(), large.items.count()) == (1, 5)

    counts = [queries(member, reverse("settlement:batch", args=[batch.reference])) for batch in (small, large)]

    assert counts[0] == counts[1]


def test_the_disputes_take_as_many_queries_for_five_as_for_one(market: Market) -> None:
    member = client_of(person(DECIDE))
    lines = market.sold(*(market.goods(deliveries={make.household(): 30_000}) for _n in range(5)))
    first, *others = [line.shares.get() for line in lines]
    disputes.open_for(share=first, text="Too little", at=NOW)
    one = queries(member, reverse("settlement:disputes"))
    for share in others:
        disputes.open_for(share=share, text="Too little", at=NOW)

    assert queries(member, reverse("settlement:disputes")) == one
