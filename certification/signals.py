"""What the parts above are told about certificates.

Sent inside the transaction of the move, with sender=Certificate, certificate=, action= (issue, suspend, restore,
revoke or expire) and at=; an exception in a receiver undoes the move.
"""

from django.dispatch import Signal

certificate_moved = Signal()
