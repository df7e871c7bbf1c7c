from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "certification.households"
    label = "households"
