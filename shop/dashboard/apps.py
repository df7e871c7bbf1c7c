from oscar.apps.dashboard.apps import DashboardConfig as OscarDashboardConfig
from oscar.core.loading import get_class


class DashboardConfig(OscarDashboardConfig):
    name = "shop.dashboard"

    def configure_permissions(self) -> None:
        """Oscar's hook. The first page counts what the whole shop has before it: for its operators alone."""
        self.permissions_map = {"index": get_class("dashboard.permissions", "DashboardPermission").staff}
