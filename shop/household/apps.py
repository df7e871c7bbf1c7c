from django.apps import AppConfig


class HouseholdConfig(AppConfig):
    name = "shop.household"
    label = "household"
