"""What every page's template is given besides the page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, When, prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Page

from catalogue.days import day_of
from catalogue.models import Pairing, Place
from shop import languages
from shop.pages.window import Window, products_url

if TYPE_CHECKING:
    from shop.pages.models import ShopPage

MOST = 200  # pages in a list
BESIDE = ("breakdown", "picture", "figures")


def of_page(page: ShopPage, request: HttpRequest, *, at: datetime) -> dict[str, Any]:
    shown = list(page.blocks_on(day_of(at)))
    window = Window(shown, at=at, locale=page.locale_id, own=page.own_shelf(day_of(at)))
    return {
        "blocks": shown,
        "window": window,
        "language_links": language_links(page, request, window),
        "crumbs": _crumbs(page, request),
    }


def beside(blocks: list[Any]) -> dict[str, Any]:
    """On the front door, links that come first stand below the first words, and what then is fit to stands beside."""
    shown, rest = {}, blocks
    for name, fit in (("below", ("links",)), ("beside", BESIDE)):
        if rest and rest[0].block_type in fit:
            shown[name], rest = rest[0], rest[1:]
    return {**shown, "blocks": rest}


def of_county(place: Place, window: Window) -> dict[str, Any]:
    """What a county's page says besides its words: where it belongs, who is paired with it, what it harvests when."""
    pairs = Pairing.objects.filter(county=place, valid_from__lte=window.day).exclude(valid_to__lte=window.day)
    donors = [str(pair.donor) for pair in pairs.select_related("donor").order_by("donor_id")]
    facts = [
        {"name": _("Prefecture"), "value": str(place.parent)},
        {"name": _("Code of the county"), "value": place.code},
        {"name": _("Partner province or city"), "value": _(", ").join(donors)},
        {"name": _("Products on sale"), "value": f"{window.offer.by_county.get(place.code, 0):,}"},
    ]
    return {
        "facts": [fact for fact in facts if fact["value"]],
        "rows": window.calendar(place.code),
        "counties": _with(place, window.counties),
        "all_url": products_url(county=place.code),
    }


def _with(place: Place, counties: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The map shows the county the page is about, whether or not anything is on sale there."""
    if any(county["code"] == place.code for county in counties):
        return counties
    return [*counties, {"code": place.code, "name": str(place), "url": "", "count": 0}]


def children(page: Page) -> list[Any]:
    """What stands below a page and is published, each as what it is, pictures at hand; stories last, newest first."""
    from shop.pages.models import StoryPage  # models import this module

    story = ContentType.objects.get_for_model(StoryPage)
    told_at = Case(When(content_type=story, then="first_published_at"))
    ordered = page.get_children().live().public().order_by(told_at.desc(nulls_first=True), "path")
    below = list(ordered.specific()[:MOST])
    for kind in {type(each) for each in below}:
        pictured = [each for each in below if type(each) is kind and getattr(each, "picture_id", None)]
        prefetch_related_objects(pictured, "picture__renditions")
    return below


def language_links(page: Page, request: HttpRequest, window: Window) -> list[dict[str, Any]]:
    """The language switch: the page's own translation, whatever its slug; else the front door, marked `elsewhere`."""
    twins = window.open(Page.objects.filter(live=True, translation_key=page.translation_key))
    found = {twin.locale.language_code: twin.get_url(request) for twin in twins.select_related("locale")}
    return [
        {**each, "url": found.get(each["code"]) or each["url"], "elsewhere": not found.get(each["code"])}
        for each in languages.links("/")
    ]


def _crumbs(page: Page, request: HttpRequest) -> list[dict[str, Any]]:
    """From below the front door down; a page that stands there itself needs none."""
    if page.depth < 4:
        return []
    above = page.get_ancestors().filter(depth__gte=3).live()
    return [{"label": each.title, "url": each.get_url(request)} for each in above] + [{"label": page.title}]
