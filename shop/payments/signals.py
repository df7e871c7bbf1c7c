"""What others are told about money.

Sent inside the transaction that writes it down, with sender=Refund, refund= and at=.
"""

from django.dispatch import Signal

refund_done = Signal()  # the money is back with the payer
