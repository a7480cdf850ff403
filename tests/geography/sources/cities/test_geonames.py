"""Cities and states from the dumps of GeoNames."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from apps.geography.models import City, CityName, Country, Subdivision
from apps.geography.sources.cities import geonames
from apps.geography.validation import rows
from apps.geography.validation.characters import tidied
from apps.revisions import numbers
from tests.factories import CityFactory, CountryFactory
from tests.geography.sources.cities.geonames_lines import CITY, PLACE, alternate, archive, city, write

ALBA = int(PLACE["geonameid"])
BORDA = city(geonameid=ALBA + 1, name="Borda")


@pytest.fixture
def country(db: None) -> Country:
    return CountryFactory(code="XA")


def imported(path: Path, *lines: str, **options: Any) -> dict[str, Any]:
    """Import the lines, and return the report's tables by name."""
    report = path / "report.json"
    call_command("import_cities", geonames=write(path / "XA.txt", *lines), verbosity=0, report=report, **options)
    return {table["table"]: table for table in json.loads(report.read_text())["tables"]}


def names() -> set[str]:
    return set(City.objects.current().filter(country="XA").values_list("name", flat=True))


def parsed(**cells: str) -> dict[str, Any]:
    return geonames.parse(city(**cells).rstrip("\n").encode().split(b"\t"))


@pytest.mark.usefixtures("country")
def test_a_file_of_one_country_leaves_the_others_alone(tmp_path: Path) -> None:
    others = City.objects.exclude(country="XA").current().count()
    assert imported(tmp_path, city(), BORDA)["cities"]["added"] == [str(ALBA), str(ALBA + 1)]
    tables = imported(tmp_path, city(name="Alba Nova"), force=True)
    assert names() == {"Alba Nova"}
    assert tables["cities"]["withdrawn"] == [str(ALBA + 1)]
    assert City.objects.exclude(country="XA").current().count() == others


@pytest.mark.usefixtures("country")
def test_the_same_file_again_writes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, city(), BORDA)
    before = numbers.current("data")
    assert imported(tmp_path, city(), BORDA)["cities"]["counts"]["unchanged"] == 2
    assert numbers.current("data") == before


@pytest.mark.usefixtures("country")
def test_an_archive_and_a_dry_run(tmp_path: Path) -> None:
    source = archive(tmp_path / "XA.zip", readme="Readme", XA=city())
    call_command("import_cities", geonames=source, dry_run=True, verbosity=0)
    assert names() == set()
    call_command("import_cities", geonames=source, verbosity=0)
    assert names() == {"Alba"}


@pytest.mark.usefixtures("country")
def test_a_city_that_came_to_lie_in_another_country_moves(tmp_path: Path) -> None:
    CityFactory(geonameid=ALBA, country=CountryFactory(code="XB"), upstream={"country_id": "XB", "population": 0})
    imported(tmp_path, city(), BORDA)
    assert City.objects.get(pk=ALBA).country_id == "XA"


@pytest.mark.usefixtures("country")
def test_what_staff_changed_stays(tmp_path: Path) -> None:
    imported(tmp_path, city())
    City.objects.filter(pk=ALBA).update(name="Ours")
    kept = imported(tmp_path, city(name="Theirs"))["cities"]["kept"]
    assert names() == {"Ours"}
    assert [(each["field"], each["upstream"]) for each in kept] == [("name", "Theirs")]


@pytest.mark.once
@pytest.mark.usefixtures("country")
@pytest.mark.parametrize(
    ("cells", "is_city"),
    [
        ({"feature_code": "PPLX"}, True),
        ({"feature_code": "PPLH"}, False),
        ({"feature_code": "PPLQ"}, False),
        ({"feature_code": "PPLW"}, False),
        ({"feature_class": "A", "feature_code": "ADM1"}, False),
        ({"population": "499"}, False),
        ({"population": "500"}, True),
        ({"population": "0", "feature_code": "PPLA4"}, True),
        ({"population": "0", "feature_code": "PPLA5"}, False),
    ],
    ids=str,
)
def test_places_are_those_of_cities500(tmp_path: Path, cells: dict[str, str], is_city: bool) -> None:
    imported(tmp_path, BORDA, city(**cells))
    assert names() == ({"Alba", "Borda"} if is_city else {"Borda"})


@pytest.mark.usefixtures("country")
def test_a_larger_size_takes_large_cities_and_capitals(tmp_path: Path) -> None:
    third = city(geonameid=ALBA + 2, name="Capital", population=0, feature_code="PPLC")
    small = city(population=14999, feature_code="PPLA")
    imported(tmp_path, small, BORDA, third, cities=15000)
    assert names() == {"Borda", "Capital"}


@pytest.mark.once
@pytest.mark.usefixtures("country")
@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"country_code": "XB"}, "country_id cannot be 'XB'; there is no such country"),
        ({"country_code": ""}, "country_id cannot be ''; give a value"),
        ({"name": "A" * 201}, f"name cannot be '{'A' * 59}…; it has 201 characters, give at most 200"),
        ({"name": " "}, "name cannot be ''; give a value"),
        (
            {"name": "Al\u202eba"},
            "name cannot be 'Al\\u202eba'; take out a character that turns the direction of writing",
        ),
        ({"name": "Al\u200bba"}, "name cannot be 'Al\\u200bba'; take out an invisible character, U+200B"),
        ({"name": "Al\x07ba"}, "name cannot be 'Al\\x07ba'; take out a control character, U+0007"),
        ({"geonameid": "-5"}, "geonameid cannot be '-5'; give the id that GeoNames has for it"),
        ({"geonameid": "0"}, "geonameid cannot be '0'; give the id that GeoNames has for it"),
        ({"geonameid": "9" * 30}, "geonameid cannot be '9999"),
        ({"latitude": "nan"}, "latitude cannot be 'nan'; give degrees"),
        ({"latitude": "90.1"}, "latitude cannot be 90.1; give degrees from -90 to 90"),
        ({"longitude": "-180.5"}, "longitude cannot be -180.5; give degrees from -180 to 180"),
        ({"longitude": "1_0"}, "longitude cannot be '1_0'; give degrees"),
        ({"population": "many"}, "population cannot be 'many'; give a whole number"),
        ({"population": ""}, "population cannot be ''; give a whole number"),
        ({"population": "٣"}, "population cannot be '٣'; give a whole number"),
        ({"timezone": "Z" * 41}, f"time_zone cannot be '{'Z' * 41}'; it has 41 characters"),
        ({"timezone": "Mars/Olympus"}, "time_zone cannot be 'Mars/Olympus'; give a time zone of the IANA database"),
        ({"feature_class": "10"}, "feature class cannot be '10'; the cells of the line are out of step"),
    ],
    ids=str,
)
def test_a_bad_line_is_reported_and_the_others_imported(tmp_path: Path, cells: dict[str, str], why: str) -> None:
    [rejected] = imported(tmp_path, BORDA, city(**cells))["cities"]["rejected"]
    assert rejected["where"] == "XA.txt:2"
    assert rejected["why"].startswith(why)
    assert names() == {"Borda"}


@pytest.mark.usefixtures("country")
def test_a_line_in_another_encoding_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "XA.txt").write_bytes(BORDA.encode() + city(name="Köln").encode("latin-1"))
    output = io.StringIO()
    call_command("import_cities", geonames=tmp_path / "XA.txt", stdout=output, verbosity=2)
    assert "cities: rejected: XA.txt:2: a cell cannot be b'K\\xf6ln'; this is no UTF-8" in output.getvalue()


def test_namibia_is_a_country() -> None:
    assert parsed(country_code="NA")["countrycode"] == "NA"


@given(st.lists(st.binary(max_size=30), min_size=len(CITY), max_size=len(CITY)))
def test_any_cells_are_a_city_or_say_what_is_wrong(cells: list[bytes]) -> None:
    try:
        found = geonames.parse(cells)
    except geonames.Unreadable as error:
        assert error.problem.remedy  # noqa: PT017 -- refusing is one of the right ends
    else:
        assert isinstance(found["population"], int)


@given(
    st.integers(1, 10**18 - 1),
    st.floats(-90, 90).map(lambda value: round(value, 5)),
    st.floats(-180, 180).map(lambda value: round(value, 5)),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Z"]), min_size=1, max_size=200)
    .map(tidied)
    .filter(lambda text: rows.name(text) is None),
)
def test_what_was_written_is_read(number: int, latitude: float, longitude: float, name: str) -> None:
    cells = {"geonameid": str(number), "latitude": f"{latitude:.5f}", "longitude": f"{longitude:.5f}", "name": name}
    found = parsed(**cells)
    assert (found["geonameid"], found["latitude"], found["longitude"]) == (number, latitude, longitude)
    assert found["name"] == name.strip()


@pytest.mark.usefixtures("country")
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "XA.txt:1: the file is empty; download it again, or use --force to take what there is."),
        (alternate(), "XA.txt:1: 10 columns instead of 19: this is another file than the option asks for"),
        (BORDA + city()[:50], "XA.txt:2: the file is cut off here"),
        (city(population="3"), "XA.txt has no cities of at least 500 people"),
    ],
    ids=["empty", "another file", "cut off", "no cities"],
)
def test_a_broken_file_is_refused_and_changes_nothing(tmp_path: Path, content: str, complaint: str) -> None:
    before = numbers.current("data")
    with pytest.raises(CommandError, match=complaint):
        imported(tmp_path, content)
    assert numbers.current("data") == before


@pytest.mark.django_db
def test_a_file_of_the_world_that_lacks_most_of_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cities would be withdrawn, more than 5%"):
        imported(tmp_path, city(country_code="JP"), city(country_code="DE", geonameid=1))


@pytest.mark.django_db
def test_files_and_an_export_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="either --from or files of GeoNames"):
        call_command("import_cities", geonames=tmp_path / "XA.txt", exported=tmp_path / "export")


@pytest.mark.django_db
def test_hong_kong_keeps_its_areas(tmp_path: Path) -> None:
    before = numbers.current("data")
    estate = city(country_code="HK", geonameid=1, name="Estate")
    assert imported(tmp_path, estate)["cities"]["counts"]["withdrawn"] == 0
    assert numbers.current("data") == before


@pytest.mark.once
@pytest.mark.usefixtures("country")
def test_the_packages_do_not_take_back_what_a_file_said(tmp_path: Path) -> None:
    source = write(tmp_path / "alternateNamesV2.txt", alternate())
    imported(tmp_path, city(), BORDA, alternate_names=source)
    before = numbers.current("data")
    said = io.StringIO()
    call_command("import_cities", stdout=said, stderr=said)
    assert numbers.current("data") == before
    assert "stay as a file of GeoNames had them: 1." in said.getvalue()
    call_command("import_cities", verbosity=0, forget_files=True)
    assert names() == set()
    assert not CityName.objects.filter(city=ALBA, withdrawn_on=None).exists()


@pytest.mark.usefixtures("country")
def test_the_states_of_a_country_without_iso_codes_are_those_of_the_file(tmp_path: Path) -> None:
    fixture = "".join(
        f"{code[:2]}.{code[5:]}\t{name}\t{name}\t1\n"
        for code, name in Subdivision.objects.filter(code__contains="-G-").values_list("code", "name_en")
    )
    divisions = write(
        tmp_path / "admin1CodesASCII.txt", "DE.16\tBerlin\tBerlin\t2\n", "XA.07\tSeven\tSeven\t3\n", fixture
    )
    tables = imported(tmp_path, city(admin1="07"), admin1=divisions)
    assert tables["subdivisions"]["added"] == ["XA-G-07"]
    alba = City.objects.select_related("subdivision").get(pk=ALBA)
    assert (alba.subdivision.code, alba.subdivision.name_en, alba.subdivision.is_state) == ("XA-G-07", "Seven", True)


@pytest.mark.usefixtures("country")
@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("DE.99\tNew\tNew\t1\n", "DE.99 New is new: nobody knows its counterpart in ISO 3166-2"),
        ("XB.07\tSeven\tSeven\t1\n", "code cannot be 'XB.07'; give the code of a country, a point, and its division"),
        (f"XA.{'7' * 16}\tSeven\tSeven\t1\n", "code cannot be 'XA.777"),
    ],
    ids=["new", "no country", "long code"],
)
def test_a_bad_division_is_reported(tmp_path: Path, line: str, why: str) -> None:
    divisions = write(tmp_path / "admin1CodesASCII.txt", "XA.01\tOne\tOne\t1\n", line)
    [rejected] = imported(tmp_path, city(), admin1=divisions)["subdivisions"]["rejected"]
    assert rejected["where"] == "admin1CodesASCII.txt:2"
    assert rejected["why"].startswith(why)
