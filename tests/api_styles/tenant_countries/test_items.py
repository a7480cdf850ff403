"""One country: what it is, and switching it on and off."""

import re

import pytest
from auditlog.models import LogEntry

from apps.api_keys.models import Kind
from apps.geography.models import TenantCountry
from apps.tenants.models import Tenant
from tests.api_styles.tenant_countries.conftest import COUNTRIES, Ask
from tests.factories import TenantFactory, issue_key

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.mark.parametrize("code", ["PL", "pl", "Pl", "%50L"])
def test_a_code_is_two_letters_in_either_case(ask: Ask, code: str) -> None:
    body = ask(f"{COUNTRIES}/{code}").json()
    assert list(body) == ["code", "name", "regions", "active", "metadata"]
    assert body["code"] == "PL"
    assert TIMESTAMP.fullmatch(body["metadata"]["createdAt"])


@pytest.mark.parametrize("code", ["ZZ", "POL", "P", "%C3%9F", "PL%0A", "P%00", "..", "%FF%FE", "PL%20"])
def test_anything_else_is_not_found(ask: Ask, code: str) -> None:
    for response in (ask(f"{COUNTRIES}/{code}"), ask(f"{COUNTRIES}/{code}", "PATCH", {"active": True})):
        assert response.status_code == 404
        assert response.json()["message"] == "The country with the requested code does not exist."
        assert "entityId" in response.json()


def test_an_inactive_country_is_still_shown(ask: Ask, patch: Ask) -> None:
    patch("PL", {"active": False})
    assert ask(f"{COUNTRIES}/PL").json()["active"] is False


def test_the_etag_starts_with_the_version(ask: Ask, patch: Ask) -> None:
    assert ask(f"{COUNTRIES}/PL").headers["ETag"].startswith('"1-')
    patch("PL", {"active": False})
    assert ask(f"{COUNTRIES}/PL").headers["ETag"].startswith('"2-')


def test_a_switch_answers_nothing_and_counts_a_version(ask: Ask, patch: Ask) -> None:
    before = ask(f"{COUNTRIES}/PL").json()["metadata"]
    response = patch("PL", {"active": True, "metadata": {"version": 1}})
    assert (response.status_code, response.content) == (204, b"")
    assert "Content-Type" not in response.headers
    after = ask(f"{COUNTRIES}/PL").json()["metadata"]
    assert (before["version"], after["version"]) == (1, 2)
    assert after["createdAt"] == before["createdAt"]
    assert after["modifiedAt"] > before["modifiedAt"]


@pytest.mark.parametrize("version", [2, 10**30, 1e300])
def test_another_version_changes_nothing_and_tells_the_current_one(ask: Ask, patch: Ask, version: float) -> None:
    before = ask(f"{COUNTRIES}/PL").json()
    response = patch("PL", {"active": False, "metadata": {"version": version}})
    assert response.status_code == 409
    assert response.json() == {
        "status": "Conflict",
        "code": 409,
        "message": "The object that you are trying to update has already changed. Please refresh and try again!",
        "details": ["The current version is 1, active: true."],
    }
    assert ask(f"{COUNTRIES}/PL").json() == before


def test_a_repeated_switch_is_told_that_it_had_won(patch: Ask) -> None:
    wish = {"active": False, "metadata": {"version": 1}}
    assert patch("PL", wish).status_code == 204
    assert patch("PL", wish).json()["details"] == ["The current version is 2, active: false."]


@pytest.mark.parametrize("body", [{}, {"metadata": {}}, {"metadata": {"version": 1}}, {"metadata": {"version": 1.0}}])
def test_without_active_nothing_changes(ask: Ask, patch: Ask, body: dict) -> None:
    before = ask(f"{COUNTRIES}/PL").json()
    assert patch("PL", body).status_code == 204
    assert ask(f"{COUNTRIES}/PL").json() == before
    assert patch("PL", {"metadata": {"version": 2}}).status_code == 409


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"[]", b"1", b"null", b'"x"', b'{"active": true', b'{"active": true} x',
     b'{"active": true, "active": false}',
     b'{"metadata": {"version": 1, "version": 2}}', b"{'active': true}", b'{"active": true /* x */}', b"\xef\xbb\xbf{}",
     b'{"active": null}', b'{"active": "true"}', b'{"active": 1}', b'{"active": 0}', b'{"active": []}',
     b'{"active": {}}',
     b'{"active": 1e400}', b'{"active": ""}', b'{"metadata": null}', b'{"metadata": []}', b'{"metadata": "x"}',
     b'{"metadata": 1}', b'{"metadata": {"version": "1"}}', b'{"metadata": {"version": true}}',
     b'{"metadata": {"version": null}}', b'{"metadata": {"version": 1.5}}', b'{"metadata": {"version": 1e400}}',
     b'{"metadata": {"version": 0}}', b'{"metadata": {"version": -1}}',
     b'{"metadata": {"version": NaN}}', b'{"active": true, "name": {}}', b'{"active": true, "code": "PL"}',
     b'{"active": true, "x\\u0000": 1}', b'{"metadata": {"x": "\\ud800"}}', b"\xff", b"[" * 40 + b"]" * 40],
)  # fmt: skip
def test_bodies_that_are_not_a_change_are_refused(ask: Ask, patch: Ask, body: bytes) -> None:
    before = ask(f"{COUNTRIES}/PL").json()
    response = patch("PL", body)
    assert response.status_code == 400
    assert response.json()["status"] == "Bad Request"
    assert ask(f"{COUNTRIES}/PL").json() == before


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
     "application/json; charset=utf-16", "application/json; charset=bogus", "application/json; charset=hex"],
)  # fmt: skip
def test_only_json_in_utf_8_is_taken(patch: Ask, content_type: str) -> None:
    response = patch("PL", b'{"active": false}', Content_Type=content_type)
    assert response.status_code == 415
    assert response.headers["Accept-Patch"].startswith("application/json")


def test_a_body_may_have_64_kib(patch: Ask) -> None:
    assert patch("PL", b'{"active": false}' + b" " * (64 * 1024 - 17)).status_code == 204
    assert patch("PL", b'{"active": false}' + b" " * (64 * 1024 - 16)).status_code == 413


def test_if_match_compares_the_version_alone(ask: Ask, patch: Ask) -> None:
    german = ask(f"{COUNTRIES}/PL", Accept_Language="de").headers["ETag"]
    assert patch("PL", {"active": False}, If_Match=german).status_code == 204
    response = patch("PL", {"active": True}, If_Match=german)
    assert response.status_code == 412
    assert response.json()["status"] == "Precondition Failed"
    assert TenantCountry.objects.get(tenant__code="acme", country="PL").version == 2


@pytest.mark.parametrize(
    ("condition", "status"),
    [("*", 204), ('"1-00"', 204), ('"9-00", "1-00"', 204), ('"2-00"', 412), ('W/"1-00"', 412), ("garbage", 412),
     ('"1"', 412), ('"01-00"', 412), ("", 412), (f'"{"9" * 5000}-00"', 412), ('"٣-00"', 412)],
)  # fmt: skip
def test_conditions_are_read_strictly(patch: Ask, condition: str, status: int) -> None:
    for body in ({}, {"active": True}):
        assert patch("PL", body, If_Match=condition).status_code == status


def test_a_failed_condition_precedes_a_conflict(patch: Ask) -> None:
    assert patch("PL", {"active": True, "metadata": {"version": 7}}, If_Match='"9-00"').status_code == 412
    assert patch("PL", {"active": True, "metadata": {"version": 7}}, If_Match='"1-00"').status_code == 409


def test_other_tenants_see_nothing_of_a_switch(ask: Ask, patch: Ask, client) -> None:
    secret = issue_key(TenantFactory(code="globex"))
    headers = {"Authorization": f"Bearer {secret}", "X-Version": "v2"}
    before = client.get("/country/globex/countries/PL", headers=headers)
    patch("PL", {"active": False})
    after = client.get("/country/globex/countries/PL", headers=headers)
    assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])


def test_a_switch_is_logged_with_its_credential_and_without_its_secret(patch: Ask, secret: str) -> None:
    patch("PL", {"active": False}, X_Request_Id="r-1")
    patch("PL", {"active": True, "metadata": {"version": 1}})
    patch("PL", {})
    entry = LogEntry.objects.get()
    assert entry.changes == {"active": [True, False], "version": ["1", "2"]}
    assert entry.additional_data == {"tenant": "acme", "credential": f"sk {secret.split('_')[2]}"}
    assert (entry.cid, entry.remote_addr) == ("r-1", "127.0.0.1")
    assert entry.object_repr == "PL of acme"
    assert secret not in repr(vars(entry))


def test_a_switch_needs_its_scope(ask: Ask, patch: Ask, tenant: Tenant) -> None:
    bearer = f"Bearer {issue_key(tenant, scopes=['country.country_read', 'country.country_manage2'])}"
    assert ask(f"{COUNTRIES}/PL", Authorization=bearer).status_code == 200
    response = patch("PL", b"no body is read", Authorization=bearer)
    assert response.status_code == 403
    assert response.json() == {
        "status": "Forbidden",
        "code": 403,
        "message": "The access to the given resource is forbidden.",
        "details": ["Missing required scopes '[country.country_manage]'", "missing scope: country.country_manage"],
    }
    assert 'error="insufficient_scope", scope="country.country_manage"' in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize("scope", ["COUNTRY.COUNTRY_MANAGE", "country.country", "country.country_manage ", ""])
def test_what_only_looks_like_the_scope_is_none(patch: Ask, tenant: Tenant, scope: str) -> None:
    bearer = f"Bearer {issue_key(tenant, scopes=[scope])}"
    assert patch("PL", {"active": False}, Authorization=bearer).status_code == 403


def test_a_public_key_opens_nothing(ask: Ask, tenant: Tenant) -> None:
    bearer = f"Bearer {issue_key(tenant, Kind.PUBLIC)}"
    assert ask(Authorization=bearer).status_code == 403


@pytest.mark.counted
def test_a_switch_costs_a_locking_read_a_write_and_an_audit_entry(patch: Ask, django_assert_num_queries) -> None:
    patch("PL", {"active": False})
    # With the savepoint that a transaction is inside another one, and its release.
    with django_assert_num_queries(5):
        assert patch("PL", {"active": True}).status_code == 204


def test_what_is_not_there_is_missing_before_its_body_is_wrong(patch: Ask) -> None:
    assert patch("ZZ", {"active": "maybe"}).status_code == 404
    assert patch("PL", {"active": "maybe"}).status_code == 400
