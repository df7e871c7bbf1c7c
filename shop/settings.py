"""Every setting of the site, read from the environment; docs/running.md lists the variables.

`SITE_MODE=demo` (the default) fills what is missing from `var/`; `SITE_MODE=production` refuses to start without it.
"""

import os
from pathlib import Path

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from oscar.defaults import *  # noqa: F403  Oscar reads its own settings from here

from shop import database, environment

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

SITE_MODE = environment.choice("SITE_MODE", ("demo", "production"), default="demo")
DEMO = SITE_MODE == "demo"
DEBUG = environment.flag("DEBUG", default=False)
PORT = environment.number("PORT", default=8000, least=1, most=65535)
SITE_URL = environment.url("SITE_URL", default=f"http://127.0.0.1:{PORT}" if DEMO else None)
SECRET_KEY = environment.secret("SECRET_KEY", VAR_DIR / "secret-key" if DEMO else None)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEMO else None)
if DEBUG and not DEMO:
    raise ImproperlyConfigured("DEBUG=1 is refused with SITE_MODE=production: unset DEBUG.")

DATABASES = {"default": database.settings(os.environ.get("DATABASE_URL", ""), VAR_DIR, demo=DEMO)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "shop.accounts",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.flatpages",
    # the house, from the ground up
    "catalogue.apps.CatalogueConfig",
    "catalogue.partner.apps.PartnerConfig",
    "certification",
    "certification.households",
    "certification.provenance",
    "logistics",
    "shop",
    "shop.order.apps.OrderConfig",
    "shop.reviews.apps.ReviewsConfig",
    "shop.payments",
    "shop.buyers",
    "shop.revenue",
    "shop.reports",
    "shop.household",
    "shop.pages",
    "shop.pagecache",
    "shop.webhooks",
    "shop.api.apps.ApiConfig",
    "shop.supplier",
    # Oscar
    "oscar.config.Shop",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "oscar.apps.checkout.apps.CheckoutConfig",
    "oscar.apps.address.apps.AddressConfig",
    "oscar.apps.shipping.apps.ShippingConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.basket.apps.BasketConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.customer.apps.CustomerConfig",
    "oscar.apps.search.apps.SearchConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "shop.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "shop.supplier.review.apps.SuppliersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "shop.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "treebeard",
    "sorl.thumbnail",
    "django_tables2",
    # Wagtail
    "wagtail.contrib.redirects",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "shop.pages.apps.EditorsAccountsConfig",  # wagtail.users, for superusers alone
    "wagtail.snippets",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    # jobs
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "shop.security.ContentSecurity",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shop.pagecache.sharing.SharePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "shop.middleware.RefuseNul",
    "shop.middleware.KeepPrivate",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shop.basket.middleware.BasketMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
SITE_ID = 1
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "customer:login"
LOGIN_REDIRECT_URL = "home"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "shop" / "templates"],
        "OPTIONS": {
            "loaders": [
                "shop.jinja.Loader",  # what is rendered most (docs/adr/0009)
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "oscar.core.context_processors.metadata",
                "shop.context.site",
            ],
        },
    }
]

# Language and time. Unmarked addresses speak Chinese; /en/ speaks English; /ug/ speaks Uyghur to households
# (shop/languages.py). Months close in Shanghai.
LANGUAGE_CODE = "zh-hans"
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGES = [*WAGTAIL_CONTENT_LANGUAGES, ("ug", "ئۇيغۇرچە")]
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [BASE_DIR / "shop" / "locale", BASE_DIR / "shop" / "locale_cms"]  # our words before the packages'
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"  # suppliers' papers and uploads; no address leads there
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
WHITENOISE_MANIFEST_STRICT = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "shop.bodies.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Cookies and headers
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # Wagtail itself allows its own preview pages
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "shop.health.csrf_failed"
if not DEMO:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    OSCAR_BASKET_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Mail goes out by a job, never inside a request.
EMAIL_BACKEND = (
    "django.core.mail.backends.filebased.EmailBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = environment.text("EMAIL_HOST", default="" if DEMO else None)
EMAIL_PORT = environment.number("EMAIL_PORT", default=587, least=1, most=65535)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = not DEMO
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", default="shop@localhost" if DEMO else None)
OSCAR_FROM_EMAIL = DEFAULT_FROM_EMAIL

# Payments. Without keys the demo talks to the local test gateway, a process of its own.
STRIPE_SECRET_KEY = environment.text("STRIPE_SECRET_KEY", default="" if DEMO else None)
STRIPE_API_BASE = environment.url("STRIPE_API_BASE", default="")
STRIPE_WEBHOOK_SECRET = environment.secret("STRIPE_WEBHOOK_SECRET", VAR_DIR / "webhook-secret" if DEMO else None)
TEST_GATEWAY = DEMO and not STRIPE_SECRET_KEY
TEST_GATEWAY_PORT = environment.number(
    "TEST_GATEWAY_PORT", default=PORT + 4111 if PORT < 61_000 else PORT - 4111, least=1, most=65535
)
if TEST_GATEWAY:
    STRIPE_SECRET_KEY = "sk_test_local_gateway"  # noqa: S105  means nothing outside this machine
    STRIPE_API_BASE = STRIPE_API_BASE or f"http://127.0.0.1:{TEST_GATEWAY_PORT}"
PAYMENT_TIMEOUT_S = 10

# Within how many days a household's dispute is answered: the operator's promise.
DISPUTE_ANSWER_DAYS = environment.number("DISPUTE_ANSWER_DAYS", default=15 if DEMO else None, least=1, most=60)

# Search: PostgreSQL, or a cluster.
ELASTICSEARCH_URL = environment.url("ELASTICSEARCH_URL", default="")

# Shared pages are kept in the memory of each web process; 0 renders every page.
PAGE_CACHE_MB = environment.number("PAGE_CACHE_MB", default=64, least=0, most=65_536)

# Oscar
OSCAR_SHOP_NAME = "绿洲集市"
OSCAR_SHOP_TAGLINE = ""
OSCAR_DEFAULT_CURRENCY = "CNY"
OSCAR_SLUG_ALLOW_UNICODE = True
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_HOMEPAGE = "/"
OSCAR_SEND_REGISTRATION_EMAIL = False
OSCAR_MODERATE_REVIEWS = True
OSCAR_INITIAL_ORDER_STATUS = "placed"
OSCAR_INITIAL_LINE_STATUS = "placed"
OSCAR_ORDER_STATUS_PIPELINE = {
    "placed": ("paid", "cancelled"),
    "paid": ("shipping", "delivered", "cancelled"),
    "shipping": ("delivered",),
    "delivered": (),
    "cancelled": (),
}
OSCAR_LINE_STATUS_PIPELINE = OSCAR_ORDER_STATUS_PIPELINE
OSCAR_ORDER_STATUS_CASCADE: dict[str, str] = {}
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}  # imported, never asked

# Wagtail
WAGTAIL_SITE_NAME = "绿洲集市"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_PRIVATE_PAGES = {"SHARED_PASSWORD": False}
WAGTAIL_FRONTEND_LOGIN_URL = "/account/sign-in/"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # the address is what one signs in with
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # nothing is fetched from other hosts
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILDOCS_EXTENSIONS = ["pdf"]
WAGTAILDOCS_SERVE_METHOD = "direct"  # from media, which may do nothing in a browser (shop/security.py)
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "shop.pages.search"}}
WAGTAILIMAGES_IMAGE_FORM_BASE = "shop.pages.pictures.ImageForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 12 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000

# Logs name orders, never people.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"shop": {"level": "INFO"}, "logistics": {"level": "INFO"}, "certification": {"level": "INFO"}},
}
