"""Staff merge cities: asked which one stays, kept by imports, found by the old ids, and undone by one click."""

import re
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.geography.models import City, CityName
from apps.geography.search.find import find
from apps.geography.search.nearest import nearest_cities
from apps.imports.giveback import give_back
from tests.factories import CityFactory, CountryFactory
from tests.geography.sources.cities.test_geonames import city as line
from tests.geography.sources.cities.test_geonames import write

CITIES = reverse("admin:geography_city_changelist")
BIG, SMALL, TINY = 990001, 990002, 990003
SAID = {"subdivision": None, "latitude": 1.5, "longitude": 2.5}


@pytest.fixture
def cities(db: None) -> list[int]:
    """Three cities of one country; upstream knows all."""
    CountryFactory(code="XA")
    for pk, name, population in ((BIG, "Borda", 900), (SMALL, "Bordha", 300), (TINY, "Bordium", 30)):
        CityFactory(
            pk=pk, name=name, country_id="XA", population=population, upstream={"name": name, "spellings": []}, **SAID
        )
    CityName.objects.create(city_id=BIG, language="de", name="Borden", upstream={})
    CityName.objects.create(city_id=SMALL, language="de", name="Bordau", upstream={})
    CityName.objects.create(city_id=SMALL, language="fr", name="Bordes", upstream={})
    City.objects.filter(pk=TINY).update(spellings=["Bordo", "Borda"])
    return [BIG, SMALL, TINY]


def merge(staff: Client, cities: list[int], into: Any = None, **more: Any) -> Any:
    sent = {"action": "merge", "_selected_action": cities, **more}
    if into is not None:
        sent |= {"confirmed": "yes", "into": into}
    return staff.post(CITIES, sent, follow=True)


def state() -> list[Any]:
    names = CityName.objects.filter(city=BIG, withdrawn_on=None).order_by("language")
    return [
        *City.objects.filter(country="XA").order_by("pk").values_list("pk", "merged_into", "spellings"),
        dict(names.values_list("language", "name")),
    ]


def shown() -> set[int]:
    return set(City.objects.current().filter(country="XA").values_list("pk", flat=True))


def test_merging_asks_side_by_side_and_writes_nothing(admin_client, cities):
    before = state()
    page = merge(admin_client, cities).content.decode()
    assert "Merge 3 cities into one?" in page
    assert all(f'name="into" value="{pk}"' in page for pk in cities)
    assert "Bordes</span> (fr)" in page
    assert "errorlist" in merge(admin_client, cities, "").content.decode()
    assert "errorlist" in merge(admin_client, cities, 2867714).content.decode()
    assert (state(), LogEntry.objects.count()) == (before, 0)


def test_the_one_that_stays_gets_what_it_lacks_and_one_click_undoes_it(admin_client, cities):
    before = state()
    response = merge(admin_client, cities, BIG)
    assert f"2 cities merged into Borda ({BIG})." in response.content.decode()
    assert shown() == {BIG}
    merged = [
        (BIG, None, ["Bordha", "Bordium", "Bordau", "Bordo"]),
        (SMALL, BIG, []),
        (TINY, BIG, ["Bordo", "Borda"]),
        {"de": "Borden", "fr": "Bordes"},
    ]
    assert state() == merged
    assert LogEntry.objects.count() == 3
    admin_client.post(re.findall(r'formaction="([^"]+)"', response.content.decode())[0])
    assert (state(), shown()) == (before, set(cities))
    merge(admin_client, cities, BIG)
    assert state() == merged


def test_callers_find_it_by_the_names_of_the_others(admin_client, cities):
    merge(admin_client, cities, BIG)
    assert {each.id for each in find("Bordium", countries=["XA"])} == {str(BIG)}
    assert {each.id for each in find("Bordes", countries=["XA"])} == {str(BIG)}
    nearest = nearest_cities(1.5, 2.5, languages=["en"], limit=2)
    assert [(found.id, km) for found, km in nearest if km < 1] == [(str(BIG), 0.0)]


def test_the_old_id_leads_to_it_in_the_back_office(admin_client, cities):
    merge(admin_client, cities, BIG)
    box = admin_client.get(reverse("places"), {"q": str(SMALL)}).content.decode()
    page = reverse("admin:geography_city_change", args=[BIG])
    assert page in box
    assert reverse("admin:geography_city_change", args=[SMALL]) not in box
    assert f"Bordha ({SMALL})" in admin_client.get(page).content.decode()
    old = admin_client.get(reverse("admin:geography_city_change", args=[SMALL])).content.decode()
    assert f'<a href="{page}">Borda ({BIG})</a>' in old


def test_an_import_neither_brings_them_back_nor_takes_the_names(admin_client, cities, tmp_path: Path):
    merge(admin_client, cities, BIG)
    merged = state()
    names = ((BIG, "Borda"), (SMALL, "Bordha"), (TINY, "Bordium"))
    whole = write(tmp_path / "XA.txt", *(line(geonameid=pk, name=name) for pk, name in names))
    less = write(tmp_path / "less.txt", line(geonameid=BIG, name="Borda"))
    for source in (whole, less, whole):
        call_command("import_cities", geonames=source, verbosity=0, force=True)
        assert shown() == {BIG}
    assert [row[:2] for row in state()[:3]] == [row[:2] for row in merged[:3]]
    assert state()[0][2] == merged[0][2]
    assert state()[3]["fr"] == "Bordes"


def test_neither_show_nor_give_back_nor_a_spreadsheet_undoes_it(admin_client, cities):
    merge(admin_client, cities, BIG)
    admin_client.post(CITIES, {"action": "show", "_selected_action": [SMALL], "confirmed": "yes"})
    give_back(City.objects.filter(pk__in=[SMALL, TINY]))
    assert shown() == {BIG}
    sheet = SimpleUploadedFile("cities.csv", f"geonameid,population\n{SMALL},5\n".encode())
    page = admin_client.post(reverse("admin:geography_city_spreadsheet"), {"file": sheet}).content.decode()
    assert f"{SMALL}: it is merged into Borda; correct {BIG}." in page


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([], "Choose 2 to 20 cities to merge"),
        ([2867714], "Choose cities of one country: these are of DE, XA."),
        ([TINY], f"Bordium ({TINY}) is hidden: show it in the lists first"),
    ],
)
def test_bad_choices_are_refused_in_a_sentence(others, said, admin_client, cities):
    City.objects.filter(pk=TINY).update(withdrawn_on="2026-01-01")
    page = merge(admin_client, [BIG, *others], BIG).content.decode()
    assert said in page
    assert not City.objects.exclude(merged_into=None).exists()


def test_chains_and_loops_are_refused(admin_client, cities):
    merge(admin_client, [SMALL, TINY], SMALL)
    assert f"Bordium ({TINY}) is merged into {SMALL} already" in merge(admin_client, [BIG, TINY], TINY).content.decode()
    page = merge(admin_client, [BIG, SMALL], BIG).content.decode()
    assert f"Bordium ({TINY}) is merged into Bordha already: let Bordha stay." in page
    assert shown() == {BIG, SMALL}
    merge(admin_client, [BIG, SMALL], SMALL)
    assert shown() == {SMALL}


def test_asking_takes_as_many_queries_for_three_as_for_two(admin_client, cities):
    def queries(keys: list[int]) -> int:
        with CaptureQueriesContext(connection) as done:
            admin_client.post(CITIES, {"action": "merge", "_selected_action": keys})
        return len(done)

    merge(admin_client, cities)
    assert queries(cities) == queries(cities[:2]) <= 13
