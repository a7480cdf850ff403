"""What is one answer, and what is another."""

import pytest

from apps.api.answers.store import store
from tests.api.answers.front.asking import ORIGIN, lasting, without_time

# Each test chooses for itself whether an answer is warm.
pytestmark = [pytest.mark.once, pytest.mark.counted, pytest.mark.django_db]


EQUIVALENT = [
    ("data countries", {"Accept-Language": "fr"}, {"Accept-Language": "FR-ca, en;q=0.1"}),
    ("data countries", {"Accept-Language": "fr"}, {"X-Forced-Language": "fr", "Accept-Language": "ja"}),
    ("data countries", {"Accept-Language": "fr"}, {"Accept-Language": "xx", "X-Default-Language": "fr"}),
    ("data countries", {}, {"path": "/api/data/countries?utm_source=a&country_name_source=default"}),
    ("data countries", {}, {"User-Agent": "x" * 500, "Accept": "text/html", "Cookie": "a=b", "X-Junk": "1"}),
    ("data countries", {}, {"Accept-Encoding": "gzip"}),
    ("data countries", {"path": "/api/data/countries?country_name_source=iso"},
     {"path": "/api/data/countries?country_name_source=iso", "Accept-Language": "fr"}),
    ("data subdivisions", {}, {"path": "/api/data/countries/pl/subdivisions"}),
    ("data subdivisions", {}, {"path": "/api/data/countries/Pl/subdivisions?prefer_official=0&_=1234"}),
    ("data subdivisions", {"path": "/api/data/countries/PL/subdivisions?prefer_official=1&prefer_local_variant=true"},
     {"path": "/api/data/countries/PL/subdivisions?prefer_local_variant=1&prefer_official=TRUE"}),
    ("data subdivisions", {},
     {"path": "/api/data/countries/PL/subdivisions?subdivision_romanization_preference=%20,,"}),
    ("widget countries", {}, {"path": "/api/countries?no_geoip=1"}),
    ("widget countries", {}, {"Origin": ORIGIN}),
    ("country_list", {}, {"path": "/v1/country/list?country=pl"}),
    ("country_list", {}, {"path": "/v1/country/list?x=1&country=+Pl%20"}),
    ("country_list", {"path": "/v1/country/list?country=United+States"},
     {"path": "/v1/country/list?country=%20United%20%20States"}),
    ("countries", {"path": "/country/acme/countries"},
     {"path": "/country/acme/countries?sort=name:asc&pageSize=060&pageNumber=01&utm=x"}),
    ("countries", {"path": "/country/acme/countries?code=PL,DE&active=true"},
     {"path": "/country/acme/countries?active=TRUE&code=DE,,PL,DE"}),
    ("countries", {"path": "/country/acme/countries?name.de=a&name.en=b"},
     {"path": "/country/acme/countries?name.en=b&name.de=a"}),
    ("countries", {}, {"X-Total-Count": "FALSE", "Emporix-Tenant": "acme", "X-Version": " v2"}),
    ("countries", {"Accept-Language": "*"}, {"Accept-Language": " *;q=0.5"}),
    ("country", {}, {"path": "/country/acme/countries/pl?x=1"}),
    ("subdivision", {}, {"path": "/country/acme/countries/PL/subdivisions/pl-14"}),
    ("constants", {}, {"X-Client-Hash": "other", "User-Agent": "other"}),
    ("constants", {}, {"X-LOCALE": "fr_FR", "Accept-Language": "de-AT, fr;q=0.9"}),
    ("constants", {}, {"path": "/web/v1/system/constants/countries?x=1"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "other"), EQUIVALENT)
def test_what_means_the_same_is_one_answer(ask, name, one, other):
    first = ask(name, **one)
    assert first.status_code == 200
    assert len(store) == 1
    second = ask(name, **other)
    assert second.is_warm
    assert len(store) == 1
    if "Accept-Encoding" not in other:
        assert without_time(second.content) == without_time(first.content)


DIFFERENT = [
    ("data countries", {}, {"Accept-Language": "fr"}),
    ("data countries", {}, {"path": "/api/data/countries?country_name_source=iso"}),
    ("data countries", {"Accept-Language": "zh-Hans"}, {"Accept-Language": "zh-Hant"}),
    ("data subdivisions", {}, {"path": "/api/data/countries/DE/subdivisions"}),
    ("country_list", {}, {"path": "/v1/country/list?country=DE"}),
    ("countries", {}, {"path": "/country/acme/countries?pageSize=300&sort=code"}),
    ("countries", {}, {"path": "/country/acme/countries?pageSize=300&active=false"}),
    ("countries", {"path": "/country/acme/countries"}, {"path": "/country/acme/countries?pageNumber=2"}),
    ("countries", {}, {"X-Total-Count": "true"}),
    ("countries", {"Accept-Language": None}, {"Accept-Language": "*"}),
    ("country", {"Accept-Language": None}, {"Accept-Language": "*"}),
    ("constants", {}, {"Accept-Language": "fr"}),
]


@pytest.mark.parametrize(("name", "one", "other"), DIFFERENT)
def test_what_means_something_else_is_another_answer(ask, name, one, other):
    first, second = ask(name, **one), ask(name, **other)
    assert not second.is_warm
    assert len(store) == 2
    assert (lasting(second), second.content) != (lasting(first), first.content)
    for _ in range(2):
        for how, answer in ((one, first), (other, second)):
            again = ask(name, **how)
            assert again.is_warm
            assert lasting(again) == lasting(answer)
            assert without_time(again.content) == without_time(answer.content)


def test_missing_and_empty_are_not_confused(ask):
    """A list without a language shows one text per name, whatever was asked just before."""
    for header in (None, "", "*", None, "", "*"):
        response = ask("country", Accept_Language=header)
        assert response.status_code == 200
        assert (len(response.json()["name"]) > 1) is (header == "*")
