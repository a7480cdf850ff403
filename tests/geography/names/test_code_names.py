"""What packages call things by their codes."""

import pycountry
import pytest
from babel import Locale, localedata
from babel.languages import get_official_languages
from babel.numbers import get_currency_symbol, get_territory_currencies

from apps.geography.names import code_names

# Of each place its currency, and those of its languages that CLDR knows.
PLACES = [
    (place, currencies[-1], tuple(tag for tag in get_official_languages(place) if tag.isalpha() and tag != "no"))
    for place in Locale("en").territories
    if len(place) == 2 and (currencies := get_territory_currencies(place))
]


@pytest.fixture(autouse=True)
def _afresh():
    code_names.currency_symbol.cache_clear()
    code_names.country_name.cache_clear()
    code_names.forget_locales()


def test_signs_and_names_are_those_that_babel_has():
    assert len(PLACES) > 240
    for place, currency, languages in PLACES:
        locales = [Locale.parse(f"{tag}-{place}", sep="-") for tag in languages if localedata.exists(tag)]
        signs = [code_names._plain(get_currency_symbol(currency, locale)) for locale in [*locales, Locale("en")]]
        expected = next((sign for sign in signs if sign not in {"", currency}), currency)
        assert code_names.currency_symbol(currency, place, languages) == expected, place
        for locale in locales:
            assert code_names.country_name(str(locale).replace("_", "-"), place) == locale.territories.get(place, "")


def test_no_locale_is_made_for_a_sign_or_a_name():
    assert code_names.currency_symbol("SEK", "SE", ("sv",)) == "kr"
    assert code_names.country_name("zh-Hant", "SE") == "瑞典"
    assert localedata._cache == {}


def test_the_three_letters_of_a_language_are_pycountrys():
    two = {each.alpha_2: each.alpha_3 for each in pycountry.languages if hasattr(each, "alpha_2")}
    assert len(two) > 180
    assert {code: code_names.alpha3(code) for code in two} == two | {"sh": "hbs"}


def test_languages_that_cldr_has_no_name_for_are_called_as_iso_does():
    assert [code_names.language_name(tag) for tag in ("zdj", "pih", "wni", "xx")] == [
        "Ngazidja Comorian",
        "Pitcairn-Norfolk",
        "Ndzwani Comorian",
        "xx",
    ]
