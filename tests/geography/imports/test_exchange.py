from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.geography.models import AlternativeName, City, Country, OfficialName, Region, Subdivision, SubdivisionType
from tests.factories import RegionFactory


@pytest.mark.django_db
def test_countries_come_back_as_the_same_bytes(tmp_path: Path) -> None:
    Country.objects.filter(code="DE").update(name_fr="Ours")
    RegionFactory(code="DACH", name_en="DACH")
    call_command("export_countries", tmp_path / "first")
    for model in (City, OfficialName, Subdivision, AlternativeName, Country, Region):
        model.objects.all().delete()
    call_command("import_countries", exported=tmp_path / "first", force=True, verbosity=0)
    call_command("export_countries", tmp_path / "second")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


@pytest.mark.django_db
def test_subdivisions_come_back_as_the_same_bytes(tmp_path: Path) -> None:
    call_command("export_subdivisions", tmp_path / "first")
    City.objects.update(subdivision=None)
    OfficialName.objects.all().delete()
    Subdivision.objects.filter(is_iso=True).delete()
    SubdivisionType.objects.all().delete()
    call_command("import_subdivisions", exported=tmp_path / "first", force=True, verbosity=0)
    call_command("export_subdivisions", tmp_path / "second")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"table": "cities"}', "1: no table of this import"),
        ('{"table": "countries", "code": "DE", "colour": "red"}', "1: unknown columns: colour"),
        ("not JSON", "Expecting value"),
    ],
    ids=["another table", "another column", "no JSON"],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, line: str, complaint: str) -> None:
    (tmp_path / "file").write_text(line)
    with pytest.raises(CommandError, match=complaint):
        call_command("import_countries", exported=tmp_path / "file")
