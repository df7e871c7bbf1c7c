"""Commodities, shelves, suppliers with their people, products with price and picture."""

from __future__ import annotations

from collections import Counter
from typing import Any

from catalogue import photos
from catalogue.models import Category, Commodity, Product, ProductClass
from catalogue.partner.models import Partner, StockRecord
from shop import money
from shop.demo import people, pictures, source
from shop.demo.progress import Progress

PIXELS = 800
FORM_OF = {"袋": "bag", "箱": "case", "盒": "box", "罐": "tin"}
SACK_FROM_G = 5000


def build() -> None:
    Commodity.objects.bulk_create(
        Commodity(code=row["code"], name=row["name"], name_en=row["name_en"], temperature=row["temperature_class"])
        for row in source.rows("commodities.csv")
    )
    shelves = _shelves()
    suppliers = _suppliers()
    food = ProductClass.objects.create(name="食品", slug="food", track_stock=True, requires_shipping=True)
    items = source.items("products.json")
    products = Product.objects.bulk_create(_product(item, food) for item in items)
    StockRecord.objects.bulk_create(
        StockRecord(
            product=product, partner=suppliers[item["supplier"]], partner_sku=item["sku"], price_currency="CNY",
            price=money.to_yuan(item["price_fen"]), num_in_stock=0, num_allocated=0,
        )
        for product, item in zip(products, items, strict=True)
    )  # fmt: skip
    shelf_of = {row["code"]: row["category"] for row in source.rows("commodities.csv")}
    hangs_on = Product.categories.through
    hangs_on.objects.bulk_create(
        hangs_on(product=product, category=shelves[shelf_of[str(product.commodity_id)]]) for product in products
    )


def hang_pictures(progress: Progress) -> None:
    """One drawn picture for every product: its own goods, in its own package."""
    seen: Counter[str] = Counter()
    for product in progress.over("pictures", Product.objects.order_by("upc")):
        code = str(product.commodity_id)
        picture = pictures.draw(code, variant=seen[code], size=PIXELS, title=product.title, form=_form(product))
        seen[code] += 1
        photos.add(product=product, photo=photos.of_pixels(picture), name=product.upc.lower())


def _form(product: Product) -> str:
    """How a product is packed, by the last sign of its Chinese specification: 1公斤/袋 is a bag."""
    if product.spec.endswith("袋") and product.net_content_g >= SACK_FROM_G:
        return "sack"
    return FORM_OF.get(product.spec[-1:], "bag")


def _shelves() -> dict[str, Category]:
    made: dict[str, Category] = {}
    for row in sorted(source.rows("categories.csv"), key=lambda row: (row["parent"] != "", int(row["position"]))):
        fields = {"name": row["name"], "name_en": row["name_en"], "slug": row["code"], "is_public": True}
        if row["parent"]:
            parent = Category.objects.get(pk=made[row["parent"]].pk)  # its child count has changed
            made[row["code"]] = parent.add_child(**fields)
        else:
            made[row["code"]] = Category.add_root(**fields)
    return made


def _suppliers() -> dict[str, Partner]:
    made = {}
    users = people.add(people.supplier_email(item["code"]) for item in source.items("suppliers.json"))
    for item in source.items("suppliers.json"):
        partner = Partner.objects.create(
            code=item["code"].lower(), name=item["name"], name_en=item["name_en"], kind=item["kind"],
            county_id=item["county"], township_id=item["township"],
        )  # fmt: skip
        partner.users.add(users[people.supplier_email(item["code"])])
        made[item["code"]] = partner
    return made


def _product(item: dict[str, Any], food: Any) -> Product:
    classes = {row["code"]: row["temperature_class"] for row in source.rows("commodities.csv")}
    return Product(
        product_class=food, structure=Product.STANDALONE, upc=item["sku"], title=item["title"],
        title_en=item["title_en"], description=item["description"], description_en=item["description_en"],
        slug=item["sku"].lower(), commodity_id=item["commodity"], origin_id=item["origin"], grade=item["grade"],
        grade_en=item["grade_en"], spec=item["spec"], spec_en=item["spec_en"], net_content_g=item["net_content_g"],
        temperature=classes[item["commodity"]], storage=item["storage"], storage_en=item["storage_en"],
        shelf_life_days=item["shelf_life_days"], producer_licence=item["licence"],
        quarantine_number=item["quarantine_no"], is_fresh=item["fresh"], is_public=True,
    )  # fmt: skip
