"""Pages that editors own."""

from __future__ import annotations

from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]


class HomePage(Page):
    """The front door: a few words; the shelf below them is always what is certified and in season."""

    lead = RichTextField(blank=True, features=FEATURES)

    template = "pages/home.html"
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("lead")]


class TextPage(Page):
    """A guide, the transparency page, terms, a supplier's story."""

    lead = RichTextField(blank=True, features=FEATURES)
    body = RichTextField(blank=True, features=FEATURES)

    template = "pages/text.html"
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
