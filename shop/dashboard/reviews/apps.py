from typing import Any

from django.urls import path
from oscar.apps.dashboard.reviews.apps import ReviewsDashboardConfig as OscarReviewsDashboardConfig


class ReviewsDashboardConfig(OscarReviewsDashboardConfig):
    """Oscar's place and permissions for reviews, with our pages: nothing is decided without a name and a reason."""

    name = "shop.dashboard.reviews"

    def ready(self) -> None:
        self.configure_permissions()

    def get_urls(self) -> list[Any]:
        from shop.dashboard.reviews import views

        urls = [
            path("", views.queue, name="reviews-list"),
            path("<str:kind>/<int:pk>/", views.decide, name="reviews-update"),
        ]
        return self.post_process_urls(urls)
