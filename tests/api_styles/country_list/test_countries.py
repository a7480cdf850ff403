"""What the list says of the real countries, states and cities."""

from collections import Counter
from typing import Any

import icu
import pytest

from apps.geography.models import City, Country, Subdivision
from apps.geography.names.languages import LANGUAGES, column
from tests.api_styles.country_list.conftest import Ask
from tests.golden import assert_golden


def only(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.content
    [country] = response.json()["data"]["countries"]
    return country


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


def cities_of(country: dict[str, Any], state: str) -> list[str]:
    return next(names(row["cities"]) for row in country["states"] if row["name"] == state)


@pytest.mark.parametrize("language", ["en", "de", "zh-Hans", "ar"])
@pytest.mark.parametrize("code", ["HK", "LU"])
def test_answers_as_the_golden_file_says(ask: Ask, code: str, language: str) -> None:
    assert_golden("country_list", f"{code}-{language}", ask(code, Accept_Language=language).json())


def test_the_example_of_the_source_document_comes_out(ask: Ask) -> None:
    country = only(ask("HK"))
    assert (country["code"], country["name"], len(country["states"])) == ("HK", "Hong Kong", 18)
    assert {"Central", "Sheung Wan"} <= set(cities_of(country, "Central and Western"))
    assert {"North Point", "Quarry Bay"} <= set(cities_of(country, "Eastern District"))


@pytest.mark.once
def test_every_country_is_answered_by_its_code_without_an_empty_name(ask: Ask) -> None:
    for code, name in Country.objects.current().values_list("code", "name_ar"):
        country = only(ask(code, Accept_Language="ar"))
        assert (country["code"], country["name"]) == (code, name)
        assert all(state["name"] and all(names(state["cities"])) for state in country["states"])


@pytest.mark.once
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_country_has_its_name_in_the_language_and_is_found_by_it(ask: Ask, language: str) -> None:
    """Two countries a language; every name of every country is looked up where names are indexed."""
    number = sorted(LANGUAGES).index(language)
    rows = Country.objects.current().order_by("code").values_list("code", column("name", language))
    for code, name in list(rows)[number::125]:
        country = only(ask(code, Accept_Language=language))
        assert country["name"].strip()
        if name:
            assert country["name"] == name
        response = ask(country["name"], Accept_Language=language)
        assert code in {row["code"] for row in response.json()["data"]["countries"]}


@pytest.mark.parametrize("code", ["US", "CN", "IN", "BR", "GB", "ID", "PH", "FR", "NL", "GI", "RU"])
def test_every_city_is_in_exactly_one_state_and_none_is_lost(ask: Ask, code: str) -> None:
    country = only(ask(code))
    expected: Counter[str] = Counter()
    seen = set()
    english = City.objects.current().filter(country=code).labelled(["en"])
    above = Subdivision.objects.filter(country=code).states_above()
    for subdivision, name in english.values_list("subdivision_id", "label"):
        state = above.get(subdivision)
        if (state, name) not in seen:
            seen.add((state, name))
            expected[name] += 1
    assert Counter(name for state in country["states"] for name in names(state["cities"])) == expected
    assert sum(expected.values()) > 0


@pytest.mark.parametrize("code", ["US", "CN", "IN", "BR", "GB", "ID", "PH", "FR", "NL", "GI", "RU", "HK", "KN"])
def test_the_states_are_those_that_people_call_so(ask: Ask, code: str) -> None:
    country = only(ask(code))
    states = Counter(Subdivision.objects.states().filter(country=code).values_list("name_en", flat=True))
    listed = Counter(names(country["states"]))
    # Besides them only cities without a state, last, under the name of the country.
    assert +(listed - states) in (Counter(), Counter([country["name"]]))
    assert not states - listed
    if listed != states:
        assert country["states"][-1]["name"] == country["name"]
        assert country["states"][-1]["cities"]


def test_an_american_state_is_not_puerto_rico(ask: Ask) -> None:
    states = names(only(ask("US"))["states"])
    assert "California" in states
    assert "Puerto Rico" not in states
    assert len(states) == len(set(states)) >= 51


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("ID", "West Java"),
        ("PH", "Cebu"),
        ("GQ", "Litoral"),
        ("CV", "Praia"),
        ("KN", "Saint Mary Cayon"),
        ("DO", "Azua"),
    ],
)
def test_states_are_of_the_second_level_where_the_first_is_islands_or_regions(ask: Ask, code: str, state: str) -> None:
    assert state in names(only(ask(code))["states"])


@pytest.mark.parametrize("language", ["sv", "cs", "de", "pl", "es", "ja", "zh-hans", "ar"])
@pytest.mark.parametrize("code", ["SE", "CN", "JP"])
def test_states_and_cities_come_in_the_order_of_icu(ask: Ask, code: str, language: str) -> None:
    country = only(ask(code, Accept_Language=language))
    collator = icu.Collator.createInstance(icu.Locale(language.replace("-hans", "_Hans")))
    states = names(country["states"])
    if states[-1] == country["name"]:
        states = states[:-1]
    assert states == sorted(states, key=collator.getSortKey)
    for state in country["states"]:
        cities = names(state["cities"])
        assert cities == sorted(cities, key=collator.getSortKey)
        assert len(cities) == len(set(cities))
