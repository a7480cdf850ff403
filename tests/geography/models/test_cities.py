"""Which state a city is listed under."""

import pytest

from apps.geography.models import City, Country, Subdivision
from tests.factories import CityFactory, CountryFactory, SubdivisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def country() -> Country:
    return CountryFactory(code="XA")


def state_of(city: City) -> int | None:
    return Subdivision.objects.filter(country=city.country).states_above().get(city.subdivision_id)


def test_a_city_of_a_lower_level_rolls_up_to_the_state(country: Country) -> None:
    state = SubdivisionFactory(country=country, code="XA-1")
    district = SubdivisionFactory(country=country, code="XA-2", parent=state, is_state=False)
    parish = SubdivisionFactory(country=country, code="XA-3", parent=district, is_state=False)
    assert [state_of(CityFactory(country=country, subdivision=each)) for each in (state, district, parish)] == [
        state.pk
    ] * 3


def test_the_nearest_state_wins(country: Country) -> None:
    region = SubdivisionFactory(country=country, code="XA-1")
    city_state = SubdivisionFactory(country=country, code="XA-2", parent=region)
    assert state_of(CityFactory(country=country, subdivision=city_state)) == city_state.pk


def test_a_city_above_the_states_or_without_subdivision_has_none(country: Country) -> None:
    island = SubdivisionFactory(country=country, code="XA-1", is_state=False)
    SubdivisionFactory(country=country, code="XA-2", parent=island)
    assert state_of(CityFactory(country=country, subdivision=island)) is None
    assert state_of(CityFactory(country=country)) is None


def test_a_state_is_one_of_the_states(country: Country) -> None:
    elsewhere = CountryFactory(code="XB")
    redirect = SubdivisionFactory(country=country, code="XA-1", redirect_country=elsewhere)
    withdrawn = SubdivisionFactory(country=country, code="XA-2", withdrawn_on="2026-01-01")
    current = SubdivisionFactory(country=country, code="XA-3")
    cities = [CityFactory(country=country, subdivision=each) for each in (redirect, withdrawn, current)]
    assert [state_of(city) for city in cities] == [None, None, current.pk]
    assert list(Subdivision.objects.states().filter(country=country)) == [current]
