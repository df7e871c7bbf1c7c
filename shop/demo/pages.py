"""The pages editors own, in both languages, and the site that shows them."""

from __future__ import annotations

import re
from datetime import date
from html import escape
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, Site

from catalogue.models import Place, Product
from catalogue.partner.models import Partner
from shop.demo import pictures, source
from shop.pages.models import CampaignPage, CountyPage, HomePage, IndexPage, ShopPage, StoryPage, TextPage
from shop.pages.pictures import encoded

CHINESE, ENGLISH = "zh-hans", "en"
SUFFIX = {CHINESE: "", ENGLISH: "_en"}
IN_BLOCKS = {CHINESE: "zh", ENGLISH: "en"}
SITE_NAME = "绿洲集市"
KINDS: dict[str, type[ShopPage]] = {
    "home": HomePage, "text": TextPage, "index": IndexPage, "county": CountyPage, "story": StoryPage,
    "campaign": CampaignPage,
}  # fmt: skip
ALT = {CHINESE: "画：雪山、白杨、果园和水渠", ENGLISH: "Drawing: snow mountains, poplars, orchards and a canal"}
LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")

Pages = dict[str, Any]


def build(*, on: date | None = None) -> None:
    """Every page of data/pages.json in Chinese and English. on: the day the selections are set around; None: today"""
    day = on or timezone.localdate()
    chinese = _tree(CHINESE, {}, day)
    english = _tree(ENGLISH, chinese, day)
    _stand(chinese[""])
    for code, pages in ((CHINESE, chinese), (ENGLISH, english)):
        _write(pages, code)


def hang_pictures() -> None:
    """One drawn landscape for each story, the same in both languages."""
    images: dict[str, Any] = {}
    for page in StoryPage.objects.select_related("locale").order_by("pk"):
        if page.slug not in images:
            images[page.slug] = _landscape(len(images), page.slug)
        page.picture, page.picture_alt = images[page.slug], ALT[page.locale.language_code]
        page.save_revision().publish()


def season(day: date) -> tuple[date, date]:
    """First and last day of the New Year selection that is nearest ahead, or running. Chinese New Year falls within."""
    year = day.year if day.month > 2 else day.year - 1
    return date(year, 11, 15), date(year + 1, 2, 15)


def _tree(code: str, twins: Pages, day: date) -> Pages:
    """The pages of one language by their address, without blocks: those may name one another."""
    locale = Locale.objects.get_or_create(language_code=code)[0]
    made: Pages = {}
    for item in source.items("pages.json"):
        own = _own(item, day)
        if None in own.values():
            continue  # its place or its supplier is not in this world
        address = _address(item)
        page = KINDS[item["kind"]](
            title=item["title" + SUFFIX[code]],
            slug=item["slug"] or f"oasis{SUFFIX[code].replace('_', '-')}",
            locale=locale,
            lead=rich(item["lead" + SUFFIX[code]], {}),
            **own,
        )
        if address in twins:
            page.translation_key = twins[address].translation_key
        parent = Page.objects.get(depth=1) if item["parent"] is None else made[item["parent"]]
        Page.objects.get(pk=parent.pk).add_child(instance=page)
        made[address] = page
    return made


def _address(item: dict[str, Any]) -> str:
    return "/".join(filter(None, (item["parent"], item["slug"])))


def _own(item: dict[str, Any], day: date) -> dict[str, Any]:
    """What a kind of page has besides words; None stands for what is not there."""
    if item["kind"] == "county":
        return {"place": Place.objects.filter(code=item["county"]).first()}
    if item["kind"] == "story":
        return {"partner": Partner.objects.filter(code=item["supplier"].lower()).first()}
    if item["kind"] == "campaign":
        first, last = season(day)
        return {"first_date": first, "last_date": last}
    return {}


def _stand(home: HomePage) -> None:
    """The site's root page; Wagtail's own welcome page makes room for it."""
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    welcome = site.root_page if site.pk else None
    site.root_page, site.site_name = home, SITE_NAME
    site.save()
    if welcome is not None and not isinstance(welcome.specific, HomePage):
        welcome.delete()


def _write(pages: Pages, code: str) -> None:
    products = dict(Product.objects.values_list("upc", "pk"))
    for item in source.items("pages.json"):
        made = pages.get(_address(item))
        if made is None:
            continue
        page = type(made).objects.get(pk=made.pk)  # it has children by now
        blocks = [_block(each, pages, products, code) for each in item["body"]]
        page.body = page.body.stream_block.to_python(blocks)
        page.save_revision().publish()


def _block(block: dict[str, Any], pages: Pages, products: dict[str, int], code: str) -> dict[str, Any]:
    return {"type": block["type"], "value": _said(block["value"], block["type"], pages, products, code)}


def _said(value: Any, name: str, pages: Pages, products: dict[str, int], code: str) -> Any:
    """A value of the file as Wagtail keeps it, in one language. name: the field it stands in"""
    if isinstance(value, list):
        return [_said(each, name, pages, products, code) for each in value]
    if not isinstance(value, dict):
        return pages[value].pk if name == "page" and value is not None else value
    if "sku" in value:
        return products.get(value["sku"])
    if set(value) == set(IN_BLOCKS.values()):
        words = value[IN_BLOCKS[code]]
        return rich(words, pages) if name in RICH else words
    kept = {each: _said(inner, _field(name, each), pages, products, code) for each, inner in value.items()}
    return kept if "products" not in kept else kept | {"products": [each for each in kept["products"] if each]}


RICH = ("text", "drawing words", "answer")  # fields whose words may have paragraphs, lists and links


def _field(block: str, name: str) -> str:
    return f"{block} {name}" if name == "words" else "line" if name == "text" else name


def rich(words: str, pages: Pages) -> str:
    """HTML of plain words: an empty line parts paragraphs, "- " begins a list's item, [words](address) is a link.

    address: of a page of the file ("guide"), or of the site ("/certificates/")
    """
    parts = (part.strip() for part in words.split("\n\n"))
    return "".join(_paragraph(part, pages) for part in parts if part)


def _paragraph(part: str, pages: Pages) -> str:
    html = LINK.sub(lambda found: _link(found[1], found[2], pages), escape(part, quote=False))
    if not part.startswith("- "):
        return f"<p>{html}</p>"
    return "<ul>" + "".join(f"<li>{line.removeprefix('- ')}</li>" for line in html.split("\n")) + "</ul>"


def _link(words: str, address: str, pages: Pages) -> str:
    if address in pages:
        return f'<a linktype="page" id="{pages[address].pk}">{words}</a>'
    in_english = "" in pages and pages[""].locale.language_code == ENGLISH
    return f'<a href="{"/en" if in_english else ""}{address}">{words}</a>'


def _landscape(number: int, name: str) -> Any:
    image = get_image_model()(title=name)
    data = encoded(pictures.landscape(number))
    image.file.save(f"{name}.jpg", ContentFile(data), save=False)
    image.file_size, image.file_hash = len(data), ""
    image.width, image.height = Image.open(BytesIO(data)).size
    image.save()
    return image
