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
from zipfile import ZipFile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.geography.management.commands import import_cities as cities
from apps.geography.management.commands import import_countries as countries
from apps.geography.management.commands import import_subdivisions as subdivisions
from apps.geography.models import City, Country, OfficialName, Subdivision
from apps.geography.tables import CITIES, COUNTRIES, SUBDIVISIONS
from apps.imports import jobs
from apps.imports.files import exchange
from apps.imports.models import ImportJob
from apps.imports.tables import Table
from apps.revisions import numbers
from tests.back_office import sent_by
from tests.geography.sources.cities.geonames_lines import city, write
from tests.imports.reports import reported
from tests.imports.wrong_values import (
    IN_JSON,
    LISTS,
    OF_CITIES,
    OF_COUNTRIES,
    OF_ISO_TABLE,
    OF_SUBDIVISIONS,
    OF_TREE,
    REFERENCES,
    Wrong,
)

Cells = list[dict[str, str]]
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
def _few_cities(for_module: Any) -> None:
    with for_module():
        City.objects.exclude(country="IR").delete()


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


def as_csv(columns: list[str], rows: Cells, **options: Any) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", **options)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def csv_file(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    return write(folder / f"{data}.csv", as_csv(columns, rows))


def semicolons(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    """As Excel saves it in half of Europe, called as somebody liked."""
    return write(folder / "Kopie von Export (2).csv", "\ufeff" + as_csv(columns, rows, delimiter=";"))


def workbook(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    book = openpyxl.Workbook()
    for line in (columns, *([row[column] or None for column in columns] for row in rows)):
        book.active.append(line)
    book.save(folder / f"{data}.xlsx")
    return folder / f"{data}.xlsx"


def archive(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    """With a folder, what a Macintosh adds, and a text for readers."""
    with ZipFile(folder / "export.zip", "w") as file:
        file.writestr(f"export/{data}.csv", as_csv(columns, rows))
        file.writestr(f"__MACOSX/export/._{data}.csv", b"\0\5\26\7")
        file.writestr("export/README.txt", "Read me")
    return folder / "export.zip"


def spreadsheet(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    """An archive as Excel opens and saves it in every country: UTF-16 and tabs."""
    with ZipFile(folder / "spreadsheet.zip", "w") as file:
        file.writestr(
            f"{data}.csv", ("\ufeff" + as_csv(columns, rows, delimiter="\t")).encode("utf-16-le", "surrogatepass")
        )
    return folder / "spreadsheet.zip"


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


def check(rejected: list[dict[str, Any]], wrong: Sequence[Wrong], first: int = 2) -> None:
    """See that each line is named with field, value and remedy, and no other is."""
    found: dict[int, list[dict[str, Any]]] = {}
    for each in rejected:
        found.setdefault(int(each["where"].rpartition(":")[2]), []).append(each)
    assert sorted(found) == list(range(first, first + len(wrong)))
    for line, each in enumerate(wrong, first):
        assert any(said["field"] in {each.column, ""} and each.said in said["why"] for said in found[line]), found[line]
        assert all(said["value"] for said in found[line] if said["field"])


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


ISO_COLUMNS = {
    "code": "subdivision_code",
    "name": "subdivision_name",
    "language": "language_code",
    "romanization": "romanization_system",
    "local_variant": "local_variant",
}


def iso_table(folder: Path, as_file: Callable[..., Path], wrong: Sequence[Wrong] = ()) -> Path:
    """Return a table of ISO 3166-2 with a wrong value in each of its first lines; one of no code is a line more."""
    fields = ("subdivision__code", "name", "language", "romanization", "local_variant")
    stored = OfficialName.objects.filter(is_primary=True, subdivision__country__in=["AD", "DE", "PL"])
    lines = stored.exclude(language="").order_by("subdivision__code").values_list(*fields)
    rows = [dict(zip(ISO_COLUMNS.values(), line, strict=True)) for line in lines]
    for place, each in enumerate(wrong):
        if each.column == "code":
            rows.insert(place, {**rows[-1]})
        rows[place][ISO_COLUMNS[each.column]] = each.typed
    return as_file(folder, "table", list(ISO_COLUMNS.values()), rows)


@pytest.mark.parametrize("as_file", [csv_file, semicolons, workbook], ids=lambda each: each.__name__)
def test_a_table_of_iso(as_file: Callable[..., Path], tmp_path: Path) -> None:
    call_command("import_subdivisions", iso_table=iso_table(tmp_path, as_file), verbosity=0)
    before = numbers.current("data")
    wrong = [each for each in OF_ISO_TABLE if as_file is not workbook or each.is_plain]
    tables = reported("subdivisions", tmp_path, iso_table=iso_table(tmp_path, as_file, wrong))
    check([each for table in tables for each in table["rejected"]], wrong)
    assert numbers.current("data") == before


@pytest.mark.usefixtures("_unmoved")
@pytest.mark.parametrize(
    ("data", "as_file"),
    [
        pytest.param(data, as_file, id=f"{data}-{as_file.__name__}")
        for data in WRONG
        for as_file in (csv_file, workbook, spreadsheet, json_lines)
        # These have more than the 10 MB of an upload, and go by the folder of files.
        if (data, as_file) != ("subdivisions", json_lines)
    ],
)
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
