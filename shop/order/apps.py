from typing import Any

from oscar.apps.order.apps import OrderConfig as OscarOrderConfig


class OrderConfig(OscarOrderConfig):
    name = "shop.order"

    def ready(self) -> None:
        super().ready()
        from logistics import signals

        signals.shipment_left.connect(_left, dispatch_uid="order.parcel_left")
        signals.shipment_delivered.connect(_delivered, dispatch_uid="order.parcel_delivered")


def _left(*, shipment: Any, at: Any, **facts: Any) -> None:
    from shop.order import lifecycle

    lifecycle.parcel_left(shipment=shipment, at=at)


def _delivered(*, shipment: Any, at: Any, **facts: Any) -> None:
    from shop.order import lifecycle

    lifecycle.parcel_delivered(shipment=shipment, at=at)
