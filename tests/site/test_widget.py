import gzip
import re
from base64 import b64encode
from hashlib import sha256, sha384
from html import unescape

import pytest

from apps.site.widget import FOLDER, NAME

pytestmark = pytest.mark.django_db

ORIGIN = {"Origin": "https://shop.example"}
CONTENT = (FOLDER / NAME).read_bytes()
HASHED = f"gazetteer.{sha256(CONTENT).hexdigest()[:12]}.js"


def test_the_script_is_small_and_needs_no_other():
    assert len(gzip.compress(CONTENT, mtime=0)) < 12_000
    assert not re.search(rb"^import |\bimport\(|\beval\(|innerHTML|\.style\b|https?://", CONTENT, re.MULTILINE)


@pytest.mark.parametrize("name", [NAME, HASHED])
def test_a_page_of_any_origin_may_load_the_script(client, django_assert_num_queries, name):
    with django_assert_num_queries(0):
        response = client.get(f"/widget/{name}", headers=ORIGIN)
    assert (response.status_code, response.content) == (200, CONTENT)
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/widget/{name}", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_name_that_says_what_is_in_it_is_kept_for_ever_and_the_other_asked_for(client):
    assert "immutable" in client.get(f"/widget/{HASHED}")["Cache-Control"]
    assert set(client.get(f"/widget/{NAME}")["Cache-Control"].split(", ")) == {"public", "no-cache"}


@pytest.mark.parametrize("name", ["", "gazetteer.000000000000.js", "../apps.py", "%00", "gazetteer.js/"])
def test_there_is_no_other_script(client, name):
    response = client.get(f"/widget/{name}", headers=ORIGIN)
    assert response.status_code == 404
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_script_can_only_be_read(client):
    response = client.post(f"/widget/{NAME}")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_the_guide_has_lines_to_copy_that_name_this_very_script(client, settings):
    settings.PUBLIC_URL = "https://places.example"
    page = unescape(client.get("/docs/guides/picker").content.decode())
    digest = b64encode(sha384(CONTENT).digest()).decode()
    assert f'src="https://places.example/widget/{HASHED}"' in page
    assert f'integrity="sha384-{digest}" crossorigin' in page
