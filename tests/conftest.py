"""One real PostgreSQL for the suite, and one migrated template database that every run copies.

Building Oscar's and Wagtail's tables from migrations costs over a minute of CPU, so the template is kept in the
server's own cache and rebuilt only when a migration, a package version or the builder itself changes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.signals import setting_changed
from django.db import connections
from django.dispatch import receiver
from django.template import Context
from django.test import TransactionTestCase
from django.test.signals import template_rendered
from django.urls import clear_url_caches

from shop import context, database, jinja

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = "oasis_test_template_"
SERVER = Path(os.environ.get("TEST_SERVER_DIR") or ROOT / "var" / "postgres-test")


@cache
def template_name() -> str:
    """A name that changes with everything the template is built from."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    digest.update(repr(settings.INSTALLED_APPS).encode())
    for folder in ("catalogue", "certification", "logistics", "shop"):
        for path in sorted((ROOT / folder).rglob("migrations/*.py")):
            digest.update(path.read_bytes())
    for helper in ("catalogue/append_only.py", "shop/pagecache/triggers.py"):  # SQL that migrations take from there
        digest.update((ROOT / helper).read_bytes())
    return f"{TEMPLATES}{digest.hexdigest()[:16]}"


class Server:
    """The PostgreSQL server of this run: the private one, or the one DATABASE_URL names."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.base = dict(settings.DATABASES["default"])
        if not os.environ.get("DATABASE_URL", "").strip():
            self.base["HOST"] = str(self.stack.enter_context(database.lease(SERVER, durable=False)))
        self.name = f"test_{os.getpid()}"

    def execute(self, *statements: str) -> list[tuple[object, ...]]:
        with psycopg.connect(
            host=self.base.get("HOST") or None,
            port=self.base.get("PORT") or None,
            user=self.base.get("USER") or None,
            password=self.base.get("PASSWORD") or None,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            for statement in statements:
                cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def build_template(self) -> None:
        """Migrate once; a half-built template never carries the final name. Parallel runs wait for one builder."""
        name = template_name()
        SERVER.mkdir(parents=True, exist_ok=True)
        with open(SERVER / "template.lock", "w") as lock:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
                return
            print(f"\nBuilding the template database {name} from migrations (once, about 80 s) ...", flush=True)
            self.execute(f"DROP DATABASE IF EXISTS building_{name}", f"CREATE DATABASE building_{name}")
            self.use(f"building_{name}")
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            connections.close_all()
            self.execute(f"ALTER DATABASE building_{name} RENAME TO {name}")
            for (old,) in self.execute(f"SELECT datname FROM pg_database WHERE datname LIKE '{TEMPLATES}%'"):
                if old != name:
                    self.execute(f"DROP DATABASE IF EXISTS {old}")

    def renew(self) -> None:
        """A fresh copy of the template under this run's name."""
        connections.close_all()
        self.execute(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE {template_name()} STRATEGY FILE_COPY",
        )
        self.use(self.name)

    def use(self, name: str) -> None:
        for holder in (settings.DATABASES["default"], connections["default"].settings_dict):
            holder.update({"NAME": name, "HOST": self.base["HOST"]})

    def close(self) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self.stack.close()


@pytest.fixture(scope="session")
def postgres(django_db_blocker: Any) -> Iterator[Server]:
    server = Server()
    try:
        with django_db_blocker.unblock():
            server.build_template()
            server.renew()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def django_db_setup(postgres: Server) -> None:
    """Tests that commit (threads, live servers) leave a used database behind: give the next one a fresh copy.

    Truncating instead would be refused by the ledger's own triggers, and would lose what migrations put there.
    """
    TransactionTestCase._fixture_teardown = lambda self: postgres.renew()


@pytest.fixture(autouse=True)
def quick_and_private(tmp_path: Path, settings: Any) -> None:
    """Files of one test stay with it; hashing passwords slowly would cost a third of the suite."""
    context.frame_of.cache_clear()  # some tests serve a few addresses only
    settings.VAR_DIR = tmp_path / "var"  # a worker that runs past a full minute writes a search index there
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True, scope="session")
def contexts_of_pages_in_jinja() -> Iterator[None]:
    """Let `response.context` hold what a page in Jinja2 was given, as Django does for its own templates."""
    plain = jinja.Template._render

    def told(template: jinja.Template, page: Context) -> str:
        template_rendered.send(sender=template, template=template, context=page)
        return plain(template, page)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja.Template, "_render", told)
        yield


@receiver(setting_changed)
def forget_addresses(setting: str, **about: Any) -> None:
    """Django keeps each language's addresses; those made while a test spoke another default would be wrong later."""
    if setting in ("LANGUAGE_CODE", "ROOT_URLCONF"):
        clear_url_caches()
        context.frame_of.cache_clear()
