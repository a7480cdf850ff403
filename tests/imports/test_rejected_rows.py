"""What stands in a source and is not right: it is named, and the row that is stored stays as it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.geography.models import City, CityName, Country, OfficialName, Subdivision
from apps.revisions import numbers
from tests.factories import CountryFactory
from tests.geography.sources.cities.geonames_lines import PLACE, alternate, city, write

pytestmark = pytest.mark.django_db

ALBA = int(PLACE["geonameid"])
BORDA = city(geonameid=ALBA + 1, name="Borda")
CLARA = city(geonameid=ALBA + 2, name="Clara")


def ran(command: str, folder: Path, **options: Any) -> dict[str, Any]:
    """Dry-run and run an import, which must say the same, and return the report's tables by name."""
    said = []
    for dry_run in (True, False):
        call_command(command, verbosity=0, report=folder / "report.json", dry_run=dry_run, **options)
        said.append(json.loads((folder / "report.json").read_text())["tables"])
    assert said[0] == said[1]
    return {table["table"]: table for table in said[1]}


def of_file(folder: Path, *lines: str, **options: Any) -> dict[str, Any]:
    return ran("import_cities", folder, geonames=write(folder / "XA.txt", *lines), **options)


@pytest.fixture
def alba(tmp_path: Path) -> City:
    """A city of a file, with a name in another language."""
    CountryFactory(code="XA")
    of_file(tmp_path, city(), BORDA, CLARA, alternate_names=write(tmp_path / "names.txt", alternate()))
    return City.objects.get(pk=ALBA)


def is_as_it_was(row: Any) -> bool:
    return type(row).objects.filter(pk=row.pk).values().get() == {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (city().rstrip("\n").rpartition("\t")[0] + "\n", "18 columns instead of 19"),
        (city().replace("\t", "\t\t", 1), "20 columns instead of 19"),
        (city(population=""), "population cannot be ''; give a whole number"),
        (city(latitude="95"), "latitude cannot be 95.0; give degrees from -90 to 90"),
        (city(population=str(2**70)), "population cannot be '1180591620717411303424'"),
        (city(name="Al\u202eba"), "name cannot be 'Al\\u202eba'"),
        (city(name=" "), "name cannot be ''; give a value"),
        (city(timezone="Mars/Olympus"), "time_zone cannot be 'Mars/Olympus'"),
        (city(feature_class="Alba"), "feature class cannot be 'Alba'"),
    ],
    ids=[
        "a missing cell",
        "a stray tab",
        "no population",
        "latitude",
        "a large number",
        "direction",
        "no name",
        "zone",
        "shift",
    ],
)
def test_a_line_that_cannot_be_used_keeps_its_city(alba: City, tmp_path: Path, line: str, said: str) -> None:
    before = numbers.current("data")
    tables = (
        of_file(tmp_path, line, BORDA, CLARA, force=True)
        if line.count("\t") != 18
        else of_file(tmp_path, BORDA, line, CLARA)
    )
    [rejected] = tables["cities"]["rejected"]
    assert rejected["where"].startswith("XA.txt:")
    assert said in rejected["why"]
    assert is_as_it_was(alba)
    assert numbers.current("data") == before
    assert CityName.objects.get(city=ALBA, language="de", withdrawn_on=None).name == "Weißenfels"


@pytest.mark.parametrize("number", ["?", "0"])
def test_where_nobody_can_read_whose_a_line_is_no_city_is_withdrawn(alba: City, tmp_path: Path, number: str) -> None:
    tables = of_file(tmp_path, BORDA, city(geonameid=number))
    assert [each["why"].partition(";")[0] for each in tables["cities"]["rejected"]] == [
        f"geonameid cannot be {number!r}",
        "2 rows that it lacks are not withdrawn, since lines that cannot be read may be theirs",
    ]
    assert is_as_it_was(alba)
    assert of_file(tmp_path, BORDA, city(geonameid=number), force=True)["cities"]["counts"]["withdrawn"] == 2


def test_a_byte_order_mark_withdraws_nobody(alba: City, tmp_path: Path) -> None:
    before = numbers.current("data")
    assert of_file(tmp_path, "\ufeff" + city(), BORDA, CLARA)["cities"]["counts"]["unchanged"] == 3
    assert numbers.current("data") == before


def test_a_file_of_several_countries_answers_for_these_alone(alba: City, tmp_path: Path) -> None:
    CountryFactory(code="XB")
    others = City.objects.current().exclude(country__in=["XA", "XB"]).count()
    tables = of_file(tmp_path, city(), BORDA, city(geonameid=ALBA + 9, country_code="XB"), force=True)
    assert tables["cities"]["withdrawn"] == [str(ALBA + 2)]
    assert tables["cities"]["added"] == [str(ALBA + 9)]
    assert City.objects.current().exclude(country__in=["XA", "XB"]).count() == others


def test_a_line_that_stands_twice_is_named_once_whatever_names_the_city_has(alba: City, tmp_path: Path) -> None:
    names = write(tmp_path / "names.txt", alternate())
    tables = of_file(tmp_path, city(), BORDA, CLARA, city(name="Albina"), alternate_names=names)
    [rejected] = tables["cities"]["rejected"]
    assert rejected["where"] == "XA.txt:4"
    assert tables["city names"]["rejected"] == []
    assert is_as_it_was(alba)


def test_a_name_that_cannot_be_used_keeps_the_name_there_is(alba: City, tmp_path: Path) -> None:
    names = write(tmp_path / "names.txt", alternate(name="Weiß\u200benfels", preferred=1), alternate(name="Other"))
    [rejected] = of_file(tmp_path, city(), BORDA, CLARA, alternate_names=names)["city names"]["rejected"]
    assert rejected["where"] == "names.txt:1"
    assert (rejected["field"], rejected["value"]) == ("name", "'Weiß\\u200benfels'".replace("ß", "\\xdf"))
    assert CityName.objects.get(city=ALBA, language="de", withdrawn_on=None).name == "Weißenfels"


def test_a_state_whose_line_cannot_be_used_keeps_its_cities(tmp_path: Path) -> None:
    CountryFactory(code="XA")
    fixture = "".join(
        f"{code[:2]}.{code[5:]}\t{name}\t{name}\t1\n"
        for code, name in Subdivision.objects.filter(code__contains="-G-").values_list("code", "name_en")
    )
    for state in ("Seven", "Se\u202even"):
        divisions = write(tmp_path / "admin1.txt", "DE.16\tBerlin\tBerlin\t2\n", f"XA.07\t{state}\tSeven\t3\n", fixture)
        of_file(tmp_path, city(admin1="07"), admin1=divisions)
        assert City.objects.get(pk=ALBA).subdivision.name_en == "Seven"


def test_rejected_lines_are_named_without_being_asked_for(
    alba: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_cities", geonames=write(tmp_path / "XA.txt", BORDA, CLARA, city(population="")))
    assert "rejected: XA.txt:3: population cannot be ''; give a whole number" in capsys.readouterr().err


def test_a_city_in_a_division_that_nobody_knows_is_named_and_stays_where_it_was(tmp_path: Path) -> None:
    others = [city(geonameid=ALBA + 1, country_code="PL", admin1=none) for none in ("", "00")]

    def placed(*lines: str) -> tuple[list[dict[str, Any]], str | None]:
        tables = of_file(tmp_path, *lines, force=True)
        return tables["cities"]["rejected"], City.objects.values_list("subdivision__code", flat=True).get(pk=ALBA)

    assert placed(city(country_code="PL", admin1="78"), others[0]) == ([], "PL-14")
    [rejected], code = placed(city(country_code="PL", admin1="ZZ9", name="Albina"), others[1])
    assert (rejected["where"], rejected["field"], rejected["value"]) == ("XA.txt:1", "admin1 code", "'ZZ9'")
    assert "choose the subdivision in the back office" in rejected["why"]
    assert code == "PL-14"
    assert City.objects.get(pk=ALBA).name == "Albina"


def test_no_city_takes_a_countrys_geonames_id(alba: City, tmp_path: Path) -> None:
    germany = Country.objects.get(pk="DE")
    tables = of_file(tmp_path, city(), BORDA, CLARA, city(geonameid=germany.geonameid))
    [rejected] = tables["cities"]["rejected"]
    assert (rejected["where"], rejected["field"], rejected["value"]) == ("XA.txt:4", "geonameid", "2921044")
    assert "give another one: it is that of a country" in rejected["why"]
    assert tables["cities"]["added"] == []
    assert not City.objects.filter(pk=germany.geonameid).exists()


HEADER = "subdivision_code,subdivision_name,language_code,romanization_system,local_variant\n"


# Code, language and the other cells of a line that cannot be used, and what is said of it.
WRONG_LINES = {
    "EG-C,,ar,,\n": "name cannot be None; give a value",
    "EG-ALX,Al\u202eIskandarīyah,ar,,\n": "name cannot be 'Al\\u202eIskandar",
    "EG-ASN,Aswān,xx,,\n": "language cannot be 'xx'; give the BCP 47 tag",
    "EG-AST,Asyūţ\n": "2 cells are too few",
    f"EG-BH,{'A' * 201},ar,,\n": "it has 201 characters, give at most 200",
}


def test_a_line_of_a_table_of_iso_names_keeps_its_row(tmp_path: Path) -> None:
    good = [f"{code},Good,ar,,\n" for code in ("EG-C", "EG-ALX", "EG-ASN", "EG-AST", "EG-BH", "EG-PTS")]
    path = write(tmp_path / "table.csv", HEADER, *good)
    call_command("import_subdivisions", iso_table=path, verbosity=0)
    before = numbers.current("data")
    tables = ran("import_subdivisions", tmp_path, iso_table=write(path, HEADER, *WRONG_LINES, good[-1]))
    rejected = {each["where"]: each["why"] for each in tables["official names"]["rejected"]}
    for number, said in enumerate(WRONG_LINES.values(), 2):
        assert said in rejected[f"table.csv:{number}"]
    assert numbers.current("data") == before


@pytest.mark.once
@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_of_iso_names_is_read_as_a_spreadsheet_saves_it(tmp_path: Path, separator: str) -> None:
    text = f"\ufeff{HEADER}EG-C,Al Qāhirah,ar,,Cairo\nEG-ALX,Al Iskandarīyah,ar,,\n".replace(",", separator)
    counts = ran("import_subdivisions", tmp_path, iso_table=write(tmp_path / "table.csv", text))["official names"]
    assert counts["rejected"] == []
    assert (
        OfficialName.objects.get(subdivision__code="EG-C", is_primary=True, withdrawn_on=None).local_variant == "Cairo"
    )


def changed(folder: Path, data: str, edits: dict[tuple[str, str], dict[str, Any]]) -> dict[Any, list[dict[str, Any]]]:
    """Export, edit one row for each table and key, import it twice; return the rejections by the key's row."""
    path = folder / "export.jsonl"
    call_command(f"export_{data}", path)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    lines = {}
    for number, row in enumerate(rows, 1):
        key = (row["table"], str(next(value for name, value in row.items() if name != "table")))
        if key in edits and key not in lines:
            row.update(edits[key])
            lines[key] = f"{path}:{number}"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    before = numbers.current("data")
    tables = ran(f"import_{data}", folder, exported=path)
    assert numbers.current("data") == before
    said = [each for table in tables.values() for each in table["rejected"]]
    assert {each["where"] for each in said} == set(lines.values())
    return {key: [each for each in said if each["where"] == where] for key, where in lines.items()}


def check(found: dict[Any, list[dict[str, Any]]], edits: dict[Any, dict[str, Any]], wanted: list[str]) -> None:
    for key, said in zip(edits, wanted, strict=True):
        assert any(said in each["why"] for each in found[key]), found[key]
        assert all(each["field"] and each["value"] for each in found[key])


def test_a_subdivision_that_fits_nothing_is_named_and_stays(tmp_path: Path) -> None:
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "US-CA": ({"parent": "CA-ON"}, "choose one of the country US: this one is of CA"),
        "US-NV": ({"parent": "US-NV"}, "this leads back, US-NV → US-NV"),
        "US-OR": ({"country_id": "CA"}, "begin it with the code of its country, CA-"),
        "US-WA": ({"redirect_country_id": "US"}, "choose another country: this one is its own"),
        "US-TX": ({"redirect_country_id": "PR", "redirect_subdivision": "BQ-BO"}, "choose one of the country PR"),
        "US-UT": ({"redirect_subdivision": "US-UT"}, "US-UT → US-UT"),
        "US-ID": ({"type_id": "realm"}, "type_id cannot be 'realm'; there is no such subdivision type"),
        "US-AZ": ({"redirect_subdivision": "US-NM"}, "US-AZ → US-NM → US-AZ"),
        "US-NM": ({"redirect_subdivision": "US-AZ"}, "US-NM → US-AZ → US-NM"),
        "US-ME": ({"replaced_by": ["US-ZZ"]}, "take out US-ZZ: there is no such subdivision or country"),
        "US-VT": ({"replaced_by": ["US-NH"]}, "this leads back, US-VT → US-NH → US-VT"),
        "US-NH": ({"replaced_by": ["PR", "US-VT"]}, "this leads back, US-NH → US-VT → US-NH"),
        "US-KS": ({"replaced_by": ["Kansas"]}, "give codes of subdivisions or of countries"),
    }
    edits = {("subdivisions", key): values for key, (values, _) in wrong.items()}
    check(changed(tmp_path, "subdivisions", edits), edits, [said for _, said in wrong.values()])


def test_no_country_takes_a_citys_geonames_id(tmp_path: Path) -> None:
    berlin = City.objects.get(pk=2950159)
    edits = {("countries", "DE"): {"geonameid": berlin.pk}}
    check(changed(tmp_path, "countries", edits), edits, ["give another one: it is that of a city"])
    assert Country.objects.get(pk="DE").geonameid == 2921044


def test_a_file_that_is_mostly_wrong_is_refused(tmp_path: Path, exported_countries: str) -> None:
    lines = [json.loads(line) for line in exported_countries.splitlines()]
    wrong = [row | {"calling_code": "+"} if row["table"] == "countries" else row for row in lines]
    (tmp_path / "export.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in wrong))
    with pytest.raises(CommandError, match=r"250 cannot be used(.|\n)*calling_code cannot be '\+'"):
        call_command("import_countries", exported=tmp_path / "export.jsonl")
