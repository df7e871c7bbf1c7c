"""Oscar's basket of the request, without its offers: prices here are those of the stock records, for everybody."""

from typing import Any

from oscar.apps.basket.middleware import BasketMiddleware as OscarBasketMiddleware


class BasketMiddleware(OscarBasketMiddleware):
    def apply_offers_to_basket(self, request: Any, basket: Any) -> None:
        """Oscar's hook would ask for vouchers and offers at every look into a basket; none can be made here."""

    def process_template_response(self, request: Any, response: Any) -> Any:
        """Oscar's hook would load the basket for the context of every template; ours do not look for it there."""
        return response
