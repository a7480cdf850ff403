"""Importing cities."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.geography.models import City, CityName
from apps.geography.sources.cities import geonamescache
from apps.imports.files.source import BadSource
from tests.places import leave

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("district", "areas"),
    [
        ("HK-G-HCW", {"Central", "Sheung Wan"}),
        ("HK-G-HEA", {"North Point", "Quarry Bay"}),
        ("HK-G-KYT", {"Tsim Sha Tsui", "Mong Kok"}),
    ],
)
def test_districts_of_hong_kong_have_their_areas(district: str, areas: set[str]) -> None:
    found = set(City.objects.filter(subdivision__code=district).values_list("name", flat=True))
    assert areas <= found
    assert not [name for name in found if name.endswith(("Estate", "Court", "Garden"))]


def test_cities_of_time_zones_have_names_in_other_languages() -> None:
    names = CityName.objects.filter(city__name="Kolkata", language__in=["de", "ja", "en"])
    assert dict(names.values_list("language", "name")) == {"de": "Kalkutta", "en": "Kolkata", "ja": "コルカタ"}


def test_areas_of_hong_kong_have_chinese_names() -> None:
    names = CityName.objects.filter(city__name="Sheung Wan")
    assert dict(names.values_list("language", "name")) == {"en": "Sheung Wan", "zh-hant": "上環", "zh-hans": "上环"}


def test_an_import_of_what_is_there_writes_nothing(tmp_path: Path) -> None:
    call_command("import_cities", verbosity=0, dry_run=True, report=tmp_path / "report.json")
    tables = json.loads((tmp_path / "report.json").read_text())["tables"]
    counts = [table["counts"] for table in tables]
    assert [[word for word, number in each.items() if number] for each in counts] == [["unchanged"]] * 3


@pytest.mark.once
def test_cities_before_subdivisions_are_refused(tmp_path: Path) -> None:
    leave(cities=[], subdivisions=[])
    with pytest.raises(CommandError, match=r"no subdivisions yet.*Run first: manage\.py import_subdivisions"):
        call_command("import_cities", verbosity=0)


def test_values_are_read_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cities = {str(number): {"name": "{" * number, "names": ["}", '"']} for number in range(30)}
    source = tmp_path / "cities.json"
    source.write_text(json.dumps(cities))
    monkeypatch.setattr(geonamescache, "BLOCK", 16)
    assert list(geonamescache.values(source)) == list(cities.values())


@pytest.mark.parametrize("end", [-1, -5, 40])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, end: int) -> None:
    source = tmp_path / "cities.json"
    source.write_text(json.dumps({"1": {"name": "A" * 20}, "2": {"name": "B" * 20}})[:end])
    with pytest.raises(BadSource, match="cut off"):
        list(geonamescache.values(source))
