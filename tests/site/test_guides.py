import re
from html import unescape

import pytest

from apps.api.styles import styles
from apps.site.guides import GUIDES
from tests.site.reading import addresses, leads_somewhere


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_a_guide_is_a_page_whose_links_are_answered(client, db, django_assert_num_queries, guide):
    with django_assert_num_queries(0):
        response = client.get(f"/docs/guides/{guide.name}")
    assert response.status_code == 200
    assert "default-src 'self'" in response["Content-Security-Policy"]
    page = response.content.decode()
    assert f"<h1>{guide.title}</h1>" in page
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    links = addresses(page) - {"/"}
    assert [address for address in links if not leads_somewhere(client, address)] == []


def test_there_is_a_first_call_in_each_style_on_this_very_server(client, settings):
    settings.PUBLIC_URL = "https://places.example"
    page = unescape(client.get("/docs/guides/first-calls").content.decode())
    for style in styles():
        assert all(example.title.partition(",")[0] in page for example in style.examples)
    assert "$base_url" not in page
    assert page.count("https://places.example/") >= len(list(styles()))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_a_line_to_paste_has_nothing_made_up_and_names_what_is_to_be_filled_in(client, guide):
    page = unescape(client.get(f"/docs/guides/{guide.name}").content.decode())
    known = {"private_key", "public_key", "client_id", "client_secret", "tenant", "workspace_id", "next"}
    for line in re.findall(r"<pre><code>(curl .*?)</code>", page, re.DOTALL):
        assert "…" not in line
        assert set(re.findall(r"\$(\w+)", line)) <= known, line


def test_a_guide_that_there_is_not_is_404(client):
    assert client.get("/docs/guides/nothing").status_code == 404
