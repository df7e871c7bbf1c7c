"""Every room speaks Chinese and English, each alone: a walk through both, as every role, by the links of the pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client

from shop import access
from shop.access import Access
from shop.accounts.models import User
from shop.reports.models import Official
from tests import make, rooms
from tests.order.world import STREET
from tests.rooms import Market
from tests.walk import world

HAN = re.compile(r"[\u4e00-\u9fff]+")
# Two words of Latin letters beside each other: a sentence, not a code, a unit or an address of mail.
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
MOST_OF_A_KIND = 2
DOORS = (
    "/", "/products/", "/basket/", "/checkout/", "/account/", "/account/sign-in/", "/certificates/",
    "/household/enter/", "/certificates/room/", "/centre/", "/supplier/", "/settlement/", "/official/",
    "/no-such-page/",
)  # fmt: skip
VOID = ("input", "link", "meta", "br", "img", "hr", "source", "wbr")


class Words(HTMLParser):
    """The texts of a page: not its scripts, and nothing that says it is in another language or is data (<bdi>)."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self.within: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append(given.get("href") or "")
        apart = tag in ("script", "style", "bdi", "textarea") or (tag != "html" and "lang" in given)
        if not any(self.within) and not apart:
            self.said += [given[name] or "" for name in ("aria-label", "placeholder", "title", "alt") if name in given]
        if tag not in VOID:
            self.within.append(apart)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape of a drawing; nothing stands in it."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.within:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.within):
            self.said.append(" ".join(data.split()))


def read(html: str) -> Words:
    words = Words()
    words.feed(html)
    return words


def kind(path: str) -> str:
    """Pages of one kind: their address without what tells one thing from another."""
    return re.sub(r"[^/]*\d[^/]*", "N", path.partition("?")[0])


def is_for_everybody(path: str) -> bool:
    return access.of(path.strip("/") + "/") in (None, Access.PUBLIC, Access.VISITOR)


def walk(client: Client, prefix: str, *, only_rooms: bool) -> Iterator[tuple[str, Words]]:
    """(address, texts) of every page that links lead to, a few of each kind.

    only_rooms: leave out what everybody sees
    """
    waiting, met, kinds = [prefix + door for door in DOORS], set[str](), Counter[str]()
    while waiting:
        path = waiting.pop(0).partition("#")[0]
        other = path.startswith(("/en/", "/ug/")) if not prefix else not path.startswith(prefix + "/")
        if path in met or not path.startswith("/") or other or path.startswith(("/static/", "/media/", "/cms/")):
            continue
        if "/dashboard/" in path or "sign-out" in path or kinds[kind(path)] == MOST_OF_A_KIND:
            continue
        if only_rooms and is_for_everybody(path.removeprefix(prefix)):
            continue
        met.add(path)
        kinds[kind(path)] += 1
        answer = client.get(path, follow=True)
        if answer.get("Content-Type", "").startswith("text/html"):
            words = read(answer.content.decode())
            waiting += words.links
            yield path, words


@pytest.fixture
def people() -> list[User | None]:
    """A stranger and somebody of every role, in a world where goods were certified, sold, carried and paid out."""
    now = make.NOW
    made = world.build(now)
    world.certify(made, now)
    market = Market.__new__(Market)
    market.nodes = made.nodes
    market.sold(*(supplier.product for supplier in made.suppliers), at=now)
    rooms.proved(now)
    market.paid(made.suppliers[0].product, at=now + timedelta(minutes=1))
    official = make.user()
    Official.objects.create(user=official, area=make.place("65"))
    officers = User.objects.filter(offices__isnull=False).distinct()
    operators = [*made.receiving.values()][:2]
    return [None, make.user(), made.suppliers[0].manager, *officers, *operators, *made.people.values(), official]


def foreign(people: list[User | None], prefix: str, strange: re.Pattern[str], known: set[str]) -> dict[str, str]:
    """Texts in the other language that are no data, with a page each stands on."""
    found: dict[str, str] = {}
    for person in people:
        client = Client()
        if person:
            client.force_login(person)
        for path, words in walk(client, prefix, only_rooms=person is not None):
            for text in words.said:
                rest = text
                for name in known:
                    rest = rest.replace(name, "")
                if strange.search(rest):
                    found.setdefault(text, path)
    return found


@pytest.mark.django_db
def test_english_pages_have_no_chinese_words(people: list[User | None]) -> None:
    """But for a buyer's address, which stands as it was typed."""
    typed = {STREET["name"], STREET["street"]}

    assert foreign(people, "/en", HAN, known=typed) == {}


@pytest.mark.django_db
def test_chinese_pages_have_no_english_words(people: list[User | None]) -> None:
    assert foreign(people, "", ENGLISH, known={"Welcome to your new Wagtail site!"}) == {}


@pytest.mark.parametrize(
    ("html", "strange", "found"),
    [
        ("<p>Basket 购物篮</p>", HAN, True),
        ('<p>Basket <a lang="zh-hans">中文</a></p>', HAN, False),
        ('<img alt="核桃">', HAN, True),
        ("<p>Basket <bdi>核桃</bdi></p>", HAN, False),
        ("<p>购物篮</p><p>Put in the basket</p>", ENGLISH, True),
        ("<p>订单 F0HYPVRZ71WX，12 kg</p>", ENGLISH, False),
    ],
)
def test_the_look_for_another_language_sees_it(html: str, strange: re.Pattern[str], found: bool) -> None:
    assert any(map(strange.search, read(html).said)) is found
