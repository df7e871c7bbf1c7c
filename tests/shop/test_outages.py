"""When the database is gone, everybody is told so, and told what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.architecture.test_deployment import PRODUCTION, manage


@pytest.fixture
def no_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    host = connection.settings_dict["HOST"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["HOST"] = "/nowhere"
        yield
        connection.close()
        connection.settings_dict["HOST"] = host


def test_a_visitor_reads_that_nothing_was_kept(no_database: None) -> None:
    answer = Client(raise_request_exception=False).get("/products/")

    assert answer.status_code == 503
    assert "数据库现在没有应答" in answer.content.decode()
    assert "The database does not answer" in answer.content.decode()
    assert answer["Retry-After"] == "30"


def test_health_says_that_it_cannot_serve(no_database: None) -> None:
    answer = Client(raise_request_exception=False).get("/healthz")

    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")


@pytest.mark.django_db
def test_with_a_database_both_are_well() -> None:
    assert Client().get("/products/").status_code == 200
    assert Client().get("/healthz").json() == {"status": "ok", "database": "answers"}


def test_a_command_names_the_server_and_the_way_on(tmp_path: Any) -> None:
    done = manage("selfcheck", tmp_path=tmp_path, **PRODUCTION)

    assert done.returncode != 0
    assert "The database does not answer" in done.stderr
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
