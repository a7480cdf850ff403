import gzip
import json
import re
from html import unescape

import pytest

from apps.api.styles import Topic, styles
from apps.geography.facts.world_map import world_map
from apps.geography.models import Country, Unindexed
from apps.site import everybody
from tests.site.reading import addresses, leads_somewhere

pytestmark = [pytest.mark.django_db, pytest.mark.once]

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


@pytest.mark.both
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
    return json.dumps(data, ensure_ascii=False, indent=2)


def test_a_long_answer_is_cut(client):
    text = page(client, "/explore/PL?style=data")
    assert "more lines." in text
    assert len(answer(text).splitlines()) == 61


def test_a_text_of_any_kind_is_asked_for_and_is_never_markup(client):
    for text in ("a/b", "..", "?&#", '"><i>x', "$text ${x} $$", "100%", "'; rm -rf /", "\n", "İ"):
        for style in (style.label for style in styles() if any(each.topic == Topic.SEARCH for each in style.shown)):
            response = client.get("/explore", {"q": text, "style": style})
            assert response.status_code == 200, (text, style)
            assert b"<i>x" not in response.content
    assert "'http://testserver/api/search?q=%27%3B%20rm%20-rf%20%2F&limit=8'" in page(
        client, "/explore?style=search&q=%27%3B%20rm%20-rf%20%2F"
    )


@pytest.mark.parametrize("path", ["XX", "PL/PL-99", "PL/DE-BY", "PLL", "%00", "P%C5%81", "PL/%00", "PL/PL-14%0A"])
def test_a_place_that_there_is_not_is_404_with_a_way_on(client, path):
    response = client.get(f"/explore/{path}")
    assert response.status_code == 404
    assert b'<a href="/explore">' in response.content


def test_what_the_tenant_does_not_show_is_not_there(client, public):
    public.tenant_countries.filter(country="PL").update(active=False)
    assert client.get("/explore/PL").status_code == 404
    assert client.get("/explore/PL/PL-14").status_code == 404
    text = page(client, "/explore")
    assert "/explore/PL" not in text
    assert '"PL"' not in page(client, "/explore?style=constants").partition("GET ")[2]


def test_a_plan_without_subdivisions_shows_none(client, public):
    public.plan.subdivision_access = False
    public.plan.save()
    assert "/explore/PL/" not in page(client, "/explore/PL")
    assert client.get("/explore/PL/PL-14").status_code == 404


@pytest.mark.parametrize(
    "query", ["lang=xx", "lang=%00", "style=nothing", "lang=de&lang=fr", "q=%FF", "q=" + "a" * 257]
)
@pytest.mark.parametrize("path", ["/explore", "/explore/PL"])
def test_a_question_that_is_none_is_a_400_that_says_why(client, path, query):
    response = client.get(f"{path}?{query}")
    assert response.status_code == 400
    assert re.search(rb'role="status"><span lang="en" dir="ltr">The (query|parameter)', response.content)


@pytest.mark.parametrize("named", ["", "nobody"])
def test_without_a_tenant_for_everybody_the_page_says_how_to_switch_it_on(client, settings, named):
    settings.REST_COUNTRIES_TENANT = named
    response = client.get("/explore")
    assert response.status_code == 200
    assert b"REST_COUNTRIES_TENANT" in response.content
    assert client.get("/explore/PL").status_code == 404


def test_who_asks_too_often_is_told_when_to_come_back(client, settings):
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 1}
    # Redis counts on from one test to the next: an address of its own.
    assert client.get("/explore", REMOTE_ADDR="192.0.2.46").status_code == 200
    response = client.get("/explore/PL", REMOTE_ADDR="192.0.2.46")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


@pytest.mark.both
def test_while_names_are_made_ready_a_search_is_a_503_and_nothing_else_is(client):
    Unindexed.objects.create(kind=Unindexed.EVERYTHING, place="")
    response = client.get("/explore", {"q": "Poland"})
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    page(client, "/explore/PL")
    assert "<code>503 " in page(client, "/explore/PL?style=search")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_runs_nothing_but_files_of_this_server_and_is_small(client, address):
    response = client.get(address)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    text = response.content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", text)
    assert len(gzip.compress(response.content)) < 50_000
    links = [each for each in addresses(text) if not re.match(r"/explore/[A-Z]{2}(/|$)", each)]
    assert [each for each in links if not leads_somewhere(client, address if each[0] == "?" else each)] == []


@pytest.mark.counted
@pytest.mark.parametrize(
    ("address", "cold", "warm"),
    [("/explore?style=data", 5, 2), ("/explore/PL?style=data", 13, 7),
     ("/explore/PL/PL-14?style=tenant_countries", 12, 6), ("/explore?style=search&q=warszawa", 37, 17)],
)  # fmt: skip
def test_a_page_takes_few_queries(client, django_assert_num_queries, address, cold, warm):
    # Whose places everybody sees is remembered from one test to the next.
    everybody.tenant()
    with django_assert_num_queries(cold):
        page(client, address)
    with django_assert_num_queries(warm):
        page(client, address)


def test_the_map_has_every_country_once(db):
    drawn = world_map()
    assert set(drawn.paths) == set(Country.objects.current().values_list("pk", flat=True))
    assert (len(drawn.paths), drawn.view_box.count(" ")) == (250, 3)
