"""What a table of goods would make and change of a supplier's articles, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from catalogue.imports import skus, values
from catalogue.imports.refusals import Refused, gettext_noop
from catalogue.imports.rows import Goods, Problems, Row
from catalogue.listings import fields, holds, revisions
from catalogue.listings.fields import ATTRIBUTES, shown
from catalogue.listings.models import Revision
from catalogue.models import Category, Commodity, Product
from catalogue.partner.models import Partner, StockRecord

BATCH = 200
ProductCategory = Product.categories.through
VARIANTS = gettext_noop("This article has variants; only its price can be changed by a table.")
ANOTHER_PLACE = gettext_noop(
    "The article comes from the place that bore the code %(code)s before; today another place bears it. Write the code "
    "that its place has today, or that of its county."
)
SHARED = gettext_noop("Another supplier offers it too; a table can change its price alone.")
ELSEWHERE = ("sku", "category", "price_fen")


class Difference(NamedTuple):
    """key: of the column; before, after: as the table would say it; reviewed: it waits for a reviewer"""

    key: str
    before: str
    after: str
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """An article that the table makes different. place: of its row in the table; product, record: their keys

    waits: the row says what the article's open revision proposes already
    """

    place: int
    number: int
    sku: str
    product: int
    record: int
    differences: tuple[Difference, ...]
    waits: bool = False

    def has(self, key: str) -> bool:
        return any(difference.key == key for difference in self.differences)

    @property
    def facts(self) -> list[Difference]:
        """What the article itself says differently from now on: neither its price, nor what waits for a reviewer."""
        return [each for each in self.differences if each.key != "price_fen" and not each.reviewed]

    @property
    def proposes(self) -> bool:
        return any(each.reviewed for each in self.differences)


class Compared(NamedTuple):
    """record: with its product, both as they will be; proposed: by field of the product, for a revision"""

    change: Change
    record: StockRecord
    proposed: Mapping[str, Any]


@dataclass
class Plan:
    """new: places of rows; waiting: how many of the unchanged say what waits for a reviewer
    article: what a row makes of its article, to be asked for again when it is written
    """

    new: list[int]
    changed: list[Change]
    unchanged: int
    waiting: int
    article: Articles


@dataclass
class _Held:
    """What the database says of some products: their categories, and their open revisions.

    shared: other suppliers offer them too; fixed: their certified facts change by a revision alone, for they are listed
    or a certificate speaks of them
    """

    categories: Mapping[int, set[int]]
    shared: set[int]
    fixed: set[int]
    revisions: Mapping[int, Revision]


def make(goods: Goods, *, supplier: Partner, at: datetime, problems: Problems, takes_back: bool = False) -> Plan:
    """Compare the rows with what there is. The products named are locked, in key order, until the transaction ends.

    takes_back: a row that says what is listed ends what an open revision proposes instead; otherwise it leaves that be
    """
    kept = _records(supplier)
    known = sorted((*kept[sku], place) for place, sku in enumerate(goods.rows.skus) if sku in kept)
    new = [place for place, sku in enumerate(goods.rows.skus) if sku not in kept]
    plan = Plan(new, [], 0, 0, Articles.of(goods, takes_back=takes_back))
    for batch in batches((record, place) for _product, record, place in known):
        for change, _record, _proposed in plan.article.compared(dict(batch), at=at, problems=problems):
            if change.differences:
                plan.changed.append(change)
            else:
                plan.unchanged += 1
                plan.waiting += change.waits
        goods.steps.add(len(batch))
    goods.steps.add(len(new))
    _look_for_barcodes(plan, goods, problems)
    return plan


def batches(things: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(things)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _records(supplier: Partner) -> dict[str, tuple[int, int]]:
    """SKU as it is compared -> keys of product and stock record."""
    rows = StockRecord.objects.filter(partner=supplier).values_list("partner_sku", "product_id", "pk")
    return {skus.normalised(sku): (product, record) for sku, product, record in rows}


def _held(keys: Iterable[int], *, at: datetime) -> tuple[Sequence[StockRecord], _Held]:
    found = StockRecord.objects.filter(pk__in=list(keys)).select_related("product")
    records = list(found.select_for_update(of=("product",), no_key=True).order_by("product_id", "pk"))
    products = [record.product_id for record in records]
    categories: dict[int, set[int]] = {key: set() for key in products}
    for product, category in ProductCategory.objects.filter(product__in=products).values_list("product", "category"):
        categories[product].add(category)
    others = StockRecord.objects.filter(product__in=products).exclude(pk__in=[record.pk for record in records])
    shared = set(others.values_list("product_id", flat=True))
    listed = {record.product_id for record in records if record.product.is_public}
    fixed = listed | set(holds.of([key for key in products if key not in listed], at=at))
    return records, _Held(categories, shared, fixed, revisions.open_of(products))


@dataclass
class Articles:
    """How rows stand to the articles they name. classes: of commodities; slugs: of categories"""

    goods: Goods
    classes: Mapping[str, str]
    slugs: Mapping[int, str]
    takes_back: bool

    @classmethod
    def of(cls, goods: Goods, *, takes_back: bool) -> Articles:
        classes = dict(Commodity.objects.values_list("code", "temperature"))
        return cls(goods, classes, dict(Category.objects.values_list("pk", "slug")), takes_back)

    def compared(self, places: Mapping[int, int], *, at: datetime, problems: Problems) -> Iterator[Compared]:
        """What is different.

        places: of rows, by the key of the stock record that each names; BATCH of them at most
        """
        records, held = _held(places, at=at)
        for record in records:
            row, key = self.goods.rows[places[record.pk]], record.product_id
            proposed: dict[str, Any] = {}
            differences = tuple(self._differences(row, record, held, proposed))
            waits = bool(proposed) and not any(each.reviewed for each in differences)
            change = Change(places[record.pk], row.number, row.said["sku"], key, record.pk, differences, waits)
            for fact, refusal in _standing_against(change, record.product, held):
                problems.add(row.number, self.goods.names[fact.key], fact.after, refusal)
            yield Compared(change, record, proposed)

    def _differences(
        self, row: Row, record: StockRecord, held: _Held, proposed: dict[str, Any]
    ) -> Iterator[Difference]:
        """Set what the row says, or propose it, and tell what was not so before."""
        product = record.product
        for key, said in row.said.items():
            if key == "price_fen":
                yield from self._price(record, said)
            elif key == "category":
                yield from self._category(held.categories[product.pk], said)
            elif key == "sku":
                continue
            elif product.pk in held.fixed and ATTRIBUTES.get(key, key) in fields.CERTIFIED:
                yield from self._certified(product, key, said, held.revisions.get(product.pk), proposed)
            else:
                yield from self._field(row, product, key, said)

    def _certified(
        self, product: Product, key: str, said: Any, revision: Revision | None, proposed: dict[str, Any]
    ) -> Iterator[Difference]:
        attribute = ATTRIBUTES.get(key, key)
        listed = getattr(product, attribute)
        wanted = revision.values.get(attribute, listed) if revision else listed
        if said == listed and (wanted == listed or not self.takes_back):
            return
        proposed[attribute] = said
        if said != wanted:
            before = wanted if said == listed else listed
            yield Difference(key, shown(key, before), shown(key, said), reviewed=True)

    def _price(self, record: StockRecord, fen: int) -> Iterator[Difference]:
        price = values.yuan(fen)
        if record.price != price:
            yield Difference("price_fen", shown("price_fen", record.price), str(price))
            record.price = price

    def _category(self, before: set[int], said: int) -> Iterator[Difference]:
        """An article that hangs in several stays in all of them while the table names one."""
        if said not in before:
            yield Difference("category", ", ".join(sorted(self.slugs[key] for key in before)), self.slugs[said])

    def _field(self, row: Row, product: Product, key: str, said: Any) -> Iterator[Difference]:
        attribute = ATTRIBUTES.get(key, key)
        before = getattr(product, attribute)
        if key == "gtin" and not values.is_gtin(before or ""):
            before = ""  # another number of the article, which an empty cell leaves alone
        if key == "temperature" and said is None:
            said = self.classes[row.said["commodity"]]
        if before != said:
            yield Difference(key, shown(key, before), shown(key, said))
            setattr(product, attribute, said)


def _standing_against(change: Change, product: Product, held: _Held) -> Iterator[tuple[Difference, Refused]]:
    for difference in change.differences:
        if difference.key == "origin" and difference.before == difference.after:
            yield difference, Refused(ANOTHER_PLACE, code=difference.after)
    facts = [difference for difference in change.differences if difference.key != "price_fen"]
    if facts and product.structure != Product.STANDALONE:
        yield facts[0], Refused(VARIANTS)
    elif facts and product.pk in held.shared:
        yield facts[0], Refused(SHARED)


def _look_for_barcodes(plan: Plan, goods: Goods, problems: Problems) -> None:
    """No barcode number may stay with another product. Those that change hands within the table are free."""
    giving_up = {change.product for change in plan.changed if change.has("gtin")}
    places = [*plan.new, *(change.place for change in plan.changed if change.has("gtin"))]
    for batch in batches(places):
        wanted = {row.said["gtin"]: row.number for row in map(goods.rows.__getitem__, batch) if row.said.get("gtin")}
        for gtin, holder in Product.objects.filter(upc__in=wanted).values_list("upc", "pk"):
            if holder not in giving_up:
                refusal = Refused(gettext_noop("Another article of the shop has this barcode number."))
                problems.add(wanted[gtin], goods.names["gtin"], gtin, refusal)
