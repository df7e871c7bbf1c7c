"""What pages of editors draw: the same facts give the same drawing, so while they stay the same it is drawn once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shop.storefront.cards import Card

register = template.Library()
MOST = 128  # drawings kept, in all languages


@register.simple_tag
def drawn(component: str, **facts: Any) -> SafeString:
    """A component of jinja2/components that draws plain facts (a map, a calendar) and reads nothing else.

    facts: what the component takes, as JSON knows it
    """
    return _drawn(component, json.dumps(facts), get_language() or "", timezone.localdate().month)


@register.simple_tag
def product_cards(cards: Sequence[Card]) -> SafeString:
    """Products in a list."""
    return _cards(tuple(cards), get_language() or "")


@lru_cache(maxsize=MOST)
def _cards(cards: tuple[Card, ...], language: str) -> SafeString:
    return SafeString(render_to_string("pages/cards.html", {"cards": cards}))


@lru_cache(maxsize=MOST)
def _drawn(component: str, facts: str, language: str, month: int) -> SafeString:
    return SafeString(render_to_string(f"components/{component}.html", json.loads(facts)))
