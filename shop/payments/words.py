"""Why a payment was not made, in words for the buyer. What the gateway itself writes is English and never shown.

Source of the codes: docs.stripe.com/declines/codes and docs.stripe.com/error-codes. A card reported lost or stolen is
declined without saying so, as that page asks.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GENERAL = _("It was not made. Try again, or choose another way to pay.")
HELD = _("It does not fit the order, so a person is looking at it. Please do not pay again.")
DECLINED = _("The bank declined the card. Use another card, or ask your bank.")
WENT_BACK = _("You came back without paying. You can pay again.")
NOT_CONFIRMED = _("The bank asked for a confirmation and did not get it. Please pay again and confirm.")
PROVIDER_DECLINED = _("The wallet declined the payment. Try again, or choose another way to pay.")
LATER = _("The bank could not be asked. Try again in a few minutes.")
BY_CODE: dict[str, Promise] = {
    "card_declined": DECLINED,
    "generic_decline": DECLINED,
    "do_not_honor": DECLINED,
    "lost_card": DECLINED,
    "stolen_card": DECLINED,
    "pickup_card": DECLINED,
    "fraudulent": DECLINED,
    "insufficient_funds": _("There is not enough money on the card. Use another card, or another way to pay."),
    "card_velocity_exceeded": _("The card is over its limit. Use another card, or another way to pay."),
    "expired_card": _("The card has expired. Use another card."),
    "incorrect_number": _("The card's number is not right. Look at the card and try again."),
    "incorrect_cvc": _("The card's security code is not right. Look at the card and try again."),
    "card_not_supported": _("This card cannot be used here. Use another card, or another way to pay."),
    "processing_error": LATER,
    "issuer_not_available": LATER,
    "try_again_later": LATER,
    "authentication_required": NOT_CONFIRMED,
    "payment_intent_authentication_failure": NOT_CONFIRMED,
    "payment_method_customer_decline": WENT_BACK,
    "payment_method_provider_decline": PROVIDER_DECLINED,
    "payment_method_provider_timeout": LATER,
}


def of_code(code: str) -> str:
    """code: the gateway's, of an attempt that failed; a general sentence for one we have no words for"""
    return str(BY_CODE.get(code, GENERAL))
