"""Staff find places in any language and without its accents, the place that is meant first."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.geography.models import City
from apps.geography.models.search import Kind
from apps.geography.search.find import find, ranked


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


def listed(staff: Client, model: str, text: str, **query: str) -> list[str]:
    page = staff.get(reverse(f"admin:geography_{model}_changelist"), {"q": text, **query})
    return [str(row) for row in page.context["cl"].result_list]


def suggested(staff: Client, model: str, field: str, text: str) -> list[str]:
    asked = {"app_label": "geography", "model_name": model, "field_name": field, "term": text}
    return [choice["text"] for choice in staff.get(reverse("admin:autocomplete"), asked).json()["results"]]


CITIES = {
    "lodz": "Łódź",
    "munchen": "Munich",
    "muenchen": "Munich",
    "tokyo": "Tokyo",
    "東京": "Tokyo",
    "باريس": "Paris",
}


@pytest.mark.parametrize(("text", "name"), CITIES.items())
def test_a_city_is_found_first(text, name, staff):
    assert listed(staff, "city", text)[0] == name


@pytest.mark.parametrize("text", ["Polska", "波兰", "بولندا", "polen", "PL", "poland"])
def test_a_country_is_found_first_in_lists_and_suggestions(text, staff, tenant):
    assert listed(staff, "country", text)[0] == "Poland (PL)"
    assert listed(staff, "tenantcountry", text)[0] == "Poland (PL) of acme"
    assert suggested(staff, "city", "country", text)[0] == "Poland (PL)"


@pytest.mark.parametrize("text", ["bayern", "Bavière", "DE-BY", "バイエルン"])
def test_a_subdivision_is_found_first_in_lists_and_suggestions(text, staff):
    assert "DE-BY" in listed(staff, "subdivision", text)[0]
    assert "DE-BY" in suggested(staff, "city", "subdivision", text)[0]


def test_a_hidden_city_is_still_found(staff):
    City.objects.filter(geonameid=2950159).update(withdrawn_on="2026-01-01")
    assert "Berlin" in listed(staff, "city", "berlin", country="DE")


def test_a_city_is_found_by_its_number_and_by_the_middle_of_its_name(staff):
    assert listed(staff, "city", "2950159") == ["Berlin"]
    assert listed(staff, "city", '"ünche"') != []


def test_a_column_that_is_clicked_sorts_what_is_found(staff):
    names = listed(staff, "city", "san", o="1")
    assert names == sorted(names)
    assert names


@pytest.mark.parametrize(("text", "most"), [("lodz", 12), ("warszwa", 15)])
def test_a_search_takes_a_handful_of_queries_and_three_more_for_typing_errors(
    text, most, staff, django_assert_max_num_queries
):
    # Session, user, the countries of the filter, the search of places, two counts and the rows.
    listed(staff, "city", "paris")
    with django_assert_max_num_queries(most) as queries:
        assert listed(staff, "city", text)
    assert not any("name_sv" in query["sql"] for query in queries.captured_queries), "loads all translations"


@pytest.mark.parametrize("text", ["zzzzzqqq", "münchen, bayern", "springfield illinois"])
def test_lists_find_what_callers_find(text, staff):
    found = [(each.kind, each.id) for each in find(text, kinds=[Kind.CITY], limit=200)]
    assert set(ranked(text, kinds=[Kind.CITY], limit=200)) <= set(found)
