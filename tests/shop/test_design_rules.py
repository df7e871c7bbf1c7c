"""What docs/design.md promises: contrast, no left or right, nothing inline, nothing from another host."""

import re
from pathlib import Path

import pytest

SHOP = Path(__file__).parents[2] / "shop"
STATIC = SHOP / "static" / "shop"
COMPONENTS = SHOP / "jinja2" / "components"
STYLE_SHEETS = sorted(STATIC.glob("*.css"))
PAGES = [
    *sorted((SHOP / "templates").glob("base*.html")),
    *sorted((SHOP / "templates").glob("[45]0?.html")),
    *sorted((SHOP / "jinja2").glob("frame/*.html")),
    SHOP / "jinja2" / "frame.html",
]
LETTERS = SHOP / "templates" / "order" / "mail.html"  # letters need their styles inline
TEMPLATES = sorted({*(SHOP / "templates").rglob("*.html"), *(SHOP / "jinja2").rglob("*.html")} - {LETTERS})

GROUNDS = ("paper", "surface", "sunk")
TEXT = [
    *((ink, ground) for ink in ("ink", "soft", "poplar", "canal", "pomegranate", "apricot") for ground in GROUNDS),
    *((ink, f"{ink}-wash") for ink in ("poplar", "canal", "pomegranate", "apricot")),
    *(("ink", f"{wash}-wash") for wash in ("poplar", "canal", "pomegranate", "apricot")),
    ("on-poplar", "poplar"),
    ("on-pomegranate", "pomegranate"),
    ("on-foot", "foot"),
    ("foot-link", "foot"),
]
DRAWN = [
    (mark, ground)
    for mark in ("edge", "part-household", "part-supplier", "part-transport", "part-platform", "part-tax")
    for ground in GROUNDS
]


def blocks() -> list[dict[str, str]]:
    """Read the colours of tokens.css: light, dark by the system, dark by the reader's choice."""
    rules = re.findall(r"\{([^{}]*--paper[^{}]*)\}", (STATIC / "tokens.css").read_text())
    return [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", rule)) for rule in rules]


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb". Source: WCAG 2.2, definition of relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_knows_its_two_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_both_dark_schemes_are_the_same() -> None:
    _, by_system, by_choice = blocks()

    assert by_system == by_choice


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out_by_four_and_a_half(scheme: int, ink: str, ground: str) -> None:
    colours = blocks()[scheme]

    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), DRAWN)
def test_what_is_drawn_stands_out_by_three(scheme: int, mark: str, ground: str) -> None:
    colours = blocks()[scheme]

    assert contrast(colours[mark], colours[ground]) >= 3


PHYSICAL = re.compile(
    r"^\s*(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|float|(?:min-|max-)?(?:width|height)"
    r"|text-align:\s*(?:left|right))\b",
    re.MULTILINE,
)


def test_a_physical_direction_would_be_found() -> None:
    assert PHYSICAL.search("a {\n  margin-left: 1px;\n}")
    assert PHYSICAL.search("a {\n  text-align: right;\n}")


@pytest.mark.parametrize("sheet", STYLE_SHEETS, ids=lambda path: path.name)
def test_style_sheets_name_no_left_or_right(sheet: Path) -> None:
    assert PHYSICAL.findall(sheet.read_text()) == []


INLINE = re.compile(r"\sstyle=|<style|\son(?!e=)[a-z]+=|javascript:|<script(?![^>]*\ssrc=)")


def test_an_inline_handler_would_be_found() -> None:
    assert INLINE.search('<a href="#" onclick="x()">')
    assert INLINE.search("<script>x()</script>")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_nothing_a_strict_policy_refuses(template: Path) -> None:
    assert INLINE.findall(template.read_text()) == []


@pytest.mark.parametrize("path", [*TEMPLATES, *sorted(STATIC.rglob("*.*"))], ids=lambda path: path.name)
def test_nothing_is_fetched_from_another_host(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")

    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text) == []


@pytest.mark.parametrize("component", sorted(COMPONENTS.glob("*.html")), ids=lambda path: path.name)
def test_a_component_begins_with_when_to_use_it(component: Path) -> None:
    first = component.read_text().splitlines()[0]

    assert re.fullmatch(r"\{# .+\bTakes\b.+ #\}", first)


@pytest.mark.parametrize("component", sorted(COMPONENTS.glob("*.html")), ids=lambda path: path.name)
def test_the_style_guide_shows_every_component(component: Path) -> None:
    style_guide = (SHOP / "templates" / "styleguide.html").read_text()
    shown = open_names = set(re.findall(r'"components/(\w+)\.html"', style_guide))
    while open_names:
        held = "".join((COMPONENTS / f"{name}.html").read_text() for name in open_names)
        open_names = set(re.findall(r'\bcomponent\("(\w+)"', held)) - shown
        shown = shown | open_names

    assert component.stem in shown
