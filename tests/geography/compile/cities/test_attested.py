"""What other sources confirm of GeoNames' cities."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.geography.compile.cities import attested
from apps.geography.sources.cities import geonamescache
from apps.imports.files.source import read_tsv

pytestmark = pytest.mark.once


def city(geonameid: int, name: str, country: str, population: int, *others: str) -> dict[str, Any]:
    values = geonameid, name, 10.0, 20.0, country, population, "Europe/Berlin", "01"
    return dict(zip(geonamescache.KEYS, values, strict=True), alternatenames=list(others))


CITIES = [
    city(1, "Qasr", "SA", 90_000, "Kasser", "Qaser", "Kasr", "Ksar"),
    city(2, "Ksar", "SA", 600),
    city(3, "Overlooked", "DE", 0, "Übersehen"),
    city(4, "Town", "DE", 20_000, "Toun"),
]


@pytest.fixture(autouse=True)
def _geonames(monkeypatch: pytest.MonkeyPatch) -> None:
    def cities(size: int, *, is_further: bool = True) -> list[dict[str, Any]]:
        return [row for row in CITIES if size <= attested.SIZE or row["population"] >= size]

    monkeypatch.setattr(geonamescache, "cities", cities)


def world_cities(path: Path, *rows: tuple[str, str, int, float]) -> Path:
    keys = "city", "city_ascii", "iso2", "population", "lat", "lng"
    found = [
        dict(zip(keys, (name, name, country, str(people), str(at), "20"), strict=True))
        for name, country, people, at in rows
    ]
    path.write_text(json.dumps(found), "utf-8")
    return path


def rows(path: Path, columns: tuple[str, ...]) -> list[list[str]]:
    return list(read_tsv(path, *columns))


def test_a_spelling_counts_that_both_sources_have_at_one_place_and_no_other_city_bears(tmp_path: Path) -> None:
    path = world_cities(
        tmp_path / "cities.json",
        ("Kasser", "SA", 1, 10.1),
        ("Qaser", "SA", 1, 10.5),  # elsewhere
        ("Ksar", "SA", 1, 10.0),  # another city
        ("Kazr", "SA", 1, 10.0),  # not GeoNames'
        ("Übersehen", "DE", 40_000, 10.0),
    )
    call_command("compile_fixtures", worldcities=path, output=tmp_path)
    found = rows(tmp_path / attested.ATTESTED, attested.ATTESTED_COLUMNS)
    assert found == [["1", "Kasser", attested.WORLD_CITIES]]


def test_areas_attest_spellings_of_what_is_written_in_other_letters(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text(
        "GEOCODE_DATA = {'9661': {'en': 'Kasr, Riyadh'}, '9662': {'en': 'Ksar'}, '491': {'de': 'Toun'}}", "utf-8"
    )
    (tmp_path / attested.ATTESTED).write_text(
        f"geonameid\tspelling\tsource\n7\tSeven\t{attested.WORLD_CITIES}\n", "utf-8"
    )
    call_command("compile_fixtures", geocoding=tmp_path, output=tmp_path)
    found = rows(tmp_path / attested.ATTESTED, attested.ATTESTED_COLUMNS)
    assert found == [["1", "Kasr", attested.GEOCODING], ["7", "Seven", attested.WORLD_CITIES]]


def test_a_folder_without_areas_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no package"):
        call_command("compile_fixtures", geocoding=tmp_path, output=tmp_path)
