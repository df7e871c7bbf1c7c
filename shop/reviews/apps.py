from oscar.core.application import OscarConfig


class ReviewsConfig(OscarConfig):
    """Oscar's app of reviews with a purchase behind each. Its views are not loaded; ours stand in shop/urls.py."""

    label = "reviews"
    name = "shop.reviews"
