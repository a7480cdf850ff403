"""GeoNames' names of cities by language, and which spellings are none that somebody got wrong."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from django.core.management import CommandError, call_command

from apps.geography.compile.cities.catalogues import catalogued, current, distinct, with_both_scripts, written
from apps.geography.compile.cities.geonames import City, Taken, clean, is_written
from apps.geography.compile.cities.names import compile_namesakes
from apps.geography.compile.cities.spellings import respelt
from apps.geography.names.languages import LANGUAGES
from apps.geography.sources.cities.catalogues import NAMES, SPELLINGS
from apps.geography.sources.cities.names import FILE, zone_names
from apps.geography.sources.pinned import fixture
from apps.geography.validation.characters import fault, nameless

pytestmark = pytest.mark.once


def city(name: str, country: str = "DE", *alternatives: str, geonameid: int = 1, population: int = 1000) -> City:
    return City(geonameid, name, country, "Europe/Berlin", population, list(alternatives))


def catalogue(locales: Path, locale: str, names: dict[str, str]) -> None:
    """Write a gettext catalogue as the package has them."""
    messages = Catalog(locale=None)
    for key, name in names.items():
        messages.add(key, name)
    binary = BytesIO()
    write_mo(binary, messages)
    path = locales / locale / "LC_MESSAGES" / "geonames.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(binary.getvalue())


def test_a_catalogue_names_cities_in_the_language_and_the_script_of_its_folder(tmp_path: Path) -> None:
    catalogue(tmp_path, "de", {"1": "München", "DE": "Deutschland", "DE.02": "Bayern", "99": "Anderswo"})
    catalogue(tmp_path, "zh", {"1": "慕尼黑", "2": "紐約"})
    catalogue(tmp_path, "zh_TW", {"2": "紐約市"})
    catalogue(tmp_path, "sr", {"1": "Minhen", "2": "Њујорк"})
    catalogue(tmp_path, "bn", {"1": "Munich"})
    catalogue(tmp_path, "tlh", {"1": "mun"})
    names = catalogued(tmp_path, {1: city("Munich"), 2: city("New York City", "US", geonameid=2)})
    assert names[1] == {"de": "München", "sr-latn": "Minhen", "zh-hans": "慕尼黑", "zh-hant": "慕尼黑"}
    assert names[2] == {"sr": "Њујорк", "zh-hant": "紐約市"}


def test_a_folder_without_catalogues_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no .*geonames\.mo"):
        call_command("compile_fixtures", catalogues=tmp_path, output=tmp_path)
    assert not list(tmp_path.rglob("*.tsv"))


@pytest.mark.parametrize(
    ("text", "own", "name"),
    [
        ("Newport (Wales)", "Newport", "Newport"),
        ("Croydon, London", "Croydon", "Croydon"),
        ("Lahr/Schwarzwald", "Lahr", "Lahr"),
        ("Halle (Saale)", "Halle (Saale)", "Halle (Saale)"),
        ("Biel/Bienne", "Biel/Bienne", "Biel/Bienne"),
        ("Karachi - كراچى", "Karachi", "Karachi"),
        ("Ŝablono:Urbo", "Urbo", ""),
        ("  Den   Haag\u200e", "The Hague", "Den Haag"),
        ("Cafe\u0301", "Café", "Café"),
        ("کی\u200cیف", "Kyiv", "کی\u200cیف"),
        ("", "Kyiv", ""),
        ("\x9fAA", "Ottawa", ""),
        ("x" * 201, "Kyiv", ""),
    ],
)
def test_what_tells_a_place_from_others_is_no_part_of_its_name(text: str, own: str, name: str) -> None:
    assert clean(text, own) == name


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("Киев", "ru", True),
        ("Киев", "ro", False),
        ("Kolkata", "bn", False),
        ("Камогаwа", "ru", False),
        ("東京", "ja", True),
        ("トウキョウ", "ja", True),
        ("서울", "ko", True),
        ("Sŏul", "ko", False),
        ("Şam", "tr", True),
        ("...", "en", False),
    ],
)
def test_a_name_is_in_the_script_of_its_language(name: str, language: str, expected: bool) -> None:
    assert is_written(name, [language]) == expected


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("حیدر آباد", "ar", "حيدر آباد"),
        ("تاكستان", "fa", "تاکستان"),
        ("کراچی", "ur", "کراچی"),
        ("bendigo", "pt", "Bendigo"),
        ("el Prat", "it", "el Prat"),
        ("თბილისი", "ka", "თბილისი"),
    ],
)
def test_a_name_has_the_letters_of_its_language_and_a_capital_one_first(
    name: str, language: str, expected: str
) -> None:
    assert written(name, language) == expected


def test_a_smaller_city_does_not_bear_the_name_of_a_larger_one() -> None:
    small, large = city("Bahawalnagar", "PK", population=1), city("Bahawalpur", "PK", population=2)
    taken = Taken([small, large])
    assert not taken.may_bear(small, "Bahawalpur")
    assert taken.may_bear(large, "Bahawalnagar")
    assert taken.may_bear(city("Bahawalpur", "PK", population=1), "Bahawalpur")
    assert taken.may_bear(city("Elsewhere", "IN", population=1), "Bahawalpur")


@pytest.mark.parametrize(
    ("own", "country", "spelling", "may"),
    [
        ("New Britain", "US", "Québec", False),
        ("North Canton", "US", "Berlin", False),
        ("West Springfield", "US", "Ireland", False),
        ("Perth Amboy", "US", "Perth", True),
        ("Springs", "CA", "Ville", False),
        ("Ville-Marie", "CA", "Ville", True),
        ("Santiago de Compostela", "ES", "Santiago", True),
        ("Springs", "CA", "Sources", True),
    ],
)
def test_a_spelling_is_no_name_by_which_another_place_is_known(
    own: str, country: str, spelling: str, may: bool
) -> None:
    known = [("Québec", "CA", 500_000), ("Berlin", "DE", 3_400_000), ("Perth", "AU", 2_000_000),
             ("Ville", "CA", 20_000), ("Santiago", "CL", 4_000_000)]  # fmt: skip
    taken = Taken([city(name, place, population=people) for name, place, people in known])
    assert taken.may_be_spelt(city(own, country, population=90_000), spelling, ()) is may


def test_english_is_what_geonames_writes_but_for_an_exonym() -> None:
    cologne = {"de": "Köln", "en": "Cologne", "fr": "Cologne"}
    assert current(city("Köln"), cologne) == cologne
    assert current(city("Puebla", "MX"), {"es": "Puebla", "en": "Puebla City"}) == {"es": "Puebla"}
    assert current(city("Mysuru", "IN"), {"en": "Mysore", "de": "Mysuru"}) == {"de": "Mysuru"}


def test_names_of_before_a_city_was_renamed_are_out() -> None:
    names = {"en": "Nur-Sultan", "de": "Nur-Sultan", "ru": "Нур-Султан", "pl": "Astana", "uk": "Астана"}
    assert current(city("Astana", "KZ"), names) == {"pl": "Astana", "uk": "Астана"}


def test_the_name_in_the_other_chinese_script_is_taken_where_somebody_wrote_it() -> None:
    san_francisco = city("San Francisco", "US", "三藩市", "舊金山", "旧金山")
    assert with_both_scripts(san_francisco, {"zh-hans": "旧金山"}) == {"zh-hans": "旧金山", "zh-hant": "舊金山"}
    assert with_both_scripts(city("Milan", "IT"), {"zh-hans": "米兰"}) == {"zh-hans": "米兰"}


@pytest.mark.parametrize(
    ("own", "country", "spelling", "names"),
    [
        ("San Francisco", "US", "San Fransisco", {}),
        ("St. Louis", "US", "Saint Lewis", {}),
        ("London", "GB", "Londn", {}),
        ("London", "GB", "LON", {}),
        ("London", "GB", "lun dun", {}),
        ("Florence", "IT", "Firenz", {"it": "Firenze"}),
        ("Florence", "IT", "Florense", {"it": "Firenze"}),
        ("Köln", "DE", "Colonge", {"en": "Cologne", "de": "Köln"}),
        ("Al Jubayl", "SA", "Al Jubaul", {}),
        ("Al Jubayl", "SA", "Al Jubal", {}),
        ("Kazan", "RU", "Kazahn", {}),
    ],
)
def test_a_misspelling_is_no_spelling(own: str, country: str, spelling: str, names: dict[str, str]) -> None:
    assert list(respelt(city(own, country), [spelling], names)) == []


@pytest.mark.parametrize(
    ("own", "country", "spelling", "names"),
    [
        ("Munich", "DE", "Muenchen", {"de": "München"}),
        ("Mumbai", "IN", "Bombay", {}),
        ("Surat", "IN", "સુરત", {}),
        ("Wrocław", "PL", "Breslau", {"pl": "Wrocław"}),
        ("New York City", "US", "Big Apple", {}),
        ("Brest", "BY", "Брэст", {"ru": "Брест"}),
        ("Washington", "US", "Washington D.C.", {}),
        ("Ho Chi Minh City", "VN", "Thành phố Hồ Chí Minh", {"vi": "TP Hồ Chí Minh"}),
        ("Beijing", "CN", "北京市", {"zh-hans": "北京"}),
        ("Al Jubayl", "SA", "Al Jubail", {}),
        ("Bathinda", "IN", "Bhatinda", {}),
    ],
)
def test_another_name_is_a_spelling(own: str, country: str, spelling: str, names: dict[str, str]) -> None:
    assert spelling in respelt(city(own, country), [spelling], names)


@pytest.mark.parametrize(
    ("own", "country", "names", "spelling"),
    [
        ("Zaporizhzhya", "UA", {"uk": "Запоріжжя"}, "Zaporizhzhia"),
        ("Zhytomyr", "UA", {"ru": "Житомир"}, "Zhitomir"),
        ("Sofia", "BG", {"bg": "София"}, "Sofiya"),
    ],
)
def test_a_romanized_native_name_is_a_spelling_however_like(
    own: str, country: str, names: dict[str, str], spelling: str
) -> None:
    assert spelling in respelt(city(own, country), [], names)


def test_a_script_of_the_country_is_taken_though_we_hold_no_names_in_it() -> None:
    assert list(respelt(city("Addis Ababa", "ET"), ["አዲስ አበባ"], {})) == ["አዲስ አበባ"]
    assert list(respelt(city("Berlin", "DE"), ["አዲስ አበባ"], {})) == []


def test_a_spelling_that_differs_in_accents_alone_is_kept_once() -> None:
    assert distinct(["Muenchen", "Mùenchen", "Munchen"], ["München"]) == ["Muenchen"]


def test_a_time_zone_is_called_after_the_largest_city_of_its_name(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("time_zone\tlanguage\tname\nEurope/Berlin\tde\tBerlin\nEurope/Berlin\tit\tBerlino\n")
    cities = [
        city("Berlin", geonameid=1, population=5),
        city("Berlin", geonameid=2, population=9),
        city("Spree-Athen", geonameid=3, population=99),
    ]
    assert compile_namesakes(cities, {3: "Berlin"}, tmp_path) == {2: {"de": "Berlin", "it": "Berlino"}}
    assert compile_namesakes(cities[2:], {3: "Berlin"}, tmp_path).keys() == {3}
    assert compile_namesakes(cities[2:], {}, tmp_path) == {}


def test_every_name_and_spelling_is_one_that_staff_could_write() -> None:
    files = [*fixture(NAMES).glob("*.tsv"), fixture(SPELLINGS)]
    names = {line.split("\t")[1] for path in files for line in path.read_text("utf-8").splitlines()}
    assert len(names) > 100_000
    assert [name for name in names if fault(name) or nameless(name)] == []


def test_there_is_a_file_for_each_language_alone() -> None:
    assert {path.stem for path in fixture(NAMES).glob("*.tsv")} <= LANGUAGES


def test_a_name_that_a_person_gives_outranks_that_of_cldr() -> None:
    makassar = zone_names({1622786})[1622786]
    assert makassar["ru"] == "Макассар"
    assert makassar["bg"] == "Макасар"
