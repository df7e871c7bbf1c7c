"""The demo world hangs together: codes exist, numbers have their form, goods have a way, pictures repeat."""

import csv
import json
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from shop.demo import pictures

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "shop" / "demo" / "data"
PLACES = ROOT / "catalogue" / "data"
sys.path.insert(0, str(ROOT / "scripts"))

import make_network  # noqa: E402

CLASSES = {"ambient", "cool", "chilled", "frozen"}
ORDER = {"village": 0, "township": 1, "county": 2, "hub": 3, "province": 4}


@cache
def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def load(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def divisions() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in table(PLACES / "divisions-2023.csv")}


def keyed(name: str) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in table(DATA / name)}


def provinces_reached(start: str, temperature: str, legs: list[dict[str, str]]) -> set[str]:
    """Warehouses one can reach from a node over legs that carry a temperature class."""
    ways: dict[str, set[str]] = {}
    for leg in legs:
        if temperature in leg["temperatures"].split():
            ways.setdefault(leg["origin"], set()).add(leg["destination"])
    seen, waiting = {start}, [start]
    while waiting:
        for there in ways.get(waiting.pop(), set()) - seen:
            seen.add(there)
            waiting.append(there)
    return {code for code in seen if code.startswith("P")}


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10."""
    state = 10
    for digit in digits:
        state = ((state + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - state) % 10)


def test_categories_form_a_tree_and_commodities_sit_on_its_leaves() -> None:
    categories = keyed("categories.csv")
    parents = {row["parent"] for row in categories.values()} - {""}

    assert parents <= categories.keys()
    assert {row["category"] for row in table(DATA / "commodities.csv")} == categories.keys() - parents


def test_every_commodity_has_a_class_months_and_a_drawing() -> None:
    commodities = keyed("commodities.csv")

    assert {row["temperature_class"] for row in commodities.values()} == CLASSES
    assert all(1 <= int(m) <= 12 for row in commodities.values() for m in row["harvest_months"].split())
    assert set(pictures.COMMODITIES) == commodities.keys()


def test_suppliers_stand_in_existing_places_and_feed_an_existing_node() -> None:
    nodes = keyed("nodes.csv")

    for supplier in load("suppliers.json"):
        assert divisions()[supplier["township"]]["parent"] == supplier["county"]
        assert supplier["node"] in nodes
        if supplier["kind"] == "cooperative":
            assert divisions()[supplier["village"]]["parent"] == supplier["township"]
            assert nodes[supplier["node"]]["place"] == supplier["village"]


def test_supplier_codes_and_names_are_unique() -> None:
    suppliers = load("suppliers.json")

    for field in ("code", "name", "name_en"):
        assert len({s[field] for s in suppliers}) == len(suppliers)


@pytest.mark.parametrize("name", ["方圆绿色", "昆仑绿源", "和睦家", "萨扎木", "优珍食品"])
def test_no_supplier_bears_the_name_of_a_real_applicant(name: str) -> None:
    assert [s["name"] for s in load("suppliers.json") if name in s["name"]] == []


def test_pishan_has_five_enterprises_with_at_least_19_products() -> None:
    enterprises = {s["code"] for s in load("suppliers.json") if s["county"] == "653223" and s["kind"] == "enterprise"}
    sold = Counter(p["supplier"] for p in load("products.json"))

    assert len(enterprises) == 5
    assert sum(sold[code] for code in enterprises) >= 19


def test_there_are_at_least_64_products_with_unique_skus_and_titles_in_a_supplier() -> None:
    products = load("products.json")

    assert len(products) >= 64
    assert len({p["sku"] for p in products}) == len(products)
    assert len({(p["supplier"], p["title"]) for p in products}) == len(products)


def test_a_product_belongs_to_its_supplier_and_comes_from_a_township_of_its_county() -> None:
    suppliers = {s["code"]: s for s in load("suppliers.json")}

    for product in load("products.json"):
        supplier = suppliers[product["supplier"]]
        assert product["commodity"] in supplier["commodities"]
        assert divisions()[product["origin"]]["parent"] == supplier["county"]


def test_every_commodity_is_sold() -> None:
    assert {p["commodity"] for p in load("products.json")} == keyed("commodities.csv").keys()


def test_prices_weights_and_shelf_lives_are_whole_and_positive() -> None:
    for product in load("products.json"):
        for field in ("price_fen", "net_content_g", "shelf_life_days"):
            assert type(product[field]) is int and product[field] > 0, (product["sku"], field)


def test_no_product_text_is_empty() -> None:
    texts = ("title", "description", "spec", "storage", "grade")
    missing = [
        (product["sku"], field + ending)
        for product in load("products.json")
        for field in texts
        for ending in ("", "_en")
        if not product[field + ending].strip()
    ]

    assert missing == []


@pytest.mark.parametrize(
    "word", ["治疗", "预防", "养颜", "补血", "美容", "降血", "增强免疫", "政府推荐", "特供", "第一品牌"]
)
def test_no_product_claims_health_or_an_official_endorsement(word: str) -> None:
    assert [p["sku"] for p in load("products.json") if word in p["title"] + p["description"]] == []


def test_a_licence_has_sc_14_digits_its_county_and_a_check_digit() -> None:
    licences = [(p["origin"][:6], p["licence"]) for p in load("products.json") if p["licence"]]

    assert licences
    for county, licence in licences:
        assert re.fullmatch(r"SC\d{14}", licence)
        assert licence[5:11] == county
        assert licence[15] == check_digit(licence[2:15])


def test_raw_produce_has_no_licence_and_always_processed_food_has_one() -> None:
    for product in load("products.json"):
        if product["commodity"] in ("pomegranate", "walnut-in-shell", "lamb", "frozen-goose", "frozen-rabbit"):
            assert product["licence"] == "", product["sku"]
        if product["commodity"] in ("naan", "donkey-milk-powder", "walnut-kernel", "dried-vegetables"):
            assert product["licence"], product["sku"]


def test_exactly_frozen_meat_has_a_quarantine_number() -> None:
    frozen = {c for c, row in keyed("commodities.csv").items() if row["temperature_class"] == "frozen"}

    assert {p["commodity"] for p in load("products.json") if p["quarantine_no"]} == frozen
    assert all(bool(p["quarantine_no"]) == (p["commodity"] in frozen) for p in load("products.json"))


def test_fresh_products_are_those_of_perishable_commodities() -> None:
    perishable = {c for c, row in keyed("commodities.csv").items() if row["perishable"] == "true"}

    assert all(p["fresh"] == (p["commodity"] in perishable) for p in load("products.json"))


def test_nodes_stand_in_existing_places_and_say_how_their_position_is_known() -> None:
    nodes = keyed("nodes.csv")

    assert {row["place"] for row in nodes.values()} <= divisions().keys()
    assert {row["position_basis"] for row in nodes.values()} == {"estimate"}
    assert all(18 < float(row["lat"]) < 54 and 73 < float(row["lon"]) < 135 for row in nodes.values())
    assert all(set(row["temperatures"].split()) <= CLASSES for row in nodes.values())


def test_the_network_has_every_tier_and_a_warehouse_in_each_province() -> None:
    tiers = Counter(row["tier"] for row in table(DATA / "nodes.csv"))

    assert tiers == {"village": 24, "township": 15, "county": 14, "hub": 4, "province": 31}


def test_a_leg_leads_up_the_tiers_between_nodes_that_can_carry_its_goods() -> None:
    nodes = keyed("nodes.csv")

    for leg in table(DATA / "legs.csv"):
        a, b = nodes[leg["origin"]], nodes[leg["destination"]]
        assert ORDER[a["tier"]] < ORDER[b["tier"]]
        assert set(leg["temperatures"].split()) <= set(a["temperatures"].split()) & set(b["temperatures"].split())
        assert leg["basis"] in (make_network.PUBLISHED, make_network.ESTIMATE)
        assert min(int(leg[f]) for f in ("distance_km", "minutes", "fixed_fen", "fen_per_kg")) > 0


def test_no_leg_goes_round_the_county_centre() -> None:
    nodes = keyed("nodes.csv")

    past = [
        leg
        for leg in table(DATA / "legs.csv")
        if ORDER[nodes[leg["origin"]]["tier"]] < 2 < ORDER[nodes[leg["destination"]]["tier"]]
    ]

    assert past == []


def test_the_legs_file_is_what_the_script_makes() -> None:
    kept = [tuple(row.values()) for row in table(DATA / "legs.csv")]

    assert kept == [tuple(str(value) for value in leg) for leg in make_network.make_legs()]


@pytest.mark.parametrize(
    ("origin", "destination", "km"), [("C653223", "H6532", 191), ("C653126", "H6531", 256), ("H6531", "P65", 1480)]
)
def test_published_distances_are_used_where_they_exist(origin: str, destination: str, km: int) -> None:
    found = {(leg["distance_km"], leg["basis"]) for leg in table(DATA / "legs.csv")
             if (leg["origin"], leg["destination"]) == (origin, destination)}  # fmt: skip

    assert found == {(str(km), make_network.PUBLISHED)}


def test_every_supplier_reaches_all_31_provinces_with_each_class_it_sells() -> None:
    classes = {code: row["temperature_class"] for code, row in keyed("commodities.csv").items()}
    legs = table(DATA / "legs.csv")

    for supplier in load("suppliers.json"):
        for temperature in {classes[c] for c in supplier["commodities"]}:
            for start in (supplier["node"], f"C{supplier['county']}"):
                assert len(provinces_reached(start, temperature, legs)) == 31, (supplier["code"], start, temperature)


def test_without_frozen_line_haul_frozen_goods_reach_nowhere() -> None:
    legs = [leg for leg in table(DATA / "legs.csv") if not leg["origin"].startswith("H")]

    assert provinces_reached("C653223", "frozen", legs) == set()


def test_some_village_has_no_cold_way_but_an_ambient_one() -> None:
    legs = table(DATA / "legs.csv")
    villages = [code for code, row in keyed("nodes.csv").items() if row["tier"] == "village"]

    stranded = [v for v in villages if not provinces_reached(v, "chilled", legs) | provinces_reached(v, "frozen", legs)]

    assert stranded
    assert all(len(provinces_reached(v, "ambient", legs)) == 31 for v in stranded)


def test_a_dozen_units_stand_in_partner_provinces() -> None:
    units = table(DATA / "units.csv")
    donors = {row["donor"][:2] for row in table(PLACES / "pairings.csv")}

    assert len(units) == 12
    assert {u["province"] for u in units} <= donors
    assert all(u["county"] in divisions() and u["county"].startswith(u["province"]) for u in units)
    assert {u["kind"] for u in units} == {"school", "hospital", "union", "agency"}
    assert {u["canteen"] for u in units} == {"true", "false"}


def test_pages_cover_what_the_site_promises_and_stories_are_short_in_both_languages() -> None:
    pages = load("pages.json")
    told = {p["slug"]: p["body"][0]["value"] for p in pages if p["kind"] == "story"}

    counts = {"home": 1, "text": 3, "index": 3, "county": 10, "story": 6, "campaign": 1}
    assert Counter(p["kind"] for p in pages) == counts
    assert {p["county"] for p in pages if p["kind"] == "county"} == {s["county"] for s in load("suppliers.json")}
    assert [slug for slug, words in told.items() if not 80 <= len(words["en"].split()) <= 200] == []
    assert [slug for slug, words in told.items() if not 150 <= len(words["zh"]) <= 400] == []


def test_a_story_names_an_existing_supplier_and_something_it_sells() -> None:
    suppliers = {s["code"]: s for s in load("suppliers.json")}

    for page in load("pages.json"):
        if page["kind"] == "story":
            assert page["commodity"] in suppliers[page["supplier"]]["commodities"]


def test_each_consent_purpose_has_one_first_version_in_each_language() -> None:
    found = Counter((t["purpose"], t["language"], t["version"]) for t in load("consent_texts.json"))

    assert found == {(p, lang, 1): 1 for p in ("settlement", "aggregate_count", "story") for lang in ("zh-hans", "en")}


@pytest.mark.parametrize("commodity", pictures.COMMODITIES)
def test_a_picture_is_the_same_twice_and_changes_with_its_variant(commodity: str) -> None:
    first, again, other = (pictures.draw(commodity, variant=v, size=240) for v in (1, 1, 2))

    assert first.size == (240, 240) and first.mode == "RGB"
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_a_landscape_is_the_same_twice_and_changes_with_its_seed() -> None:
    first, again, other = (pictures.landscape(seed, (320, 180)) for seed in (1, 1, 2))

    assert first.size == (320, 180)
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_an_unknown_commodity_has_no_picture() -> None:
    with pytest.raises(KeyError, match="No drawing for 'camel'"):
        pictures.draw("camel", variant=1)
