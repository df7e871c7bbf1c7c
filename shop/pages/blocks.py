"""The blocks a page is built from; each has a template of its name in templates/pages/blocks/.

What is live (shelves, figures, a price, the calendar, the map) is read by shop.pages.window when the page is shown.
"""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from shop import languages
from shop.pages import choices
from shop.pages.choosers import ProductBlock
from shop.pages.window import Window, products_url

TEXT = ["h3", "bold", "italic", "ol", "ul", "link"]
LINE = ["bold", "italic", "link"]
ADDRESS = re.compile(r"(/(?!/)|https://)[^\s\\]*")


def template(name: str) -> str:
    return f"pages/blocks/{name}.html"


def local_or_https(value: str) -> None:
    if not ADDRESS.fullmatch(value):
        raise ValidationError(_("An address begins with / for this site, or with https://."))


class CodeBlock(blocks.ChoiceBlock):
    """A choice whose values live in the database: the form reads them, the page takes the code as it is kept."""

    def normalize_choice(self, value: Any) -> str:
        return value or ""


class Live(blocks.StructBlock):
    """A block that shows what the database says now, through the window of the page it stands on."""

    def live(self, value: Any, window: Window) -> dict[str, Any]:
        """What its template is given besides what the editor wrote."""
        return {}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        window = context.get("window")
        return context | (self.live(value, window) if window else {})


class Picture(blocks.StructBlock):
    image = ImageChooserBlock(label=_("picture"))
    alt = blocks.CharBlock(
        label=_("what the picture shows"), max_length=200, help_text=_("Read to people who do not see it.")
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)

    class Meta:
        template = template("picture")
        icon = "image"
        label = _("Picture")


class Shelf(Live):
    """Certified products only, whatever is written here; a product whose certificate ends leaves by itself."""

    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    words = blocks.CharBlock(label=_("a line below the title"), required=False, max_length=200)
    products = blocks.ListBlock(
        ProductBlock(label=_("product")),
        label=_("hand-picked"),
        default=[],
        collapsed=True,
        help_text=_("With a product here, the choices below are not used."),
    )
    county = CodeBlock(choices=choices.counties, label=_("county"), required=False, search_index=False)
    category = CodeBlock(choices=choices.categories, label=_("kind"), required=False, search_index=False)
    supplier = CodeBlock(choices=choices.suppliers, label=_("supplier"), required=False, search_index=False)
    from_yuan = blocks.IntegerBlock(label=_("price from, in yuan"), required=False, min_value=0)
    to_yuan = blocks.IntegerBlock(label=_("price to, in yuan"), required=False, min_value=1)
    number = blocks.IntegerBlock(label=_("how many"), default=4, min_value=1, max_value=12)

    class Meta:
        template = template("shelf")
        icon = "tag"
        label = _("Shelf of products")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        low, high = cleaned["from_yuan"], cleaned["to_yuan"]
        if low is not None and high is not None and low > high:
            words = _("The price ends at %(high)d yuan, before it begins at %(low)d; write a range from low to high.")
            wrong = ValidationError(words, params={"low": low, "high": high})
            raise blocks.StructBlockValidationError(block_errors={"to_yuan": wrong})
        return cleaned

    def live(self, value: Any, window: Window) -> dict[str, Any]:
        filters = {name: value[name] for name in ("county", "category", "supplier") if value[name]}
        whole = not value["products"] and value["from_yuan"] is None and value["to_yuan"] is None
        return {"cards": window.cards(value), "all_url": products_url(**filters) if whole else ""}


class Figures(Live):
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    which = blocks.MultipleChoiceBlock(choices=choices.FIGURES, label=_("figures"), search_index=False)

    class Meta:
        template = template("figures")
        icon = "order"
        label = _("Figures")

    def live(self, value: Any, window: Window) -> dict[str, Any]:
        return {"figures": window.figures(value["which"])}


class Breakdown(Live):
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    words = blocks.CharBlock(label=_("a line below the title"), required=False, max_length=300)
    product = ProductBlock(
        label=_("product"),
        required=False,
        help_text=_("Without one: the first on the page's own shelf (of its county or supplier), else of the shop."),
    )

    class Meta:
        template = template("breakdown")
        icon = "list-ul"
        label = _("Where each yuan goes")

    def live(self, value: Any, window: Window) -> dict[str, Any]:
        return {"price": window.price(value["product"])}


class Calendar(Live):
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    county = CodeBlock(choices=choices.counties, label=_("county"), required=False, search_index=False)

    class Meta:
        template = template("calendar")
        icon = "date"
        label = _("Months of harvest")

    def live(self, value: Any, window: Window) -> dict[str, Any]:
        return {"rows": window.calendar(value["county"] or "")}


class Map(Live):
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    words = blocks.CharBlock(label=_("a line below the title"), required=False, max_length=300)

    class Meta:
        template = template("map")
        icon = "site"
        label = _("Map of counties")

    def live(self, value: Any, window: Window) -> dict[str, Any]:
        return {"counties": window.counties}


class Drawing(blocks.StructBlock):
    name = blocks.ChoiceBlock(choices=choices.DRAWINGS, label=_("drawing"), search_index=False)
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    words = blocks.RichTextBlock(label=_("words"), required=False, features=TEXT)

    class Meta:
        template = template("drawing")
        icon = "pick"
        label = _("Drawing")


class Notice(blocks.StructBlock):
    kind = blocks.ChoiceBlock(choices=choices.NOTICES, default="info", label=_("kind"), search_index=False)
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    text = blocks.CharBlock(label=_("text"), max_length=400)

    class Meta:
        template = template("notice")
        icon = "warning"
        label = _("Notice")


class Question(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"), max_length=160)
    answer = blocks.RichTextBlock(label=_("answer"), features=TEXT)


class Questions(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    items = blocks.ListBlock(Question(), label=_("questions"), min_num=1)

    class Meta:
        template = template("questions")
        icon = "help"
        label = _("Questions and answers")


class Link(blocks.StructBlock):
    """To a page of editors, or to an address. A page that is gone takes its link with it."""

    label = blocks.CharBlock(label=_("words on it"), max_length=40)
    words = blocks.CharBlock(label=_("a line below"), required=False, max_length=120)
    page = blocks.PageChooserBlock(label=_("page"), required=False)
    address = blocks.CharBlock(
        label=_("or an address"),
        required=False,
        max_length=300,
        validators=[local_or_https],
        help_text=_("For this site from the first /, without a language: /products/?category=nuts"),
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["address"]):
            raise blocks.StructBlockValidationError(
                block_errors={"page": ValidationError(_("Choose a page or write an address, one of the two."))}
            )
        return cleaned


def _link(item: Any) -> dict[str, str]:
    """url: empty when the page it leads to is gone or not published"""
    page = item["page"]
    url = _here(item["address"]) if item["address"] else (page.url if page is not None and page.live else "")
    return {"label": item["label"], "words": item["words"], "url": url or ""}


def _here(address: str) -> str:
    """An address of this site in the language of the page; another host's as it is."""
    if not address.startswith("/"):
        return address
    return next(link["url"] for link in languages.links(address) if link["current"])


class Links(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    items = blocks.ListBlock(Link(), label=_("links"), min_num=1, max_num=8)

    class Meta:
        template = template("links")
        icon = "link"
        label = _("Links")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return context | {"links": [link for link in (_link(item) for item in value["items"]) if link["url"]]}


class Stories(Live):
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    number = blocks.IntegerBlock(label=_("how many"), default=3, min_value=1, max_value=12)

    class Meta:
        template = template("stories")
        icon = "doc-full"
        label = _("Stories, newest first")

    def live(self, value: Any, window: Window) -> dict[str, Any]:
        return {"pages": window.stories[: value["number"]]}


BLOCKS: list[tuple[str, blocks.Block]] = [
    ("heading", blocks.CharBlock(label=_("Heading"), max_length=120, template=template("heading"), icon="title")),
    ("text", blocks.RichTextBlock(label=_("Text"), features=TEXT, template=template("text"), icon="pilcrow")),
    ("picture", Picture()),
    ("shelf", Shelf()),
    ("links", Links()),
    ("stories", Stories()),
    ("drawing", Drawing()),
    ("calendar", Calendar()),
    ("map", Map()),
    ("figures", Figures()),
    ("breakdown", Breakdown()),
    ("notice", Notice()),
    ("questions", Questions()),
]
OFFERS = ("shelf", "breakdown")  # what a campaign shows on its days only
