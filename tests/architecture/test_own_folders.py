"""What a test's worker and pages write lies with that test, and answers no other one."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from catalogue.private import PrivateStorage
from catalogue.search import embedded


@pytest.mark.django_db
def test_index_papers_and_pictures_lie_with_the_test(tmp_path: Path) -> None:
    for folder in (embedded.folder(), Path(PrivateStorage().location), Path(settings.MEDIA_ROOT)):
        assert folder.is_relative_to(tmp_path)
