"""In which order a search shows what it found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalogue import search
from catalogue.search import Found
from shop.storefront import listing, shelf
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(settings: Any, tmp_path: Path) -> dict[str, int]:
    settings.VAR_DIR = tmp_path
    settings.ELASTICSEARCH_URL = ""
    made = {}
    kinds = {"walnut": "核桃", "naan": "馕"}
    for title, kind in (("核桃 甲", "walnut"), ("核桃馕", "naan"), ("核桃 乙", "walnut")):
        product = make.product(title=title, commodity=make.commodity(kind, name=kinds[kind], name_en=kind))
        make.certificate(product)
        made[title] = product.pk
    search.rebuild()
    return made


def keys(**parameters: str) -> list[int]:
    return list(listing.read(listing.wish_of(parameters), at=make.NOW).page.object_list)


def test_what_fits_best_comes_first_unless_another_order_is_asked_for(indexed: dict[str, int]) -> None:
    plain = keys()

    assert keys(query="核桃")[-1] == indexed["核桃馕"]
    assert sorted(keys(query="核桃")) == sorted(plain) == sorted(indexed.values())
    assert keys(query="核桃", order="newest") == plain
    assert plain[-1] != indexed["核桃馕"]


def test_best_match_is_an_order_of_searches_only() -> None:
    assert "newest" in listing.wish_of({"query": "核桃"}).orders
    assert listing.wish_of({"order": "newest"}).order == ""


def test_a_filter_keeps_the_order_of_what_it_leaves(indexed: dict[str, int]) -> None:
    supplier = listing.read(listing.wish_of({"query": "核桃"}), at=make.NOW).facets[2].choices[0]

    assert keys(query="核桃", supplier=supplier.value) == [
        key for key in keys(query="核桃") if key in keys(supplier=supplier.value)
    ]


@pytest.fixture
def cluster(indexed: dict[str, int], settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A cluster that finds every walnut; returns what it is asked."""
    asked: list[str] = []

    def find(words: str) -> Found:
        asked.append(words)
        return Found(tuple(indexed.values()), (1.0,) * len(indexed))

    settings.ELASTICSEARCH_URL = "http://cluster.invalid"
    monkeypatch.setattr(search, "find", find)
    return asked


@pytest.mark.parametrize("parameters", [{}, {"order": "newest"}, {"county": "nowhere"}])
def test_a_list_asks_the_cluster_once(cluster: list[str], parameters: dict[str, str]) -> None:
    shown = listing.read(listing.wish_of({"query": "核桃"} | parameters), at=make.NOW)
    listing.suggestions(shown, at=make.NOW)

    assert cluster == ["核桃"]


def test_what_a_cluster_answers_is_not_remembered_so_that_twice_would_be_noticed(cluster: list[str]) -> None:
    now = shelf.at_moment(make.NOW)
    now.described("核桃")
    now.described("核桃")

    assert cluster == ["核桃", "核桃"]
