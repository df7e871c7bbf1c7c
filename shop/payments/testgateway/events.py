"""Events: what happened, with the object as it stood then. Delivered by deliveries.py."""

from shop.payments.testgateway import deliveries
from shop.payments.testgateway.calls import API_VERSION, Call, new_id
from shop.payments.testgateway.errors import Json


def emit(*, call: Call, kind: str, about: Json, created: int) -> None:
    """Store an event about an API object and its deliveries. kind: such as charge.refunded; created: unix seconds."""
    event: Json = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": call.request_id, "idempotency_key": call.idempotency_key},
        "type": kind,
    }
    call.state.add(event, label=kind)
    deliveries.enqueue(state=call.state, event=event["id"], at=call.at)
