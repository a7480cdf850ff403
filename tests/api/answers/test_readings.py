from apps.api.answers.readings import Readings, WarmRequest
from apps.api.answers.store import Key

VIEW, KEY = object, Key(None, "asked")


def environ(**headers: str) -> dict[str, str]:
    return {"PATH_INFO": "/", **{f"HTTP_{name}": text for name, text in headers.items()}}


def test_a_request_tells_what_its_view_looked_at():
    request = WarmRequest(environ(ACCEPT_LANGUAGE="de", ORIGIN="x"))
    assert request.headers["Accept-Language"] == "de"
    assert request.headers.get("X-Absent", "") == ""
    assert "X-Forced-Language" not in request.headers
    assert request.META.get("QUERY_STRING", "") == ""
    assert request.seen == {"HTTP_ACCEPT_LANGUAGE", "HTTP_X_ABSENT", "HTTP_X_FORCED_LANGUAGE", "QUERY_STRING"}


def test_requests_that_differ_where_nobody_looks_read_alike():
    readings, caller = Readings(), object()
    readings.keep(VIEW, environ(A="1", B="1"), caller, {"HTTP_A"}, KEY)
    assert readings.find(VIEW, environ(A="1", B="2"), caller) is KEY
    assert readings.find(VIEW, environ(A="2", B="1"), caller) is None


def test_an_absent_header_is_not_an_empty_one():
    readings, caller = Readings(), object()
    readings.keep(VIEW, environ(), caller, {"HTTP_A"}, KEY)
    assert readings.find(VIEW, environ(A=""), caller) is None


def test_what_a_view_looks_at_later_counts_for_all_requests():
    readings, caller = Readings(), object()
    readings.keep(VIEW, environ(A="1"), caller, {"HTTP_A"}, KEY)
    readings.keep(VIEW, environ(A="2", B="1"), caller, {"HTTP_A", "HTTP_B"}, KEY)
    assert readings.find(VIEW, environ(A="2", B="2"), caller) is None
    assert readings.find(VIEW, environ(A="2", B="1"), caller) is KEY


def test_another_caller_is_read_anew():
    readings, caller = Readings(), object()
    readings.keep(VIEW, environ(A="1"), caller, {"HTTP_A"}, KEY)
    assert readings.find(VIEW, environ(A="1"), object()) is None


def test_another_path_is_read_anew():
    readings, caller = Readings(), object()
    readings.keep(VIEW, environ(A="1"), caller, {"HTTP_A"}, KEY)
    assert readings.find(VIEW, environ(A="1") | {"PATH_INFO": "/x"}, caller) is None


def test_a_flood_leaves_no_more_than_so_many():
    readings, caller = Readings(max_readings=10), object()
    for number in range(100):
        readings.keep(VIEW, environ(A=str(number)), caller, {"HTTP_A"}, KEY)
        assert len(readings) <= 10
    assert readings.find(VIEW, environ(A="99"), caller) is KEY


def test_what_is_long_is_not_remembered():
    readings, caller = Readings(), object()
    readings.keep(VIEW, environ(A="x" * 5_000), caller, {"HTTP_A"}, KEY)
    assert len(readings) == 0
