"""Pages that editors own. Their words stand in Wagtail; what is for sale and what was paid stands in its own tables."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from shop.pages import blocks, context, window
from shop.pages.fields import PICTURE, BodyField, Pictured
from shop.pages.shelves import Shelf

LEAD = ["bold", "italic", "link"]


class ShopPage(Page):
    """What every page of ours has: a few words to begin with, then blocks."""

    lead = RichTextField(_("first words"), blank=True, features=LEAD)
    body = BodyField(blocks.BLOCKS, verbose_name=_("blocks"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
        index.AutocompleteField("lead"),
        index.AutocompleteField("body"),
    ]

    private_page_options: list[str] = []  # pages are for everybody: a shared page cannot know who asks

    class Meta:
        abstract = True

    @property
    def summary(self) -> str:
        """The first words as plain text: for cards, search results and machines."""
        return unescape(strip_tags(self.lead.replace("</p>", " "))).strip()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        shown = super().get_context(request, *args, **kwargs)
        return shown | context.of_page(self, request, at=timezone.now())

    def blocks_on(self, day: date) -> Any:
        """The blocks to show on a day."""
        return self.body

    def own_shelf(self, day: date) -> Shelf | None:
        """The products the page shows besides its blocks."""
        return None


class HomePage(Pictured, ShopPage):
    """The front door of one language."""

    template = "pages/home.html"
    max_count_per_parent = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["pages.IndexPage", "pages.TextPage"]
    content_panels = [*Page.content_panels, FieldPanel("lead"), *PICTURE, FieldPanel("body")]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        shown = super().get_context(request, *args, **kwargs)
        return shown | context.beside(shown["blocks"])


class TextPage(ShopPage):
    """The guide, what was verified and what not, terms: words and drawings."""

    template = "pages/text.html"
    parent_page_types = ["pages.HomePage", "pages.IndexPage", "pages.TextPage"]
    subpage_types = ["pages.TextPage"]

    class Meta:
        verbose_name = _("text page")


class IndexPage(ShopPage):
    """A list of the pages below it: stories, counties, campaigns."""

    template = "pages/index.html"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.CountyPage", "pages.StoryPage", "pages.CampaignPage", "pages.TextPage"]

    class Meta:
        verbose_name = _("list of pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {"children": context.children(self)}


class CountyPage(Pictured, ShopPage):
    """A county: its goods that are certified now, its months of harvest, its story."""

    stands_on = ("place",)  # catalogue.places.standing

    place = models.ForeignKey(
        "catalogue.Place",
        models.SET_NULL,
        null=True,
        limit_choices_to={"level": "county", "code__startswith": "65"},
        related_name="+",
        verbose_name=_("county"),
    )

    template = "pages/county.html"
    parent_page_types = ["pages.IndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("place"),
        FieldPanel("lead"),
        *PICTURE,
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("county page")

    def own_shelf(self, day: date) -> Shelf | None:
        return window.of_county(self.place)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        shown = super().get_context(request, *args, **kwargs)
        return shown | (context.of_county(self.place, shown["window"]) if self.place else {})


class StoryPage(Pictured, ShopPage):
    """What a supplier tells of its work; its goods that are certified now stand below."""

    partner = models.ForeignKey(
        "partner.Partner", models.SET_NULL, null=True, related_name="+", verbose_name=_("supplier")
    )

    template = "pages/story.html"
    parent_page_types = ["pages.IndexPage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("partner"), FieldPanel("lead"), *PICTURE, FieldPanel("body")]

    class Meta:
        verbose_name = _("story")

    def own_shelf(self, day: date) -> Shelf | None:
        return window.of_supplier(self.partner)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        shown = super().get_context(request, *args, **kwargs)
        return shown | ({"all_url": window.products_url(supplier=self.partner.code)} if self.partner else {})


class CampaignPage(Pictured, ShopPage):
    """Goods put together for some weeks. Before and after, the page says so and shows no shelf."""

    first_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))

    template = "pages/campaign.html"
    parent_page_types = ["pages.IndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("first_date"), FieldPanel("last_date")]),
        FieldPanel("lead"),
        *PICTURE,
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("selection")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_date__gte=models.F("first_date")), name="campaign_ends_after_it_begins"
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.first_date and self.last_date and self.last_date < self.first_date:
            raise ValidationError({"last_date": _("The last day lies before the first.")})

    def state_on(self, day: date) -> str:
        """ "before", "now" or "after". day: in Shanghai; first and last day belong to the campaign."""
        if day < self.first_date:
            return "before"
        return "after" if day > self.last_date else "now"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        shown = super().get_context(request, *args, **kwargs)
        return shown | {"state": self.state_on(shown["window"].day)}

    def blocks_on(self, day: date) -> Any:
        """Outside its days a campaign offers nothing."""
        if self.state_on(day) == "now":
            return self.body
        return [block for block in self.body if block.block_type not in blocks.OFFERS]
