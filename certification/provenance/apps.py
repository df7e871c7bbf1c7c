from django.apps import AppConfig


class ProvenanceConfig(AppConfig):
    name = "certification.provenance"
    label = "provenance"
