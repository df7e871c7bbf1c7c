"""A supplier's person sees that supplier's things alone, on every page of the room, also of a shared order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from catalogue.partner import staff
from catalogue.uploads import keeping
from certification import applications
from shop.api import tokens
from shop.order.models import Line
from shop.reviews import moderation, reviews
from shop.webhooks import subscriptions
from tests import make, rooms
from tests.architecture.test_access import ALL
from tests.make import NOW
from tests.rooms import Market, client_of
from tests.supplier.papers import given, manager_of
from tests.supplier.test_supplier_room import planned

pytestmark = pytest.mark.django_db
ROOM = ("supplier/", "webhooks/")
DELIBERATELY_OPEN = {"supplier/new/", "supplier/invitations/<str:token>/"}  # for whoever has the link or an account


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with rooms.clock("supplier"):
        yield


class Shared:
    """Two suppliers in one order, each with one thing of every kind that the room knows."""

    def __init__(self) -> None:
        market = Market()
        self.partners = [make.partner("ALPHA", name="甲合作社"), make.partner("OMEGA", name="乙合作社")]
        self.goods = [
            market.goods(partner, title=f"核桃 of {partner.code}", title_en=f"Walnuts of {partner.code}", price=price)
            for partner, price in zip(self.partners, ("39.90", "77.70"), strict=True)
        ]
        planned(market.paid(*self.goods, quantity=3))
        market.sold(*self.goods, quantity=2)
        self.own = [self._own(*pair) for pair in zip(self.partners, self.goods, strict=True)]

    def _own(self, partner: Any, product: Any) -> dict[str, Any]:
        boss = manager_of(partner)
        given(partner, number=f"NUMBER-{partner.code}")
        invitation = staff.invite(
            partner=partner, email=f"{partner.code}@invited.example", role="clerk", by=boss, at=NOW
        )
        wish = {
            "scheme": make.scheme(),
            "season": f"season {partner.code}",
            "quantity_g": 1000,
            "output_value_fen": 100,
        }
        application = applications.submit(product=product, partner=partner, **wish, by=boss, at=NOW)
        url = f"https://{partner.code.lower()}.example/hook"
        hook = subscriptions.add(url=url, events=["order.paid"], partner=partner, unit=None, by=boss, at=NOW)
        upload = keeping.begin(
            kind="table", file=ContentFile(b"x", "goods.csv"), name=f"goods of {partner.code}.csv", supplier=partner,
            by=boss, at=NOW, sent={},
        )  # fmt: skip
        key = tokens.make(partner=partner, name=partner.code, scopes=["stock:read"], days=9, by=boss, at=NOW).token
        return {
            "boss": boss, "invitation": invitation, "application": application, "hook": hook, "upload": upload,
            "key": key, "product": product, "review": self._review(partner),
        }  # fmt: skip

    def _review(self, partner: Any) -> Any:
        """Of goods that arrived, and published."""
        line = Line.objects.filter(partner=partner).exclude(accepted_at=None).earliest("pk")
        said = reviews.write(line=line, score=4, title=f"from {partner.code}", text="good", name="", at=NOW)
        return moderation.publish(said, seen_at=NOW, by=make.reviewer(), at=NOW)

    def words(self, place: int) -> list[str]:
        """What only this supplier's people may read."""
        partner, own = self.partners[place], self.own[place]
        return [
            partner.code, partner.code.lower(), partner.name, f"Walnuts of {partner.code}", own["boss"].email,
            *(lot.code for lot in self.goods[place].lots.all()), *(("¥39.90", "¥79.80"), ("¥77.70", "¥155.40"))[place],
        ]  # fmt: skip

    def keys(self, place: int) -> dict[str, Any]:
        own, partner = self.own[place], self.partners[place]
        document, membership = partner.documents.get(), partner.memberships.get()
        return {
            "application": own["application"].pk, "withdraw": own["application"].pk, "person": membership.pk,
            "remove": membership.pk, "withdraw_invitation": own["invitation"].pk, "document": document.pk,
            "give": "business-licence", "detail": own["hook"].pk, "ping": own["hook"].pk, "renew": own["hook"].pk,
            "end": own["hook"].pk, "article": own["product"].pk, "edit_article": own["product"].pk,
            "answer_article": own["product"].pk, "withdraw_article": own["product"].pk, "upload": own["upload"].pk,
            "upload_errors": own["upload"].pk, "upload_import": own["upload"].pk, "key": own["key"].pk,
            "key_end": own["key"].pk, "review": own["review"].pk, "template": "xlsx",
        }  # fmt: skip


def addresses(shared: Shared, place: int) -> dict[str, str]:
    """Every address of the room, with the things of one supplier where it names a thing."""
    keys, found = shared.keys(place), {}
    for route, name in ALL:
        if not route.startswith(ROOM) or route in DELIBERATELY_OPEN or "deliveries" in route:
            continue
        room = route.split("/", 1)[0]
        found[route] = reverse(f"{room}:{name}", args=[keys[str(name)]] if "<" in route else [])
    return found


@pytest.fixture
def shared() -> Shared:
    return Shared()


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code in (200, 405), f"{address}: {answer.status_code}"
    return "" if answer.streaming or answer.status_code == 405 else answer.content.decode(errors="replace")


def test_no_page_of_the_room_shows_a_word_of_the_other_supplier(shared: Shared) -> None:
    for place, other in ((0, 1), (1, 0)):
        client = client_of(shared.own[place]["boss"])
        pages = {route: text_of(client, address) for route, address in addresses(shared, place).items()}

        assert len(pages) >= 15
        seen = {(route, word) for route, text in pages.items() for word in shared.words(other) if word in text}

        assert seen == set()
        everything = "".join(pages.values())
        missing = [word for word in shared.words(place) if word not in everything and word != word.upper()]
        assert missing in ([], [shared.partners[place].name]), "the control: its own words are there to be read"


def test_a_shared_order_shows_each_its_own_lines_and_totals(shared: Shared) -> None:
    for place in (0, 1):
        client = client_of(shared.own[place]["boss"])

        parcels = client.get(reverse("supplier:home")).context["parcels"]["rows"]
        earnings = client.get(reverse("supplier:earnings")).context["table"]

        name = f"Walnuts of {shared.partners[place].code}"
        assert {row[1]["text"] for row in parcels} == {name} == {row[0]["text"] for row in earnings["rows"]}
        assert [row[3]["text"] for row in earnings["rows"]] == [("¥79.80", "¥155.40")[place]]
        assert earnings["total"][3]["text"] == ("¥79.80", "¥155.40")[place]


def test_the_others_things_answer_like_missing_ones(shared: Shared) -> None:
    client, theirs = client_of(shared.own[0]["boss"]), addresses(shared, 1)
    named = {route: address for route, address in theirs.items() if "<int" in route}

    answers = {
        (route, method): getattr(client, method)(address).status_code
        for route, address in named.items()
        for method in ("get", "post")
    }

    assert len(named) >= 9
    assert set(answers.values()) <= {404, 405}
    assert {route for (route, _method), status in answers.items() if status == 404} == set(named)


def test_asking_for_the_other_supplier_by_its_code_finds_nothing(shared: Shared) -> None:
    client = client_of(shared.own[0]["boss"])

    for name in ("supplier:papers", "supplier:staff"):
        assert client.get(f"{reverse(name)}?supplier=OMEGA").status_code == 404
        assert client.get(f"{reverse(name)}?supplier=ALPHA").status_code == 200
