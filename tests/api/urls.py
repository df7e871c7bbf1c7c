"""The API alone, at its address."""

from django.urls import path

from shop.api.api import api

urlpatterns = [path("api/v1/", api.urls)]
