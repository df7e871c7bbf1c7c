from __future__ import annotations

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.accounts.models import User


class SignInForm(forms.Form):
    """E-mail and password; every kind of failure gives the same answer."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"), max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def user(self, request: HttpRequest) -> User | None:
        """Who signs in; None when nobody does. Call on a valid form."""
        found = authenticate(
            request, username=_username(self.cleaned_data["email"]), password=self.cleaned_data["password"]
        )
        return found if isinstance(found, User) else None


def _username(email: str) -> str:
    local, _at, domain = email.strip().rpartition("@")
    return f"{local}@{domain.lower()}"
