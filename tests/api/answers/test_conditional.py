import pytest

from apps.api.answers.representations import coded, matches, named, strong_etag


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('"a"', '"a"'),
        ('W/"a"', 'W/"a"'),
        ('"b", "a"', '"a"'),
        ('"a-gzip"', '"a-gzip"'),
        ('W/"a-br"', 'W/"a-br"'),
        ('"b"', None),
        ('"b-gzip"', None),
        ("garbage", None),
        ("", None),
    ],
)
def test_if_none_match_is_compared_weakly_and_in_every_coding(header, expected):
    assert named(header, '"a"') == expected
    assert named(header, 'W/"a"') == expected


def test_a_star_names_every_tag():
    assert named("*", '"a"') == '"a"'


@pytest.mark.parametrize(
    ("header", "expected"),
    [("*", True), ('"a"', True), ('"b", "a-br"', True), ('W/"a"', False), ('"b"', False), ("a", False), ("", False)],
)
def test_if_match_is_compared_strongly_and_in_every_coding(header, expected):
    assert matches(header, '"a"') is expected


def test_other_bytes_have_another_tag():
    assert strong_etag(b"a") != strong_etag(b"b")
    assert strong_etag(b"a") == strong_etag(b"a")
    assert coded('"a"', "gzip") == '"a-gzip"'
    assert coded('"a"', "identity") == '"a"'


def test_every_process_gives_the_same_bytes_the_same_tag():
    assert strong_etag(b"a") == '"ca978112ca1bbdcafac231b39a23dc4d"'


def test_a_weak_tag_is_the_same_in_every_coding():
    assert coded('W/"a"', "gzip") == 'W/"a"'
