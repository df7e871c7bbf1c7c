"""What Wagtail's admin is told."""

from wagtail import hooks

from shop.pages.choosers import ProductChooserViewSet, product_chooser


@hooks.register("register_admin_viewset")
def choose_products() -> ProductChooserViewSet:
    return product_chooser
