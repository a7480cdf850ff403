"""Codes of subdivisions."""

from importlib import import_module

from django.apps import apps
from django.db import connection

from apps.geography.models import Subdivision
from tests.factories import SubdivisionFactory

migration = import_module("apps.geography.migrations.0020_write_codes_in_capitals")


def test_codes_of_before_in_small_letters_become_capitals_wherever_they_stand(db: None) -> None:
    for code in ("PL-north", "PL-south", "PL-SOUTH"):
        SubdivisionFactory(country_id="PL", code=code, is_iso=False)
    Subdivision.objects.filter(code="PL-14").update(replaced_by=["PL-north", "PL-south"])
    migration.write_in_capitals(apps, connection.schema_editor())
    own = Subdivision.objects.filter(country="PL", is_iso=False).order_by("code").values_list("code", flat=True)
    assert sorted(own) == ["PL-NORTH", "PL-SOUTH", "PL-south"]
    assert Subdivision.objects.get(code="PL-14").replaced_by == ["PL-NORTH", "PL-south"]
