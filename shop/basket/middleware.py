"""Oscar's basket of the request, without its offers: prices here are those of the stock records, for everybody."""

from typing import Any

from django.db.models import QuerySet
from oscar.apps.basket.middleware import BasketMiddleware as OscarBasketMiddleware
from oscar.core.loading import get_model

from catalogue.compiled import compiled
from shop.basket.cookie import basket_of


class BasketMiddleware(OscarBasketMiddleware):
    def apply_offers_to_basket(self, request: Any, basket: Any) -> None:
        """Oscar's hook would ask for vouchers and offers at every look into a basket; none can be made here."""

    def get_cookie_basket(self, cookie_key: str, request: Any, manager: Any) -> Any:
        """The guest's open basket that a signed cookie names; a cookie that names none is taken away."""
        if cookie_key not in request.COOKIES:
            return None
        key = basket_of(request.COOKIES[cookie_key])
        found = [] if key is None else _of_guest(key)
        if not found:
            request.cookies_to_delete.append(cookie_key)
        return found[0] if found else None

    def process_template_response(self, request: Any, response: Any) -> Any:
        """Oscar's hook would load the basket for the context of every template; ours do not look for it there."""
        return response


@compiled
def _of_guest(basket: int) -> QuerySet[Any]:
    return get_model("basket", "Basket").open.filter(pk=basket, owner=None)
