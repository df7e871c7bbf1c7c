"""Articles on their way: drafts, one that waits for review, one with a question, and a change of a listed one."""

from __future__ import annotations

from datetime import timedelta

from catalogue.imports import goods
from catalogue.listings import reviews, revisions
from catalogue.listings.models import Revision
from catalogue.models import Product
from catalogue.partner.models import Partner
from shop.demo import people
from shop.demo.moments import Calendar
from shop.supplier.articles import forms

SUPPLIER, FIRST = "ps-e01", "PS-E01-01"
NAME, NAME_EN = "薄皮核桃", "Thin-shelled walnuts"
PACKS = ((250, "250克", "250 g"), (750, "750克", "750 g"), (1500, "1.5公斤", "1.5 kg"), (3000, "3公斤", "3 kg"))
QUESTION = "3公斤装的包装上写的净含量是多少？请补充一张标签照片。"


def build(calendar: Calendar) -> None:
    partner = Partner.objects.get(code=SUPPLIER)
    clerk, reviewer = people.manager_of(partner), people.get(people.ADMIN)
    record = partner.stockrecords.select_related("product").get(partner_sku=FIRST)
    first = record.product
    like = {**forms.initial(first, record, None), "gtin": "", "ingredients": "核桃", "ingredients_en": "walnuts"}
    made = []
    for number, (grams, size, size_en) in enumerate(PACKS, start=1):
        sku = f"{record.partner_sku}-N{number}"
        own = {"sku": sku, "net_content_g": f"{grams} g", "spec": f"{size}/袋", "spec_en": f"{size_en} bag"}
        own |= {"title": f"{NAME} {size}", "title_en": f"{NAME_EN}, {size_en}"}
        own |= {"price_fen": str(record.price * grams // first.net_content_g)}
        goods.put(articles=[{**like, **own}], supplier=partner, at=calendar.now - timedelta(days=3), by=clerk)
        made.append(Product.objects.get(stockrecords__partner=partner, stockrecords__partner_sku=sku).pk)
    change = {**forms.initial(first, record, None), "sku": record.partner_sku, "ingredients": "核桃", "grade": "特级"}
    goods.put(articles=[change], supplier=partner, at=calendar.now - timedelta(days=2), by=clerk)
    waiting = [*made[2:], first.pk]
    revisions.submit(products=waiting, partner=partner, by=clerk, at=calendar.now - timedelta(days=2))
    asked = Revision.objects.get(product=made[3])
    reviews.ask(revision=asked, text=QUESTION, by=reviewer, at=calendar.now - timedelta(days=1))
