"""Names of cities by language from GeoNames' alternate names."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.geography.models import CityName
from apps.geography.sources.cities import alternate_names
from apps.geography.sources.cities.geonames_files import Dump
from apps.geography.sources.cities.names import worth_a_row
from tests.geography.sources.cities.geonames_lines import PLACE, alternate, city, write

ALBA = int(PLACE["geonameid"])


def read(folder: Path, *lines: str) -> dict[str, str]:
    dump = Dump(write(folder / "alternateNamesV2.txt", *lines), alternate_names.COLUMNS)
    return alternate_names.names_in(dump, {ALBA}).get(ALBA, {})


@pytest.mark.parametrize(
    ("tag", "name", "languages"),
    [
        ("de", "Köln", ["de"]),
        ("zh", "東京", ["zh-hant"]),
        ("zh", "东京", ["zh-hans"]),
        ("zh", "上海", ["zh-hans", "zh-hant"]),
        ("zh-Hant", "東京", ["zh-hant"]),
        ("zh-TW", "東京", ["zh-hant"]),
        ("zh-HK", "東京", ["zh-hant"]),
        ("zh-CN", "东京", ["zh-hans"]),
        ("zh-Hans", "东京", ["zh-hans"]),
        ("no", "Oslo", ["nb"]),
        ("nb", "Oslo", ["nb"]),
        ("nn", "Oslo", ["nn"]),
        ("pt", "Lisboa", ["pt"]),
        ("pt-BR", "Moscou", ["pt-br"]),
        ("pt-PT", "Moscovo", ["pt"]),
        ("sr", "Београд", ["sr"]),
        ("sr", "Beograd", ["sr-latn"]),
        ("sr-Latn", "Beograd", ["sr-latn"]),
        ("fr-CA", "Québec", ["fr"]),
        ("es-419", "Nueva York", ["es"]),
        ("es-MX", "Nueva York", ["es-mx"]),
        ("uz-Cyrl", "Тошкент", []),
        *((tag, "x", []) for tag in "post link wkdt iata icao faac abbr unlc tcid fr_1793 phon piny gsw".split()),
        ("", "Köln", []),
    ],
    ids=str,
)
def test_tags_are_our_languages_or_none(tag: str, name: str, languages: list[str]) -> None:
    assert [language for language, _ in alternate_names.languages_of(tag, name)] == languages


def test_preferred_names_outrank_short_ones_and_these_all_others(tmp_path: Path) -> None:
    plain, short, preferred = alternate(name="A"), alternate(name="B", short=1), alternate(name="C", preferred=1)
    assert read(tmp_path, plain, short) == {"de": "B"}
    assert read(tmp_path, preferred, short, plain) == {"de": "C"}
    assert read(tmp_path, plain, alternate(name="D")) == {"de": "A"}


def test_a_name_under_our_own_code_outranks_one_under_another(tmp_path: Path) -> None:
    other = alternate(language="no", name="A", preferred=1)
    assert read(tmp_path, other, alternate(language="nb", name="B")) == {"nb": "B"}


@pytest.mark.parametrize("cells", [{"historic": 1}, {"colloquial": 1}, {"until": "1991"}, {"city": "5"}], ids=str)
def test_names_that_nobody_uses_are_passed_over(tmp_path: Path, cells: dict[str, object]) -> None:
    assert read(tmp_path, alternate(preferred=1, **cells), alternate(name="Now")) == {"de": "Now"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (alternate(city="x"), "geonameid cannot be 'x'; give the id that GeoNames has for it"),
        (alternate(name="", language="fr"), "name cannot be ''; give a value"),
        (
            alternate(name="\u202e", language="fr"),
            "name cannot be '\\u202e'; give a name: it has neither a letter nor a digit",
        ),
        ("1\t2\tde\n", "3 columns instead of 10; correct the line, or download the file again"),
    ],
    ids=["no id", "no name", "nothing to read", "columns"],
)
def test_a_bad_line_is_rejected_and_the_next_one_read(tmp_path: Path, line: str, why: str) -> None:
    path = write(tmp_path / "alternateNamesV2.txt", alternate(language="link"), line, alternate(name="A"))
    dump = Dump(path, alternate_names.COLUMNS)
    assert alternate_names.names_in(dump, {ALBA}) == {ALBA: {"de": "A"}}
    assert [str(each) for each in dump.rejected] == [f"alternateNamesV2.txt:2: {why}"]


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        ({"de": "Köln", "fr": "Köln"}, {}),
        ({"de": "Köln", "fr": "Cologne"}, {"de": "Köln", "fr": "Cologne"}),
        ({"pt": "Colónia", "pt-br": "Colônia"}, {"pt": "Colónia", "pt-br": "Colônia"}),
        ({"es": "Colonia", "es-mx": "Colonia"}, {"es": "Colonia"}),
    ],
    ids=["the city's own", "one that differs", "a region's own", "a region's as its parent's"],
)
def test_names_that_inheritance_gives_need_no_row(names: dict[str, str], rows: dict[str, str]) -> None:
    assert worth_a_row("Köln", names) == rows


@pytest.mark.once
@pytest.mark.django_db
def test_names_of_a_file_outrank_those_of_time_zones(tmp_path: Path) -> None:
    tokyo = 1850147
    assert CityName.objects.get(city=tokyo, language="de").name == "Tokio"
    source = write(
        tmp_path / "JP.txt", alternate(city=tokyo, name="Edo"), alternate(city=tokyo, name="X", language="link")
    )
    call_command("import_cities", alternate_names=source, verbosity=0, report=tmp_path / "report.json")
    assert CityName.objects.get(city=tokyo, language="de").name == "Edo"
    counts = {table["table"]: table["counts"] for table in json.loads((tmp_path / "report.json").read_text())["tables"]}
    assert (counts["city names"]["changed"], counts["city names"]["withdrawn"]) == (1, 0)


@pytest.mark.django_db
def test_later_files_of_cities_keep_the_names(tmp_path: Path) -> None:
    lines = city(country_code="JP", geonameid=1850147, name="Tokyo"), city(country_code="JP", geonameid=ALBA)
    cities, names = write(tmp_path / "JP.txt", *lines), write(tmp_path / "names.txt", alternate())
    call_command("import_cities", geonames=cities, alternate_names=names, verbosity=0, force=True)
    call_command("import_cities", geonames=cities, verbosity=0)
    held = CityName.objects.filter(city=ALBA, withdrawn_on=None)
    assert list(held.values_list("language", "name", "source")) == [
        ("de", "Weißenfels", "GeoNames"),
        ("en", "Alba", ""),
    ]
