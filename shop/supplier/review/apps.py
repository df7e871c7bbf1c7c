from typing import Any

from oscar.apps.dashboard.partners.apps import PartnersDashboardConfig


class SuppliersDashboardConfig(PartnersDashboardConfig):
    """Oscar's pages of partners are ours: people come by invitation, and a supplier's state by named actions."""

    name = "shop.supplier.review"

    def ready(self) -> None:
        self.permissions_map: dict[str, Any] = {}

    def get_urls(self) -> Any:
        """Names are Oscar's where it has one, so that its menu and its orders lead here."""
        from shop.supplier.review.urls import urlpatterns

        return self.post_process_urls(urlpatterns)
