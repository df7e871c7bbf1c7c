"""What a product costs and whether it can be bought now. Oscar finds this module by its name."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner import availability, prices
from oscar.apps.partner.strategy import Structured, UseFirstStockRecord

from catalogue.models import Product
from catalogue.partner.models import StockRecord

Children = list[tuple[Product, StockRecord | None]]


class NotCertified(availability.Base):
    """No certificate is valid now, or the product is not public: it may be looked up but not sold."""

    code = "notcertified"
    message = _("Not on sale: no valid certificate")

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, Any]:
        return False, self.message


class Certified(UseFirstStockRecord, Structured):
    """Prices include tax, as they stand on the label; for sale is what is certified at `at` and has units left."""

    def __init__(self, request: Any = None, *, at: datetime) -> None:
        super().__init__(request)
        self.at = at

    def pricing_policy(self, product: Product, stockrecord: StockRecord | None) -> prices.Base:
        if stockrecord is None or stockrecord.price is None:
            return prices.Unavailable()
        return prices.TaxInclusiveFixedPrice(
            currency=stockrecord.price_currency, excl_tax=stockrecord.price, tax=Decimal("0.00")
        )

    def availability_policy(self, product: Product, stockrecord: StockRecord | None) -> availability.Base:
        if stockrecord is None or stockrecord.price is None:
            return availability.Unavailable()
        if not product.is_on_sale(self.at):
            return NotCertified()
        return availability.StockRequired(stockrecord.net_stock_level)

    def parent_pricing_policy(self, product: Product, children_stock: Children) -> prices.Base:
        policies = [self.pricing_policy(child, record) for child, record in children_stock]
        return next((policy for policy in policies if policy.exists), prices.Unavailable())

    def parent_availability_policy(self, product: Product, children_stock: Children) -> availability.Base:
        policies = [self.availability_policy(child, record) for child, record in children_stock]
        return next((policy for policy in policies if policy.is_available_to_buy), availability.Unavailable())


class Selector:
    """Oscar's hook: one strategy for everybody. Called at the edge of a request, so the clock is read here."""

    def strategy(self, request: Any = None, user: Any = None, **options: Any) -> Certified:
        return Certified(request, at=timezone.now())
