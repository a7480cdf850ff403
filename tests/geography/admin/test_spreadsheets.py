"""Corrections by CSV in the back office: empty cells edit nothing, and a mistake writes nothing."""

import csv
import io
from pathlib import Path
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
        ("\n;;\nsep=;\npopulation;code\n1;FR\n", "Line 4: the first column must be code"),
        ("\n\ncode,upstream\nFR,x\n", "Line 3: there is nothing to correct in upstream."),
        ("code,population,population\nFR,1,1\n", "each may stand once"),
        (b"code,population\nFR,1\nPL,\xff\n", "The file cannot be read: line 3"),
        ('code,population\nFR,1\nPL,"1', "The file cannot be read: line 3"),
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
    exported = staff.post(COUNTRIES, chosen).getvalue()
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


SHEETS = Path(__file__).parent / "sheets"


@pytest.mark.parametrize("path", sorted(SHEETS.iterdir()), ids=lambda path: path.name)
def test_what_libreoffice_and_openpyxl_save_is_read(path: Path, staff: Client) -> None:
    """They wrote out three countries, of which one name begins like a formula, and one cell was corrected."""
    before = Country.objects.filter(pk__in=["AQ", "CI"]).values_list("iso_name", "calling_code", "is_independent")
    before = set(before)
    response = staff.post(
        reverse("admin:geography_country_spreadsheet"), {"file": SimpleUploadedFile(path.name, path.read_bytes())}
    )
    assert response.status_code == 302, response.context["wrong"]
    assert names("PL")["name_de"] == "Polen!"
    assert Country.objects.get(pk="CI").name_de == "=Côte d’Ivoire"
    stored = Country.objects.filter(pk__in=["AQ", "CI"]).values_list("iso_name", "calling_code", "is_independent")
    assert set(stored) == before


def test_a_cell_that_would_run_leaves_as_text_and_comes_back_as_it_was(staff: Client) -> None:
    for code, name in {"DE": "=1+1", "PL": "+48", "FR": "-1", "IT": "@SUM(A1)", "ES": "'=x"}.items():
        Country.objects.filter(pk=code).rewrite(False).update(capital=name)
    chosen = {"action": "export", "_selected_action": ["DE", "PL", "FR", "IT", "ES"]}
    exported = staff.post(COUNTRIES, chosen).getvalue()
    cells = {row["code"]: row["capital"] for row in csv.DictReader(io.StringIO(exported.decode("utf-8-sig")))}
    assert cells == {"DE": "'=1+1", "PL": "'+48", "FR": "'-1", "IT": "'@SUM(A1)", "ES": "''=x"}
    number = numbers.current("data")
    assert send(staff, exported).status_code == 302
    assert numbers.current("data") == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code;calling_code\nPL;+48\n", "Line 2: PL, calling_code: it cannot be '+48'; give the digits"),
        ("code;calling_code\nPL;48.0\n", "Line 2: PL, calling_code: it cannot be '48.0'; give the digits"),
        ("code,alpha3\nPL,pol\n", "Line 2: PL, alpha3: it cannot be 'pol'; give the three capital letters"),
        ("code,numeric\nPL,70000\n", "Line 2: PL, numeric: it cannot be 70000; give a whole number from 0 to 32767"),
        (f"code,population\nPL,{2**70}\n", "Line 2: PL, population: it cannot be 1180591620717411303424"),
        ("code,name_de\nPL,Po\0len\n", "Line 2: PL, name_de: it cannot be 'Po\\x00len'; take out the NUL"),
        ("code,name_de\nPL,Po\u202elen\n", "it cannot be 'Po\\u202elen'; take out a character that turns"),
        ("code,name_de\nPL,#REF!\n", "Line 2: PL, name_de: it cannot be '#REF!'; give the name that a spreadsheet"),
        ("code,capital\nPL,2026-03-01\n", "Line 2: PL, capital: it cannot be '2026-03-01'; give the name that"),
        ("code,area_km2\nPL,nan\n", "Line 2: PL, area_km2: it cannot be nan; give a number"),
        ("code,is_independent\nPL,maybe\n", "Line 2: PL, is_independent: it cannot be 'maybe'; give true or false"),
        ("code,name_de\nP\0L,Polen\n", "Line 2: 'P\\x00L': there is no such country."),
        ("code,na\0me\nPL,Polen\n", "Line 1: there is nothing to correct in 'na\\x00me'."),
    ],
    ids=ascii,
)
def test_a_spreadsheet_keeps_to_the_rules_of_rows(text: str, said: str, staff: Client) -> None:
    before = names("PL")
    mistakes = send(staff, text).context["wrong"]
    assert said in mistakes[0]
    assert names("PL") == before


def test_a_citys_place_and_zone_keep_to_the_rules(staff: Client) -> None:
    for cells in ("latitude\n2950159,95\n", "longitude\n2950159,-181\n", "time_zone\n2950159,Mars/Olympus\n"):
        assert "2950159" in send(staff, f"geonameid,{cells}", "city").context["wrong"][0]
    assert City.objects.get(pk=2950159).latitude < 90


def test_a_body_that_is_too_large_is_refused_before_it_is_read(staff: Client) -> None:
    class Unread:
        def read(self, *size: int) -> bytes:
            raise AssertionError("it was read")

        readline = read

    url = reverse("admin:geography_country_spreadsheet")
    response = staff.generic("POST", url, **{"CONTENT_LENGTH": str(200 << 20), "wsgi.input": Unread()})
    assert response.status_code == 413
    assert "A file may have 10 MB" in response.content.decode()


def test_a_file_that_is_too_large_is_refused(staff: Client) -> None:
    content = b"code,name_de\n" + b"PL," + b"a" * (10 << 20) + b"\n"
    page = send(staff, content)
    assert "A file may have 10 MB" in page.content.decode()
