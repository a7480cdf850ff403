import gzip

import brotli
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.api.answers import representations

ALL = (representations.BROTLI, representations.GZIP, representations.IDENTITY)

names = st.sampled_from(["br", "gzip", "x-gzip", "GZIP", "identity", "deflate", "zstd", "*"])
weights = st.sampled_from(["", ";q=0", ";q=0.000", "; q=0.5", ";q=1", ";Q=0.001", ";q=1.000"])
headers = st.lists(st.builds(str.__add__, names, weights), max_size=8).map(", ".join)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0, br;q=0.0", "identity"),
        ("identity", "identity"),
        ("identity;q=1, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0, *;q=0", "identity"),
        ("zstd", "identity"),
        ("gzip;q=2", "identity"),
        ("gzip;q=nan, br", "br"),
        ("gzip" + " " * 600, "identity"),
    ],
)
def test_the_coding_that_a_header_likes_best_is_chosen(header, expected):
    assert representations.choose(header, ALL) == expected


def test_a_coding_that_is_not_to_be_had_is_not_chosen():
    assert representations.choose("br, gzip;q=0.5", (representations.GZIP, representations.IDENTITY)) == "gzip"
    assert representations.choose("br, gzip", (representations.IDENTITY,)) == "identity"


@given(st.text() | headers, st.sampled_from([ALL, ALL[1:], ALL[2:]]))
@example("gzip;q=" + "0" * 400, ALL)
@example("\x00,,;q=;", ALL)
def test_every_header_gets_a_coding_that_is_to_be_had(header, available):
    assert representations.choose(header, available) in available


@given(headers, st.sampled_from(["br", "gzip"]))
def test_a_coding_that_is_refused_is_not_used(header, coding):
    assert representations.choose(f"{header}, {coding};q=0" if header else f"{coding};q=0", ALL) != coding


@given(st.binary(max_size=5000))
def test_every_coding_gives_the_body_back(body):
    assert brotli.decompress(representations.compress(body, representations.BROTLI)) == body
    assert gzip.decompress(representations.compress(body, representations.GZIP)) == body
    assert representations.compress(body, representations.IDENTITY) == body
