"""Which cities of a country a name means."""

from typing import Any

import pytest

from apps.geography.models import City, CityName
from apps.geography.names import city_naming
from tests.factories import CityFactory, CountryFactory


def city(name: str = "Großburg", **fields: Any) -> City:
    return CityFactory(country=CountryFactory(code="XA"), name=name, subdivision=None, **fields)


def bearers(name: str, country: str) -> tuple[int, ...]:
    return city_naming.bearers([name], country)[name]


def test_a_city_is_found_by_its_name_in_any_language_and_by_its_spellings(db: None) -> None:
    found = city(spellings=["Megalopolis", "大城"])
    CityName.objects.create(city=found, language="fr", name="Grandville")
    for name in ("GROSSBURG", "grandville", "Mégalopolis", "大城"):
        assert bearers(name, "XA") == (found.pk,)
    for name in ("", "...", "Gross", "Elsewhere"):
        assert bearers(name, "XA") == ()
    assert bearers("Großburg", "US") == ()


def test_all_that_bear_a_name_are_found_once(db: None) -> None:
    found = [city(geonameid=-901, spellings=["Grossburg"]), city(geonameid=-902)]
    assert sorted(bearers("Großburg", "XA")) == sorted(each.pk for each in found)


def test_two_names_of_one_city_mean_it_and_those_of_two_mean_neither(db: None) -> None:
    both, other = city("Bozen", geonameid=-901, spellings=["Bolzano"]), city("Meran", geonameid=-902)
    for name in ("Bolzano/Bozen", "Bozen (Bolzano)", "Bozen / Bolzano", "Bolzano - Bozen"):
        assert bearers(name, "XA") == (both.pk,)
    for name in ("Bozen/Meran", "Bozen/Elsewhere", "/", "Bozen/Bolzano/Meran"):
        assert bearers(name, "XA") == ()
    assert bearers("Meran/", "XA") == (other.pk,)


def test_what_says_city_behind_a_name_does_not_count(db: None) -> None:
    found = city()
    for name in ("Grossburg-shi", "Grossburg Si", "Grossburg-gun", "Grossburg kommune"):
        assert bearers(name, "XA") == (found.pk,)
    for name in ("-shi", "Großburgshi", "Elsewhere-shi", "Großburg City"):
        assert bearers(name, "XA") == ()


def test_city_behind_a_name_does_not_count_where_cities_are_called_so_by_law(db: None) -> None:
    law = CountryFactory(code="PH")
    found = CityFactory(country=law, name="Großburg", subdivision=None)
    other = CityFactory(country=law, name="Megalo City", subdivision=None)
    assert bearers("Grossburg City", "PH") == (found.pk,)
    assert bearers("Megalo City", "PH") == (other.pk,)
    assert bearers("City", "PH") == bearers("Megalo", "PH") == ()


def test_what_a_register_puts_before_a_name_does_not_count(db: None) -> None:
    found = city(spellings=["Гросбург"])
    for name in (
        "City of Großburg",
        "the City of Grossburg",
        "Ville de Grossburg",
        "Stadt Großburg",
        "Freie und Hansestadt Großburg",
        "M.st. Grossburg",
        "Hl. m. Grossburg",
        "TP. Grossburg",
        "TP Grossburg",
        "Thành phố Grossburg",
        "Kota Grossburg",
        "Município de Grossburg",
        "ciutat de Großburg",
        "г. Гросбург",
        "гр. Гросбург",
        "м.Гросбург",
    ):
        assert bearers(name, "XA") == (found.pk,), name
    for name in ("City of", "City of Elsewhere", "Town Grossburg", "City Großburg", "Grossburg City", "TPGrossburg"):
        assert bearers(name, "XA") == (), name


def test_the_word_for_city_behind_a_name_in_chinese_characters_or_hangul_may_be_left_out_or_added(db: None) -> None:
    found = {
        name: city(name, geonameid=-at)
        for at, name in enumerate(("大同市", "相模原", "용인시", "세종", "関", "해남"), start=900)
    }
    asked = {"大同": "大同市", "相模原市": "相模原", "용인": "용인시", "세종특별자치시": "세종", "세종시": "세종"}
    asked |= {"関市": "関", "해남군": "해남"}
    for name, meant in asked.items():
        assert bearers(name, "XA") == (found[meant].pk,), name
    for name in ("市", "시", "군", "同市", "大同県", "大", "해남구"):
        assert bearers(name, "XA") == (), name


def test_a_name_is_found_as_those_write_it_who_lack_its_letters(db: None) -> None:
    names = {"Hillerød": "Hilleroed", "Køge": "KOEGE", "Lüdenscheid": "Luedenscheid", "Luleå": "Luleaa"}
    found = {name: city(name, geonameid=-at) for at, name in enumerate(names, start=900)}
    for name, typed in names.items():
        assert bearers(typed, "XA") == (found[name].pk,), typed
    assert bearers("Hiller0d", "XA") == ()


def test_short_words_stand_for_those_in_full_and_the_other_way_round(db: None) -> None:
    written = {
        "Saint Louis": "St. Louis, ST LOUIS, St-Louis, Ｓｔ．　Ｌｏｕｉｓ",
        "Fort Wayne": "Ft. Wayne, ft wayne",
        "Frankfurt am Main": "Frankfurt a.M., Frankfurt a. Main, Frankfurt/Main",
        "Freiburg im Breisgau": "Freiburg i. Br.",
        "São José dos Campos": "S. José dos Campos",
        "Alphen aan den Rijn": "Alphen a/d Rijn",
        "St Albans": "Saint Albans, St. Albans",
        "North Las Vegas": "N Las Vegas, N. Las Vegas",
        "South San Francisco": "S San Francisco",
        "Frankfurt an der Oder": "Frankfurt a. d. O., Frankfurt a.d.O., Frankfurt/Oder",
        "Santa Cruz de Tenerife": "S/C de Tenerife",
        "Târgu Mureș": "Tg. Mureș, Tg Mures",
        "Gorzów Wielkopolski": "Gorzów Wlkp.",
        "Bernau bei Berlin": "Bernau b. Berlin",
        "Mountain View": "Mt. View",
        "Старый Оскол": "Ст. Оскол",
        "Ростов-на-Дону": "Ростов н/Д, Ростов н. Д.",
        "Санкт-Петербург": "С.-Петербург, С-Петербург",
    }
    cities = {name: city(name, geonameid=-at) for at, name in enumerate(written, start=900)}
    for name, others in written.items():
        for other in others.split(", "):
            assert bearers(other, "XA") == (cities[name].pk,), other
    for name in (
        "S Jose dos Campos",
        "Frankfurt a",
        "Sta. Louis",
        "N. S. F.",
        "Las N Vegas",
        "W Las Vegas",
        "Mt. Wayne",
        "St",
        "St.",
        "a.d. a.d. a.d. a.d. a.d.",
    ):
        assert bearers(name, "XA") == (), name


def test_a_short_word_may_stand_beside_a_name_and_a_sign_for_and(db: None) -> None:
    street = city("Neustadt an der Weinstraße", geonameid=-901)
    both = city("Brighton and Hove", geonameid=-902)
    assert bearers("Neustadt/Weinstr.", "XA") == bearers("Neustadt (Weinstr.)", "XA") == (street.pk,)
    assert bearers("Brighton & Hove", "XA") == bearers("Brighton&Hove", "XA") == (both.pk,)
    assert bearers("Brighton &", "XA") == bearers("&", "XA") == ()


def test_a_name_is_found_in_letters_for_its_sound_where_it_is_written_in_others(db: None) -> None:
    found = CityFactory(country=CountryFactory(code="IN"), name="Jattenpur", subdivision=None)
    city("Jattenpur")
    assert bearers("Dschattenpur", "IN") == bearers("Djattenpour", "IN") == (found.pk,)
    assert bearers("Dschattenpur", "XA") == bearers("Tschattenpur", "IN") == ()


def test_the_short_and_the_full_form_of_two_cities_mean_both(db: None) -> None:
    both = [city("Mount Vernon", geonameid=-901), city("Mt. Vernon", geonameid=-902)]
    assert sorted(bearers("Mt. Vernon", "XA")) == sorted(each.pk for each in both)


def test_what_was_withdrawn_is_not_found(db: None) -> None:
    gone, there = city(geonameid=-901, withdrawn_on="2026-11-21"), city("Burg", geonameid=-902)
    CityName.objects.create(city=gone, language="fr", name="Grandville")
    CityName.objects.create(city=there, language="fr", name="Bourg", withdrawn_on="2026-11-21")
    for name in ("Großburg", "Grandville", "Bourg"):
        assert bearers(name, "XA") == ()


def test_an_edit_is_known_at_once(db: None) -> None:
    found = city()
    assert bearers("Bourg", "XA") == ()
    City.objects.filter(pk=found.pk).update(spellings=["Bourg"])
    assert bearers("Bourg", "XA") == (found.pk,)


def test_names_at_hand_cost_one_query(db: None, django_assert_num_queries: Any) -> None:
    bearers("Paris", "FR")
    with django_assert_num_queries(1):  # the revision
        bearers("Lyon", "FR")


def test_names_of_few_countries_are_held(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city_naming, "COUNTRIES", 3)
    city_naming.forget()
    for country in ("AD", "AL", "AT", "BE", "BG"):
        bearers("Paris", country)
    assert list(city_naming._held) == ["AT", "BE", "BG"]


def test_local_names_are_those_in_an_official_language(db: None) -> None:
    assert dict(city_naming.local_names("DE"))[2867714] == "München"
    assert "Monaco di Baviera" not in dict(city_naming.local_names("DE")).values()
