"""What a search finds, asked of every engine.

PostgreSQL promises less: the same products where every word is written right, in no order but the newest first.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from catalogue.models import Category, Product
from tests import make
from tests.catalogue.search_engines import Engine, named_partner

pytestmark = pytest.mark.django_db


def test_a_word_of_the_title_finds_the_product_and_no_other(engine: Engine, certified: Any) -> None:
    naan = certified("芝麻洋葱馕", "Sesame and onion naan")
    goose = certified("冷冻白条鹅", "Whole frozen goose")

    assert engine.finds("洋葱") == engine.finds("ONION") == engine.finds("ｏｎｉｏｎ") == {naan.pk}
    assert engine.finds("鹅") == engine.finds("goose") == {goose.pk}


def test_commodity_category_supplier_and_every_place_above_the_origin_are_words_too(
    engine: Engine, certified: Any
) -> None:
    origin = make.place("653223100", name="固玛镇", name_en="Guma")
    product = certified("甲", commodity=make.commodity("salt", name="湖盐", name_en="Lake salt"), origin=origin)
    other = certified("乙", supplier=make.partner(county=make.YECHENG))
    above = Category.add_root(name="调味", name_en="Seasoning", slug="seasoning")
    product.categories.add(above.add_child(name="盐", name_en="Salt", slug="salt"))

    for said in ("湖盐", "lake", "固玛", "guma", "皮山", "和田", "调味", "seasoning", "合作社 固玛"):
        assert engine.finds(said) == {product.pk}, said
    assert engine.finds("新疆") == {product.pk, other.pk}


@pytest.mark.parametrize(
    ("title", "title_en", "said"),
    [
        ("灰枣", "", ["红枣", "大枣", "枣", "jujube", "date", "dates", "hongzao"]),
        ("Thin-shelled", "walnut", ["核桃", "hetao", "walnuts"]),
        ("双薄壳巴旦木", "", ["almond", "扁桃仁", "badam"]),
        ("甜石榴", "", ["pomegranate", "shiliu"]),
        ("全脂驴奶粉", "", ["donkey milk", "驴奶"]),
        ("杏干", "", ["dried apricot", "xinggan"]),
        ("黑木耳", "", ["black fungus", "木耳"]),
        ("窝窝馕", "", ["naan", "nan"]),
    ],
)
def test_other_names_for_the_same_thing_find_it(
    engine: Engine, certified: Any, title: str, title_en: str, said: list[str]
) -> None:
    product = certified(title, title_en)
    certified("冷冻兔腿", "Frozen rabbit legs")

    assert {word: engine.finds(word) for word in said} == {word: {product.pk} for word in said}


def test_a_suppliers_name_lends_no_synonym_to_what_it_sells(engine: Engine, certified: Any) -> None:
    certified("杏干", supplier=named_partner("石榴合作社", "Shiliu Cooperative"))

    assert engine.finds("pomegranate") == set()
    assert len(engine.finds("石榴")) == len(engine.finds("shiliu")) == 1


def test_every_one_of_several_words_must_be_found(engine: Engine, certified: Any) -> None:
    both = certified("灰枣 免洗", "Grey jujubes, washed")
    certified("灰枣", "Grey jujubes")

    assert engine.finds("灰枣 免洗") == engine.finds("washed jujube") == engine.finds("  大枣\t免洗 ") == {both.pk}


def test_a_place_and_a_thing_in_one_word_are_both_asked_for(engine: Engine, certified: Any) -> None:
    hotan = certified("灰枣")
    certified("灰枣", supplier=make.partner(county=make.YECHENG))
    certified("核桃")

    assert engine.finds("和田红枣") == {hotan.pk}
    assert engine.finds("和田玉") == set()


def test_the_beginning_of_a_word_is_enough_but_not_its_middle(engine: Engine, certified: Any) -> None:
    walnuts = certified("甲", "Paper-shelled walnuts")

    assert engine.finds("waln") == engine.finds("paper-she") == {walnuts.pk}
    assert engine.finds("lnuts") == engine.finds("aper-shelled") == set()


def test_characters_in_another_order_or_in_two_fields_are_no_hit(engine: Engine, certified: Any) -> None:
    certified("甲乙丙", "丁戊")

    assert len(engine.finds("甲乙")) == len(engine.finds("乙丙")) == 1
    assert engine.finds("乙甲") == engine.finds("甲丙") == engine.finds("丙丁") == set()


def test_no_words_keep_the_whole_list(engine: Engine, certified: Any) -> None:
    everything = {certified("甲").pk, certified("乙").pk}

    assert engine.finds("") == engine.finds(" \t\n") == everything


ODD = ["%", "_", "\\", "'", '"', "!!!", "\x00", "|", "*", "(", "{}", "\ud800", "\ufffd", "🥜", "AND OR NOT", "a" * 3000]


@pytest.mark.parametrize("said", [*ODD, "' OR 1=1 --", "text:*", "99999999999999999999", "枣枣枣枣" * 200])
def test_odd_input_finds_nothing_and_breaks_nothing(engine: Engine, certified: Any, said: str) -> None:
    certified("甲", "thing 100%")

    assert engine.finds(said) == set()


def test_signs_between_words_do_not_matter(engine: Engine, certified: Any) -> None:
    product = certified("甲", "Dried apricots, 6 bags of 80 g")

    assert engine.finds("apricots, %") == engine.finds("(dried) 'apricots'") == engine.finds("80_g") == {product.pk}


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.text(alphabet="㐀㐁㐂ab1 -%_'\x00|", max_size=8))
def test_every_engine_answers_as_a_plain_reading_of_the_words_does(engine: Engine, certified: Any, said: str) -> None:
    products = {row.title: row.pk for row in Product.objects.filter(title__in=PLAIN)}
    for title in set(PLAIN) - set(products):
        products[title] = certified(title).pk

    found = engine.finds(said)

    assert found == {key for title, key in products.items() if _plainly(title, said)}


PLAIN = ["㐀㐁㐂", "㐀 a1b 㐁", "ab-a1", "㐂㐂㐁 b"]  # characters that make no word with others


def _plainly(title: str, said: str) -> bool:
    """A second reading, written without the module under test: each run of signs is one blank."""

    def spaced(text: str) -> str:
        return " ".join("".join(f" {c} " if c in "㐀㐁㐂" else c if c in "ab1" else " " for c in text).split())

    asked = [spaced(part) for part in said.split()]
    if not said.strip():
        return True
    asked = [part for part in asked if part]
    return bool(asked) and all(f" {part}" in f" {spaced(title)} " for part in asked)


def test_two_short_tokens_are_not_taken_for_one_word(engine: Engine, certified: Any) -> None:
    certified("㐀 a1b 㐁")

    assert engine.finds("a 1") == set()
