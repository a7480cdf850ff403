"""Staff move cities to another subdivision: asked first, by the rules of a city, and undone by one click."""

import re
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.urls import reverse

from apps.geography.models import City, Subdivision

CITIES = reverse("admin:geography_city_changelist")


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def cities(db: None) -> list[City]:
    return list(City.objects.filter(subdivision__code="DE-BY").order_by("pk")[:3])


def move(staff: Client, cities: list[City], to: str = "", **more: Any) -> Any:
    sent = {"action": "move", "_selected_action": [city.pk for city in cities], **more}
    if to:
        sent |= {"confirmed": "yes", "subdivision": Subdivision.objects.get(code=to).pk}
    return staff.post(CITIES, sent, follow=True)


def lie_in(cities: list[City]) -> set[str]:
    return set(City.objects.filter(pk__in=[each.pk for each in cities]).values_list("subdivision__code", flat=True))


def test_moving_asks_with_a_box_that_suggests_and_writes_nothing(staff, cities):
    page = move(staff, cities).content.decode()
    assert "Move 3 cities to which subdivision?" in page
    assert 'name="subdivision"' in page
    assert "autocomplete.js" in page
    assert lie_in(cities) == {"DE-BY"}


def test_cities_are_moved_and_brought_back_by_one_click(staff, cities):
    response = move(staff, cities, "DE-HE")
    assert "3 cities moved to Hesse (DE-HE)." in response.content.decode()
    assert lie_in(cities) == {"DE-HE"}
    assert LogEntry.objects.count() == 3
    staff.post(re.findall(r'formaction="([^"]+)"', response.content.decode())[0])
    assert lie_in(cities) == {"DE-BY"}


@pytest.mark.parametrize("sent", [{}, {"subdivision": "abc"}, {"subdivision": "0"}])
def test_an_answer_without_a_subdivision_is_asked_again(sent, staff, cities):
    assert "errorlist" in move(staff, cities, confirmed="yes", **sent).content.decode()
    assert lie_in(cities) == {"DE-BY"}


def test_none_is_moved_where_one_is_of_another_country(staff, cities):
    warsaw = City.objects.get(pk=756135)
    page = move(staff, [*cities, warsaw], "DE-HE").content.decode()
    assert "Warsaw: choose one of the country PL: this one is of DE." in page
    assert lie_in(cities) == {"DE-BY"}
