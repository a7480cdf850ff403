"""States with their cities, of an invented country."""

from typing import Any

import pytest

from apps.geography import states
from apps.geography.models import Country, TenantSubdivision
from apps.geography.names.languages import fallbacks
from apps.tenants.models import Tenant
from tests.factories import CityFactory, CountryFactory, SubdivisionFactory

Listed = list[tuple[str, list[str]]]


@pytest.fixture
def country(db: None) -> Country:
    return CountryFactory(code="XQ", name_en="Quuxland")


def listed(tenant: Tenant, language: str = "en") -> Listed:
    return list(states.with_cities("XQ", "Quuxland", fallbacks(language), tenant))


def state(country: Country, name: str, **fields: Any) -> Any:
    return SubdivisionFactory(country=country, code=f"XQ-{name}", name_en=name, **fields)


def test_states_and_cities_are_sorted_as_their_readers_sort(tenant: Tenant, country: Country) -> None:
    for name in ("Zeta", "Österby", "Alfa"):
        state(country, name)
    alfa = country.subdivisions.get(code="XQ-Alfa")
    for name in ("Örby", "Zby", "Aby"):
        CityFactory(country=country, subdivision=alfa, name=name)
    assert listed(tenant, "sv") == [("Alfa", ["Aby", "Zby", "Örby"]), ("Zeta", []), ("Österby", [])]
    assert listed(tenant, "de") == [("Alfa", ["Aby", "Örby", "Zby"]), ("Österby", []), ("Zeta", [])]


def test_cities_of_lower_levels_roll_up_to_their_state(tenant: Tenant, country: Country) -> None:
    top = state(country, "Top")
    county = state(country, "County", parent=top, is_state=False)
    parish = state(country, "Parish", parent=county, is_state=False)
    for number, place in enumerate((top, county, parish)):
        CityFactory(country=country, subdivision=place, name=f"City {number}")
    assert listed(tenant) == [("Top", ["City 0", "City 1", "City 2"])]


def test_a_level_above_states_is_not_listed(tenant: Tenant, country: Country) -> None:
    island = state(country, "Island", is_state=False)
    CityFactory(country=country, subdivision=state(country, "State", parent=island), name="Inside")
    CityFactory(country=country, subdivision=island, name="Somewhere")
    assert listed(tenant) == [("State", ["Inside"]), ("Quuxland", ["Somewhere"])]


def test_a_name_stands_once_in_a_state(tenant: Tenant, country: Country) -> None:
    north, south = state(country, "North"), state(country, "South")
    for place in (north, north, south):
        CityFactory(country=country, subdivision=place, name="Springfield")
    assert listed(tenant) == [("North", ["Springfield"]), ("South", ["Springfield"])]


def test_cities_without_a_state_come_last_under_the_name_of_the_country(tenant: Tenant, country: Country) -> None:
    state(country, "Zeta")
    CityFactory(country=country, name="Nowhere")
    assert listed(tenant) == [("Zeta", []), ("Quuxland", ["Nowhere"])]


def test_a_country_without_states_and_cities_has_none(tenant: Tenant, country: Country) -> None:
    assert listed(tenant) == []


def test_a_state_that_is_a_country_of_its_own_is_not_listed(tenant: Tenant, country: Country) -> None:
    state(country, "Colony", redirect_country=Country.objects.get(code="PR"))
    assert listed(tenant) == []


def test_withdrawn_states_and_cities_are_not_listed(tenant: Tenant, country: Country) -> None:
    here = state(country, "Here")
    state(country, "Gone", withdrawn_on="2026-11-21")
    CityFactory(country=country, subdivision=here, withdrawn_on="2026-11-21")
    assert listed(tenant) == [("Here", [])]


def test_a_state_that_the_tenant_hides_takes_its_cities_along(tenant: Tenant, country: Country) -> None:
    hidden = state(country, "Hidden")
    CityFactory(country=country, subdivision=hidden)
    TenantSubdivision.objects.create(tenant=tenant, subdivision=hidden, active=False)
    assert listed(tenant) == []


def test_names_come_in_the_language_then_in_english_then_as_they_are(tenant: Tenant, country: Country) -> None:
    here = state(country, "Here", name_de="Hier")
    state(country, "There")
    named = CityFactory(country=country, subdivision=here, name="Own")
    named.names.create(language="en", name="English")
    named.names.create(language="de", name="Deutsch")
    english = CityFactory(country=country, subdivision=here, name="Own 2")
    english.names.create(language="en", name="English 2")
    CityFactory(country=country, subdivision=here, name="Own 3")
    assert listed(tenant, "de") == [("Hier", ["Deutsch", "English 2", "Own 3"]), ("There", [])]
    assert listed(tenant, "fr") == [("Here", ["English", "English 2", "Own 3"]), ("There", [])]
    named.names.filter(language="de").update(withdrawn_on="2026-11-21")
    assert listed(tenant, "de")[0] == ("Hier", ["English", "English 2", "Own 3"])


def test_three_queries(tenant: Tenant, country: Country, django_assert_num_queries: Any) -> None:
    for number in range(3):
        CityFactory(country=country, subdivision=state(country, f"State {number}"))
    with django_assert_num_queries(3):  # which state each subdivision is in, cities, states
        assert len(listed(tenant)) == 3
