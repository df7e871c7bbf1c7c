"""Oscar's dashboard pages without what a strict content policy refuses."""

from __future__ import annotations

import re

from django import template
from django.template import Context, NodeList
from django.template.base import Parser, Token
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TAG = re.compile(r"<[a-zA-Z][^<>]*>")
INLINE = re.compile(r"""\s(?:style|on[a-z]+)=(?:"[^"]*"|'[^']*')""")
# What Oscar says in attributes, said as data that dashboard.js and dashboard.css read.
SAID = {
    "display:none": " data-waiting",
    "history.go(-1)": " data-back",
    "window.close()": " data-close-window",
}


class WithoutInline(template.Node):
    def __init__(self, inside: NodeList) -> None:
        self.inside = inside

    def render(self, context: Context) -> SafeString:
        return mark_safe(without_inline(self.inside.render(context)))  # escaped already; this only takes away


@register.tag("withoutinline")
def do_without_inline(parser: Parser, token: Token) -> WithoutInline:
    """{% withoutinline %} ... {% endwithoutinline %}: the HTML inside without style and event attributes."""
    inside = parser.parse(("endwithoutinline",))
    parser.delete_first_token()
    return WithoutInline(inside)


def without_inline(html: str) -> str:
    """Only the attributes of tags are looked at: text has its angle brackets and quotes escaped."""
    return TAG.sub(lambda tag: INLINE.sub(_said, tag[0]), html)


def _said(attribute: re.Match[str]) -> str:
    plain = attribute[0].replace(" ", "")
    return next((said for inline, said in SAID.items() if inline in plain), "")
