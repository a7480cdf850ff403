"""Every way in refuses the same values in the same words, names where they stand, and keeps the rows there are.

Files by `--from` in each of their formats, files of GeoNames, uploads to the page of imports, corrections by
spreadsheet, and forms; on both databases.
"""

import csv
import html
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.geography.management.commands import import_cities as cities
from apps.geography.management.commands import import_countries as countries
from apps.geography.management.commands import import_subdivisions as subdivisions
from apps.geography.models import City, Country, Subdivision
from apps.geography.tables import CITIES, COUNTRIES, SUBDIVISIONS
from apps.imports import jobs
from apps.imports.files import exchange
from apps.imports.models import ImportJob
from apps.imports.tables import Table
from apps.revisions import numbers
from tests.back_office import sent_by
from tests.geography.sources.cities.geonames_lines import city, write
from tests.imports.formats import Cells, archive, check, csv_file, semicolons, spreadsheet, workbook
from tests.imports.reports import reported
from tests.imports.wrong_values import (
    IN_JSON,
    LISTS,
    OF_CITIES,
    OF_COUNTRIES,
    OF_SUBDIVISIONS,
    OF_TREE,
    REFERENCES,
    Wrong,
)
from tests.places import leave

TABLES = {"countries": COUNTRIES, "subdivisions": SUBDIVISIONS, "cities": CITIES}
COMMANDS = {"countries": countries.Command, "subdivisions": subdivisions.Command, "cities": cities.Command}
# In files; and in forms and corrections by spreadsheet.
WRONG = {
    "countries": [*OF_COUNTRIES, *LISTS],
    "subdivisions": [*OF_SUBDIVISIONS, *OF_TREE],
    "cities": [*OF_CITIES, *REFERENCES],
}
CORRECTIONS = {"countries": OF_COUNTRIES, "subdivisions": OF_SUBDIVISIONS, "cities": OF_CITIES}
MODELS: dict[str, type[Country] | type[Subdivision] | type[City]] = {
    "countries": Country,
    "subdivisions": Subdivision,
    "cities": City,
}


@pytest.fixture(scope="module", autouse=True)
def _few_places(for_module: Any) -> None:
    """Leave as many as there are wrong values: each test reads and writes them all."""
    with for_module():
        leave(cities=["IR"], subdivisions=["AD", "DE", "FR", "IR", "PL"])


@pytest.fixture
def _unmoved(db: None) -> Iterator[None]:
    """Let the data be after the test what it was before."""
    before = numbers.current("data")
    yield
    assert numbers.current("data") == before


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


def exported(table: Table) -> tuple[list[str], Cells]:
    """Return the columns and the rows of an export, in cells."""
    [lines] = exchange.csv_files([table]).values()
    rows = csv.DictReader(io.StringIO("".join(lines).removeprefix("\ufeff")))
    return list(rows.fieldnames or ()), list(rows)


def spoilt(data: str, wrong: Sequence[Wrong]) -> tuple[list[str], Cells]:
    """Return an export with a wrong value in each of its rows, as long as there are some."""
    columns, rows = exported(TABLES[data])
    for row, each in zip(rows, wrong, strict=False):
        row[each.column] = each.typed
    return columns, rows


def json_lines(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    """With the other tables of the export: JSON Lines have them all."""
    lines = [json.loads(line) for line in exchange.lines(COMMANDS[data].tables)]
    own = [line for line in lines if line["table"] == data]
    for line, each in zip(own, [*IN_JSON[data], *WRONG[data]], strict=False):
        line[each.column] = each.value
    lines = own + [line for line in lines if line["table"] != data]
    return write(folder / "export.jsonl", *(f"{json.dumps(line)}\n" for line in lines))


FORMATS = [csv_file, semicolons, workbook, archive, spreadsheet, json_lines]


def ran(data: str, path: Path, folder: Path) -> list[dict[str, Any]]:
    """Dry-run and run an import of an export, which changes nothing, and return what was rejected."""
    tables = reported(data, folder, exported=path)
    assert all(not table["withdrawn"] and not table["changed"] for table in tables)
    return [each for table in tables for each in table["rejected"]]


@pytest.mark.usefixtures("_unmoved")
@pytest.mark.parametrize("as_file", FORMATS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("data", WRONG)
def test_a_file_by_from(data: str, as_file: Callable[..., Path], tmp_path: Path) -> None:
    wrong = [each for each in WRONG[data] if as_file is not workbook or each.is_plain]
    path = as_file(tmp_path, data, *spoilt(data, wrong))
    is_json = as_file is json_lines
    check(ran(data, path, tmp_path), [*IN_JSON[data], *wrong] if is_json else wrong, first=1 if is_json else 2)


# What the readers of GeoNames' lines say of cells that are not of their kind.
OF_GEONAMES = {
    "give a number": "give degrees with a point for the decimals",
    "give a whole number from 0": "give a whole number without sign",
    "take out the NUL": "holds a NUL",
}


def geonames(folder: Path, wrong: Sequence[Wrong] = ()) -> Path:
    """Return a file of GeoNames with a wrong value in each of its first lines."""
    columns = ("geonameid", "name", "latitude", "longitude", "population", "time_zone")
    lines = []
    for number, row in enumerate(City.objects.order_by("pk").values(*columns)):
        cells = row | {each.column: each.typed for each in wrong[number : number + 1]}
        lines.append(city(country_code="IR", timezone=cells.pop("time_zone"), **cells))
    return write(folder / "IR.txt", *lines)


@pytest.mark.django_db
def test_a_file_of_geonames(tmp_path: Path) -> None:
    call_command("import_cities", geonames=geonames(tmp_path), verbosity=0, force=True)
    before = numbers.current("data")
    wrong = [replace(each, said=OF_GEONAMES.get(each.said, each.said)) for each in OF_CITIES]
    said = []
    for dry_run in (True, False):
        report, path = tmp_path / "report.json", geonames(tmp_path, wrong)
        call_command("import_cities", geonames=path, dry_run=dry_run, report=report, verbosity=0, force=True)
        said.append(json.loads(report.read_text())["tables"])
    assert said[0] == said[1]
    check([each for table in said[1] for each in table["rejected"]], wrong, first=1)
    assert numbers.current("data") == before


@pytest.mark.usefixtures("_unmoved")
@pytest.mark.parametrize("as_file", [csv_file, workbook, spreadsheet, json_lines], ids=lambda each: each.__name__)
@pytest.mark.parametrize("data", WRONG)
def test_an_upload_to_the_page_of_imports(
    data: str,
    staff: Client,
    as_file: Callable[..., Path],
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 60)
    settings.IMPORT_FOLDER = str(tmp_path / "files")
    wrong = [each for each in WRONG[data] if as_file is not workbook or each.is_plain]
    path = as_file(tmp_path, data, *spoilt(data, wrong))
    sent = {
        "what": f"import_{data} --from FILE",
        "force": "on",
        "upload": SimpleUploadedFile(path.name, path.read_bytes()),
    }
    assert staff.post(reverse("admin:imports_importjob_add"), sent).status_code == 302
    for state in (ImportJob.State.COMPARED, ImportJob.State.APPLIED):
        jobs.work(ImportJob.objects.get())
        job = ImportJob.objects.get()
        assert (job.state, job.error) == (state, "")
        rejected = [each for table in job.report["tables"] for each in table["rejected"]]
        is_json = as_file is json_lines
        check(rejected, [*IN_JSON[data], *wrong] if is_json else wrong, first=1 if is_json else 2)
        assert ImportJob.objects.claim(job.pk) == (state == ImportJob.State.COMPARED)
    assert wrong[-1].typed in html.unescape(
        staff.get(reverse("admin:imports_importjob_change", args=[job.pk])).content.decode()
    )


@pytest.mark.usefixtures("_unmoved")
@pytest.mark.parametrize("as_file", [csv_file, semicolons, workbook], ids=lambda each: each.__name__)
@pytest.mark.parametrize("data", CORRECTIONS)
def test_corrections_by_spreadsheet(staff: Client, data: str, as_file: Callable[..., Path], tmp_path: Path) -> None:
    wrong = [each for each in CORRECTIONS[data] if as_file is not workbook or each.is_plain]
    columns, rows = exported(TABLES[data])
    rows = [{columns[0]: row[columns[0]], each.column: each.typed} for row, each in zip(rows, wrong, strict=False)]
    header = [columns[0], *dict.fromkeys(each.column for each in wrong)]
    path = as_file(tmp_path, data, header, [dict.fromkeys(header, "") | row for row in rows])
    address = reverse(f"admin:geography_{MODELS[data]._meta.model_name}_spreadsheet")
    response = staff.post(address, {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    assert response.status_code == 200
    for line, (said, row, each) in enumerate(zip(response.context["wrong"], rows, wrong, strict=True), 2):
        assert said.startswith(f"Line {line}: {row[columns[0]]}, {each.column}: it cannot be "), said
        assert each.said in said


@pytest.mark.usefixtures("_unmoved")
@pytest.mark.parametrize("data", CORRECTIONS)
def test_a_form(staff: Client, data: str) -> None:
    """With a wrong value in each field that has one, until each value was there."""
    row = MODELS[data].objects.order_by("pk")[0]
    address = reverse(f"admin:geography_{row._meta.model_name}_change", args=[row.pk])
    sent = sent_by(staff.get(address))
    by_column: dict[str, list[Wrong]] = {}
    # A select of yes, no and unknown takes anything else for unknown.
    for each in (each for each in CORRECTIONS[data] if each.column != "is_independent"):
        by_column.setdefault(each.column, []).append(each)
    while any(by_column.values()):
        some = [values.pop(0) for values in by_column.values() if values]
        response = staff.post(address, sent | {each.column: each.typed for each in some})
        assert response.status_code == 200, some
        errors = response.context["adminform"].form.errors
        for each in some:
            said = str(errors.get(each.column, ""))
            assert any(text and text.lower() in html.unescape(said).lower() for text in (each.said, each.form)), (
                each,
                said,
            )
