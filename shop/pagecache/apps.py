from typing import Any

from django.apps import AppConfig
from django.db import connection


class PageCacheConfig(AppConfig):
    name = "shop.pagecache"
    label = "pagecache"

    def ready(self) -> None:
        from catalogue.search import indexes

        indexes.written.connect(_searches_changed, dispatch_uid="searches changed")


def _searches_changed(sender: object, **about: Any) -> None:
    """Pages of searches made between a change and the writing of the index hold what the old index found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pagecache_say(%s)", [["assortment", "shelf"]])
