"""What the search field offers while somebody types: only what is on sale, with true counts, found from few signs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from catalogue import search
from catalogue.models import Product
from catalogue.search import beginnings, fields, words
from catalogue.search.beginnings import Beginnings
from shop.pagecache import watch
from shop.storefront import listing, suggest
from tests import make
from tests.storefront import goods

pytestmark = pytest.mark.django_db
NAMES = ("和田红枣 免洗", "灰枣", "薄皮核桃", "巴旦木", "Paper-shelled walnuts", "皮山县", "冷冻羊肉")


@pytest.fixture(scope="module")
def known() -> Beginnings:
    return Beginnings({term for name in NAMES for term in fields.terms(name)})


def found(known: Beginnings, typed: str) -> set[str]:
    """The names in which every piece of what is typed means something."""
    meant = [known.meant(piece) for piece in beginnings.pieces(typed)]
    parts = [part for piece in meant for part in piece]
    return {name for name in NAMES if all(meant) and all(fields.terms(name) & terms for _typed, terms in parts)}


@pytest.mark.parametrize("typed", ["红", "红枣", "hongz", "hz", "HONG", "jujub", "honza", "hongzoa", "dates"])
def test_a_date_is_found_by_its_beginning_its_sound_its_letters_and_with_a_slip(known: Beginnings, typed: str) -> None:
    assert found(known, typed) == {"和田红枣 免洗", "灰枣"}


@pytest.mark.parametrize("typed", ["和田红", "hetianhongz", "免洗 红", "hetian h", "和田hongz"])
def test_several_words_narrow_with_or_without_blanks(known: Beginnings, typed: str) -> None:
    assert found(known, typed) == {"和田红枣 免洗"}


@pytest.mark.parametrize(
    ("typed", "name"),
    [("paper-sh", "Paper-shelled walnuts"), ("巴旦术", "巴旦木"), ("pishanx", "皮山县"), ("yangr", "冷冻羊肉")],
)
def test_other_ways_of_typing(known: Beginnings, typed: str, name: str) -> None:
    assert found(known, typed) == {name}


@pytest.mark.parametrize("typed", ["", " ", "-", "xyz", "枣子糕点", "hex", "ongzao"])
def test_what_nothing_begins_with_finds_nothing(known: Beginnings, typed: str) -> None:
    assert not [part for piece in beginnings.pieces(typed) for part in known.meant(piece)] or not found(known, typed)


@given(word=st.text("abcdef", min_size=4, max_size=9), place=st.integers(1, 8), sign=st.sampled_from("abcdefx"))
def test_every_single_slip_behind_the_first_sign_is_forgiven(word: str, place: int, sign: str) -> None:
    place = min(place, len(word) - 1)
    before, after = word[:place], word[place:]

    for typed in (
        before + sign + after,
        before + after[1:],
        before + sign + after[1:],
        before + after[1::-1] + after[2:],
    ):
        assert beginnings.is_nearly_begun(word, typed), typed
    assert not beginnings.is_nearly_begun(word, before + "yy" + after)


@given(typed=st.text(max_size=60))
def test_whatever_is_typed_a_name_is_only_cut_never_changed(known: Beginnings, typed: str) -> None:
    parts = [part for piece in beginnings.pieces(typed) for part in known.meant(piece)]

    for name in (*NAMES, typed):
        assert "".join(text for text, _meant in beginnings.marked(name, parts)) == name


def test_what_was_meant_is_marked_in_the_name(known: Beginnings) -> None:
    def marks(name: str, typed: str) -> list[str]:
        parts = [part for piece in beginnings.pieces(typed) for part in known.meant(piece)]
        return [text for text, meant in beginnings.marked(name, parts) if meant]

    assert marks("和田红枣 免洗", "红") == ["红"]
    assert marks("和田红枣 免洗", "hongz") == ["红枣"]
    assert marks("灰枣", "jujube") == ["灰枣"]
    assert marks("Paper-shelled walnuts", "WAL") == ["wal"]


@pytest.fixture
def shop(village: Any, settings: Any, tmp_path: Path) -> dict[str, Product]:
    settings.VAR_DIR, settings.ELASTICSEARCH_URL = tmp_path, ""
    nuts = goods.category("nuts")
    made = {}
    for title, english in (
        ("薄皮核桃", "Thin-shelled walnuts"),
        ("核桃仁", "Walnut kernels"),
        ("灰枣", "Grey jujubes"),
    ):
        made[title] = goods.on_sale(village, title=title, title_en=english)
        made[title].categories.add(nuts)
    search.rebuild()
    return made


def offered(typed: str) -> list[suggest.Suggestion]:
    return suggest.of(typed, at=timezone.now())


def names(typed: str) -> list[str]:
    return ["".join(text for text, _meant in suggestion.pieces) for suggestion in offered(typed)]


def test_a_product_is_reached_directly_and_everything_else_says_how_many(shop: dict[str, Product]) -> None:
    said = offered("walnut")

    assert {bool(one.text) for one in said if one.kind} == {True}
    assert {one.address for one in said if not one.kind} == {
        f"{product.slug}_{product.pk}/" for product in (shop["薄皮核桃"], shop["核桃仁"])
    }


@pytest.mark.parametrize("typed", ["hetao", "Kind", "类", "pishan", "皮山", "jujube", "w"])
def test_a_count_is_what_a_click_shows(shop: dict[str, Product], typed: str) -> None:
    counted = [one for one in offered(typed) if one.text]

    assert counted
    for one in counted:
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(one.address).query).items()}
        shown = listing.read(listing.wish_of(parameters), at=timezone.now()).page.paginator.count
        assert one.text.split()[0] == str(shown), one


def test_only_what_is_on_sale_is_offered_and_a_word_of_nothing_is_not(shop: dict[str, Product]) -> None:
    assert "Grey jujubes" in names("grey")

    Product.objects.filter(pk=shop["灰枣"].pk).update(certified_until=timezone.now())

    assert names("grey") == names("jujube") == []


def test_what_no_list_names_is_not_offered_either(shop: dict[str, Product]) -> None:
    assert "Grey jujubes" in names("grey")

    shop["灰枣"].stockrecords.update(price=None)

    assert "Grey jujubes" not in names("grey")


def test_names_are_those_of_the_page_s_language(shop: dict[str, Product]) -> None:
    with translation.override("zh-hans"):
        assert "灰枣" in names("jujube")
    assert "Grey jujubes" in names("灰枣")


def test_there_are_never_more_than_eight_and_products_have_room(shop: dict[str, Product], village: Any) -> None:
    for number in range(12):
        goods.on_sale(
            village, title=f"核桃{number}号", title_en=f"Walnuts {number}", supplier=make.partner(f"W{number}")
        )

    said = offered("w")

    assert len(said) == suggest.MOST
    assert sum(not one.text for one in said) >= suggest.MOST - suggest.MOST_BESIDE_PRODUCTS


def page(typed: str) -> Any:
    answer = Client().get("/en/products/suggestions/", {"query": typed})
    assert answer.status_code == 200
    return answer


def test_the_part_of_the_page_says_how_many_and_marks_them_safely(shop: dict[str, Product], village: Any) -> None:
    goods.on_sale(village, title="<b>馕", title_en="<script>alert(1)</script> naan")

    html = page("alert").content.decode()

    assert 'data-said="1 suggestion"' in html
    assert "&lt;script&gt;<mark>alert</mark>(1)" in html
    assert len(re.findall('role="option"', html)) == 1


@pytest.mark.parametrize("typed", ["", "%", "a" * 5_000, "枣" * 500, "hehehehehehehehehehehe" * 20, "🥜", "' OR 1=1"])
def test_odd_input_is_answered_with_few_or_none(shop: dict[str, Product], typed: str) -> None:
    assert page(typed).content.decode().count('role="option"') <= suggest.MOST


def test_no_search_engine_keeps_it_and_it_sees_no_visitor(shop: dict[str, Product]) -> None:
    answer = page("walnut")

    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Cache-Control"].startswith("public")
    assert not answer.cookies


def test_while_nothing_changes_an_answer_asks_the_database_nothing(
    shop: dict[str, Product], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(watch, "clock", lambda tag: 4714)
    first = offered("walnut")

    with django_assert_num_queries(0):
        again = offered("walnut")

    assert again == first


def test_synonyms_are_words_to_search_for() -> None:
    said = {thing.names[0] for thing in suggest._words()}

    assert {"核桃", "红枣"} <= said
    assert len(said) <= len(words.synonyms())
