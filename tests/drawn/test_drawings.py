"""The three explanations: every step drawn and said, in both languages."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

DRAWN = Path(__file__).parents[2] / "shop" / "jinja2" / "components" / "drawings"
STEPS = {"certification": 5, "sharing": 2, "delivery": 6}
TIERS = ("village", "township", "county", "hub", "warehouse", "door")


def drawing(name: str, language: str = "en", **more: str) -> str:
    with translation.override(language):
        return render_to_string("components/drawing.html", {"name": name, **more})


@pytest.mark.parametrize("name", STEPS)
def test_every_step_has_a_picture_with_a_title_and_words(name: str) -> None:
    page = drawing(name)

    assert page.count('class="drawing__step"') == STEPS[name]
    assert len(re.findall(r'<title id="[^"]+">[^<]{10,}</title>', page)) >= STEPS[name]
    assert len(re.findall(r'class="drawing__text">[^<]{20,}<', page)) == STEPS[name]
    assert page.count("<path") > 6 * STEPS[name]


@pytest.mark.parametrize("name", STEPS)
def test_every_id_is_one_of_its_kind_and_every_reference_finds_it(name: str) -> None:
    page = drawing(name, title="x") + drawing(name, title="x", id="second")

    ids = re.findall(r'\bid="([^"]+)"', page)
    meant = {each for found in re.findall(r'aria-labelledby="([^"]+)"', page) for each in found.split()}
    assert len(ids) == len(set(ids))
    assert meant <= set(ids)


def test_the_price_flows_to_five_parts_and_says_so() -> None:
    page = drawing("sharing")

    assert page.count("<desc") == 1
    assert re.findall(r'class="swatch part-(\w+)"', page) == ["household", "supplier", "transport", "platform", "tax"]


def test_the_way_of_the_goods_passes_every_tier_in_order() -> None:
    assert re.findall(r'aria-labelledby="delivery-(\w+)"', drawing("delivery")) == list(TIERS)


def test_an_unknown_drawing_draws_nothing_and_breaks_nothing() -> None:
    assert "<svg" not in drawing("surprise")


@pytest.mark.parametrize("path", sorted(DRAWN.rglob("*.html")), ids=lambda path: path.name)
def test_drawings_carry_no_colour_style_or_script_of_their_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"\sstyle=|<style|<script|\son[a-z]+=|javascript:|#[0-9a-f]{3,6}\b\"|https?:", text) == []
