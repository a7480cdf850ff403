"""A small tree in the layout of CLDR, with the mistakes that the real one has."""

import json
import re

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.geography.compile.cldr import locale_name
from apps.geography.compile.countries import factbook, world_map
from apps.geography.compile.subdivisions import official_names
from apps.imports.files.source import BadSource

pytestmark = pytest.mark.once

SUPPLEMENTAL = """<supplementalData>
  <territoryContainment>
    <group type="150" contains="155"/> <group type="155" contains="DE"/> <group type="142" contains="IR"/>
    <group type="002" contains="EG"/> <group type="019" contains="US"/> <group type="009" contains="QO NZ"/>
    <group type="150" contains="EU" status="grouping"/>
  </territoryContainment>
  <weekData>
    <firstDay day="mon" territories="001 DE"/> <firstDay day="sun" territories="US"/>
    <weekendStart day="sat" territories="001"/> <weekendStart day="fri" territories="EG"/>
    <weekendEnd day="sun" territories="001"/> <weekendEnd day="sat" territories="EG"/>
  </weekData>
  <territoryInfo>
    <territory type="US" population="341963000"/> <territory type="EG" population="111247000"/>
    <territory type="DE" population="84119100"/>
  </territoryInfo>
  <parentLocales><parentLocale parent="root" locales="zh_Hant"/></parentLocales>
</supplementalData>"""
METADATA = """<supplementalData><metadata><alias>
  <subdivisionAlias type="frgp" replacement="GP"/> <subdivisionAlias type="cz10a" replacement="cz110"/>
</alias></metadata></supplementalData>"""
TIME_ZONES = """<ldmlBCP47><keyword><key name="tz">
  <type name="deber" alias="Europe/Berlin"/> <type name="usnyc" alias="America/New_York US/Eastern"/>
  <type name="inccu" alias="Asia/Calcutta Asia/Kolkata" iana="Asia/Kolkata"/> <type name="old" deprecated="true"/>
</key></keyword></ldmlBCP47>"""
MAIN = {
    "en": '<territory type="HK">Hong Kong SAR China</territory><territory type="HK" alt="short">Hong Kong</territory>',
    "de": '<territory type="HK" alt="short">Hongkong</territory>',
}
SUBDIVISIONS = {
    "en": {
        "usca": "California",
        "usny": "New York²",
        "deby": "Bavaria",
        "debe": "Hamburg",
        "ir07": "Tehran",
        "cnbj": "Beijing",
    },
    "de": {
        "usca": "Kalifornien",
        "deby": "Bayern",
        "debe": "Hamburg",
        "ma01": "Alt",
        "us99": "Nirgendwo",
        "ir07": "Teheran",
    },
    "zh": {"cnbj": "北京市", "cngd": "廣東省"},
}


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    common = folder / "cldr" / "common"
    write(common / "supplemental" / "supplementalData.xml", SUPPLEMENTAL)
    write(common / "supplemental" / "supplementalMetadata.xml", METADATA)
    write(common / "bcp47" / "timezone.xml", TIME_ZONES)
    for language, _ in settings.LANGUAGES:
        locale = locale_name(language)
        content = f"<territories>{MAIN.get(locale, '')}</territories>"
        write(common / "main" / f"{locale}.xml", f"<ldml><localeDisplayNames>{content}</localeDisplayNames></ldml>")
    for locale, names in SUBDIVISIONS.items():
        rows = "".join(f'<subdivision type="{code}">{name}</subdivision>' for code, name in names.items())
        content = f"<localeDisplayNames><subdivisions>{rows}</subdivisions></localeDisplayNames>"
        write(common / "subdivisions" / f"{locale}.xml", f"<ldml>{content}</ldml>")
    return folder / "cldr"


@pytest.fixture(scope="module")
def output(tree, tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    call_command("compile_fixtures", cldr=tree, output=folder)
    return folder


@pytest.fixture(scope="module")
def compiled(output):
    """Return a function that reads a compiled file as {first column: the others}, the last line of a code winning."""

    def read(name: str) -> dict[str, list[str]]:
        lines = (output / name).read_text(encoding="utf-8").splitlines()[1:]
        return {line.split("\t")[0]: line.split("\t")[1:] for line in lines}

    return read


def test_a_name_is_compiled_in_its_language_without_the_mark_that_tells_it_from_another(compiled):
    assert compiled("subdivision_names/de.tsv")["US-CA"] == ["Kalifornien"]
    assert compiled("subdivision_names/en.tsv")["US-NY"] == ["New York"]


def test_a_code_that_bears_the_name_of_another_is_left_out_in_every_language(compiled):
    for language in ("en", "de"):
        assert "DE-BE" not in compiled(f"subdivision_names/{language}.tsv")


def test_names_that_are_known_to_be_wrong_and_codes_that_are_not_current_are_left_out(compiled):
    german = compiled("subdivision_names/de.tsv")
    assert "MA-01" not in german
    assert "US-99" not in german


def test_the_provinces_of_iran_have_todays_numbers(compiled):
    assert compiled("subdivision_names/de.tsv")["IR-23"] == ["Teheran"]
    assert "IR-07" not in compiled("subdivision_names/de.tsv")


def test_the_chinese_scripts_are_told_apart_and_conversions_marked(compiled):
    assert compiled("subdivision_names/zh-hans.tsv")["CN-GD"] == ["广东省"]
    assert compiled("subdivision_names/zh-hant.tsv")["CN-GD"] == ["廣東省"]
    assert compiled("converted_subdivision_names.tsv")["CN-GD"] == ["zh-hans"]
    assert "CN-BJ" not in compiled("converted_subdivision_names.tsv")


def test_codes_that_were_name_what_they_became(compiled):
    aliases = compiled("cldr_subdivision_aliases.tsv")
    assert aliases["FR-GP"] == ["GP"]
    assert aliases["CZ-10A"] == ["CZ-110"]


def test_countries_have_their_region_week_and_zones(compiled):
    facts = compiled("cldr_countries.tsv")
    assert facts["DE"] == ["Europe", "155", "84119100", "Europe/Berlin", "0", "5 6"]
    assert facts["EG"] == ["Africa", "", "111247000", "", "0", "4 5"]
    assert facts["US"][3:] == ["America/New_York", "6", "5 6"]


def test_short_country_names_are_compiled(compiled):
    names = compiled("cldr_country_names.tsv")
    assert names["HK"][1:] in (["short", "Hongkong"], ["short", "Hong Kong"])


def test_compiling_again_writes_the_same_bytes(tree, output, tmp_path):
    call_command("compile_fixtures", cldr=tree, output=tmp_path)
    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.tsv")} for folder in (output, tmp_path)
    )
    assert first == second
    assert first


def test_a_tree_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"supplemental.*\.xml"):
        call_command("compile_fixtures", cldr=tmp_path / "nowhere", output=tmp_path)


def test_something_must_be_given():
    with pytest.raises(CommandError, match="--cldr"):
        call_command("compile_fixtures")


def page(domain: str, coordinates: str, adjective: str) -> str:
    return json.dumps(
        {
            "Geography": {"Geographic coordinates": {"text": coordinates}},
            "People and Society": {"Nationality": {"adjective": {"text": adjective}}},
            "Communications": {"Internet country code": {"text": domain}},
        }
    )


def test_the_factbook_says_where_countries_lie_and_what_people_are_called(tmp_path, monkeypatch):
    monkeypatch.setattr(factbook, "LEAST_COUNTRIES", 3)
    write(tmp_path / "in" / "europe" / "uk.json", page(".uk", "54 00 N, 2 00 W", "British"))
    write(tmp_path / "in" / "caribbean" / "aa.json", page(".aw", "12 30 N, 69 58 W", "Aruban; Dutch"))
    write(tmp_path / "in" / "caribbean" / "tb.json", page(".bl; note - .gp too", "17 90 N, 62 85 W", "NA"))
    write(tmp_path / "in" / "europe" / "ee.json", page(".eu; of the members", "", ""))
    call_command("compile_fixtures", factbook=tmp_path / "in", output=tmp_path)
    lines = (tmp_path / "factbook_countries.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["AW\t12.5\t-69.967\tAruban", "BL\t\t\t", "GB\t54\t-2\tBritish"]


def test_the_map_draws_what_the_atlas_does_and_has_a_dot_for_every_other_country(tmp_path, monkeypatch):
    monkeypatch.setattr(world_map, "LEAST", 1)
    square = [[0, 0], [0, 10], [10, 0], [0, -10], [-10, 0]]
    shapes = [
        {"type": "Polygon", "arcs": [[0]], "id": "616", "properties": {"name": "Poland"}},
        {"type": "MultiPolygon", "arcs": [[[~0]]], "properties": {"name": "Somaliland"}},
    ]
    transform = {"scale": [1, 1], "translate": [15, 45]}
    atlas = tmp_path / "countries-110m.json"
    atlas.write_text(
        json.dumps({"transform": transform, "arcs": [square], "objects": {"countries": {"geometries": shapes}}})
    )
    call_command("compile_fixtures", atlas=atlas, output=tmp_path)
    paths = dict(re.findall(r'<path id="(..)" d="(.*)"/>', (tmp_path / "world_map.svg").read_text()))
    assert len(paths) == 250
    assert re.fullmatch(r"M[0-9,]+l[0-9, -]+z", paths["PL"])
    assert paths["SO"].endswith("z")
    assert paths["DE"].endswith("h0")


def test_a_map_of_something_else_is_refused(tmp_path):
    path = tmp_path / "land.json"
    path.write_text(json.dumps({"transform": None, "arcs": [], "objects": {"countries": {"geometries": []}}}))
    with pytest.raises(CommandError, match=r"give countries-110m\.json"):
        call_command("compile_fixtures", atlas=path, output=tmp_path)


SHAPES = {"bytes": b"\xb5\xff", "text": b"not JSON", "list": b"[]", "other": b'{"x": 1}', "none": b"null"}
SHAPES |= {"number": b"7", "numbers": b"[7]", "no keys": b"[{}]", "no text": b'[{"code": "VN.01", "name": 7}]'}


@pytest.mark.parametrize("option", ["admin1", "earlier", "atlas", "official"])
@pytest.mark.parametrize("written", SHAPES.values(), ids=SHAPES)
def test_a_file_that_is_not_what_the_option_asks_for_is_refused_by_its_name(tmp_path, option, written):
    path = tmp_path / "file"
    path.write_bytes(written)
    with pytest.raises(CommandError, match=str(tmp_path)) as refused:
        call_command("compile_fixtures", output=tmp_path, **{option: path})
    assert refused.value.returncode == BadSource.exit_status


def test_a_folder_that_is_not_the_factbook_is_refused(tmp_path):
    with pytest.raises(CommandError, match="give the folder that holds europe/"):
        call_command("compile_fixtures", factbook=tmp_path, output=tmp_path)


def test_names_in_further_official_languages_are_those_that_the_package_labels(tmp_path, monkeypatch):
    monkeypatch.setattr(official_names, "LEAST", 1)
    table = {
        "LK": {"LK-71": {"name": "Anuradhapura", "localOtherName": "අනුරාධපුරය (sin), Anurādhapura (sin), Anu (eng)"}},
        "DE": {"DE-BY": {"name": "Bayern", "localOtherName": "Bavaria (eng)"}},
        "RU": {
            "RU-ALT": {"name": "Altajskij kraj", "localOtherName": "Алтайский край (rus)"},
            "RU-AMU": {"name": "Amurskaya oblast'", "localOtherName": "Амурская область (rus)"},
            "RU-XX": {"name": "Nowhere", "localOtherName": None},
        },
    }
    path = tmp_path / "iso3166-2.json"
    path.write_text(json.dumps(table), encoding="utf-8")
    call_command("compile_fixtures", official=path, output=tmp_path)
    assert (tmp_path / official_names.COMPILED).read_text(encoding="utf-8").splitlines() == [
        "code\tlanguage\tromanization\tname",
        "LK-71\tsi\t\tAnurādhapura",
        "RU-ALT\tru\tGOST 1983/UN 1987\tAltajskij kraj",
    ]


def test_a_table_of_another_package_is_refused(tmp_path):
    path = tmp_path / "iso3166-2.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError, match="has only 0 subdivisions"):
        call_command("compile_fixtures", official=path, output=tmp_path)
