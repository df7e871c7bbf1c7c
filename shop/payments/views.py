"""The one address the gateway calls."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop.payments import collect, gateway, webhook

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """2xx: kept. 400: not genuine, nothing kept. 503: kept, but the gateway did not answer; it will send it again."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        outcome = webhook.receive(payload=request.body, signature=signature, at=timezone.now())
    except (webhook.NotGenuine, RawPostDataException) as problem:
        logger.warning("webhook refused: %s", problem)
        return HttpResponse("refused", status=400, content_type="text/plain")
    except (collect.PaymentBeingChecked, gateway.GatewayUnsure):
        return HttpResponse("later", status=503, content_type="text/plain")
    return HttpResponse(outcome, content_type="text/plain")
