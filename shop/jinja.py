"""Templates in Jinja2 within Django's own engine: what stands under shop/jinja2.

The components, the frame of every page and the storefront are rendered more often than all the rest. Jinja2 makes
Python of a template once, and a list of 24 products then takes a small part of the time (docs/adr/0009). Django's
templates include a component like one of their own, `{% include "components/price.html" with fen=fen only %}`; among
themselves they write `{{ component("price", fen=fen) }}`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any

import jinja2
from django.conf import settings
from django.http import QueryDict
from django.template import Context, Engine, Origin, TemplateDoesNotExist, defaultfilters
from django.template.loaders.base import Loader as BaseLoader
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from markupsafe import Markup

from catalogue.days import SHANGHAI
from shop.templatetags import shop_drawn, shop_format, shop_machine

FOLDER = settings.BASE_DIR / "shop" / "jinja2"


class Template:
    """A template in Jinja2 as Django's engine expects one."""

    def __init__(self, template: jinja2.Template, engine: Engine) -> None:
        self.template, self.engine = template, engine
        self.name = template.name or ""
        self.origin = Origin(template.filename or self.name, self.name)

    def render(self, context: Context) -> SafeString:
        if context.template is not None:
            return self._render(context)
        with context.bind_template(self):  # type: ignore[arg-type]  # the context processors run here
            return self._render(context)

    def _render(self, context: Context) -> SafeString:
        return mark_safe(self.template.render(context.flatten()))


class Loader(BaseLoader):
    """Finds the templates of Jinja2; stands before Django's own loaders."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._found: dict[str, Template] = {}
        self._names = frozenset(environment().list_templates())

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:  # type: ignore[override]
        if template_name not in self._names:
            raise TemplateDoesNotExist(template_name)
        if settings.DEBUG or template_name not in self._found:  # Jinja2 reads a changed file anew
            self._found[template_name] = Template(environment().get_template(template_name), self.engine)
        return self._found[template_name]


@cache
def environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        auto_reload=settings.DEBUG,
        finalize=_written,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(gettext, ngettext)  # type: ignore[attr-defined]
    made.globals |= {
        "_": gettext,  # not by way of the name that `trans` uses
        "component": component,
        "address": address,
        "static": static if settings.DEBUG else cache(static),  # a file's hashed name stays while the process runs
        "with_parameter": with_parameter,
        "drawn_land": shop_drawn.drawn_land,
        "county_map": shop_drawn.map_of_counties,
        "month_or_now": shop_drawn.month_or_now,
        "product_data": shop_machine.product_data,
        "breadcrumb_data": shop_machine.breadcrumb_data,
    }
    made.filters |= shop_format.register.filters | {
        "date": _date,
        "linebreaksbr": defaultfilters.linebreaksbr,
        "runs": runs,
    }
    made.tests["given"] = _is_given
    return made


def component(name: str, /, **values: Any) -> Markup:
    """A component by its name, "price" or "drawings/step", with these values and nothing else of the page."""
    made = environment()
    template = made.get_template(f"components/{name}.html")
    context = template.new_context(made.globals | values, shared=True)  # one look-up for both, and no copy
    return Markup("".join(template.root_render_func(context)))  # noqa: S704  it escapes


def with_parameter(parameters: QueryDict, /, **values: object) -> str:
    """The query of an address, "?query=…&page=2", with these parameters instead of its own."""
    changed = parameters.copy()
    for name, value in values.items():
        changed[name] = str(value)
    return f"?{changed.urlencode()}"


def runs(things: Iterable[object], name: str) -> list[tuple[object, list[object]]]:
    """Neighbours that have the same attribute or key of that name, in their order: (it, things)."""
    return [(key, list(these)) for key, these in groupby(things, lambda thing: environment().getattr(thing, name))]


def address(name: str, *arguments: object) -> str:
    return reverse(name, args=arguments)


def _date(value: date, pattern: str) -> str:
    """Django's filter; as in Django's own templates, a moment is that of Shanghai."""
    local = value.astimezone(SHANGHAI) if isinstance(value, datetime) else value
    return str(defaultfilters.date(local, pattern))


def _written(value: object) -> object:
    """What stands in {{ … }}: a day or a moment never as a machine writes it."""
    return shop_format.shanghai(value) if isinstance(value, date) else value


def _is_given(value: object) -> bool:
    """Whether a value was passed, and is not None."""
    return value is not None and not isinstance(value, jinja2.Undefined)
