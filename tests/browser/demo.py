"""The demo world on a real server: every page and every state a visitor can meet, from ten orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.models import F
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from catalogue import photos
from catalogue.listings.models import Revision
from catalogue.models import Product
from catalogue.partner.models import Partner
from certification.households import access
from certification.households.models import Household
from certification.models import Certificate
from logistics.models import LotStock
from shop.accounts.models import User
from shop.demo import goods, pages, people, pictures, world
from shop.demo.progress import Progress
from shop.order import numbers
from shop.order.models import Order
from shop.payments.testgateway import process
from shop.storefront import packs
from shop.webhooks import subscriptions
from shop.webhooks.models import Kind
from tests import make

WANTED = world.Wanted(orders=10, with_pictures=False)
PHOTOGRAPHED = 6


@dataclass(frozen=True)
class Demo:
    """url: where it is served; goods: the address of a product by its state; orders: of an order by its state

    question: the article of a supplier who was asked about it; change: the revision of a listed article
    """

    url: str
    goods: dict[str, str]
    orders: dict[str, str]
    certificate: str
    webhook: int
    question: int
    change: int

    def session(self, email: str) -> str:
        """The session of a person who is signed in."""
        client = Client()
        client.force_login(User.objects.get(email=email))
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def household(self) -> str:
        """The session of the household with most shares, its statement open."""
        chosen = Household.objects.filter(left_at=None, shares__isnull=False).order_by("reference").first()
        assert chosen is not None
        code = access.issue_slip(household=chosen, by=make.user(), at=timezone.now())
        client = Client()
        client.post("/household/enter/", {"reference": chosen.reference, "code": code})
        return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def served(folder: Path) -> Iterator[Demo]:
    """Make the world in the database of this run and serve it; who asks for it renews the database afterwards."""
    own = {
        "MEDIA_ROOT": folder / "media",
        "VAR_DIR": folder,
        "PRIVATE_ROOT": folder / "private",
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    }
    with (
        process.running(state=folder / "gateway.sqlite3", api_key=settings.STRIPE_SECRET_KEY) as gateway,
        override_settings(STRIPE_API_BASE=gateway.url, **own),
    ):
        world.load(wanted=WANTED, now=timezone.now(), progress=Progress(None))
        pages.hang_pictures()
        _photograph()
        server = LiveServer("127.0.0.1")
        try:
            yield _demo(server.url)
        finally:
            server.stop()
            connections.close_all()


def _photograph() -> None:
    """Pictures of a few products; the others show that there is none yet."""
    for product in Product.objects.on_sale(timezone.now()).order_by("upc")[:PHOTOGRAPHED]:
        code = str(product.commodity_id)
        picture = pictures.draw(code, variant=0, size=400, title=product.title, form=goods.FORM_OF["袋"])
        photos.add(product=product, photo=photos.of_pixels(picture), name=product.upc.lower())


def _demo(url: str) -> Demo:
    orders = {order.status: numbers.link_for(order) for order in Order.objects.order_by("pk")}
    webhook = subscriptions.add(
        url="https://books.example/oasis", events=Kind.values, partner=Partner.objects.get(code="ps-e01"), unit=None,
        by=User.objects.get(email=people.supplier_email("PS-E01")), at=timezone.now(),
    )  # fmt: skip
    certificate = Certificate.objects.filter(state=Certificate.State.CERTIFIED).order_by("pk").first()
    assert certificate is not None
    question = Revision.objects.get(state=Revision.State.QUESTION).product_id
    change = Revision.objects.get(state=Revision.State.SUBMITTED, lists=False).pk
    return Demo(url, _goods(), orders, f"/certificates/{certificate.number}/", webhook.pk, question, change)


def _goods() -> dict[str, str]:
    """One product of each state, the photographed first."""
    now = timezone.now()
    on_sale = list(Product.objects.on_sale(now).order_by("upc"))
    scarce = on_sale[-1]
    LotStock.objects.filter(lot__product=scarce).update(reserved_units=F("units"))
    LotStock.objects.filter(pk=_lot_of(scarce).pk).update(reserved_units=F("units") - 4)
    left = {key: found.left for key, found in packs.of([one.pk for one in on_sale], on=timezone.localdate()).items()}
    withdrawn = Product.objects.filter(is_public=True).exclude(pk__in=[one.pk for one in on_sale]).order_by("upc")
    return {
        "on sale": next(one for one in on_sale if left[one.pk] >= 10).get_absolute_url(),
        "few left": scarce.get_absolute_url(),
        "sold out": next(one for one in on_sale if not left[one.pk]).get_absolute_url(),
        "not for sale": withdrawn[0].get_absolute_url(),
    }


def _lot_of(product: Product) -> LotStock:
    """What would be sold last of a product."""
    found = LotStock.objects.filter(lot__product=product, units__gte=4).order_by("lot__expires_date").last()
    assert found is not None
    return found
