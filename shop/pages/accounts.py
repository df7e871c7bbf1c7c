"""Who manages accounts and groups in Wagtail's admin: whoever edits an account could otherwise make it anybody's."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet


class SuperusersOnly(ModelPermissionPolicy):
    """Whatever permissions a group was given: accounts and groups are for superusers."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return bool(user.is_active and user.is_superuser)

    def user_has_any_permission(self, user: Any, actions: Collection[str]) -> bool:
        return self.user_has_permission(user, "")

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[Any]:
        return get_user_model()._default_manager.filter(is_active=True, is_superuser=True)


class NewAccountForm(UserCreationForm):
    is_superuser = None

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields - {"is_superuser"}


class AccountForm(UserEditForm):
    is_superuser = None

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if editing_self:
            del self.fields["is_active"]

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields - {"is_superuser"}


class UserViewSet(WagtailUserViewSet):
    def get_form_class(self, for_update: bool = False) -> type:
        return AccountForm if for_update else NewAccountForm
