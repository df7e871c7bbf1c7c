"""Templates in Jinja2 and in Django's own language reach each other, and neither says less or more for it."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Engine, Template, TemplateDoesNotExist, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy

from shop import jinja


def made_of(source: str, **values: object) -> str:
    return jinja.environment().from_string(source).render(values).replace("\n", "")


def in_django(source: str, **values: object) -> str:
    return engines["django"].from_string(source).render(values).strip()


@pytest.mark.parametrize("name", jinja.environment().list_templates())
def test_every_template_compiles(name: str) -> None:
    assert isinstance(Engine.get_default().get_template(name), jinja.Template)


def test_djangos_templates_include_a_component() -> None:
    page = in_django('{% include "components/price.html" with fen=fen unit="500 g" only %}', fen=1250)

    assert page == '<span class="price">¥12.50 <span class="price__unit">/ <bdi>500 g</bdi></span></span>'


def test_a_component_sees_nothing_else_of_the_page() -> None:
    assert "500 g" not in made_of('{{ component("price", fen=fen) }}', fen=1250, unit="500 g")
    assert "500 g" in made_of('{{ component("price", fen=fen, unit=unit) }}', fen=1250, unit="500 g")


def test_what_people_wrote_is_escaped_once() -> None:
    page = made_of('{{ component("pill", label=label) }}{{ label }}', label="<b>&</b>")

    assert page == '<span class="pill">&lt;b&gt;&amp;&lt;/b&gt;</span>&lt;b&gt;&amp;&lt;/b&gt;'


def test_texts_are_in_the_language_of_the_moment_they_are_shown() -> None:
    words = gettext_lazy("Basket")

    with translation.override("zh-hans"):
        chinese = made_of('{{ _("Basket") }} {{ words }}', words=words)
    with translation.override("en"):
        english = made_of('{{ _("Basket") }} {{ words }}', words=words)

    assert chinese == "购物篮 购物篮"
    assert english == "Basket Basket"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 9, 14), "14 September 2026"),
        (datetime(2026, 9, 14, 17, 0, tzinfo=UTC), "15 September 2026, 01:00"),
        (14, "14"),
        ("2026-09-14", "2026-09-14"),
    ],
)
def test_a_day_or_a_moment_is_never_shown_as_a_machine_writes_it(value: object, written: str) -> None:
    with translation.override("en"):
        assert made_of("{{ value }}", value=value) == written


def test_a_moment_for_machines_is_that_of_shanghai() -> None:
    moment = datetime(2026, 9, 14, 17, 0, tzinfo=UTC)

    assert made_of('{{ at|date("c") }}', at=moment) == "2026-09-15T01:00:00+08:00"
    assert in_django('{{ at|date:"c" }}', at=moment) == "2026-09-15T01:00:00+08:00"


@pytest.mark.parametrize(("row", "answer"), [({"count": 0}, "yes"), ({"count": None}, "no"), ({}, "no")])
def test_given_tells_nothing_from_none(row: dict[str, int | None], answer: str) -> None:
    assert made_of("{% if row.count is given %}yes{% else %}no{% endif %}", row=row) == answer


def test_neighbours_that_are_alike_stand_together_in_their_order() -> None:
    rows = [{"line": "walnuts"}, {"line": "walnuts"}, {"line": "dates"}, {}]

    assert [(str(line), len(theirs)) for line, theirs in jinja.runs(rows, "line")] == [
        ("walnuts", 2),
        ("dates", 1),
        ("", 1),
    ]


def test_an_address_keeps_its_other_parameters() -> None:
    parameters = RequestFactory().get("/products/?query=红枣&page=2").GET

    assert jinja.with_parameter(parameters, page=3) == "?query=%E7%BA%A2%E6%9E%A3&page=3"
    assert parameters["page"] == "2"


def test_context_processors_serve_a_page_in_jinja() -> None:
    request = RequestFactory().get("/products/")

    page = render_to_string("frame.html", {}, request)

    assert 'data-visitor="' in page
    assert "<title> · " in page


def test_a_name_that_nobody_wrote_is_looked_for_on() -> None:
    with pytest.raises(TemplateDoesNotExist):
        jinja.Loader(Engine.get_default()).get_template("base.html")

    assert isinstance(Engine.get_default().get_template("base.html"), Template)


def test_a_template_keeps_the_context_it_is_included_in() -> None:
    template = Engine.get_default().get_template("components/pill.html")

    assert template.render(Context({"label": "new"})).strip() == '<span class="pill">new</span>'
