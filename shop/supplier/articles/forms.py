"""One article as a form: the columns of a table of goods, read and refused by the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.imports import columns, lists, problems_file, values
from catalogue.imports.columns import COLUMNS, TEMPERATURES, Column
from catalogue.imports.rows import Problems
from catalogue.listings import fields
from catalogue.listings.models import Revision
from catalogue.models import Category, Commodity, Product, in_language
from catalogue.partner.models import Partner, StockRecord

Choices = list[tuple[str, str]]
HELP = {"net_content_g": gettext_lazy("a number with its unit, such as 500 g or 1.5 kg")}
PARAGRAPHS = {"description", "description_en", "storage", "storage_en"}


class ArticleForm(forms.Form):
    """Texts as a table would hold them. record: None for a new article, else its SKU stays"""

    def __init__(self, *args: Any, supplier: Partner, record: StockRecord | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._supplier, self._record = supplier, record
        for column in COLUMNS:
            if column.key != "sku" or record is None:
                self.fields[column.key] = _field(column)

    def clean_sku(self) -> str:
        """A new article takes no SKU that stands for another one."""
        said = str(self.cleaned_data["sku"])
        if StockRecord.objects.filter(partner=self._supplier).called(said).exists():
            raise forms.ValidationError(_("You have an article with this SKU; change that one."))
        return said

    def cells(self) -> dict[str, str]:
        said = {key: str(value) for key, value in self.cleaned_data.items()}
        return said if self._record is None else {"sku": self._record.partner_sku, **said}

    def refuse(self, problems: Problems) -> None:
        """Put what the rules of a table found beside each field."""
        keys = {column.header: column.key for column in COLUMNS}
        for problem in problems.kept:
            key = keys.get(problem.column)
            self.add_error(key if key in self.fields else None, problems_file.in_words(problem.refusal))


def _field(column: Column) -> forms.Field:
    label = in_language(column.zh, column.en)
    chosen = _choices(column.key)
    if chosen is not None:
        empty = [] if column.required else [("", "–")]
        return forms.ChoiceField(choices=empty + chosen, label=label, required=column.required)
    widget = forms.Textarea(attrs={"rows": 3}) if column.key in PARAGRAPHS else forms.TextInput()
    return forms.CharField(
        label=label, help_text=HELP.get(column.key) or _(column.holds), required=column.required, widget=widget
    )


def _choices(key: str) -> Choices | None:
    """What may be chosen, by what a table would say; None where anything may be written."""
    if key == "temperature":
        return [(short, in_language(*names)) for short, names in TEMPERATURES.items()]
    if key == "commodity":
        return [(row.code, str(row)) for row in Commodity.objects.order_by("code")]
    if key == "category":
        rows, branches = list(Category.objects.order_by("path")), lists.branches()
        names = {row.path: in_language(row.name, row.name_en) for row in rows}
        return [(branches[row.pk], " › ".join(names[path] for path in _above(row))) for row in rows]
    if key == "is_fresh":
        return [("否", _("no")), ("是", _("yes"))]
    return None


def _above(row: Category) -> Iterable[str]:
    return (row.path[:end] for end in range(Category.steplen, len(row.path) + 1, Category.steplen))


def initial(product: Product, record: StockRecord, revision: Revision | None) -> Mapping[str, str]:
    """An article as its open revision would have it."""
    proposed = revision.values if revision else {}
    said = {}
    for key in columns.BY_KEY:
        name = fields.ATTRIBUTES.get(key, key)
        if hasattr(product, name):
            said[key] = fields.shown(key, proposed.get(name, getattr(product, name)))
    if not values.is_gtin(said["gtin"]):
        said["gtin"] = ""  # another number of the article, which an empty field leaves alone
    said["price_fen"] = fields.shown("price_fen", record.price)
    first = product.categories.order_by("path").first()
    if first is not None:
        said["category"] = lists.branches()[first.pk]
    return said
