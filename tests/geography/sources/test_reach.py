"""A file that was exported answers for the countries that it has rows of, and leaves those of others as they are."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from apps.geography.models import AlternativeName, City, CityName, OfficialName, Subdivision
from apps.geography.sources import reach
from apps.revisions import numbers
from tests.imports.reports import reported
from tests.places import leave

pytestmark = pytest.mark.django_db

Cells = dict[str, str]


@pytest.fixture(scope="module", autouse=True)
def _few_places(for_module: Any) -> None:
    with for_module():
        leave(cities=["LU", "IS", "MT"], subdivisions=["IS", "LU", "MT"])


def exported(data: str, folder: Path, chosen: Callable[[Cells], bool]) -> Path:
    """Export, and keep some of the lines of each file."""
    call_command(f"export_{data}", folder, csv=True, verbosity=0)
    for path in folder.iterdir():
        with path.open(encoding="utf-8-sig", newline="") as file:
            first, *lines = csv.reader(file)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [first, *(line for line in lines if chosen(dict(zip(first, line, strict=True))))]
            )
    return folder


def imported(data: str, path: Path, folder: Path) -> dict[str, Any]:
    """Import what was exported, and return the tables of the report by their names."""
    return {table["table"]: table for table in reported(data, folder, exported=path)}


def country_of(cells: Cells) -> str:
    """Return the country of a line of any table of cities."""
    return cells.get("country_id") or City.objects.get(pk=int(cells["city_id"])).country_id


def test_cities_of_other_countries_stay(tmp_path: Path) -> None:
    lost = City.objects.filter(country="IS").order_by("pk")[0]
    path = exported(
        "cities",
        tmp_path / "export",
        lambda cells: (
            country_of(cells) in {"LU", "IS"} and str(lost.pk) not in {cells.get("geonameid"), cells.get("city_id")}
        ),
    )
    tables = imported("cities", path, tmp_path)
    assert tables["cities"]["withdrawn"] == [str(lost.pk)]
    gone = CityName.objects.filter(city=lost)
    assert len(tables["city names"]["withdrawn"]) == gone.count() == gone.exclude(withdrawn_on=None).count()
    assert City.objects.current().filter(country="MT").exists()
    assert not CityName.objects.filter(city__country="MT").exclude(withdrawn_on=None).exists()


def test_a_city_that_comes_from_another_country_comes_alone(tmp_path: Path) -> None:
    moved = City.objects.filter(country="MT").order_by("-population")[0]
    path = exported(
        "cities",
        tmp_path / "export",
        lambda cells: country_of(cells) == "LU" or cells.get("geonameid") == str(moved.pk),
    )
    file = path / "cities.csv"
    file.write_text(
        file.read_text()
        .replace(f"{moved.pk},MT,MT-60", f"{moved.pk},LU,")
        .replace(f"{moved.pk},MT,{moved.subdivision.code}", f"{moved.pk},LU,")
    )
    (path / "city_names.csv").unlink()
    tables = imported("cities", path, tmp_path)
    assert {change["key"] for change in tables["cities"]["changed"]} == {str(moved.pk)}
    assert tables["cities"]["withdrawn"] == []
    assert City.objects.get(pk=moved.pk).country_id == "LU"


@pytest.mark.parametrize("file", ["cities", "city_names"])
def test_one_table_alone_leaves_other_countries_as_they_are(file: str, tmp_path: Path) -> None:
    path = exported("cities", tmp_path / "export", lambda cells: country_of(cells) == "IS")
    before = numbers.current("data")
    imported("cities", path / f"{file}.csv", tmp_path)
    assert numbers.current("data") == before


def test_subdivisions_and_their_names_of_other_countries_stay(tmp_path: Path) -> None:
    path = exported(
        "subdivisions",
        tmp_path / "export",
        lambda cells: (
            cells.get("subdivision", cells["code"] if "country_id" in cells else "")[:2] in {"LU", ""}
            and cells.get("subdivision", cells.get("code")) != "LU-CA"
        ),
    )
    tables = imported("subdivisions", path, tmp_path)
    assert tables["subdivisions"]["withdrawn"] == ["LU-CA"]
    assert {name[:5] for name in tables["official names"]["withdrawn"]} == {"LU-CA"}
    assert Subdivision.objects.current().filter(country="MT").exists()
    assert OfficialName.objects.filter(subdivision__country="MT", withdrawn_on=None).exists()


def test_further_names_of_other_countries_stay(tmp_path: Path) -> None:
    path = exported("countries", tmp_path / "export", lambda cells: cells.get("country_id") == "LU")
    before = numbers.current("data")
    imported("countries", path / "alternative_names.csv", tmp_path)
    assert numbers.current("data") == before
    assert AlternativeName.objects.filter(country="MT", withdrawn_on=None).exists()


@pytest.mark.once
def test_a_file_that_moves_many_cities_answers_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST_MOVED", 0)
    path = exported("cities", tmp_path / "export", lambda cells: country_of(cells) == "MT")
    file = path / "cities.csv"
    file.write_text(file.read_text().replace(",MT,", ",LU,"))
    tables = imported("cities", file, tmp_path)
    assert {City.objects.get(pk=pk).country_id for pk in tables["cities"]["withdrawn"]} == {"LU", "IS"}
