import gzip
import re
from html import unescape

import pytest

from apps.api.styles import Topic, styles
from apps.geography.models import Unindexed
from apps.geography.world_map import world_map
from tests.site.reading import addresses, leads_somewhere

pytestmark = pytest.mark.django_db

PAGES = ["/explore", "/explore/PL", "/explore/PL/PL-14", "/explore?q=polnad"]


@pytest.fixture(autouse=True)
def public(settings, tenant):
    settings.REST_COUNTRIES_TENANT = tenant.code
    return tenant


def page(client, address, **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200, response.content
    return unescape(response.content.decode())


def answer(text):
    """Return what stands below the headers of the answer, as far as it is shown."""
    shown = re.search(r'<pre class="answer"[^>]*><code>(.*?)</code>', text, re.DOTALL)
    return shown[1].partition("\n\n")[2]


def test_the_world_leads_to_every_country_by_list_and_by_map(client):
    text = page(client, "/explore")
    assert len(re.findall(r'<li><a href="/explore/[A-Z]{2}">', text)) == 250
    assert len(re.findall(r'<a href="/explore/[A-Z]{2}" tabindex="-1">', text)) == 250
    assert "<title>Poland</title>" in text


def test_a_country_leads_to_its_subdivisions_and_these_to_their_cities(client):
    text = page(client, "/explore/pl")
    assert "<bdi>Poland</bdi>" in text
    assert '<a href="/explore/PL/PL-14">' in text
    text = page(client, "/explore/PL/PL-14")
    assert '<a href="/explore/PL">' in text
    assert re.search(r'<li id="city-756135"><bdi>Warsaw</bdi>', text)


def test_what_was_found_leads_to_where_it_is(client):
    text = page(client, "/explore?q=polnad")
    assert re.search(r'<a href="/explore/PL"><bdi>Poland</bdi></a>', text)
    assert "/explore/PL/PL-14#city-756135" in page(client, "/explore?q=warszawa")
    assert "Nothing is called so." in page(client, "/explore?q=qqxxzzqqxx")


def test_names_come_in_any_of_our_languages_and_from_the_right_where_it_is_read_so(client):
    assert "<bdi>Polen</bdi>" in page(client, "/explore/PL?lang=de")
    assert "<bdi>Polen</bdi>" in page(client, "/explore/PL", Accept_Language="de-AT")
    text = page(client, "/explore/PL?lang=ar")
    assert '<div lang="ar" dir="rtl">' in text
    assert "<bdi>بولندا</bdi>" in text
    assert 'href="/explore/PL/PL-14?lang=ar"' in text
    assert "Accept-Language" in client.get("/explore")["Vary"]


@pytest.mark.parametrize("topic", list(Topic))
def test_every_style_shows_a_request_and_the_very_answer(client, tenant, secret, topic):
    address = PAGES[list(Topic).index(topic)]
    for style in styles():
        for shown in (shown for shown in style.shown if shown.topic == topic):
            text = page(client, f"{address}{'&' if '?' in address else '?'}style={style.label}&lang=de")
            assert shown.path.partition("?")[0].partition("$")[0] in text
            path = re.search(r"GET (/\S+)", text)[1]
            sent = re.search(r"<code>GET [^\n<]*((?:\n[^<]*)?)</code>", text)[1]
            assert secret not in text
            headers = dict(line.split(": ", 1) for line in sent.replace("$private_key", secret).strip().splitlines())
            real = client.get(path.removesuffix("</code></pre>"), headers=headers)
            assert f"<code>{real.status_code} " in text
            assert answer(text).splitlines()[:5] == pretty(real.json()).splitlines()[:5] or "timestamp" in answer(text)


def pretty(data):
    import json

    return json.dumps(data, ensure_ascii=False, indent=2)
