"""The pages editors own, in both languages, and the site that shows them."""

from __future__ import annotations

from html import escape
from typing import Any

from wagtail.models import Locale, Page, Site

from shop.demo import source
from shop.pages.models import HomePage, TextPage

CHINESE, ENGLISH = "zh-hans", "en"
TITLE = {CHINESE: "绿洲集市", ENGLISH: "Oasis Market"}
LEAD = {
    CHINESE: "经认定的南疆农产品。每一笔销售都写明分给了哪些农户，每一个包裹都有一条查得到的路。",
    ENGLISH: "Certified farm goods from southern Xinjiang. "
    "Every sale says which households share in it, and every parcel has a way you can follow.",
}
STORIES = {CHINESE: "产地故事", ENGLISH: "Stories"}
SLUG_OF_KIND = {"guide": "guide", "transparency": "transparency", "terms": "terms"}


def build() -> None:
    chinese = _locale(CHINESE)
    english = _locale(ENGLISH)
    home = _home(chinese)
    twin = _twin(home, english, Page.objects.get(depth=1))
    stories = _child(home, TextPage(title=STORIES[CHINESE], slug="stories", locale=chinese))
    stories_twin = _twin(stories, english, twin, title=STORIES[ENGLISH])
    for item in source.items("pages.json"):
        is_story = item["kind"] == "story"
        slug = item["slug"] if is_story else SLUG_OF_KIND[item["kind"]]
        parent, twin_parent = (stories, stories_twin) if is_story else (home, twin)
        page = _child(parent, TextPage(title=item["title"], slug=slug, locale=chinese, body=_paragraphs(item["body"])))
        _twin(page, english, twin_parent, title=item["title_en"], body=_paragraphs(item["body_en"]))


def _locale(code: str) -> Any:
    return Locale.objects.get_or_create(language_code=code)[0]


def _home(locale: Any) -> HomePage:
    """The site's root page; Wagtail's own welcome page makes room for it."""
    root = Page.objects.get(depth=1)
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    welcome = site.root_page if site.pk else None
    home = HomePage(title=TITLE[CHINESE], slug="oasis", locale=locale, lead=f"<p>{LEAD[CHINESE]}</p>")
    _child(root, home)
    site.root_page, site.site_name = home, TITLE[CHINESE]
    site.save()
    if welcome is not None and not isinstance(welcome.specific, HomePage):
        welcome.delete()
    return home


def _child(parent: Any, page: Any) -> Any:
    """Add a page below a parent as it stands in the database now, published."""
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision().publish()
    return page


def _twin(page: Any, locale: Any, parent: Any, **fields: Any) -> Any:
    """The same page in the other language, tied to it as its translation."""
    texts = {"title": TITLE[ENGLISH], "lead": f"<p>{LEAD[ENGLISH]}</p>"} if isinstance(page, HomePage) else fields
    slug = f"{page.slug}-{locale.language_code}" if isinstance(page, HomePage) else page.slug
    twin = type(page)(slug=slug, locale=locale, translation_key=page.translation_key, **texts)
    return _child(parent, twin)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part.strip())}</p>" for part in text.split("\n\n"))
