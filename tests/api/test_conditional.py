import pytest

from apps.api.conditional import is_current, strong_etag


@pytest.mark.parametrize(
    ("header", "expected"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("garbage", False), ("", False)],
)
def test_if_none_match_is_compared_weakly(header, expected):
    assert is_current(header, '"a"') is expected
    assert is_current(header, 'W/"a"') is expected


def test_the_tag_of_other_bytes_is_another():
    assert strong_etag(b"a") != strong_etag(b"b")
    assert strong_etag(b"a") == strong_etag(b"a")
