from urllib.parse import quote

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from apps.api.errors import Refusal
from apps.api.input import Query


def query(text: str) -> Query:
    return Query(RequestFactory().get("/", QUERY_STRING=text))


def test_an_absent_parameter_is_none_and_so_is_an_empty_one():
    assert query("a=").one("a") is None
    assert query("a=").boolean("a") is None
    assert query("a=").natural("a", 60) == 60
    assert query("a=").one("b") is None


@pytest.mark.parametrize("text", ["a=%00", "%00=a", "b=x%00y"], ids=["value", "name", "unknown parameter"])
def test_nul_is_refused_wherever_it_stands(text):
    with pytest.raises(Refusal) as refusal:
        query(text)
    assert refusal.value.status_code == 400


@pytest.mark.parametrize("text", ["a=%ff", "a=%ED%A0%80", "%C3=1"], ids=["bad byte", "surrogate", "half a character"])
def test_invalid_utf_8_is_refused(text):
    with pytest.raises(Refusal):
        query(text)


def test_a_scalar_given_twice_is_refused_by_name():
    with pytest.raises(Refusal, match="country is given more than once"):
        query("country=PL&country=DE").one("country")


def test_an_unknown_parameter_given_twice_is_ignored():
    assert query("foo=1&foo=2&a=3").one("a") == "3"


def test_an_item_over_256_characters_is_refused():
    assert query("a=" + "x" * 256).one("a") == "x" * 256
    with pytest.raises(Refusal):
        query("a=" + "x" * 257).one("a")


def test_ten_thousand_parameters_are_refused():
    with pytest.raises(Refusal):
        query("&".join(f"p{number}=1" for number in range(10_000)))


@pytest.mark.parametrize("value", ["0", "-1", "+1", "1.0", "1e3", "abc", "٣", "0x1", "null", "9" * 5000])
def test_natural_takes_ascii_digits_of_at_least_one(value):
    with pytest.raises(Refusal):
        query(f"n={quote(value)}").natural("n", 60)


def test_natural_has_a_default():
    assert query("").natural("n", 60) == 60
    assert query("n=007").natural("n", 60) == 7


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("TRUE", True), ("False", False)])
def test_boolean_takes_true_and_false_in_any_case(value, expected):
    assert query(f"b={value}").boolean("b") is expected


@pytest.mark.parametrize("value", ["1", "0", "yes", " true", "t"])
def test_boolean_takes_nothing_else(value):
    with pytest.raises(Refusal):
        query(f"b={value}").boolean("b")


def test_boolean_takes_digits_where_a_style_writes_them():
    assert query("b=1").boolean("b", digits=True) is True
    assert query("b=0").boolean("b", digits=True) is False


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    try:
        query(raw.decode("latin-1")).one("a")
    except Refusal as refusal:
        assert refusal.status_code == 400  # noqa: PT017
