"""What the parts above are told about parcels.

Both are sent inside the transaction of the scan, with sender=Shipment, shipment=, at= and by=; an exception in a
receiver undoes the scan.
"""

from django.dispatch import Signal

shipment_left = Signal()  # the parcel has left its first node
shipment_delivered = Signal()  # the parcel is in the buyer's hands; shipment.proof says how we know
