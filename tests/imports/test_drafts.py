"""New articles of a table are drafts; of listed ones, what a certificate speaks of waits for a reviewer."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal

import pytest
from django.core.management import call_command

from catalogue.imports import goods
from catalogue.imports.goods import Outcome
from catalogue.listings import reviews, revisions
from catalogue.listings.models import ArticleChange, Revision
from catalogue.models import Product
from catalogue.partner.models import Partner
from tests import make
from tests.imports import tables

CERTIFIED = {
    "title": "新核桃", "title_en": "New", "commodity": "goose", "grade": "特级", "grade_en": "Special",
    "net_content_g": "501 g", "origin": "653223100", "ingredients": "核桃、盐", "ingredients_en": "walnuts, salt",
}  # fmt: skip


def load(supplier: Partner, *said: Mapping[str, str], dry_run: bool = False) -> Outcome:
    outcome = goods.load(
        file=io.BytesIO(tables.as_csv(tables.of(*said))), supplier=supplier, at=make.NOW, dry_run=dry_run
    )
    assert tables.told(outcome.problems) == []
    return outcome


def product(sku: str = "A-1") -> Product:
    return Product.objects.get(stockrecords__partner_sku=sku)


def listed(supplier: Partner, *said: Mapping[str, str]) -> None:
    load(supplier, *said)
    person = make.member(supplier)
    keys = list(Product.objects.filter(stockrecords__partner=supplier).values_list("pk", flat=True))
    revisions.submit(products=keys, partner=supplier, by=person, at=make.NOW)
    seen = dict(Revision.objects.filter(state="submitted").values_list("pk", "edition"))
    reviews.accept(seen=seen, by=make.reviewer(), at=make.NOW)


def test_a_new_row_is_a_draft_that_nobody_sees(supplier: Partner) -> None:
    load(supplier, {}, {"sku": "A-2"})

    assert list(Product.objects.values_list("is_public", flat=True)) == [False, False]
    assert list(Revision.objects.values_list("state", "lists", "values")) == [("draft", True, {})] * 2


def test_a_draft_takes_every_change_at_once(supplier: Partner) -> None:
    load(supplier, {})

    outcome = load(supplier, CERTIFIED)

    assert [each.reviewed for change in outcome.changed for each in change.differences] == [False] * 9
    assert product().title == "新核桃"
    assert Revision.objects.get().values == {}


@pytest.mark.parametrize("key", sorted(CERTIFIED))
def test_a_certified_fact_of_a_listed_article_waits_and_the_rest_of_the_row_does_not(
    supplier: Partner, key: str
) -> None:
    listed(supplier, {key: tables.ROW.get(key, ""), "storage": ""})

    outcome = load(supplier, {key: CERTIFIED[key], "price_fen": "31", "storage": "阴凉处"})

    reviewed = {each.key: each.reviewed for change in outcome.changed for each in change.differences}
    assert reviewed == {key: True, "price_fen": False, "storage": False}
    [revision] = Revision.objects.filter(state="draft")
    assert len(revision.values) == 1 and not revision.lists
    field = next(iter(revision.values))
    assert getattr(product(), field) == revision.base[field] != revision.values[field]
    assert (product().storage, product().stockrecords.get().price) == ("阴凉处", Decimal("31.00"))


def test_a_second_import_of_a_waiting_change_changes_nothing_and_says_so(supplier: Partner) -> None:
    listed(supplier, {}, {"sku": "A-2"})
    load(supplier, {"grade": "特级"}, {"sku": "A-2"})
    before = list(Revision.objects.values())

    outcome = load(supplier, {"grade": "特级"}, {"sku": "A-2"})

    assert (outcome.new, len(outcome.changed), outcome.unchanged, outcome.waiting) == (0, 0, 2, 1)
    assert not outcome.written and list(Revision.objects.values()) == before


def test_another_value_changes_the_open_revision_and_what_it_proposed_besides_stays(supplier: Partner) -> None:
    listed(supplier, {"grade": "一级"})
    load(supplier, {"grade": "特级"})

    load(supplier, {"grade": "一级", "title": "新核桃"})

    [revision] = Revision.objects.filter(state="draft")
    assert revision.values == {"grade": "特级", "title": "新核桃"}
    assert revision.edition == 2


def test_a_dry_run_says_what_would_wait_and_writes_nothing(supplier: Partner) -> None:
    listed(supplier, {})

    outcome = load(supplier, {"grade": "特级", "price_fen": "31"}, dry_run=True)

    assert {each.key: each.reviewed for change in outcome.changed for each in change.differences} == {
        "grade": True, "price_fen": False,
    }  # fmt: skip
    assert not Revision.objects.filter(state="draft").exists()


def test_a_draft_that_is_certified_already_keeps_what_its_certificate_speaks_of(supplier: Partner) -> None:
    load(supplier, {})
    make.certificate(product())

    load(supplier, {"grade": "特级", "spec": "新"})

    assert (product().grade, product().spec) == ("", "新")
    assert Revision.objects.get().values == {"grade": "特级"}


def test_a_draft_whose_certificate_has_ended_changes_freely(supplier: Partner) -> None:
    load(supplier, {})
    make.certificate(product(), until=make.NOW)

    load(supplier, {"grade": "特级"})

    assert product().grade == "特级"


def test_what_a_reviewer_reads_is_a_draft_again_when_its_row_changes(supplier: Partner) -> None:
    load(supplier, {})
    person = make.member(supplier)
    revisions.submit(products=[product().pk], partner=supplier, by=person, at=make.NOW)

    load(supplier, {"spec": "新"})

    row = Revision.objects.get()
    assert (row.state, row.edition) == ("draft", 2)


def test_a_new_price_alone_leaves_the_review_going_on(supplier: Partner) -> None:
    load(supplier, {})
    person = make.member(supplier)
    revisions.submit(products=[product().pk], partner=supplier, by=person, at=make.NOW)

    load(supplier, {"price_fen": "31"})

    assert Revision.objects.get().state == "submitted"


def test_the_history_knows_what_a_table_changed_and_who_sent_it(supplier: Partner) -> None:
    load(supplier, {})
    person = make.user()

    file = tables.as_csv(tables.of({"price_fen": "31", "spec": "新", "category": "poultry"}))
    goods.load(file=io.BytesIO(file), supplier=supplier, at=make.NOW, by=person)

    told = ArticleChange.objects.values_list("field", "before", "after", "by", "at")
    assert sorted(told) == [
        ("category", "walnuts", "poultry", person.pk, make.NOW),
        ("price", "29.80", "31.00", person.pk, make.NOW),
        ("spec", "", "新", person.pk, make.NOW),
    ]


def test_one_article_is_put_by_the_rules_of_a_table(supplier: Partner) -> None:
    person = make.user()

    made = goods.put(articles=[dict(tables.ROW)], supplier=supplier, at=make.NOW, by=person)
    refused = goods.put(articles=[{**tables.ROW, "price_fen": "-1"}], supplier=supplier, at=make.NOW, by=person)

    assert (made.new, made.written) == (1, True)
    assert [problem.column for problem in refused.problems.kept] == ["价格 / Price"]
    assert Revision.objects.get().moves.get().by == person


def test_the_command_says_what_waits(supplier: Partner, tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    listed(supplier, {})
    path = f"{tmp_path}/goods.csv"
    with open(path, "wb") as file:
        file.write(tables.as_csv(tables.of({"grade": "特级"})))

    call_command("import_products", path, "--supplier", "ps-e01")
    call_command("import_products", path, "--supplier", "ps-e01")

    first, second, last = capsys.readouterr().out.splitlines()
    assert first == "row 2, A-1: Grade: - -> 特级 (to be reviewed)"
    assert second.endswith("1 rows, 0 new, 1 changed, 0 unchanged.")
    assert last.endswith("1 unchanged (1 of them waiting for review). Nothing was changed.")
