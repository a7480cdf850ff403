import io
import json
import re
import unicodedata
from importlib import resources
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.geography.models import AlternativeName, City, Country, Region
from apps.geography.sources.countries import reader as countries
from apps.geography.tables import NAME_COLUMNS
from apps.imports.files.source import BadSource, read_tsv
from apps.revisions import numbers

pytestmark = pytest.mark.django_db


def names(code: str, *languages: str) -> list[str | None]:
    columns = [f"name_{language}" for language in languages]
    return list(Country.objects.rewrite(False).values_list(*columns).get(code=code))


def test_all_of_iso_3166_1_and_kosovo_are_there() -> None:
    assert Country.objects.filter(iso_status="officially-assigned").count() >= 249
    assert Country.objects.get(code="XK").numeric == 983


def test_every_country_has_a_name_in_every_language_and_a_calling_code() -> None:
    parents = {"en_au": "en", "en_gb": "en", "ar_dz": "ar", "pt_br": "pt"}
    for column in NAME_COLUMNS:
        language = column.removeprefix("name_")
        if language not in parents and not language.startswith("es_"):
            assert not Country.objects.current().filter(**{f"{column}__isnull": True}, code__lt="ZZ").exists(), language
    assert not Country.objects.filter(calling_code="").exists()


def test_constant_numbers_are_those_that_were_first_assigned() -> None:
    numbers = dict(Country.objects.values_list("code", "constant_number"))
    assert numbers["CN"] == 95010301
    assert numbers["JP"] == 95010302
    rest = sorted(code for code in countries.codes() if code not in {"CN", "JP"})
    assert [numbers[code] for code in rest] == list(range(95010303, 95010303 + len(rest)))


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("HK", "en", "Hong Kong"),
        ("HK", "de", "Hongkong"),
        ("MO", "ja", "マカオ"),
        ("PS", "fr", "Palestine"),
        ("US", "en", "United States"),
        ("JP", "fr", "Japon"),
        ("IR", "pt", "Irão"),
        ("IR", "pt_br", "Irã"),
        ("CN", "zh_hant", "中國"),
        ("BA", "sr_latn", "Bosna i Hercegovina"),
    ],
)
def test_display_names_are_cldrs(code: str, language: str, name: str) -> None:
    assert names(code, language) == [name]


def test_a_regional_name_is_stored_only_where_it_differs() -> None:
    assert names("US", "pt_br", "en_gb", "es_mx") == [None, None, None]


@pytest.mark.parametrize(
    ("code", "field", "value"),
    [
        ("US", "iso_name", "United States of America"),
        ("BS", "iso_name", "Bahamas"),
        ("KR", "iso_name", "Korea (the Republic of)"),
        ("DE", "official_name", "Federal Republic of Germany"),
        ("BV", "calling_code", "47"),
        ("VA", "calling_code", "39"),
        ("BG", "currencies", ["EUR"]),
        ("KZ", "capital", "Astana"),
        ("CW", "capital", "Willemstad"),
        ("ZA", "other_capitals", ["Cape Town", "Bloemfontein"]),
        ("BO", "other_capitals", ["La Paz"]),
        ("SZ", "other_capitals", ["Lobamba"]),
        ("LK", "other_capitals", ["Sri Jayewardenepura Kotte"]),
        ("DE", "other_capitals", []),
        ("DE", "languages", ["de"]),
        ("IN", "time_zones", ["Asia/Kolkata"]),
        ("DE", "first_week_day", 0),
        ("IR", "weekend_days", [4]),
        ("FR", "is_independent", True),
        ("PR", "is_independent", False),
        ("XK", "is_independent", None),
        ("JP", "top_level_domain", ".jp"),
        ("LI", "borders", ["AT", "CH"]),
        ("DE", "subregion", "155"),
        ("MX", "subregion", "013"),
        ("AQ", "subregion", ""),
        ("SE", "demonym", "Swedish"),
        ("AW", "demonym", "Aruban"),
        ("FR", "latitude", 46.6),
        ("AR", "longitude", -64.0),
        ("JP", "driving_side", "left"),
        ("US", "driving_side", "right"),
        ("AQ", "driving_side", ""),
        ("ZA", "geonameid", 953987),
        ("BR", "capital", "Brasília"),
        ("FO", "capital", "Tórshavn"),
        ("CU", "borders", []),
        ("ZM", "borders", ["AO", "BW", "CD", "MW", "MZ", "NA", "TZ", "ZW"]),
        ("HK", "borders", ["CN"]),
        ("ZA", "languages", ["af", "en", "nr", "nso", "ss", "st", "tn", "ts", "ve", "xh", "zu"]),
        ("OM", "area_km2", 309500.0),
        ("MO", "area_km2", 33.3),
    ],
)
def test_facts(code: str, field: str, value: object) -> None:
    assert Country.objects.values_list(field, flat=True).get(code=code) == value


def test_borders_are_borders_on_both_sides() -> None:
    borders = dict(Country.objects.values_list("code", "borders"))
    assert [(one, other) for one in borders for other in borders[one] if one not in borders[other]] == []


def test_time_zones_are_those_of_the_tz_database() -> None:
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    zones: dict[str, list[str]] = {"XK": ["Europe/Belgrade"]}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            zones.setdefault(country, []).append(zone)
    stored = Country.objects.values_list("code", "time_zones")
    assert {code: (ours, zones.get(code)) for code, ours in stored if sorted(ours) != sorted(zones.get(code, []))} == {}


def test_every_country_has_a_place_a_subregion_and_a_geonames_id_of_its_own() -> None:
    countries = Country.objects.filter(upstream__isnull=False)
    assert not countries.filter(latitude=None).exists()
    assert not countries.filter(geonameid=None).exists()
    assert countries.values("geonameid").distinct().count() == countries.count()
    assert list(countries.filter(subregion="").values_list("code", flat=True)) == ["AQ"]


def test_every_inhabited_country_has_a_driving_side_and_a_demonym() -> None:
    countries = Country.objects.filter(upstream__isnull=False)
    assert set(countries.filter(driving_side="").values_list("code", flat=True)) == {"AQ", "BV", "HM", "TF"}
    nameless = {"AQ", "BV", "HM", "IO", "SJ", "TF", "UM"}
    assert set(countries.filter(demonym="").values_list("code", flat=True)) == nameless


def test_a_capital_is_spelt_as_its_city_is() -> None:
    """No capital lacks the accents of its city, but for the one that English spells without."""
    cities: dict[tuple[str, str], set[str]] = {}
    for country, name in City.objects.values_list("country_id", "name"):
        cities.setdefault((country, plain(name)), set()).add(name)
    found = {}
    for code, capital in Country.objects.exclude(capital="").values_list("code", "capital"):
        accented = {name for name in cities.get((code, plain(capital)), ()) if not name.isascii()}
        if capital.isascii() and any(is_accented(name) for name in accented):
            found[code] = capital
    assert found == {"IS": "Reykjavik"}


def plain(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", name).lower() if char.isalnum())


def is_accented(name: str) -> bool:
    return any(unicodedata.combining(char) for char in unicodedata.normalize("NFD", name))


def test_real_postal_codes_fit_and_longer_ones_do_not() -> None:
    patterns = dict(Country.objects.values_list("code", "postal_code_pattern"))
    codes = list(read_tsv(Path(__file__).with_name("postal_codes.tsv"), "code", "postal_code"))
    assert len(codes) > 200
    assert [(country, code) for country, code in codes if not re.search(patterns[country], code)] == []
    taken = [(country, code) for country, code in codes if re.search(patterns[country], f"{code}0000000")]
    assert taken == []


def test_a_postal_pattern_is_of_the_whole_code() -> None:
    patterns = Country.objects.exclude(postal_code_pattern="").values_list("code", "postal_code_pattern")
    assert [code for code, pattern in patterns if not (pattern.startswith("^") and pattern.endswith("$"))] == []
    assert [code for code, pattern in patterns if pattern != pattern.strip()] == []


def test_fifty_five_countries_are_not_independent() -> None:
    assert Country.objects.filter(is_independent=False, iso_status="officially-assigned").count() == 55


def test_every_country_but_antarctica_lies_in_one_region() -> None:
    assert set(Region.objects.filter(upstream__isnull=False).values_list("code", flat=True)) == {
        "Africa",
        "Americas",
        "Asia",
        "Europe",
        "Oceania",
    }
    assert list(Country.objects.filter(regions=None, upstream__isnull=False).values_list("code", flat=True)) == ["AQ"]
    assert Region.objects.rewrite(False).values_list("name_de", flat=True).get(code="Europe") == "Europa"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("USA", "US"),
        ("UK", "GB"),
        ("Ivory Coast", "CI"),
        ("Hongkong", "HK"),
        ("Hong Kong SAR China", "HK"),
        ("Burma", "MM"),
        ("Holland", "NL"),
        ("République française", "FR"),
        ("Bundesrepublik Deutschland", "DE"),
        ("Turkey", "TR"),
    ],
)
def test_other_names_are_kept(name: str, code: str) -> None:
    held = AlternativeName.objects.filter(name=name).values_list("country", flat=True)
    assert code in held or name in names(code, "en", "de", "fr")


def test_nothing_new_writes_nothing() -> None:
    before = numbers.current("data")
    output = io.StringIO()
    call_command("import_countries", stdout=output)
    assert numbers.current("data") == before
    assert "countries: 250 unchanged" in output.getvalue()


def test_the_report_lists_what_is_kept(tmp_path: Path) -> None:
    Country.objects.filter(code="DE").update(name_fr="X")
    output = io.StringIO()
    call_command("import_countries", dry_run=True, report=tmp_path / "report.json", verbosity=2, stdout=output)
    assert "DE.name_fr is 'X' (yours), upstream says 'Allemagne'" in output.getvalue()
    report = json.loads((tmp_path / "report.json").read_text())
    kept = {table["table"]: table["kept"] for table in report["tables"]}["countries"]
    assert kept == [{"key": "DE", "field": "name_fr", "yours": "X", "upstream": "Allemagne"}]


def test_a_broken_fixture_fails_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise BadSource("constant_numbers.tsv:3: 1 columns instead of 2")

    monkeypatch.setattr(countries, "datasets", broken)
    with pytest.raises(CommandError, match=r"constant_numbers.tsv:3: 1 columns instead of 2"):
        call_command("import_countries")
