from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "shop.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        """Listen to the house, inside the transaction of what happened: neither is kept without the other."""
        from oscar.apps.order.signals import order_status_changed

        from certification.signals import certificate_moved
        from logistics.signals import shipment_delivered, shipment_left
        from shop.payments.signals import refund_done
        from shop.webhooks import moments

        order_status_changed.connect(moments.order_moved, dispatch_uid="webhooks.order")
        shipment_left.connect(moments.parcel_left, dispatch_uid="webhooks.parcel_left")
        shipment_delivered.connect(moments.parcel_delivered, dispatch_uid="webhooks.parcel_delivered")
        refund_done.connect(moments.refund_done, dispatch_uid="webhooks.refund")
        certificate_moved.connect(moments.certificate_moved, dispatch_uid="webhooks.certificate")
