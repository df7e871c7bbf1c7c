"""The first page of Oscar's dashboard: the day's work instead of Oscar's figures about customers."""

from __future__ import annotations

from typing import Any, cast

from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from catalogue import days
from certification.models import Officer
from logistics.models import Operator
from shop import rooms
from shop.accounts.models import User
from shop.dashboard import day


class IndexView(TemplateView):
    template_name = "oscar/dashboard/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        user = cast(User, self.request.user)
        found = {"day": day.of(at=at), "today_date": days.day_of(at), "links": links(user), "rooms": rooms.of(user)}
        return super().get_context_data(**kwargs) | found


def links(user: User) -> dict[str, str]:
    """Where each kind of work is done, for those of them this person may enter."""
    may = {"certificates": reverse("certificates:index")}
    if Officer.objects.filter(user=user).exists():
        may["certificates"] = reverse("certificates:queue")
    if Operator.objects.filter(user=user).exists():
        may["parcels"] = reverse("centre:home")
    if rooms.works_in_settlement(user):
        may |= {"disputes": reverse("settlement:disputes"), "payouts": reverse("settlement:home")}
    return may
