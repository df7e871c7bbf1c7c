"""How words are cut, kept and looked up."""

from __future__ import annotations

import threading
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalogue import search
from catalogue.models import Product, SearchText
from catalogue.search import fields, postgres, words
from tests import make


def test_chinese_characters_stand_alone_and_other_words_together() -> None:
    assert words.tokens("薄皮核桃 Thin-Shelled ５００ｇ") == ("薄", "皮", "核", "桃", "thin", "shelled", "500g")


def test_a_field_said_twice_is_kept_once_and_fields_are_kept_apart() -> None:
    assert words.text_of(["甲乙", "A b", "甲乙"], ["丙"]) == " 甲 乙 | a b | 丙 "


def test_every_synonym_finds_every_name_of_its_group() -> None:
    for group in words.synonyms():
        for name in group.names:
            text = words.text_of(["".join(name) if words.is_han(name[0]) else " ".join(name)])
            assert all(f" {' '.join(other)} " in text for other in (*group.names, *group.also)), name


def test_no_word_of_the_synonyms_stands_in_two_cells_of_one_group() -> None:
    for group in words.synonyms():
        listed = [*group.names, *group.also]
        assert len(listed) == len(set(listed)), group


def test_a_document_holds_the_fields_that_both_engines_are_laid_out_for() -> None:
    assert tuple(fields.document(fields.Names(title=("红枣",)))) == ("text", *fields.FIELDS)


@pytest.mark.django_db
def test_a_question_can_use_the_trigram_index() -> None:
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        postgres.find([("红", "枣"), ("waln",)])
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = str(cursor.fetchall())

    assert "search_text_trigrams" in plan


@pytest.mark.django_db
def test_refreshing_one_product_and_five_takes_the_same_number_of_queries() -> None:
    products = [make.product(origin=make.place("653223100")) for _ in range(5)]
    search.refresh([product.pk for product in products])
    counts = []

    for chosen in (products[:1], products):
        Product.objects.filter(pk__in=[row.pk for row in chosen]).update(title=f"新{len(chosen)}")
        with CaptureQueriesContext(connection) as queries:
            assert search.refresh([row.pk for row in chosen]) == len(chosen)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_refreshing_what_did_not_change_writes_nothing() -> None:
    product = make.product()

    assert search.refresh([product.pk, 10**9]) == 0


@pytest.mark.django_db
def test_the_command_says_how_many_products_can_be_found(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    make.product()
    SearchText.objects.all().delete()
    out = StringIO()

    call_command("search_rebuild", stdout=out)

    assert out.getvalue() == "1 products can be found.\n"
    assert SearchText.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_are_both_in_the_words() -> None:
    product = make.product(title="甲")
    supplier = make.supplier_of(product)
    renamed = threading.Event()

    def rename_product() -> None:
        try:
            row = Product.objects.get(pk=product.pk)
            row.title = "新品"
            renamed.set()
            row.save(update_fields=["title"])
        finally:
            connection.close()

    with transaction.atomic():
        supplier.name = "新社"
        supplier.save(update_fields=["name"])
        other = threading.Thread(target=rename_product)
        other.start()
        assert renamed.wait(10)
    other.join(10)

    text = SearchText.objects.get(product=product).text
    assert " 新 品 " in text
    assert " 新 社 " in text
