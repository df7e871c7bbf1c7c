"""Requests made from the OpenAPI file, allowed and forbidden ones: what comes back is what the file says."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import positive_data_acceptance

from tests import make
from tests.api.asking import document, key_of

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow],
)
schema = schemathesis.openapi.from_dict(document())


@pytest.fixture
def key(transactional_db: None) -> str:
    partner = make.partner()
    make.product(partner)
    return key_of(partner)


@schema.parametrize()
@EXAMPLES
def test_every_answer_is_one_that_the_file_names(case: Case, key: str, live_server: Any) -> None:
    case.call_and_validate(
        base_url=live_server.url,
        headers={"Authorization": f"Bearer {key}"},
        excluded_checks=[positive_data_acceptance],  # no file says which page is the last, or which bytes are a picture
    )
