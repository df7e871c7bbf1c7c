"""Every address of the site. Unmarked it speaks Chinese, under /en/ English, under /ug/ Uyghur to households.

shop/access.py says who may open what; a test fails on an address that is not written there.
"""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView, TemplateView
from django.views.static import serve
from wagtail import views as wagtail
from wagtail.admin import urls as wagtailadmin_urls

from shop import health, languages, visitor
from shop.api.api import api
from shop.basket import views as basket
from shop.checkout import views as checkout
from shop.customer import views as customer
from shop.feeds import views as feeds
from shop.order import views as order
from shop.reviews import views as reviews
from shop.storefront import views as storefront
from shop.wishes import views as wishes

handler400 = health.unreadable
handler500 = health.broken

# Names are Oscar's where Oscar has one, so that its own links lead to our pages.
people_urls: list[URLPattern | URLResolver] = [
    path("products/", include(([
        path("", storefront.index, name="index"),
        path("<str:product_slug>_<int:pk>/", storefront.detail, name="detail"),
        path("<int:pk>/promise/", storefront.promise, name="promise"),
        path("places/<str:code>/", storefront.place, name="place"),
        path("<int:pk>/reviews/", reviews.of_product, name="reviews"),
        path("suggestions/", storefront.suggestions, name="suggestions"),
    ], "catalogue"))),
    path("visitor/", visitor.bits, name="visitor"),
    path("basket/", include(([
        path("", basket.summary, name="summary"),
        path("add/<int:pk>/", basket.add, name="add"),
        path("lines/<int:line_id>/", basket.change, name="change"),
    ], "basket"))),
    path("checkout/", include(([path("", checkout.index, name="index")], "checkout"))),
    path("orders/", include(([
        path("<str:token>/", order.detail, name="detail"),
        path("<str:token>/returned/", order.returned, name="returned"),
        path("<str:token>/pay/", order.pay, name="pay"),
        path("<str:token>/cancel/", order.cancel, name="cancel"),
        path("<str:token>/lines/<int:line_id>/review/", reviews.write, name="review"),
    ], "order"))),
    path("account/", include(([
        path("", customer.summary, name="summary"),
        path("reviews/", reviews.of_account, name="reviews"),
        path("wish-list/", wishes.index, name="wishes"),
        path("wish-list/<int:pk>/", wishes.add, name="wish"),
        path("wish-list/<int:pk>/remove/", wishes.remove, name="wish_remove"),
        path("wish-list/<int:pk>/buy/", wishes.buy, name="wish_buy"),
        path("sign-in/", customer.sign_in, name="login"),
        path("sign-out/", customer.sign_out, name="logout"),
    ], "customer"))),
    path("certificates/", include("certification.urls")),
    path("centre/", include("logistics.urls")),
    path("supplier/", include("shop.supplier.urls")),
    path("listings/", include("shop.listings.urls")),
    path("settlement/", include("shop.settlement.urls")),
    path("household/", include("shop.household.urls")),
    path("official/", include("shop.official.urls")),
    path("dashboard/login/", RedirectView.as_view(pattern_name="customer:login", query_string=True)),
    path("dashboard/", apps.get_app_config("dashboard").urls),  # type: ignore[attr-defined]
    path("webhooks/", include("shop.webhooks.urls")),
    path("feeds/products.xml", feeds.products, name="feed"),
]  # fmt: skip

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", feeds.robots_txt, name="robots"),
    path("sitemap.xml", feeds.sitemap_index, name="sitemap"),
    path("sitemaps/<str:kind>-<int:number>.xml", feeds.sitemap_part, name="sitemap_part"),
    path("api/v1/", api.urls),
    path("payments/", include("shop.payments.urls")),
    path("cms/login/", RedirectView.as_view(pattern_name="customer:login", query_string=True)),
    path("cms/", include(wagtailadmin_urls)),
    path("favicon.ico", RedirectView.as_view(url=settings.STATIC_URL + "shop/favicon.svg")),
]
if settings.DEMO:  # in production nginx serves these
    urlpatterns.append(
        re_path(r"^media/(?P<path>.{1,200})$", serve, {"document_root": settings.MEDIA_ROOT}, name="media")
    )
    people_urls.append(path("styleguide/", TemplateView.as_view(template_name="styleguide.html"), name="styleguide"))
people_urls += [  # what editors publish comes last: it takes any address
    path("", wagtail.serve, {"path": ""}, name="home"),
    re_path(r"^((?:[\w\-]+/)*)$", wagtail.serve, name="wagtail_serve"),
]
urlpatterns.append(re_path(languages.ELSEWHERE, languages.in_chinese, name="elsewhere_in_uyghur"))
urlpatterns += i18n_patterns(*people_urls, prefix_default_language=False)
