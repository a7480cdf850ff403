"""One box on every page finds countries, subdivisions and cities, as far as the user may see them."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from apps.geography.models import Subdivision

pytestmark = pytest.mark.django_db

PLACES = reverse("places")
BAVARIA = "DE-BY"


def found(client: Client, text: str) -> list[str]:
    return [f"{kind}: {row}" for row, _, kind in client.get(PLACES, {"q": text}).context["found"]]


def member(client: Client, role: str) -> Client:
    user = User.objects.create_user("someone", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("polska", "country: Poland (PL)"),
        ("bayern", "subdivision: Bavaria (DE-BY)"),
        ("muenchen", "city: Munich"),
        ("2950159", "city: Berlin"),
    ],
)
def test_a_place_of_any_kind_is_found_first(text, first, admin_client):
    assert found(admin_client, text)[0] == first


@pytest.mark.parametrize("text", ["", "  ", "\0", "-", "9" * 18, "9" * 30, "zzzzqqqq"])
def test_what_is_no_place_finds_none(text, admin_client):
    assert found(admin_client, text) == []


def test_a_place_leads_to_its_page(admin_client):
    page = reverse("admin:geography_subdivision_change", args=[Subdivision.objects.get(code=BAVARIA).pk])
    assert f'<a href="{page}">' in admin_client.get(PLACES, {"q": "bayern"}).content.decode()


def test_the_box_is_on_every_page_and_takes_a_dozen_queries(admin_client, django_assert_max_num_queries):
    assert f'action="{PLACES}"' in admin_client.get(reverse("admin:tenants_plan_changelist")).content.decode()
    with django_assert_max_num_queries(12):
        assert found(admin_client, "paris")


def test_who_may_see_no_place_finds_none(client):
    assert found(member(client, "Key manager"), "paris") == []


def test_a_visitor_is_asked_to_log_in(client):
    assert client.get(PLACES, {"q": "paris"}).status_code == 302
