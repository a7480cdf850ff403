"""What several tests of imports begin with."""

from typing import Any

import pytest
from django.core.management import call_command


@pytest.fixture(scope="session")
def exported_countries(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The lines of an export of the countries as they were imported."""
    path = tmp_path_factory.mktemp("exported") / "countries.jsonl"
    with django_db_blocker.unblock():
        call_command("export_countries", path, verbosity=0)
    return path.read_text()
