"""Who signs in: an e-mail address and a password, nothing more about the person."""

from oscar.apps.customer.abstract_models import AbstractUser


class User(AbstractUser):
    """A buyer, or somebody with a role in one of the rooms (the role stands in that room's own table)."""
