"""What a search answers, asked of every engine. That of Elasticsearch needs a server: see the warning it gives.

PostgreSQL promises less: the same products where every word is written right, in no order but the newest first.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from catalogue import search
from catalogue.models import Category, Product
from catalogue.partner.models import Partner
from catalogue.search import cluster, embedded, indexes, texts
from tests import make

pytestmark = pytest.mark.django_db
URL = os.environ.get("ELASTICSEARCH_URL", "")
SKIPPED = (
    "ELASTICSEARCH_URL is not set, so the Elasticsearch engine was NOT tried. "
    'To try it: export ELASTICSEARCH_URL="$(scripts/elasticsearch_for_tests.sh start)"'
)


class Engine:
    """Asks one engine; `settle` does the jobs that the changes so far have enqueued."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.done = 0

    def settle(self) -> None:
        if self.name != "postgres":
            for job in ProcrastinateJob.objects.filter(task_name=texts.JOB, pk__gt=self.done).order_by("pk"):
                indexes.do(job.pk, job.args["product_ids"])
                self.done = job.pk

    def finds(self, said: str) -> set[int]:
        self.settle()
        on_sale = Product.objects.on_sale(make.NOW)
        found = set(search.narrow(on_sale, said).values_list("pk", flat=True))
        self.must_have_answered()
        if said.strip():  # the keys that the shelf asks for are the same
            assert found == set(search.keys(said)) & set(on_sale.values_list("pk", flat=True))
        return found

    def orders(self, said: str) -> list[int]:
        self.settle()
        found = list(search.keys(said))
        self.must_have_answered()
        return found

    def must_have_answered(self) -> None:
        assert not search.degraded(), "the engine under test did not answer itself"
        assert embedded.whole() is (self.name == "embedded"), "another engine than that under test answered"


@pytest.fixture(params=["embedded", "postgres", "elasticsearch"])
def engine(request: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Engine]:
    settings.VAR_DIR = tmp_path
    settings.ELASTICSEARCH_URL = ""
    if request.param != "elasticsearch":
        if request.param == "embedded":
            search.rebuild()
        else:
            monkeypatch.setattr(embedded, "rebuild", list)
        yield Engine(request.param)
        return
    if not URL:
        warnings.warn(SKIPPED, stacklevel=1)
        pytest.skip(SKIPPED)
    settings.ELASTICSEARCH_URL = URL
    monkeypatch.setattr(cluster, "ALIAS", f"oasis-test-{os.getpid()}")
    monkeypatch.setattr(cluster, "TIMEOUT_S", 10)
    monkeypatch.setattr(cluster._Health, "failed_at", None)
    search.rebuild()
    yield Engine("elasticsearch")
    cluster.client().indices.delete(index=cluster._store())


@pytest.fixture
def index(engine: Engine) -> Engine:
    """The engine, where it has an index that knows an order and slips."""
    if engine.name == "postgres":
        pytest.skip("PostgreSQL promises neither order nor slips")
    return engine


def named_partner(name: str, name_en: str, **fields: Any) -> Partner:
    partner = make.partner(**fields)
    partner.name, partner.name_en = name, name_en
    partner.save()
    return partner


@pytest.fixture
def certified() -> Callable[..., Product]:
    supplier = named_partner("固玛合作社", "Guma Cooperative")

    def product(title: str, title_en: str = "", **fields: Any) -> Product:
        fields = {"supplier": supplier, "commodity": make.commodity("thing", name="物", name_en="thing")} | fields
        made = make.product(title=title, title_en=title_en, **fields)
        make.certificate(made)
        return made

    return product


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


def test_a_deleted_product_is_not_found(engine: Engine, certified: Any) -> None:
    product = make.product(title="短命")
    Product.objects.filter(pk=product.pk).update(certified_until=make.NOW.replace(year=2027))
    assert engine.finds("短命") == {product.pk}

    product.delete()

    assert engine.finds("短命") == set()


def test_a_renamed_product_is_found_by_its_new_name_only(engine: Engine, certified: Any) -> None:
    product = certified("旧名")
    assert engine.finds("旧名") == {product.pk}

    product.title = "新名"
    product.save(update_fields=["title"])

    assert engine.finds("新名") == {product.pk}
    assert engine.finds("旧名") == set()


def test_names_around_a_product_are_followed_when_they_change(engine: Engine, certified: Any) -> None:
    kind = make.commodity("salt", name="湖盐", name_en="Lake salt")
    product = certified("甲", commodity=kind)
    category = Category.add_root(name="旧类", slug="category")
    product.categories.add(category)
    supplier = make.supplier_of(product)
    assert engine.finds("旧类 湖盐 固玛") == {product.pk}

    for row, name in ((kind, "岩盐"), (category, "新类"), (supplier, "新社"), (product.origin, "新县")):
        row.name = name
        row.save()

    assert engine.finds("岩盐 新类 新社 新县") == {product.pk}
    assert engine.finds("湖盐") == engine.finds("旧类") == engine.finds("固玛") == engine.finds("皮山") == set()


@pytest.mark.parametrize("way", ["remove", "clear", "reverse clear", "set", "delete"])
def test_a_category_taken_away_no_longer_finds_the_product(engine: Engine, certified: Any, way: str) -> None:
    product = certified("甲")
    category = Category.add_root(name="坚果", slug="nuts")
    product.categories.add(category)
    assert engine.finds("坚果") == {product.pk}

    if way == "remove":
        product.categories.remove(category)
    elif way == "clear":
        product.categories.clear()
    elif way == "reverse clear":
        category.product_set.clear()
    elif way == "set":
        product.categories.set([])
    else:
        category.delete()

    assert engine.finds("坚果") == set()


def test_a_revoked_product_is_not_found_however_the_index_stands(engine: Engine, certified: Any) -> None:
    product = certified("灰枣")
    assert engine.finds("灰枣") == {product.pk}

    Product.objects.filter(pk=product.pk).update(certified_until=None)

    assert engine.finds("灰枣") == set()


def test_rebuilding_finds_what_was_written_past_the_signals(engine: Engine, certified: Any) -> None:
    product = certified("甲")
    engine.settle()
    Product.objects.filter(pk=product.pk).update(title="绕行")
    assert engine.finds("绕行") == set()

    assert search.rebuild() == 1

    assert engine.finds("绕行") == {product.pk}


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("红枣", ["hongzao", "honzao", "hongzoa", "hong zao", "hz", "红早", "红澡"]),
        ("核桃", ["hetao", "hetoa", "合桃", "walnt"]),
        ("巴旦木", ["巴旦术", "巴木旦", "badanmu", "badamu", "bdm", "almnod"]),
        ("驴奶粉", ["驴奶份", "lvnaifen", "donky milk"]),
    ],
)
def test_what_sounds_so_or_is_one_slip_away_is_found_where_nothing_else_is(
    index: Engine, certified: Any, title: str, said: list[str]
) -> None:
    product = certified(title)
    certified("冷冻兔腿", "Frozen rabbit legs")

    assert {word: index.finds(word) for word in said} == {word: {product.pk} for word in said}


def test_what_is_written_right_is_not_taken_for_a_slip(index: Engine, certified: Any) -> None:
    dates = certified("红枣")
    assert index.finds("honzao") == {dates.pk}

    honzao = certified("甲", "Honzao tea")

    assert index.finds("honzao") == {honzao.pk}
    assert index.finds("河套") == set()  # sounds like 核桃, but is a word of its own


def test_the_thing_itself_comes_before_what_only_speaks_of_it(index: Engine, certified: Any) -> None:
    walnuts = make.commodity("walnut", name="核桃", name_en="Walnuts")
    bread = make.commodity("naan", name="馕", name_en="Naan")
    nuts = certified("新货", commodity=walnuts)
    filled = certified("核桃馕", commodity=bread)
    told = certified("馕", commodity=bread)
    told.description = "与核桃同食"
    told.save()

    assert index.orders("核桃") == [nuts.pk, filled.pk, told.pk]
    assert index.orders("walnut") == [nuts.pk, filled.pk]


def test_the_very_word_comes_before_another_name_of_the_thing(index: Engine, certified: Any) -> None:
    grey, jun = certified("灰枣"), certified("骏枣")

    assert index.orders("灰枣") == [grey.pk, jun.pk]
    assert index.orders("骏枣") == [jun.pk, grey.pk]


def test_what_bears_the_name_of_a_food_and_is_none_comes_last(index: Engine, certified: Any) -> None:
    pomegranate = make.commodity("pomegranate", name="石榴", name_en="Pomegranates")
    jewel = make.commodity("jewel", name="饰品", name_en="Jewellery")
    fruit = certified("大果", commodity=pomegranate)
    garnet = certified("石榴石手链", "Pomegranate-red garnet bracelet", commodity=jewel)
    bronze = certified("石榴 摆件", commodity=jewel)

    assert index.orders("石榴") == [fruit.pk, bronze.pk, garnet.pk]


def test_among_equals_the_newest_comes_first(engine: Engine, certified: Any) -> None:
    made = [certified("同名").pk for _ in range(4)]

    engine.settle()

    assert list(search.keys("同名")) == sorted(made, reverse=True)


def test_found_products_come_with_their_scores_best_first(index: Engine, certified: Any) -> None:
    certified("灰枣")
    certified("骏枣")
    index.settle()

    found = search.find("灰枣")

    assert len(found.keys) == len(found.scores) == 2
    assert list(found.scores) == sorted(found.scores, reverse=True)
    assert found.scores[0] > found.scores[1]


def test_an_index_that_is_gone_is_written_anew(index: Engine, certified: Any) -> None:
    product = certified("红枣")
    index.settle()
    assert not indexes.heal()

    if index.name == "embedded":
        shutil.rmtree(embedded.folder())
    else:
        cluster.client().indices.delete(index=cluster._store())

    assert indexes.heal()
    assert index.finds("honzao") == {product.pk}
