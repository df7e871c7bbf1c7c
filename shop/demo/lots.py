"""From the households' scales to packs on the shelf: intake, bulk, graded, packed, received, each on its day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from catalogue.days import day_of
from catalogue.models import Commodity, Product
from certification.households.models import Agreement
from certification.provenance import intake, lots
from certification.provenance.models import Lot
from logistics import stock
from logistics.models import Node
from shop.demo import households, people, source
from shop.demo.moments import Calendar, moment
from shop.demo.plan import Wish

BEFORE_OPENING = 4  # days between the first packing and the first order
STEP_MOST = 45  # days between two packings of a product
SPARE = 40  # packs left of the newest lot; a product in SOLD_OUT has none
SOLD_OUT = ("SC-C01-04", "MY-C02-02")
GRADING_DAYS = 6  # from harvest to a graded lot
YIELD_PERCENT = 94
SHARERS = (5, 8)  # households of one bulk lot


@dataclass(frozen=True)
class Packing:
    """One packed lot to be. harvest_on: of the bulk lot it is filled from; node: where it is stored."""

    sku: str
    on: date
    units: int
    harvest_on: date
    node: str


class Supply:
    """Every packing the wishes need, and what each bulk lot must hold for them."""

    def __init__(self, calendar: Calendar, wishes: Iterable[Wish], certified: Iterable[str], rng: Random) -> None:
        self.calendar = calendar
        self.rng = rng
        self.items = {item["sku"]: item for item in source.items("products.json")}
        self.suppliers = {item["code"]: item for item in source.items("suppliers.json")}
        self.products: dict[str, Product] = {}
        self.members: dict[str, list[Agreement]] = {}
        wanted: dict[str, list[tuple[date, int]]] = defaultdict(list)
        for wish in wishes:
            for sku, units in wish.items:
                wanted[sku].append((day_of(wish.at), units))
        self.packings = [each for sku in sorted(certified) for each in self._packings(sku, wanted[sku])]
        self.needed: dict[tuple[str, str, date], int] = defaultdict(int)
        for packing in self.packings:
            self.needed[self._bulk_key(packing)] += self._input_g(packing) + 1000

    def events(self) -> Iterator[tuple[datetime, Any]]:
        """When to pack, and what to call with that moment."""
        for packing in self.packings:
            yield moment(packing.on, 6), lambda at, packing=packing: self._pack(packing, at)

    def _packings(self, sku: str, wanted: list[tuple[date, int]]) -> Iterator[Packing]:
        item = self.items[sku]
        step = min(STEP_MOST, item["shelf_life_days"] // 2)
        start = self.calendar.opens_on - timedelta(days=BEFORE_OPENING)
        days = [start + timedelta(days=step * n) for n in range((self.calendar.today - start).days // step + 1)]
        for place, day in enumerate(days):
            is_last = place == len(days) - 1
            until = date.max if is_last else days[place + 1]
            units = sum(count for on, count in wanted if (on > day or place == 0) and on <= until)
            spare = SPARE if is_last else units // 20
            units += 0 if sku in SOLD_OUT else spare
            if units:
                yield Packing(sku, day, units, self._harvest(item["commodity"], day), self._node(item["supplier"]))

    def _harvest(self, commodity: str, pack_on: date) -> date:
        """The last day of harvest early enough to be graded before packing."""
        row = next(row for row in source.rows("commodities.csv") if row["code"] == commodity)
        months = {int(month) for month in row["harvest_months"].split()}
        day = pack_on - timedelta(days=GRADING_DAYS + 1)
        while day.month not in months:
            day = day.replace(day=1) - timedelta(days=1)
        return day

    def _node(self, supplier: str) -> str:
        """Cooperatives keep packs at their village, enterprises at the county centre."""
        found = self.suppliers[supplier]
        return str(found["node"]) if found["kind"] == "cooperative" else f"C{found['county']}"

    def _bulk_key(self, packing: Packing) -> tuple[str, str, date]:
        item = self.items[packing.sku]
        return item["supplier"], item["commodity"], packing.harvest_on

    def _input_g(self, packing: Packing) -> int:
        """Grams that go into a packing: 2 % stay behind."""
        return packing.units * int(self.items[packing.sku]["net_content_g"]) * 102 // 100 + 1

    def _pack(self, packing: Packing, at: datetime) -> None:
        """Pack one lot and put it on the shelf; its graded lot is made when the first packing needs it."""
        if not self.products:
            self.products = {product.upc: product for product in Product.objects.select_related("origin")}
            self.members = households.members()
        product = self.products[packing.sku]
        source_lot = self._graded(packing)
        code = f"P-{packing.sku}-{packing.on:%y%m%d}"
        lot = lots.pack(
            code=code, product=product, source=source_lot, input_g=self._input_g(packing), units=packing.units,
            on=packing.on, expires_on=packing.on + timedelta(days=product.shelf_life_days), by=source_lot.made_by,
            test_report=f"TR-{packing.on:%Y%m%d}-{packing.sku}" if product.commodity_id == "donkey-milk-powder" else "",
        )  # fmt: skip
        stock.receive(
            lot=lot, node=Node.objects.get(code=packing.node), units=packing.units, reference=f"lot {code}", at=at
        )

    def _graded(self, packing: Packing) -> Lot:
        supplier, commodity, harvest_on = key = self._bulk_key(packing)
        words = f"{supplier}-{commodity[:8].strip('-').upper()}-{harvest_on:%y%m%d}"
        found = Lot.objects.filter(code=f"G-{words}").select_related("made_by").first()
        if found is not None:
            return found
        need = self.needed[key] * 100 // YIELD_PERCENT + 100_000
        bulk = self._bulk(f"B-{words}", key, need, packing.on)
        graded_on = harvest_on + timedelta(days=GRADING_DAYS)
        output_g = bulk.grams * YIELD_PERCENT // 100
        return lots.grade(
            code=f"G-{words}", source=bulk, input_g=bulk.grams, output_g=output_g, on=graded_on, by=bulk.made_by
        )

    def _bulk(self, code: str, key: tuple[str, str, date], need_g: int, written_on: date) -> Lot:
        """Deliveries of some of the supplier's households, at least so many grams in all."""
        supplier, commodity, harvest_on = key
        kind = Commodity.objects.get(pk=commodity)
        sharers = self._sharers(supplier, written_on)
        partner = sharers[0].partner
        operator = people.manager_of(partner)
        weights = [self.rng.randrange(2, 10) for _ in sharers]
        slips = [
            intake.record(
                number=f"S-{code[2:]}-{place:02d}", agreement=agreement, commodity=kind, grade="一级",
                grams=(need_g * weight // sum(weights) // 100 + 1) * 100,
                delivered_on=harvest_on + timedelta(days=place % 4), by=operator,
            )
            for place, (agreement, weight) in enumerate(zip(sharers, weights, strict=True))
        ]  # fmt: skip
        return lots.pool(
            code=code, partner=partner, commodity=kind, origin=partner.township, slips=slips, harvest_on=harvest_on,
            on=harvest_on + timedelta(days=GRADING_DAYS - 1), by=operator,
        )  # fmt: skip

    def _sharers(self, supplier: str, written_on: date) -> list[Agreement]:
        """Some of the supplier's households; nothing is written any more about those that have left."""
        late = written_on >= self.calendar.day(households.LEFT_DAYS_AGO)
        gone = households.leavers() if late else set()
        free = [each for each in self.members[supplier.lower()] if each.household.reference not in gone]
        return self.rng.sample(free, min(len(free), self.rng.randint(*SHARERS)))
