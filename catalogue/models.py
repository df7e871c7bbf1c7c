"""What is for sale, and the places it comes from and goes to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractCategory, AbstractProduct, AbstractProductImage
from oscar.apps.catalogue.managers import ProductQuerySet as OscarProductQuerySet
from oscar.utils.models import get_image_upload_path

from catalogue.photos.fields import PhotoField


def in_language(chinese: str, english: str) -> str:
    """The name to show to the reader of the current page; Chinese where no English one is kept."""
    return namer()(chinese, english)


def namer() -> Callable[[str, str], str]:
    """`in_language` for the current page, where many names are to be shown."""
    return _english if (get_language() or "").startswith("en") else _chinese


def _english(chinese: str, english: str) -> str:
    return english or chinese


def _chinese(chinese: str, english: str) -> str:
    return chinese


class Temperature(models.TextChoices):
    """Classes of storage and transport, warmest first."""

    AMBIENT = "ambient", _("ambient")
    COOL = "cool", _("cool (0 to 10 °C)")
    CHILLED = "chilled", _("chilled (0 to 8 °C)")
    FROZEN = "frozen", _("frozen (-18 °C or colder)")


_KEYS = {
    "province": r"^[0-9]{2}$",
    "prefecture": r"^[0-9]{4}$",
    "county": r"^[0-9]{6}$",
    "township": r"^[0-9]{6}[b-z]?[0-9]{3}$",
    "village": r"^[0-9]{6}([b-z]?[0-9]{3}){2}$",
}


class PlaceQuerySet(models.QuerySet["Place"]):
    def current(self) -> PlaceQuerySet:
        """What may be chosen today: the newest edition never begins in the future."""
        return self.filter(valid_to=None)

    def on(self, day: date) -> PlaceQuerySet:
        return self.filter(models.Q(valid_to=None) | models.Q(valid_to__gt=day), valid_from__lte=day)


class DateRange(models.Func):
    """The days of a row, the last one excluded."""

    function = "daterange"
    output_field = DateRangeField()


class Place(models.Model):
    """One division of GB/T 2260 and its extensions. Codes of townships and villages are given again to others, so a
    row is a division and never a code: what points at it means it for good (docs/adr/0012).

    code: the key; 2 digits province, 4 prefecture, 6 county, 9 township, 12 village. A township or village that bears
        a code after another has a letter before its own three digits; keys of what lies in it begin with its own.
        Never shown, and never made of a published code
    digits: the code as published; ask for it together with a day, `on(day)` or `current()`
    edition: the one that brought it; valid_to: the first day it is no more
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        PREFECTURE = "prefecture", _("prefecture")
        COUNTY = "county", _("county")
        TOWNSHIP = "township", _("township")
        VILLAGE = "village", _("village")

    code = models.CharField(max_length=14, primary_key=True)
    digits = models.GeneratedField(
        expression=models.Func(
            models.F("code"), models.Value("[a-z]"), models.Value(""), models.Value("g"), function="regexp_replace"
        ),
        output_field=models.CharField(max_length=12),
        db_persist=True,
    )
    level = models.CharField(max_length=10, choices=Level.choices)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    edition = models.CharField(max_length=10)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, (models.Q(level=level, code__regex=form) for level, form in _KEYS.items())),
                name="place_code_is_of_its_level",
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | models.Q(code__startswith=models.F("parent")),
                name="place_lies_in_its_parent",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="place_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="place_code_has_one_bearer_a_day",
                expressions=[
                    ("digits", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def province_code(self) -> str:
        return self.code[:2]

    @staticmethod
    def published(code: str) -> str:
        """The published code of a key: `digits`, where no row is at hand."""
        return "".join(sign for sign in code if sign.isdigit())


class FormerName(models.Model):
    """A name that a province, prefecture or county bore before; written before the place takes another. Append-only.

    valid_from, valid_to: the days of the name; known_until: the moment the shop learned of the new one
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField()
    known_until = models.DateTimeField()

    class Meta:
        ordering = ["place", "valid_to"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from")), name="former_name_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="former_name_one_a_day",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Pairing(models.Model):
    """Pairing aid: which donor (province, or city with its own plan) helps which county; never a barrier to buying."""

    stands_on = ("donor", "county")  # catalogue.places.standing

    donor = models.ForeignKey(Place, models.PROTECT, related_name="helps")
    county = models.ForeignKey(Place, models.PROTECT, related_name="helped_by")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["donor", "county", "valid_from"], name="pairing_once")]

    def __str__(self) -> str:
        return f"{self.donor} - {self.county}"


class Commodity(models.Model):
    """What grows or is made: the word an intake slip and a product share."""

    code = models.SlugField(primary_key=True)
    name = models.CharField(max_length=50)
    name_en = models.CharField(max_length=50)
    temperature = models.CharField(max_length=10, choices=Temperature.choices)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "commodities"

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Category(AbstractCategory):
    name_en = models.CharField(max_length=255, blank=True)


class ProductQuerySet(OscarProductQuerySet):
    def on_sale(self, at: datetime) -> ProductQuerySet:
        """What may be shown and sold at that moment: public, and certified."""
        return self.filter(is_public=True, certified_until__gt=at)  # type: ignore[no-any-return]

    def offered(self, at: datetime) -> ProductQuerySet:
        """What lists name, to people and machines alike: on sale, with a price and a net content, sold out or not."""
        records = self.model.stockrecords.rel.related_model.objects
        priced = records.filter(product=models.OuterRef("pk"), price__isnull=False)
        return self.on_sale(at).filter(models.Exists(priced), net_content_g__gt=0)  # type: ignore[no-any-return]


class Product(AbstractProduct):
    """Label facts after the Food Safety Law, art. 67; `certified_until` is written by certification alone.

    `is_public` says that the article is listed; `listings.revisions` writes it.
    """

    stands_on = ("origin",)  # catalogue.places.standing

    title_en = models.CharField(max_length=255, blank=True)
    description_en = models.TextField(blank=True)
    commodity = models.ForeignKey(Commodity, models.PROTECT, null=True, related_name="products")
    origin = models.ForeignKey(Place, models.PROTECT, null=True, related_name="products")
    grade = models.CharField(max_length=30, blank=True)
    grade_en = models.CharField(max_length=30, blank=True)
    spec = models.CharField(max_length=100, blank=True)
    spec_en = models.CharField(max_length=100, blank=True)
    net_content_g = models.PositiveIntegerField(default=0)
    temperature = models.CharField(max_length=10, choices=Temperature.choices, default=Temperature.AMBIENT)
    storage = models.CharField(max_length=200, blank=True)
    storage_en = models.CharField(max_length=200, blank=True)
    ingredients = models.CharField(max_length=500, blank=True)
    ingredients_en = models.CharField(max_length=500, blank=True)
    shelf_life_days = models.PositiveIntegerField(default=0)
    producer_licence = models.CharField(max_length=16, blank=True)
    quarantine_number = models.CharField(max_length=40, blank=True)
    is_fresh = models.BooleanField(default=False)
    certified_until = models.DateTimeField(null=True, db_index=True, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta(AbstractProduct.Meta):
        indexes = [models.Index(fields=["is_public", "certified_until"], name="product_on_sale")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(producer_licence="") | models.Q(producer_licence__regex=r"^SC[0-9]{14}$"),
                name="product_licence_form",
            ),
        ]

    def clean(self) -> None:
        """What PostgreSQL refuses (see 0036_listings), in words for the form that asks for it."""
        super().clean()
        if self.is_public and self.revisions.filter(lists=True, state__in=["draft", "submitted", "question"]).exists():
            raise ValidationError(_("A reviewer lists this article by accepting its draft, under Review of articles."))

    def is_on_sale(self, at: datetime) -> bool:
        """As `ProductQuerySet.on_sale`, of one product at hand."""
        return self.is_public and self.certified_until is not None and at < self.certified_until

    @property
    def name(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def text(self) -> str:
        return in_language(self.description, self.description_en)

    @property
    def grade_text(self) -> str:
        return in_language(self.grade, self.grade_en)

    @property
    def spec_text(self) -> str:
        return in_language(self.spec, self.spec_en)

    @property
    def storage_text(self) -> str:
        return in_language(self.storage, self.storage_en)

    @property
    def ingredients_text(self) -> str:
        return in_language(self.ingredients, self.ingredients_en)


class ProductImage(AbstractProductImage):
    """A product's picture: whichever form it comes through, only what `photos.made` makes of it is kept."""

    original = PhotoField(_("Original"), upload_to=get_image_upload_path, max_length=255)


class SearchText(models.Model):
    """The words a product is found by, as `search.words` cuts them; written by `search.refresh` alone."""

    product = models.OneToOneField(Product, models.CASCADE, primary_key=True, related_name="search_text")
    text = models.TextField()

    class Meta:
        indexes = [GinIndex(fields=["text"], name="search_text_trigrams", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.text.strip()


from oscar.apps.catalogue.models import *  # noqa: E402, F403  Oscar's own models come after ours

from catalogue.listings.models import ArticleChange, Revision, RevisionMove  # noqa: E402, F401  tables of this room
from catalogue.uploads.models import Upload, UploadLine  # noqa: E402, F401

if TYPE_CHECKING:  # made by the line above, which type checkers cannot see
    ProductClass: Any
