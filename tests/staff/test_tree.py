"""The places as a tree: a branch at a time, as links without scripts, with numbers that lead to their lists."""

from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from apps.geography.models import City, Subdivision
from tests.factories import CityFactory, CountryFactory, SubdivisionFactory

TREE = reverse("places_tree")


@pytest.fixture
def land(db: None) -> dict[str, Any]:
    """A country of two levels: a state with a district, three cities, one of them in no subdivision."""
    CountryFactory(code="XA", name_en="Xanadu")
    state = SubdivisionFactory(country_id="XA", code="XA-1", name_en="Upper Xanadu")
    district = SubdivisionFactory(country_id="XA", code="XA-2", name_en="Alph", parent=state)
    for pk, name, subdivision in ((991, "Dome", state), (992, "Cavern", district), (993, "Sea", None)):
        CityFactory(pk=pk, name=name, country_id="XA", subdivision=subdivision)
    return {"state": state, "district": district}


def lines(branch: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {line["node"].name: line for line in branch["lines"]}


def test_a_closed_tree_has_every_country_with_numbers_that_lead_to_lists(admin_client, land):
    page = admin_client.get(TREE)
    line = lines(page.context["branch"])["Xanadu"]
    assert [said for _, said in line["lists"]] == ["2 subdivisions", "3 cities"]
    assert line["branch"] is None
    for (address, _), count in zip(line["lists"], (2, 3), strict=True):
        assert admin_client.get(address).context["cl"].result_count == count
    assert f'href="{TREE}?at=XA#XA" aria-expanded="false"' in page.content.decode()


def test_a_branch_opens_by_a_link_and_its_numbers_lead_to_lists(admin_client, land):
    page = admin_client.get(TREE, {"at": "XA"})
    below = lines(lines(page.context["branch"])["Xanadu"]["branch"])
    assert list(below) == ["Upper Xanadu", "Sea"]
    state = below["Upper Xanadu"]
    assert [said for _, said in state["lists"]] == ["1 subdivision", "2 cities"]
    for (address, _), count in zip(state["lists"], (1, 2), strict=True):
        assert admin_client.get(address).context["cl"].result_count == count
    assert state["address"] == reverse("admin:geography_subdivision_change", args=[land["state"].pk])


def test_what_a_script_fetches_is_the_branch_alone(admin_client, land):
    answer = admin_client.get(TREE, {"branch": "XA-1"})
    assert list(lines(answer.context["branch"])) == ["Alph", "Dome"]
    text = unescape(answer.content.decode())
    assert text.strip().startswith("<ul>")
    assert "<html" not in text


@pytest.mark.parametrize(("kind", "key"), [("country", "XA"), ("subdivision", "XA-2"), ("city", "992")])
def test_the_page_of_a_place_leads_to_where_it_stands_in_the_tree(kind, key, admin_client, land):
    model = {"subdivision": Subdivision, "city": City}.get(kind)
    pk = model.objects.get(**{"code" if kind == "subdivision" else "pk": key}).pk if model else key
    asked = f"{'city' if kind == 'city' else 'at'}={key}"
    page = admin_client.get(reverse(f"admin:geography_{kind}_change", args=[pk])).content.decode()
    assert f'href="{TREE}?{asked}"' in page
    tree = admin_client.get(f"{TREE}?{asked}").content.decode()
    assert f'id="{key}" class="asked"' in tree


def test_a_small_city_is_shown_where_it_lies_and_a_list_has_all(admin_client, land):
    City.objects.bulk_create(
        City(pk=10**9 + number, name=f"C{number}", country_id="XA", subdivision=land["state"], population=9)
        for number in range(60)
    )
    page = admin_client.get(TREE, {"city": 991})
    state = lines(lines(page.context["branch"])["Xanadu"]["branch"])["Upper Xanadu"]["branch"]
    assert len(state["lines"]) == 1 + 50 + 1
    assert admin_client.get(state["more"]).context["cl"].result_count == 62


def test_cities_in_no_subdivision_have_a_list(admin_client, land):
    listed = admin_client.get(reverse("admin:geography_city_changelist"), {"country": "XA", "within": "-"})
    assert [city.name for city in listed.context["cl"].result_list] == ["Sea"]


@pytest.mark.parametrize(
    "asked", ["at=XQ", "at=DE-QQ", "at=%00%00", "city=x", "city=-", "city=99999999999999", "branch=Q"]
)
def test_what_is_no_place_is_said_so(asked, admin_client):
    answer = admin_client.get(f"{TREE}?{asked}")
    assert answer.status_code == 404
    assert "branch" in asked or "There is no such place." in answer.content.decode()


@pytest.mark.parametrize("asked", [{}, {"at": "DE"}, {"at": "US-CA"}, {"city": 2950159}, {"branch": "DE-BY"}])
def test_it_takes_a_dozen_queries_at_most(asked, admin_client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert admin_client.get(TREE, asked).status_code == 200


def test_it_shows_what_one_may_see_and_is_refused_to_who_sees_no_places(client, land):
    somebody = User.objects.create_user("somebody", is_staff=True)
    client.force_login(somebody)
    assert client.get(TREE).status_code == 403
    somebody.user_permissions.add(Permission.objects.get(codename="view_country"))
    page = client.get(TREE, {"at": "XA"})
    assert lines(page.context["branch"])["Xanadu"]["lists"] == []
    assert "Upper Xanadu" not in page.content.decode()
    assert Client().get(TREE).status_code == 302


@pytest.mark.parametrize(("role", "status"), [("Viewer", 200), ("Translator", 200), ("Key manager", 403)])
def test_roles_open_it_as_they_see_places(role, status, client, db):
    somebody = User.objects.create_user("somebody", is_staff=True)
    somebody.groups.add(Group.objects.get(name=role))
    client.force_login(somebody)
    assert client.get(TREE).status_code == status
