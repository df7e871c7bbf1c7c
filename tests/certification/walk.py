"""The walk of an application, for tests: who stands where, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from certification import applications, certificates
from certification.models import Application, Certificate
from tests import make

SUBMITTED = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
REVIEWED = datetime(2026, 9, 2, 2, 0, tzinfo=UTC)  # the notice runs from 3 September, seven days, through the 9th
LAST_NOTICE_SECOND = datetime(2026, 9, 9, 15, 59, 59, tzinfo=UTC)
NOTICE_OVER = datetime(2026, 9, 9, 16, 0, 0, tzinfo=UTC)


@dataclass
class Walk:
    """One application in Pishan under a scheme of two steps, and the people around it."""

    application: Application
    applicant: Any
    township: Any
    county: Any
    decider: Any

    def reviewed(self) -> Walk:
        for officer in (self.township, self.county):
            self.application = applications.review(application=self.application, by=officer, at=REVIEWED)
        return self

    def issued(self, number: str | None = "PS-2026-001") -> Certificate:
        self.reviewed()
        return certificates.issue(application=self.application, number=number, by=self.decider, at=NOTICE_OVER)


def begin(**fields: Any) -> Walk:
    """An application just submitted. fields: go to `applications.submit`"""
    supplier = fields.pop("partner", None) or make.partner(township=make.place("653223100"))
    applicant = make.user()
    supplier.users.add(applicant)
    asked = {"product": fields.pop("product", None) or make.product(supplier), "partner": supplier, "season": "2026"}
    asked |= {"scheme": fields.pop("scheme", None) or make.scheme(), "quantity_g": 20_000_000}
    asked |= {"output_value_fen": 5_000_000, "by": applicant, "at": SUBMITTED}
    return Walk(
        applications.submit(**(asked | fields)),
        applicant,
        make.officer("township", "653223100"),
        make.officer("county"),
        make.officer("county"),
    )
