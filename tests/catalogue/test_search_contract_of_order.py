"""What a search follows, forgives and puts first, asked of every engine; the index alone knows slips and an order."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from catalogue import search
from catalogue.models import Category, Product
from catalogue.search import cluster, embedded, indexes
from tests import make
from tests.catalogue.search_engines import Engine

pytestmark = pytest.mark.django_db


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

    for row, name in ((kind, "岩盐"), (category, "新类"), (supplier, "新社")):
        row.name = name
        row.save()
    make.rename(product.origin_id, "新县")

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
