"""Oscar's own addresses; the two lists are answered from the database."""

from django.apps import apps
from django.urls import include, path

from bench.storefront.stock import views

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("catalogue/", views.Products.as_view()),
    path("catalogue/category/<path:slug>_<int:pk>/", views.ProductsOfCategory.as_view()),
    path("", include(apps.get_app_config("oscar").urls[0])),  # type: ignore[attr-defined]
]
