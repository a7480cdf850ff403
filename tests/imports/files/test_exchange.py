import csv as csv_module
import json
from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from apps.geography.models import AlternativeName, City, Country, Region, Subdivision, SubdivisionType
from apps.imports import diff
from apps.imports.files import exchange
from apps.imports.giveback import edits
from apps.revisions import numbers
from tests.factories import RegionFactory
from tests.places import leave

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _few_cities(for_module: Callable[[], AbstractContextManager[None]]) -> None:
    with for_module():
        leave(cities=["AZ", "HK", "IS", "JP"])


SHEETS = Path(__file__).with_name("sheets")
FORMATS = pytest.mark.parametrize("csv", [False, True], ids=["JSON Lines", "CSV"])


def export(command: str, path: Path, *, csv: bool) -> dict[str, bytes]:
    """Run an export command and return what it wrote, by file name."""
    call_command(command, path, csv=csv)
    files = sorted(path.iterdir()) if csv else [path]
    return {file.name if csv else "": file.read_bytes() for file in files}


# All tables are written and read by the same code for each format.
@pytest.mark.parametrize("csv", [pytest.param(False, marks=pytest.mark.long), True], ids=["JSON Lines", "CSV"])
def test_countries_come_back_as_the_same_bytes(tmp_path: Path, csv: bool) -> None:
    Country.objects.filter(code="AD").update(name_fr='Ours, "quoted"', capital="")
    RegionFactory(code="DACH", name_en="DACH")
    first = export("export_countries", tmp_path / "first", csv=csv)
    assert all(file.startswith(BOM_UTF8) for file in first.values()) == csv
    AlternativeName.objects.all().delete()
    Region.objects.filter(code="DACH").delete()
    # One with all that a country has, and some that lack one thing or another.
    Country.objects.filter(code__in=["AD", "AQ", "BV", "HM", "UM", "XK"]).delete()
    call_command("import_countries", exported=tmp_path / "first", force=True, verbosity=0)
    assert Country.objects.rewrite(False).values_list("name_fr", flat=True).get(code="AD").startswith("Ours")
    assert export("export_countries", tmp_path / "second", csv=csv) == first


@pytest.mark.parametrize("csv", [False, pytest.param(True, marks=pytest.mark.long)], ids=["JSON Lines", "CSV"])
def test_subdivisions_come_back_as_the_same_bytes(tmp_path: Path, csv: bool) -> None:
    first = export("export_subdivisions", tmp_path / "first", csv=csv)
    gone = Subdivision.objects.filter(country__in=["AZ", "GB", "NL"], is_iso=True)
    City.objects.filter(subdivision__in=gone).delete()
    gone.delete()
    SubdivisionType.objects.filter(subdivisions=None).delete()
    call_command("import_subdivisions", exported=tmp_path / "first", force=True, verbosity=0)
    assert export("export_subdivisions", tmp_path / "second", csv=csv) == first


@pytest.mark.parametrize("csv", [pytest.param(False, marks=pytest.mark.long), True], ids=["JSON Lines", "CSV"])
def test_cities_come_back_as_the_same_bytes(tmp_path: Path, csv: bool) -> None:
    City.objects.filter(name="Reykjavík").update(name="Ours", population=1, time_zone="")
    first = export("export_cities", tmp_path / "first", csv=csv)
    City.objects.all().delete()
    Subdivision.objects.filter(is_iso=False).delete()
    call_command("import_cities", exported=tmp_path / "first", force=True, verbosity=0)
    assert City.objects.filter(name="Ours", subdivision__code="IS-RKV").exists()
    assert export("export_cities", tmp_path / "second", csv=csv) == first


@pytest.mark.once
@FORMATS
def test_what_was_exported_is_nothing_new_and_corrections_stay_corrections(tmp_path: Path, csv: bool) -> None:
    ours = {"name_fr": "+Ours", "capital": "=1+1", "currencies": ["XAU"], "withdrawn_on": "2026-01-01"}
    Country.objects.filter(code="DE").update(**ours)
    Subdivision.objects.filter(code="DE-BY").update(name_fr="@Ours")
    before = numbers.current("data")
    for data in ("countries", "subdivisions"):
        export(f"export_{data}", tmp_path / data, csv=csv)
        call_command(f"import_{data}", exported=tmp_path / data, report=tmp_path / "report.json", verbosity=0)
        assert '"changed": 0' in (tmp_path / "report.json").read_text()
        assert '"withdrawn": 0' in (tmp_path / "report.json").read_text()
    assert numbers.current("data") == before
    assert {field for field, _, _ in edits(Country.objects.get(code="DE"))} == ours.keys()


@pytest.mark.once
@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"table": "cities"}', "file:1: no table of this import; it takes regions, countries, alternative names"),
        ('{"table": "countries", "code": "DE", "colour": "red"}', "file:1: unknown columns: colour; export it again"),
        ('{"table": "countries", "code": "DE", "numeric": "X"}', "file:1: numeric cannot be 'X'; give a whole number"),
        ('{"table": "countries", "code": "GERMANY"}', "file:1: code cannot be 'GERMANY'"),
        (
            '{"table": "countries", "code": "DE", "numeric": true}',
            "file:1: numeric cannot be True; give a whole number",
        ),
        ('{"table": "countries", "code": "DE", "withdrawn_on": "soon"}', "file:1: withdrawn_on cannot be 'soon'"),
        ('{"table": "regions", "code": "X"}\n{"table": "regi', "file:2: Unterminated string"),
        ("[1]", "file:1: no table of this import"),
        ('{"table"', "file:1: Expecting ':' delimiter"),
        ("[" * 100_000, "file:1: its lists lie too deep in one another; export it again"),
        (
            "code;kode",
            r"file:1: neither the file's name nor its columns \(code, kode\) tell which table this is; call it ",
        ),
        ("\udcff", r"file: line 1: .* is no UTF-8 \(invalid start byte\); save it as CSV UTF-8 or as XLSX"),
        ("", "The source has no regions"),
    ],
    ids=[
        "table",
        "column",
        "type",
        "length",
        "flag",
        "day",
        "cut off",
        "no object",
        "no JSON",
        "deep",
        "no columns",
        "no UTF-8",
        "empty",
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, line: str, complaint: str) -> None:
    (tmp_path / "file").write_text(line, errors="surrogateescape")
    with pytest.raises(CommandError, match=complaint):
        call_command("import_countries", exported=tmp_path / "file")


@pytest.mark.once
@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "code,",
            "kode,",
            r"regions.csv:1: 'kode' is no column, 'code' is missing; the columns are: code, .*; export it again",
        ),
        ("\nAsia,", '\n"Asia,', r"regions.csv: line \d+: unexpected end of data"),
    ],
    ids=["header", "cut off"],
)
def test_a_csv_file_of_another_shape_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    export("export_countries", tmp_path / "folder", csv=True)
    path = tmp_path / "folder" / "regions.csv"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(CommandError, match=complaint):
        call_command("import_countries", exported=tmp_path / "folder")


@pytest.mark.once
@pytest.mark.parametrize(
    ("new", "complaint"),
    [
        ("Asia,more,", "cells instead of"),
        (f"{'Asia' * 20},", "code cannot be 'AsiaAsia"),
    ],
    ids=["cells", "length"],
)
def test_a_line_of_another_shape_is_named_and_its_row_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], new: str, complaint: str
) -> None:
    export("export_countries", tmp_path / "folder", csv=True)
    path = tmp_path / "folder" / "regions.csv"
    path.write_text(path.read_text().replace("\nAsia,", f"\n{new}", 1))
    call_command("import_countries", exported=tmp_path / "folder")
    assert f"rejected: {path}:4: " in (said := capsys.readouterr().err)
    assert complaint in said
    assert Region.objects.get(code="Asia").withdrawn_on is None


def test_of_a_table_without_a_file_nothing_is_said(tmp_path: Path) -> None:
    export("export_countries", tmp_path / "folder", csv=True)
    (tmp_path / "folder" / "alternative_names.csv").unlink()
    before = numbers.current("data")
    call_command("import_countries", exported=tmp_path / "folder", report=tmp_path / "report.json", verbosity=0)
    tables = json.loads((tmp_path / "report.json").read_text())["tables"]
    assert [table["table"] for table in tables] == ["regions", "countries"]
    assert numbers.current("data") == before
    with pytest.raises(CommandError, match=r"there is no file in it whose name ends in \.csv"):
        call_command("import_countries", exported=tmp_path)


def test_two_files_of_one_table_are_refused(tmp_path: Path) -> None:
    export("export_countries", tmp_path / "folder", csv=True)
    (tmp_path / "folder" / "countries (1).csv").write_bytes((tmp_path / "folder" / "countries.csv").read_bytes())
    with pytest.raises(
        CommandError, match=r"countries\.csv: .*countries \(1\)\.csv holds countries, too; take out one"
    ):
        call_command("import_countries", exported=tmp_path / "folder")


def workbook_of(folder: Path, path: Path, *titles: str) -> openpyxl.Workbook:
    """Return a workbook with a sheet for each of these files of an export, and save it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in titles:
        sheet = book.create_sheet(title)
        with (folder / f"{title}.csv").open(encoding="utf-8-sig", newline="") as file:
            for line in csv_module.reader(file):
                sheet.append([cell or None for cell in line])
    book.save(path)
    return book


def test_each_sheet_of_a_workbook_is_a_table_and_notes_are_none(tmp_path: Path) -> None:
    AlternativeName.objects.exclude(country="PL").delete()
    export("export_countries", tmp_path / "folder", csv=True)
    path = tmp_path / "countries.xlsx"
    book = workbook_of(tmp_path / "folder", path, "countries", "alternative_names")
    book.create_sheet("Notes").append(["Mind the gap"])
    book["alternative_names"].append(["PL", "de", "Polenland", None])
    book.save(path)
    call_command("import_countries", exported=path, report=tmp_path / "report.json", verbosity=0)
    tables = json.loads((tmp_path / "report.json").read_text())["tables"]
    assert [(table["table"], len(table["added"])) for table in tables] == [("countries", 0), ("alternative names", 1)]
    book["Notes"].title = "Notes on countries"
    book.save(path)
    with pytest.raises(CommandError, match=r"/Notes on countries: .*\.xlsx/countries holds countries, too"):
        call_command("import_countries", exported=path)


@pytest.mark.parametrize("name", ["countries.ods", "countries.xlsx"])
def test_a_file_of_another_program_is_refused_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes((SHEETS / "libreoffice.ods").read_bytes())
    before = numbers.current("data")
    with pytest.raises(CommandError, match=rf"{name}: this is an OpenDocument file \(ODS\); save it as XLSX"):
        call_command("import_countries", exported=path)
    path.write_bytes((SHEETS / "libreoffice.xls").read_bytes())
    with pytest.raises(CommandError, match=rf"{name}: this is XLS, or locked with a password; save it as XLSX"):
        call_command("import_countries", exported=path)
    assert numbers.current("data") == before


@pytest.mark.once
def test_a_file_larger_than_our_tables_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "MOST_CELLS", 3 * 4)
    export("export_countries", tmp_path / "folder", csv=True)
    path = tmp_path / "folder" / "alternative_names.csv"
    with pytest.raises(CommandError, match=r"more than 3 alternative names in it; name the right file"):
        call_command("import_countries", exported=path)
    call_command("import_countries", exported=path, force=True, verbosity=0)


@pytest.mark.once
@pytest.mark.parametrize("line", ["Asia,Asia,\n", "Asia\n"], ids=["twice", "short"])
def test_a_file_of_which_much_cannot_be_used_is_refused_before_all_of_it_is_named(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (exchange, diff):
        monkeypatch.setattr(module, "ENOUGH", 3)
    (tmp_path / "regions.csv").write_text("code,name_en,withdrawn_on\n" + line * 4)
    with pytest.raises(CommandError, match=r"regions\.csv:[45]: 3 (lines|regions) cannot be used, the last one since"):
        call_command("import_countries", exported=tmp_path / "regions.csv")


YOUNG = ("latitude", "longitude", "subregion", "demonym", "driving_side", "geonameid")


def without(folder: Path, columns: tuple[str, ...]) -> None:
    """Take columns out of every export in a folder, as if it were of before they came."""
    for path in folder.iterdir():
        rows = list(csv_module.reader(path.read_text(encoding="utf-8").splitlines()))
        places = [place for place, name in enumerate(rows[0]) if name not in columns]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv_module.writer(file).writerows([row[place] for place in places] for row in rows)


@pytest.mark.once
def test_an_export_of_before_a_column_came_leaves_it_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Country.objects.filter(code="DE").update(demonym="Ours")
    export("export_countries", tmp_path / "folder", csv=True)
    without(tmp_path / "folder", YOUNG)
    before = list(Country.objects.order_by("pk").values(*YOUNG, "upstream"))
    call_command("import_countries", exported=tmp_path / "folder")
    said = capsys.readouterr().out
    assert "countries: left as they are, since the file has no such columns: demonym, latitude" in said
    assert list(Country.objects.order_by("pk").values(*YOUNG, "upstream")) == before


@pytest.mark.once
def test_lines_of_before_a_column_came_leave_it_as_it_is(tmp_path: Path) -> None:
    export("export_countries", tmp_path / "file", csv=False)
    lines = [json.loads(line) for line in (tmp_path / "file").read_text(encoding="utf-8").splitlines()]
    kept = [{name: value for name, value in line.items() if name not in YOUNG} for line in lines]
    (tmp_path / "file").write_text("\n".join(map(json.dumps, kept)), encoding="utf-8")
    Country.objects.filter(code="DE").delete()
    before = Country.objects.get(code="FR").demonym
    call_command("import_countries", exported=tmp_path / "file", verbosity=0)
    assert Country.objects.get(code="FR").demonym == before
    assert (Country.objects.get(code="DE").demonym, Country.objects.get(code="DE").latitude) == ("", None)


@pytest.mark.once
def test_the_first_line_names_the_columns_that_no_row_has_a_value_of(tmp_path: Path) -> None:
    Country.objects.update(demonym="")
    export("export_countries", tmp_path / "file", csv=False)
    assert (tmp_path / "file").read_text(encoding="utf-8").count('"demonym": null') == 1
