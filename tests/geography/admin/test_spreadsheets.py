"""Corrections by CSV in the back office: empty cells edit nothing, and a mistake writes nothing."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.geography.models import City, Country, Subdivision
from apps.revisions import numbers

COUNTRIES = reverse("admin:geography_country_changelist")


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


def send(staff: Client, text: str | bytes, model: str = "country") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return staff.post(reverse(f"admin:geography_{model}_spreadsheet"), {"file": SimpleUploadedFile("a.csv", content)})


def names(code: str) -> dict[str, Any]:
    columns = ("name_en", "name", "name_fr", "name_de", "population")
    return Country.objects.filter(pk=code).rewrite(False).values(*columns).get()


def test_filled_cells_are_written_and_empty_ones_are_not(staff):
    before = names("PL")
    response = send(staff, "code,name_en,name_fr,population\nPL,Polska,,\nFR,,,7\n")
    assert response.status_code == 302
    assert names("PL") == before | {"name_en": "Polska", "name": "Polska"}
    assert names("FR")["population"] == 7
    history = staff.get(reverse("admin:geography_country_history", args=["FR"])).content.decode()
    assert "Changed by CSV: population." in history


def test_what_a_file_corrects_survives_the_next_import(staff):
    send(staff, "code,name_fr\nPL,Polska\n")
    call_command("import_countries", verbosity=0)
    assert names("PL")["name_fr"] == "Polska"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,population\nFR,1\nXX,1\n", "Line 3: XX: there is no such country."),
        ("code,population\nFR,1\nPL,many\n", "Line 3: PL, population:"),
        ("code,population\nFR,1\nPL,-1\n", "Line 3: PL, population:"),
        ("code,alpha3\nFR,FFF\nPL,DEU\n", "Line 3: stands in another row already"),
        ("code,population\nFR,1\nFR,2\n", "Line 3: FR: stands twice."),
        ("code,population\nFR,1\nPL\n", "Line 3: PL: 1 cells instead of 2."),
        ("code,population,upstream\nFR,1,x\n", "Line 1: there is nothing to correct in upstream."),
        ("code,population,constant_number\nFR,1,1\n", "Line 1: there is nothing to correct in constant_number."),
        ("population,code\n1,FR\n", "Line 1: the first column must be code"),
        ("code,population,population\nFR,1,1\n", "each may stand once"),
        (b"code,population\nFR,1\nPL,\xff\n", "This is not CSV in UTF-8"),
        ('code,population\nFR,1\nPL,"1', "This is not CSV in UTF-8"),
        ("\n", "Line 1: the first column must be code"),
    ],
    ids=str,
)
def test_a_mistake_is_reported_with_its_line_and_nothing_is_written(text, said, staff):
    number = numbers.current("data")
    before = names("FR")
    response = send(staff, text)
    assert response.status_code == 200
    assert any(said in mistake for mistake in response.context["wrong"]), response.context["wrong"]
    assert names("FR") == before
    assert numbers.current("data") == number


def test_an_exported_file_changes_nothing_when_it_comes_back(staff):
    chosen = {"action": "export", "_selected_action": ["DE", "PL", "CI"]}
    exported = staff.post(COUNTRIES, chosen).content
    rows = list(csv.DictReader(io.StringIO(exported.decode("utf-8-sig"))))
    assert [row["code"] for row in rows] == ["CI", "DE", "PL"]
    assert (rows[2]["name_en"], rows[2]["alpha3"]) == ("Poland", "POL")
    number = numbers.current("data")
    assert send(staff, exported).status_code == 302
    assert numbers.current("data") == number


def test_cities_and_subdivisions_are_corrected_too(staff):
    assert send(staff, "geonameid,name\n2950159,Börlin\n", "city").status_code == 302
    assert City.objects.get(geonameid=2950159).name == "Börlin"
    assert send(staff, "code,name_de\nUS-CA,Kali\n", "subdivision").status_code == 302
    assert Subdivision.objects.get(code="US-CA").name_de == "Kali"
    assert "there is no such city" in send(staff, "geonameid,name\nx,y\n", "city").context["wrong"][0]


def test_staff_need_the_permission_to_change(client, db):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_country"))
    client.force_login(viewer)
    assert "spreadsheet/" not in client.get(COUNTRIES).content.decode()
    assert send(client, "code,population\nFR,1\n").status_code == 403
    assert client.post(COUNTRIES, {"action": "export", "_selected_action": ["PL"]}).status_code == 200
    assert names("FR")["population"] != 1
