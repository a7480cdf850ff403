import psycopg
import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InternalError, OperationalError, ProgrammingError
from django.http import Http404
from django.test import Client
from rest_framework import exceptions

from apps.api.errors import Refusal, bad_parameter, insufficient_scope, to_problem


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (RequestDataTooBig(), 413, "payload_too_large"),
        (BadRequest(), 400, "bad_request"),
        (OperationalError("gone"), 503, "unavailable"),
        (exceptions.MethodNotAllowed("BREW"), 405, "method_not_allowed"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.Throttled(wait=0.2), 429, "throttled"),
        (exceptions.ValidationError({"a": ["wrong"]}), 400, "invalid"),
        (Refusal(412, "stale", "Too late."), 412, "stale"),
    ],
)
def test_each_kind_of_exception_has_a_problem(error, status, code):
    problem = to_problem(error)
    assert (problem.status, problem.code) == (status, code)


def test_a_bug_has_none():
    assert to_problem(ZeroDivisionError()) is None


def test_suspicious_operation_outside_a_view_is_400(client):
    response = client.get("/web/v1", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/json"
    assert to_problem(SuspiciousOperation()) is None


def test_a_throttled_caller_is_told_whole_seconds():
    assert to_problem(exceptions.Throttled(wait=0.2)).headers["Retry-After"] == "1"


def test_an_unreachable_database_says_when_to_come_back():
    assert int(to_problem(OperationalError()).headers["Retry-After"]) > 0


def test_a_nested_validation_error_becomes_one_sentence():
    assert to_problem(exceptions.ValidationError({"a": [["wrong"]]})).message == "wrong"


def test_a_bad_parameter_is_named():
    assert bad_parameter("sort", "Sort is wrong.").problem.parameter == "sort"


def test_the_missing_scope_is_in_the_challenge():
    problem = insufficient_scope("country.country_manage").problem
    assert 'error="insufficient_scope", scope="country.country_manage"' in problem.headers["WWW-Authenticate"]


def test_an_answer_of_no_style_varies_by_nothing_and_says_so_by_no_empty_header(client):
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "Vary" not in response.headers


def test_what_a_page_of_staff_refuses_is_kept_by_no_cache():
    refused = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert (refused.status_code, refused["Cache-Control"]) == (403, "private, no-cache")


@pytest.mark.parametrize(
    ("kind", "state", "is_away"),
    [
        (InternalError, "25006", True),
        (InternalError, "25P03", True),
        (ProgrammingError, "42P05", True),
        (ProgrammingError, "42601", False),
        (InternalError, "XX000", False),
    ],
    ids=["takes no writes", "ended while it waited", "another's session", "wrong statement", "bug"],
)
def test_a_database_that_does_nothing_for_now_is_no_bug_whatever_django_calls_it(kind, state, is_away):
    error = kind("says PostgreSQL")
    error.__cause__ = psycopg.errors.lookup(state)("says PostgreSQL")
    problem = to_problem(error)
    assert (problem is not None and problem.status == 503) is is_away
