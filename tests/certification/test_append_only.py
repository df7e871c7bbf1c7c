"""The database itself refuses to change what is written once."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from certification.households.models import AccessSlip, ConsentEvent, ConsentText
from certification.households.registry import join
from certification.models import ApplicationMove, CertificateMove
from certification.provenance.models import IntakeSlip, LotInput
from tests import make
from tests.certification.walk import begin
from tests.make import NOW

pytestmark = pytest.mark.django_db

WRITTEN_ONCE = [ApplicationMove, CertificateMove, ConsentEvent, ConsentText, IntakeSlip, LotInput]
STATEMENTS = ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]


def one_row_of_each() -> None:
    begin().issued()
    join(reference="H-1", county=make.place(), language="zh-hans", texts=[make.consent_text()], how="on paper", at=NOW)
    make.packed_lot(make.product())
    run("SET CONSTRAINTS ALL IMMEDIATE")  # a table whose foreign keys are still to be checked cannot be truncated


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("model", WRITTEN_ONCE)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_rows_written_once_stay(model: type, statement: str) -> None:
    one_row_of_each()
    before = model.objects.count()
    assert before > 0

    with pytest.raises(DatabaseError, match=f"{model._meta.db_table} is refused"):
        run(statement.format(model._meta.db_table))

    assert model.objects.count() == before


@pytest.mark.parametrize("statement", STATEMENTS)
def test_control_another_table_takes_the_same_statements(statement: str) -> None:
    slip = {"household": make.household(), "code_hash": "0" * 64, "issued_by": make.user()}
    AccessSlip.objects.create(**slip, issued_at=NOW, expires_at=NOW)

    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(statement.format(AccessSlip._meta.db_table))

    assert AccessSlip.objects.exists() is statement.startswith("UPDATE")
