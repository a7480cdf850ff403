"""What Django refuses is refused though the answer is warm."""

import pytest

from tests.api.answers.front.asking import PATHS

# Each test chooses for itself whether an answer is warm.
pytestmark = [pytest.mark.once, pytest.mark.counted, pytest.mark.django_db]


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:x", "a@testserver", "", "[::1", "test_server"]
)
def test_a_foreign_host_is_refused_though_the_answer_is_warm(warm, style, host):
    response = warm(style, Host=host)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("host", ["testserver", "TESTSERVER", "testserver:8000", "testserver."])
def test_a_host_that_django_allows_is_answered(warm, style, host):
    assert warm(style, Host=host).status_code == 200


def test_a_forwarded_host_is_left_to_django(warm, settings, style):
    settings.USE_X_FORWARDED_HOST = True
    assert warm(style, X_Forwarded_Host="evil.example").status_code == 400
    assert not warm(style).is_warm


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "BREW", "get", "Get"])
def test_another_method_is_never_answered_from_the_store(warm, style, method):
    response = warm(style, method=method)
    assert not response.is_warm
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_options_is_never_answered_from_the_store(warm, style):
    response = warm(style, method="OPTIONS")
    assert not response.is_warm
    assert response.status_code == 204


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("constants", {"X-LOCALE": "!"}),
        ("constants", {"X-LOCALE": None}),
        ("constants", {"X-Client-Hash": None}),
        ("constants", {"X-Client-Hash": "a b"}),
        ("constants", {"User-Agent": ""}),
        ("constants", {"Accept-Language": None}),
        ("countries", {"X-Version": None}),
        ("countries", {"X-Version": "v1"}),
        ("countries", {"Emporix-Tenant": "globex"}),
        ("countries", {"X-Total-Count": "maybe"}),
        ("country", {"X-Version": "V2"}),
    ],
)
def test_a_malformed_header_is_refused_though_the_answer_is_warm(warm, name, changed):
    response = warm(name, **changed)
    assert response.status_code == 400
    assert not response.is_warm


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("country_list", "/v1/country/list"),
        ("country_list", "/v1/country/list?country=PL&country=DE"),
        ("country_list", "/v1/country/list?country=PL&x=%00"),
        ("country_list", "/v1/country/list?country=PL&%ff"),
        ("data countries", "/api/data/countries?country_name_source=nobody"),
        ("data subdivisions", "/api/data/countries/PL/subdivisions?prefer_official=maybe"),
        ("widget countries", "/api/countries?no_geoip=maybe"),
        ("countries", "/country/acme/countries?pageSize=300&pageNumber=0"),
        ("countries", "/country/acme/countries?pageSize=300&sort=colour"),
        ("countries", "/country/acme/countries?pageSize=300&active=1"),
        ("countries", "/country/acme/countries?pageSize=300&name.!=a"),
    ],
)
def test_a_malformed_query_is_refused_though_the_answer_is_warm(warm, name, path):
    response = warm(name, path=path)
    assert response.status_code == 400
    assert not response.is_warm


def test_an_unknown_workspace_is_not_answered_with_the_list_of_everybody(warm):
    for unknown in ("x" * 22, "../etc"):
        assert warm("constants", X_Workspace_Id=unknown).status_code == 404


@pytest.mark.parametrize("suffix", ["/", "//", ";x", "%0A", "%00", "é"])
def test_a_path_that_is_only_like_it_is_not_found(warm, style, suffix):
    path, _, query = PATHS[style].partition("?")
    response = warm(style, path=f"{path}{suffix}?{query}")
    # Beside the widget's paths it is those of back ends that are unknown, without a private key.
    assert response.status_code in ({404, 401} if style == "widget countries" else {404})
    assert not response.is_warm
