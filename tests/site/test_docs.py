import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.site.reading import addresses, leads_somewhere
from tests.test_architecture import STYLES


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_style_has_a_reference_with_its_files(client, style):
    response = client.get(f"/docs/{style}")
    assert response.status_code == 200
    page = response.content.decode()
    assert f'data-description="/openapi/{style}.json"' in page
    assert {f"/openapi/{style}.yaml", f"/openapi/{style}.json"} <= addresses(page)
    assert {f"/docs/{other}" for other in STYLES} <= addresses(page)
    assert f'<a href="/docs/{style}" aria-current="page">' in page


def test_without_a_style_the_reference_begins_with_one(client):
    page = client.get("/docs").content.decode()
    assert re.search(r'data-description="/openapi/\w+\.json"', page)


@pytest.mark.parametrize("path", ["/docs", "/docs/data"])
@pytest.mark.django_db
def test_a_page_runs_nothing_but_files_of_this_server(client, django_assert_num_queries, path):
    with django_assert_num_queries(0):
        response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not response.cookies
    page = response.content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", page)
    assert all(leads_somewhere(client, address) for address in addresses(page))


def test_a_page_that_has_not_changed_is_not_sent_again(client):
    first = client.get("/docs", headers={"Accept-Encoding": "gzip"})
    assert first["Content-Encoding"] == "gzip"
    again = client.get("/docs", headers={"Accept-Encoding": "gzip", "If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/openapi.yaml", "/openapi.json", "/openapi", "/docs/"])
def test_who_looks_for_one_description_of_all_is_shown_all(client, path):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, "/docs")


@pytest.mark.parametrize(
    "path", ["/docs/nothing", "/docs/data/", "/docs/data.json", "/docs/%00", "/docs/guides/nothing", "/docs/a/b"]
)
def test_a_style_that_there_is_not_is_404(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert b"<h1>There is no such page</h1>" in response.content
    assert "default-src 'self'" in response["Content-Security-Policy"]


def test_a_page_can_only_be_read(client):
    assert client.post("/docs").status_code == 405


def test_the_style_sheet_of_swagger_ui_names_files_that_are_there():
    sheet = Path(finders.find("site/swagger-ui/swagger-ui.css")).read_text()
    named = set(re.findall(r"url\(([^)]*)\)", sheet))
    assert len(named) > 10
    assert all(finders.find(f"site/swagger-ui/{name}") for name in named)
    assert "sourceMappingURL" not in sheet
