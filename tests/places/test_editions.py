"""An edition over another: what stays, what is another thing under the same code, what ends, and what points at it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from catalogue.imports.lists import of as lists_of
from catalogue.models import FormerName, Place, Product
from catalogue.places import editions, names, standing
from catalogue.places.plan import Plan, TooOld
from shop.checkout import forms
from shop.order import addresses
from shop.order.models import ShippingAddress
from shop.reports import selfcheck
from tests import make
from tests.places import tables
from tests.places.tables import ABOVE, LOADED, NEW_YEAR, OLD, load, load_old

pytestmark = pytest.mark.django_db
DUWA = "653223101"
# 杜瓦镇 has the code of 新镇 now, 赛图拉镇 is gone, 昆仑镇 is new; the file says nothing of villages.
NEW = (*ABOVE, ("653223100", "固玛镇"), (DUWA, "新镇"), ("653223103", "昆仑镇"))


def made(*rows: tuple[str, ...], **options: object) -> Plan:
    outcome = load(*rows, **options)  # type: ignore[arg-type]
    assert outcome.plan is not None, [str(each.refusal) for each in outcome.table.problems.kept]
    return outcome.plan


def rows() -> list[tuple[str, str, str, date, date | None]]:
    fields = ("code", "digits", "name", "valid_from", "valid_to")
    return list(Place.objects.filter(level__in=["township", "village"]).values_list(*fields))


def test_a_division_keeps_its_row_only_with_its_code_and_its_name() -> None:
    load_old()

    made(*NEW)

    old, new = date(2023, 1, 1), NEW_YEAR
    assert rows() == [
        ("653223100", "653223100", "固玛镇", old, None),
        ("653223101", "653223101", "杜瓦镇", old, new),
        ("653223101200", "653223101200", "一村", old, new),
        ("653223102", "653223102", "赛图拉镇", old, new),
        ("653223103", "653223103", "昆仑镇", new, None),
        ("653223b101", "653223101", "新镇", new, None),
    ]
    assert selfcheck.run(at=LOADED) == []


def test_the_plan_says_what_is_new_another_and_ended() -> None:
    load_old()

    plan = made(*NEW, dry_run=True)

    assert [(each.before.name, each.after.name) for each in plan.other] == [("杜瓦镇", "新镇")]
    assert [each.division.name for each in plan.new] == ["新镇", "昆仑镇"]
    assert [each.name for each in plan.ended] == ["赛图拉镇", "一村"]
    assert plan.kept == 4 and plan.area == {"prefecture": 1, "county": 1}


def test_a_dry_run_writes_nothing() -> None:
    load_old()
    before = rows()

    outcome = load(*NEW, dry_run=True)

    assert rows() == before and not outcome.written


def test_a_second_load_changes_nothing_and_says_so() -> None:
    load_old()
    load(*NEW)
    before = rows()

    again = load(*NEW)

    assert again.plan is not None and again.plan.is_empty and not again.written
    assert rows() == before


def test_a_village_under_a_township_that_is_another_now_is_another_too() -> None:
    load_old()

    plan = made(*NEW, ("653223101200", "一村"))

    assert [each.before.key for each in plan.moved] == ["653223101200"]
    [now] = Place.objects.current().filter(digits="653223101200")
    assert (now.pk, now.parent_id) == ("653223b101200", "653223b101")


def test_a_third_bearer_of_a_code_gets_the_next_letter_and_a_village_keeps_its_townships() -> None:
    load_old()
    load(*NEW, (f"{DUWA}200", "一村"))

    made(*ABOVE, (DUWA, "杜瓦镇"), (f"{DUWA}200", "一村"), edition="2027", on=date(2026, 5, 1))
    made(*ABOVE, (DUWA, "杜瓦镇"), (f"{DUWA}200", "二村"), edition="2028", on=date(2026, 6, 1))

    assert [place.pk for place in Place.objects.filter(digits=DUWA)] == ["653223101", "653223b101", "653223c101"]
    [village] = Place.objects.current().filter(digits=f"{DUWA}200")
    assert (village.pk, village.name) == ("653223c101b200", "二村")
    assert selfcheck.run(at=LOADED) == []


def test_a_county_with_another_name_is_the_same_renamed_and_its_former_name_is_kept() -> None:
    load_old()

    plan = made(*ABOVE[:2], ("653223", "皮山市"), *OLD[3:])

    assert [each.after.name for each in plan.renamed] == ["皮山市"] and plan.ended == []
    county = Place.objects.get(pk="653223")
    assert (county.name, county.valid_to) == ("皮山市", None)
    [former] = FormerName.objects.all()
    assert (former.name, former.valid_from, former.valid_to) == ("皮山县", date(2023, 1, 1), NEW_YEAR)
    assert [str(each) for each in names.known([county], at=LOADED - timedelta(seconds=1))] == ["皮山县"]
    assert [str(each) for each in names.known([county], at=LOADED)] == ["皮山市"]


def test_what_is_outside_the_lists_of_a_file_is_left_as_it_is() -> None:
    load_old()
    load(("31", "上海市"), ("6531", "喀什地区"), ("653126", "叶城县"), ("653126100", "喀格勒克镇"), on=date(2024, 1, 1))

    plan = made(("65", "新疆维吾尔自治区"), ("6532", "和田地区"), ("653224", "洛浦县"))

    assert {each.code for each in plan.ended} == {"653223", *(code for code, _name in OLD[3:])}
    assert plan.area == {"prefecture": 1}  # counties of 和田地区; neither another prefecture nor another province


def test_a_prefecture_ends_with_all_that_lies_in_it_where_the_file_calls_it_abolished() -> None:
    load_old()

    plan = made(("65", "新疆维吾尔自治区"), ("6532", "和田地区（撤销）"))

    assert [each.code for each in plan.ended] == ["6532", "653223", *(code for code, _name in OLD[3:])]


def test_a_file_that_leaves_a_counties_townships_out_ends_none_of_them() -> None:
    load_old()

    plan = made(*ABOVE, ("653224", "洛浦县"), ("653224100", "洛浦镇"))

    assert plan.ended == []


def test_a_county_that_comes_back_is_the_same_again() -> None:
    load_old()
    load(*ABOVE[:2], ("653224", "洛浦县"))

    plan = made(*ABOVE[:2], ("653224", "洛浦县"), ("653223", "皮山县"), edition="2027", on=date(2026, 5, 1))

    assert [each.before.key for each in plan.back] == ["653223"]
    assert Place.objects.get(pk="653223").valid_to is None


def test_a_township_whose_county_is_unknown_or_leaves_is_refused_and_nothing_is_written() -> None:
    load_old()
    before = rows()

    unknown = load(("653224100", "洛浦镇"))
    leaving = load(*ABOVE[:2], ("653224", "洛浦县"), ("653223100", "固玛镇"))

    assert [(each.row, each.column, each.value) for each in unknown.table.problems.kept] == [(2, "parent", "653224")]
    assert [(each.row, each.column, each.value) for each in leaving.table.problems.kept] == [(5, "parent", "653223")]
    assert rows() == before


def test_an_older_edition_is_not_put_over_a_newer_one() -> None:
    load_old()
    load(*NEW)

    with pytest.raises(TooOld, match="杜瓦镇 stands as it is since 2026-01-01"):
        load_old()


def test_when_the_last_step_fails_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    load_old()
    before = rows()
    monkeypatch.setattr(editions, "_rename", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        load(*NEW)

    assert rows() == before


def test_a_code_is_asked_for_together_with_a_day() -> None:
    load_old()
    load(*NEW)

    found = [editions.bearer(digits=DUWA, on=day) for day in (date(2022, 1, 1), date(2025, 12, 31), NEW_YEAR)]

    assert [place and place.name for place in found] == [None, "杜瓦镇", "新镇"]


def test_an_order_goes_on_naming_the_township_and_county_it_was_sent_to() -> None:
    load_old()
    address = ShippingAddress.objects.create(division_id=DUWA, country=addresses._country(), line4="杜瓦镇")

    load(*ABOVE[:2], ("653223", "皮山市"), *NEW[3:])
    kept = ShippingAddress.objects.get(pk=address.pk).division

    before, after = LOADED - timedelta(days=1), LOADED
    assert addresses.place_names(kept, at=before) == ["新疆维吾尔自治区", "和田地区", "皮山县", "杜瓦镇"]
    assert addresses.place_names(kept, at=after)[2:] == ["皮山市", "杜瓦镇"]  # the control: the moment decides
    assert kept is not None
    assert str(editions.bearer(digits=kept.digits, on=NEW_YEAR)) == "新镇"  # what a join by code would say


def test_what_stands_on_a_place_that_is_no_more_waits_for_a_person_and_still_says_where_it_was() -> None:
    load_old()
    product = make.product(origin=Place.objects.get(pk=DUWA), title="核桃")
    make.node("v1", "village", at="653223101200")
    assert standing.waiting() == []

    load(*NEW)

    told = [(each.place.name, each.what, each.number) for each in standing.waiting()]
    assert told == [("杜瓦镇", "product.origin", 1), ("一村", "node.place", 1)]
    assert str(Product.objects.get(pk=product.pk).origin) == "杜瓦镇"


def test_what_is_no_more_is_chosen_in_no_form_and_its_successor_is() -> None:
    load_old()
    load(*ABOVE[:2], ("653224", "洛浦县"), ("653224101", "新镇"))
    load(*ABOVE[:2], ("653224", "洛浦县"), ("653224101", "又新镇"), edition="2027", on=date(2026, 5, 1))

    assert list(forms.places("county", "6532"))[1:] == ["653224"]
    assert addresses.division_of(addresses.Address("", "", "653223100", "")) is None
    now = addresses.division_of(addresses.Address("", "", "653224101", ""))
    assert now is not None and now.name == "又新镇"
    assert lists_of(date(2026, 6, 1))["origin"] == {"653224": ("653224",), "653224101": ("653224b101",)}


@pytest.mark.parametrize(
    "change",
    [{"name": "新名"}, {"parent_id": "6532"}, {"valid_from": date(2020, 1, 1)}, {"level": "village"}],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_to_make_another_thing_of_a_township(change: dict[str, object]) -> None:
    load_old()

    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.filter(pk=DUWA).update(**change)

    assert Place.objects.filter(pk=DUWA).update(name_en="Duwa") == 1  # the control: its English name is free


def test_the_database_refuses_a_county_another_name_before_the_former_is_written() -> None:
    load_old()

    with pytest.raises(IntegrityError, match="write that former name"), transaction.atomic():
        Place.objects.filter(pk="653223").update(name="皮山市")
    make.rename("653223", "皮山市")

    assert Place.objects.get(pk="653223").name == "皮山市"


def test_the_database_refuses_a_second_bearer_of_a_code_on_the_same_day() -> None:
    load_old()
    fields = {
        "level": "township",
        "name": "乙镇",
        "edition": "x",
        "parent_id": "653223",
        "valid_from": date(2025, 1, 1),
    }

    with pytest.raises(IntegrityError, match="one_bearer"), transaction.atomic():
        Place.objects.create(code="653223b101", **fields)
    Place.objects.filter(pk=DUWA).update(valid_to=date(2025, 1, 1))

    assert Place.objects.create(code="653223b101", **fields).pk  # the control: a day later it may


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [("653224100", "township", "653223"), ("653223", "township", "6532"), ("65322A100", "township", "653223")],
)
def test_the_database_refuses_a_key_that_is_none_or_lies_elsewhere(code: str, level: str, parent: str) -> None:
    load_old()

    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(
            code=code, level=level, parent_id=parent, name="甲", edition="x", valid_from=date(2020, 1, 1)
        )


def test_a_table_in_another_encoding_gives_the_same_names() -> None:
    file = tables.file(OLD, encoding="gb18030")

    editions.load(file=file, edition="2023", on=date(2023, 1, 1), at=LOADED)

    assert Place.objects.get(pk=DUWA).name == "杜瓦镇"
