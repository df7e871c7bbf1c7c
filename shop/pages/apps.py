from typing import Any

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PagesConfig(AppConfig):
    name = "shop.pages"
    label = "pages"


class EditorsAccountsConfig(WagtailUsersAppConfig):
    """Accounts and groups in Wagtail's admin: for superusers alone, and nobody is made one there."""

    user_viewset = "shop.pages.accounts.UserViewSet"

    def ready(self) -> None:
        from django.contrib.auth import get_user_model
        from django.contrib.auth.models import Group
        from wagtail.permissions import register_permission_policy

        from shop.pages.accounts import SuperusersOnly

        models: list[Any] = [get_user_model(), Group]
        for model in models:
            register_permission_policy(model, SuperusersOnly(model))
