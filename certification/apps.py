from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "certification"
    label = "certification"

    def ready(self) -> None:
        from catalogue.listings import holds
        from certification import standing

        holds.asked.connect(standing.of, dispatch_uid="certification standing")
