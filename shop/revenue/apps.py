from django.apps import AppConfig


class RevenueConfig(AppConfig):
    name = "shop.revenue"
    label = "revenue"
