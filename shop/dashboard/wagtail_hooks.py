"""Wagtail's admin without inline scripts.

Wagtail writes a script beside each chooser, date field and list of panels. Our templates in shop/templates/wagtailadmin
and the widget below write what that script would do as data; shop/cms.js reads it and starts the same functions.
"""

from __future__ import annotations

import json
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser


def render_chooser(self: Any, name: str, value: Any, attrs: dict[str, Any], renderer: Any = None) -> SafeString:
    """As Wagtail's, with data in place of its script. The start's name is the class of cms.js's list."""
    chosen = self.get_value_data(value)
    start = "createTaskChooser" if isinstance(self, AdminTaskChooser) else self.js_constructor
    return format_html(
        '{}<template data-start="{}" data-for="{}" data-options="{}"></template>',
        self.render_html(name, chosen, attrs),
        start,
        attrs["id"],
        json.dumps(self.get_js_init_options(attrs["id"], name, chosen)),
    )


BaseChooser.render = render_chooser


@hooks.register("insert_global_admin_js")  # type: ignore[untyped-decorator]
def scripts() -> SafeString:
    return format_html('<script src="{}"></script>', static("shop/cms.js"))
