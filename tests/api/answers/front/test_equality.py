"""Warm answers are those of Django's handler."""

import pytest

from apps.api.answers import front
from tests.api.answers.front.asking import DECODERS, as_django_answers, lasting, without_time

# Each test chooses for itself whether an answer is warm.
pytestmark = [pytest.mark.once, pytest.mark.counted, pytest.mark.django_db]


@pytest.mark.parametrize("coding", DECODERS)
def test_a_warm_answer_is_that_of_django(warm, headers, monkeypatch, name, coding):
    response = warm(name, Accept_Encoding=coding, X_Request_Id="mine")
    expected = as_django_answers(monkeypatch, name, headers, Accept_Encoding=coding, X_Request_Id="mine")
    assert response.is_warm
    assert response.status_code == expected.status_code == 200
    assert lasting(response) == lasting(expected)
    decode = DECODERS[response.headers.get("Content-Encoding", "identity")]
    assert without_time(decode(response.content)) == without_time(decode(expected.content))


def test_a_warm_304_is_that_of_django(warm, headers, monkeypatch, name):
    tag = as_django_answers(monkeypatch, name, headers).headers["ETag"]
    response = warm(name, If_None_Match=tag)
    expected = as_django_answers(monkeypatch, name, headers, If_None_Match=tag)
    assert response.is_warm
    assert (response.status_code, response.content) == (304, b"")
    assert (expected.status_code, expected.content) == (304, b"")
    assert lasting(response) == lasting(expected)


@pytest.mark.parametrize("environ", [{"wsgi.url_scheme": "https"}, {"HTTP_X_FORWARDED_PROTO": "https, http"}, {}])
def test_a_warm_answer_has_the_security_headers_of_its_scheme(warm, headers, monkeypatch, settings, style, environ):
    settings.SECURE_HSTS_SECONDS = 1000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    front._headers_of_middleware.cache_clear()
    try:
        response = warm(style, environ=environ)
    finally:
        front._headers_of_middleware.cache_clear()
    expected = as_django_answers(monkeypatch, style, headers, environ=environ)
    assert response.is_warm
    assert ("Strict-Transport-Security" in response.headers) is bool(environ)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert lasting(response) == lasting(expected)


def test_whoever_forges_the_scheme_is_not_believed(warm, settings, style):
    settings.SECURE_HSTS_SECONDS = 1000
    front._headers_of_middleware.cache_clear()
    try:
        response = warm(style, environ={"HTTP_X_FORWARDED_PROTO": "https"})
    finally:
        front._headers_of_middleware.cache_clear()
    assert response.is_warm
    assert "Strict-Transport-Security" not in response.headers


def test_head_is_get_without_a_body(warm, name):
    get, head = warm(name, Accept_Encoding="gzip"), warm(name, method="HEAD", Accept_Encoding="gzip")
    assert head.is_warm
    assert (head.status_code, head.content) == (200, b"")
    assert lasting(head) == lasting(get)
