"""Articles of a supplier from a table: all of it becomes so, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from catalogue import search
from catalogue.days import day_of
from catalogue.imports import columns, lists, plan, reading, rows, values
from catalogue.imports.plan import ELSEWHERE, Change, Plan, ProductCategory, batches
from catalogue.imports.progress import Hear, Steps, nobody
from catalogue.imports.reading import Cell, Line, Table
from catalogue.imports.refusals import Refused, gettext_noop
from catalogue.imports.rows import Goods, Problems, Row
from catalogue.listings import history, revisions
from catalogue.listings.fields import ATTRIBUTES
from catalogue.listings.models import ArticleChange
from catalogue.models import Commodity, Product, ProductClass
from catalogue.partner import onboarding
from catalogue.partner.models import Partner, StockRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

FIELDS = [ATTRIBUTES.get(key, key) for key in columns.BY_KEY if key not in ELSEWHERE]
IN_BETWEEN = gettext_noop("Somebody changed these articles at the same moment; nothing was written, import it again.")
WRITTEN = [*(name.removesuffix("_id") for name in FIELDS), "date_updated"]


@dataclass
class Outcome:
    """source: what was read, such as "XLSX, goods"; names: of its columns, by key; rows: how many it has;
    new, unchanged: how many of them; waiting: how many of the unchanged say what waits for a reviewer
    problems: where there is any, nothing was written
    """

    source: str = ""
    names: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    new: int = 0
    changed: Sequence[Change] = ()
    unchanged: int = 0
    waiting: int = 0
    problems: Problems = field(default_factory=Problems)
    written: bool = False


@dataclass(frozen=True)
class _Wish:
    """by: None for the shell; takes_back: what is as listed is no longer proposed otherwise"""

    supplier: Partner
    at: datetime
    by: AbstractUser | None
    dry_run: bool = False
    takes_back: bool = False


def load(
    *,
    file: BinaryIO,
    supplier: Partner,
    at: datetime,
    by: AbstractUser | None = None,
    dry_run: bool = False,
    progress: Hear = nobody,
) -> Outcome:
    """Make and change the supplier's articles as the table says.

    Imports of one supplier take turns. A new article is a draft; a change of what a certificate speaks of becomes a
    revision of the article once it is listed, and the other changes of the row are made at once.

    file: CSV or XLSX, at any place; it is read from its start
    by: None for the shell
    dry_run: find every problem and difference, and write nothing
    progress: told every so often how many rows are done, and of how many
    """
    try:
        table = reading.table(file)
    except Refused as refusal:
        outcome = Outcome()
        outcome.problems.add(0, "", "", refusal)
        return outcome
    return _load(table, _Wish(supplier, at, by, dry_run), Steps(progress))


def put(
    *, articles: Sequence[Mapping[str, str]], supplier: Partner, at: datetime, by: AbstractUser, dry_run: bool = False
) -> Outcome:
    """Make or change articles, by the rules of `load`; what is as listed is no longer proposed otherwise.

    articles: at least one, all with the same columns; cells as a table would hold them, by the column's key. Rows are
    counted as in a table, the first article in row 2
    """
    lines: list[Line] = [(1, [Cell(columns.BY_KEY[key].header) for key in articles[0]])]
    lines += [(row, [reading.text_cell(text) for text in cells.values()]) for row, cells in enumerate(articles, 2)]
    return _load(Table("", iter(lines)), _Wish(supplier, at, by, dry_run, takes_back=True), Steps(nobody))


def _load(table: Table, wish: _Wish, steps: Steps) -> Outcome:
    outcome = Outcome(source=table.source)
    try:
        goods = rows.read(table, lists.of(day_of(wish.at)), outcome.problems, steps)
    except Refused as refusal:
        outcome.problems.add(0, "", "", refusal)
        return outcome
    outcome.names, outcome.rows = dict(goods.names), goods.count
    try:
        _take_turn(goods, wish, outcome)
    except IntegrityError:
        outcome.written = False
        outcome.problems.add(0, "", "", Refused(IN_BETWEEN))
    return outcome


@transaction.atomic
def _take_turn(goods: Goods, wish: _Wish, outcome: Outcome) -> None:
    held = Partner.objects.select_for_update(no_key=True).get(pk=wish.supplier.pk)
    goods.steps.begin(len(goods.rows) * (1 if wish.dry_run else 2))  # compared, and written
    made = plan.make(goods, supplier=held, at=wish.at, problems=outcome.problems, takes_back=wish.takes_back)
    _look_for_what_is_in_the_way(made.new, goods, outcome.problems, supplier=held, on=day_of(wish.at))
    outcome.new, outcome.changed = len(made.new), made.changed
    outcome.unchanged, outcome.waiting = made.unchanged, made.waiting
    if outcome.problems.count or wish.dry_run or not (made.new or made.changed):
        return
    _write(made, goods, supplier=held, at=wish.at, by=wish.by)
    outcome.written = True


def _look_for_what_is_in_the_way(
    new: Sequence[int], goods: Goods, problems: Problems, *, supplier: Partner, on: date
) -> None:
    """Every new row is a problem where the supplier may list nothing new; what it has may be changed."""
    blocked = onboarding.in_the_way(supplier, on=on) if new else None
    if blocked is None:
        return
    refusal = Refused(blocked.text, **blocked.facts)
    for row in map(goods.rows.__getitem__, new):
        problems.add(row.number, goods.names["sku"], row.said["sku"], refusal)


def _write(made: Plan, goods: Goods, *, supplier: Partner, at: datetime, by: AbstractUser | None) -> None:
    """In bulk, past the signals: so search is told here; the page cache is told by the tables' triggers."""
    history.signed(by=by, at=at)
    _let_go_of_barcodes(made.changed)
    touched, new = _change(made, at=at, by=by), _make(made.new, goods, supplier)
    for batch in batches(new):
        revisions.draft(products=batch, partner=supplier, by=by, at=at)
    revisions.reopen(products=touched, by=by, at=at)
    _propose(made, supplier=supplier, at=at, by=by)
    search.refresh(touched + new)
    _price(made, at=at)


def _let_go_of_barcodes(changed: Sequence[Change]) -> None:
    """Numbers may change hands within one table, and each is unique at every moment."""
    for batch in batches(change.product for change in changed if change.has("gtin")):
        Product.objects.filter(pk__in=batch).update(upc=None)


def _change(made: Plan, *, at: datetime, by: AbstractUser | None) -> list[int]:
    facts = [change for change in made.changed if change.facts]
    for batch in batches(facts):
        products = [compared.record.product for compared in _again(made, batch, at=at)]
        Product.objects.bulk_create(products, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)
        moved = [change for change in batch if change.has("category")]
        ProductCategory.objects.filter(product__in=[change.product for change in moved]).delete()
        _hang({change.product: made.article.goods.rows[change.place].said["category"] for change in moved})
        _note_categories(moved, at=at, by=by)
        made.article.goods.steps.add(len(batch))
    return [change.product for change in facts]


def _note_categories(moved: Sequence[Change], *, at: datetime, by: AbstractUser | None) -> None:
    """What stands in the article's own row is noted by PostgreSQL."""
    said = [(change.product, each) for change in moved for each in change.differences if each.key == "category"]
    ArticleChange.objects.bulk_create(
        ArticleChange(
            product_id=key, field="category", before=each.before, after=each.after, by_id=by.pk if by else None, at=at
        )
        for key, each in said
    )


def _propose(made: Plan, *, supplier: Partner, at: datetime, by: AbstractUser | None) -> None:
    for batch in batches(change for change in made.changed if change.proposes):
        said = {compared.change.product: compared.proposed for compared in _again(made, batch, at=at)}
        revisions.propose(values=said, partner=supplier, by=by, at=at)
        made.article.goods.steps.add(sum(not change.facts for change in batch))


def _again(made: Plan, batch: Sequence[Change], *, at: datetime) -> Iterator[plan.Compared]:
    """Changes as their rows make them; nothing stood against them before."""
    places = {change.record: change.place for change in batch}
    return made.article.compared(places, at=at, problems=Problems())


def _make(new: Sequence[int], goods: Goods, supplier: Partner) -> list[int]:
    if not new:
        return []
    classes = dict(Commodity.objects.values_list("code", "temperature"))
    food, _made = ProductClass.objects.get_or_create(
        slug="food", defaults={"name": "食品", "track_stock": True, "requires_shipping": True}
    )
    made = []
    for batch in batches(new):
        rows_made = [goods.rows[place] for place in batch]
        products = Product.objects.bulk_create([_product(row, food, classes) for row in rows_made])
        StockRecord.objects.bulk_create(
            _record(row, product, supplier) for row, product in zip(rows_made, products, strict=True)
        )
        _hang({product.pk: row.said["category"] for row, product in zip(rows_made, products, strict=True)})
        made += [product.pk for product in products]
        goods.steps.add(len(batch))
    return made


def _product(row: Row, food: Any, classes: dict[str, str]) -> Product:
    said = {ATTRIBUTES.get(key, key): value for key, value in row.said.items() if key not in ELSEWHERE}
    said["temperature"] = said.get("temperature") or classes[said["commodity_id"]]
    slug = slugify(row.said["sku"], allow_unicode=True) or "product"
    return Product(product_class=food, structure=Product.STANDALONE, is_public=False, slug=slug, **said)


def _record(row: Row, product: Product, supplier: Partner) -> StockRecord:
    return StockRecord(
        product=product, partner=supplier, partner_sku=row.said["sku"], price=values.yuan(row.said["price_fen"]),
        price_currency="CNY", num_in_stock=0, num_allocated=0,
    )  # fmt: skip


def _hang(categories: dict[int, int]) -> None:
    ProductCategory.objects.bulk_create(
        ProductCategory(product_id=product, category_id=category) for product, category in categories.items()
    )


def _price(made: Plan, *, at: datetime) -> None:
    """Last, as orders wait for locked stock records; in the order of their keys, in which orders lock them too."""
    dear = sorted((change for change in made.changed if change.has("price_fen")), key=lambda change: change.record)
    for batch in batches(dear):
        keys = [change.record for change in batch]
        list(StockRecord.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
        StockRecord.objects.bulk_create(
            [compared.record for compared in _again(made, batch, at=at)], update_conflicts=True, unique_fields=["id"],
            update_fields=["price", "date_updated"],
        )  # fmt: skip
        made.article.goods.steps.add(sum(not (change.facts or change.proposes) for change in batch))
