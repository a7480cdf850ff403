"""Staff find places in any language and without its accents, the place that is meant first."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.geography.models import City
from apps.geography.models.search import Kind
from apps.geography.names.collation import sort_key
from apps.geography.search.find import find, ranked


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


def listed(staff: Client, model: str, text: str, **query: str) -> list[str]:
    page = staff.get(reverse(f"admin:geography_{model}_changelist"), {"q": text, **query})
    return [str(row) for row in page.context["cl"].result_list]


def suggested(staff: Client, model: str, field: str, text: str, **query: str) -> list[str]:
    asked = {"app_label": "geography", "model_name": model, "field_name": field, "term": text, **query}
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
    assert names == sorted(names, key=sort_key("en"))
    assert names


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ("city", "lodz"),
        ("city", "warszwa"),
        ("city", "springfield, il"),
        ("country", "paris"),
        ("tenantcountry", "paris"),
    ],
)
def test_a_search_takes_a_dozen_queries_typing_errors_or_not(model, text, staff, tenant, django_assert_max_num_queries):
    # Session, user, what the filters offer, the search of places, and the rows.
    listed(staff, model, "paris")
    with django_assert_max_num_queries(12) as queries:
        listed(staff, model, text)
    assert not any("name_sv" in query["sql"] for query in queries.captured_queries), "loads all translations"


def test_a_search_of_one_page_is_not_counted_and_one_of_more_is(staff, django_assert_max_num_queries):
    def page(text: str, **query: str) -> Any:
        return staff.get(reverse("admin:geography_city_changelist"), {"q": text, **query}).context["cl"]

    one, more = page("münchen"), page("san")
    assert (one.result_count, one.multi_page) == (len(one.result_list), False)
    assert more.result_count > len(more.result_list) == more.list_per_page
    assert len(page("san", p="2").result_list) > 0


@pytest.mark.parametrize("model", ["city", "subdivision"])
def test_a_form_tells_its_box_where_the_country_stands(model, staff):
    page = staff.get(reverse(f"admin:geography_{model}_add")).content.decode()
    assert page.count('data-country-field="country"') == 1
    assert 'name="country"' in page
    assert page.index("same_country.js") < page.index("labels.js")


def test_suggestions_stay_in_the_country_of_the_form(staff):
    assert "Brandenburg (DE-BB)" in suggested(staff, "city", "subdivision", "brandenburg", country="DE")
    assert suggested(staff, "city", "subdivision", "brandenburg", country="PL") == []
    assert {code[-6:-4] for code in suggested(staff, "city", "subdivision", "", country="PL")} == {"PL"}


@pytest.mark.parametrize("text", ["zzzzzqqq", "münchen, bayern", "springfield illinois"])
def test_lists_find_what_callers_find(text, staff):
    found = [(each.kind, each.id) for each in find(text, kinds=[Kind.CITY], limit=200)]
    assert set(ranked(text, kinds=[Kind.CITY], limit=200)) <= set(found)
