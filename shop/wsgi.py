"""The WSGI callable the web server loads: Django, behind the cache of shared pages."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

from shop.pagecache.wsgi import PageCache  # noqa: E402  it reads settings and models

application = PageCache(django_application)
