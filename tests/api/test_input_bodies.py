import json

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from apps.api.errors import Refusal
from apps.api.input import MAX_BYTES, MAX_DEPTH, json_body


def patch(content: bytes, content_type: str = "application/json", **extra: str):
    return RequestFactory().generic("PATCH", "/", content, content_type=content_type, **extra)


def status(request) -> int:
    with pytest.raises(Refusal) as refusal:
        json_body(request)
    return refusal.value.status_code


def test_a_json_body_is_parsed():
    assert json_body(patch(b'{"active": true}')) == {"active": True}
    assert json_body(patch(b"[1]", "application/json; charset=UTF-8")) == [1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  ",
        b"{",
        b"{} x",
        b"{'a': 1}",
        b"{// \n}",
        b"\xef\xbb\xbf{}",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b"NaN",
        b"[Infinity]",
        b'"\xff"',
        b'"\\ud800"',
        b'["\\u0000"]',
        b'{"\\u0000": 1}',
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b"[" * 30_000,
        b"1" * 5000,
    ],
)
def test_what_is_not_strict_json_is_400(content):
    assert status(patch(content)) == 400


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"city": "a\\u0000"}', "The body holds a NUL character."),
        (b'["\\ud800"]', "The body holds half of a surrogate pair."),
        (b'{"a": 1, "a": 2}', "The body names a field twice."),
        (b"[NaN]", "The body holds NaN, which is no number of JSON."),
        (b"[" * 40 + b"]" * 40, "The body is nested more than 32 deep."),
        (b'{\n"a" 1}', "The body is not valid JSON (line 2, column 5)."),
        (b'"\xff"', "The body is not valid JSON."),
    ],
)
def test_a_body_that_is_refused_is_told_why(content, why):
    with pytest.raises(Refusal) as refusal:
        json_body(patch(content))
    assert str(refusal.value.detail) == why


def test_nesting_up_to_the_limit_and_brackets_in_strings_are_fine():
    json_body(patch(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH))
    assert json_body(patch(json.dumps('[{"\\' * 100).encode())) == '[{"\\' * 100


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "GZIP", "identity, gzip", "nonsense"])
def test_a_coded_body_is_415(coding):
    request = patch(b"{}")
    request.META["HTTP_CONTENT_ENCODING"] = coding
    with pytest.raises(Refusal) as refusal:
        json_body(request)
    assert refusal.value.status_code == 415


@pytest.mark.parametrize("coding", ["", "identity", " Identity "])
def test_a_body_as_it_is_may_say_so(coding):
    request = patch(b"{}")
    request.META["HTTP_CONTENT_ENCODING"] = coding
    assert json_body(request) == {}


@pytest.mark.parametrize("content_type", ["application/json;", "APPLICATION/JSON ; ; charset=utf-8;"])
def test_a_semicolon_without_a_parameter_says_nothing(content_type):
    assert json_body(patch(b"{}", content_type)) == {}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json; charset=utf-16",
        "application/json; charset=bogus",
        "application/json; charset=rot13",
        'application/json;;;="',
        "application/json" + ";a=b" * 60 + ";charset=utf-16",
        "application/json" + ";a=b" * 10_000,
        "application/json" + " ;" * 100 + "!",
        ";" * 60_000,
    ],
)
def test_another_media_type_or_charset_is_415_and_names_the_right_one(content_type):
    request = patch(b"{}", content_type)
    with pytest.raises(Refusal) as refusal:
        json_body(request)
    assert refusal.value.status_code == 415
    assert refusal.value.problem.headers["Accept-Patch"].startswith("application/json")


def test_a_request_without_any_body_is_400():
    request = patch(b"")
    assert "CONTENT_LENGTH" not in request.META
    assert status(request) == 400


def test_a_chunked_body_is_411():
    assert status(patch(b"{}", HTTP_TRANSFER_ENCODING="chunked")) == 411


def test_a_body_over_the_limit_is_413_before_its_type_is_looked_at():
    assert status(patch(b" " * (MAX_BYTES + 1), "text/plain")) == 413


@pytest.mark.parametrize("length", ["abc", "-1", "1" * 5000])
def test_a_content_length_that_is_no_number_is_refused(length):
    assert status(patch(b"{}", CONTENT_LENGTH=length)) in {400, 413}


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_what_json_writes_is_read_back_or_holds_nul_or_surrogates(value):
    text = json.dumps(value)
    if "\\u0000" in text or "\\ud" in text.lower():
        return
    assert json_body(patch(text.encode())) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    try:
        json_body(patch(content))
    except Refusal as refusal:
        assert refusal.status_code == 400  # noqa: PT017
