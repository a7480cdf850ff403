"""No secret is found where it does not belong: databases, logs, error pages, answers, the back office's history."""

import io
import logging
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.views.debug import get_exception_reporter_class

from apps.api.callers import BearerAuthentication
from apps.api_keys import credentials, oauth
from apps.api_keys.models import ApiKey, Kind, OAuthClient
from apps.api_keys.secrets import PATTERN

PATHS = [
    "/api/data/countries",
    "/api/search?q=poland",
    "/api/countries",
    "/v1/country/list?country=PL",
    "/country/acme/countries",
    "/web/v1/system/constants/countries",
    "/v3.1/alpha/PL",
    "/csc/v1/countries/PL",
    "/nothing",
]


@pytest.fixture
def canaries(tenant) -> list[str]:
    """Live secrets of every kind: a private key, a public key, a client's secret and its access token."""
    private, public = (ApiKey.objects.issue(tenant, kind)[1] for kind in Kind)
    client, secret = OAuthClient.objects.issue(tenant, "shop")
    form = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
    body = urlencode(form)
    answer = Client().post("/oauth/token", body, content_type="application/x-www-form-urlencoded")
    return [private, public, secret, answer.json()["access_token"]]


def ask_everything(secrets: list[str]) -> Iterator[bytes]:
    """Send each secret to each path, in every place where a careless client may put it; yield what comes back."""
    for secret in secrets:
        for path in PATHS:
            separator = "&" if "?" in path else "?"
            for response in (
                Client().get(path, headers={"Authorization": f"Bearer {secret}"}),
                Client().get(path, headers={"X-API-KEY": secret}),
                Client().get(path, headers={"Authorization": f"Bearer {secret}, Bearer {secret}"}),
                Client().get(f"{path}{separator}access_token={secret}"),
                Client().post(path, f"access_token={secret}", content_type="application/x-www-form-urlencoded"),
                Client().patch(path, f'{{"token": "{secret}"}}', content_type="application/json"),
            ):
                yield response.content + str(response.headers).encode()


def database_dump() -> str:
    """Return every row of every table."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("geography_"):
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows += cursor.fetchall()
    return repr(rows)


def test_no_secret_is_in_an_answer_a_log_a_query_or_the_database(canaries, caplog):
    caplog.set_level(logging.DEBUG)
    with CaptureQueriesContext(connection) as queries:
        answers = b"".join(ask_everything(canaries)).decode()
    places = {
        "answers": answers,
        "logs": caplog.text,
        "queries": "".join(query["sql"] for query in queries),
        "database": database_dump(),
    }
    found = [(place, secret[:6]) for place, text in places.items() for secret in canaries if secret in text]
    assert not found
    assert len(places["database"]) > 1000


def test_a_token_request_leaves_no_secret_in_the_log(tenant, caplog):
    caplog.set_level(logging.DEBUG)
    client, secret = OAuthClient.objects.issue(tenant, "shop")
    form = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
    for path in ("/oauth/token", "/v1/auth/token"):
        answer = Client().post(path, urlencode(form), content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200
        assert "gaz_at_" in answer.content.decode()
    assert "gaz_" not in caplog.text


def reported(request, act) -> str:
    """Return what Django would mail to the operators when `act` fails."""
    try:
        act()
    except RuntimeError as error:
        reporter = get_exception_reporter_class(request)(request, type(error), error, error.__traceback__)
        return reporter.get_traceback_text() + reporter.get_traceback_html()
    raise AssertionError("did not fail")


def test_the_report_of_a_bug_shows_no_secret(canaries, monkeypatch, rf):
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken")

    private, _, client_secret, access_token = canaries
    client = Client(raise_request_exception=False)
    for module, name, secret in ((ApiKey.objects, "unrevoked", private), (oauth, "find_token", access_token)):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, fail)
            patch.setattr(credentials, "_remembered", {})
            request = rf.get("/api/data/countries", headers={"Authorization": f"Bearer {secret}"})
            text = reported(request, partial(BearerAuthentication().authenticate, request))
            answer = client.get("/api/data/countries", headers={"Authorization": f"Bearer {secret}"})
        assert "fail" in text
        assert not [hidden for hidden in canaries if hidden in text or hidden in answer.content.decode()]
        assert answer.status_code == 500
    monkeypatch.setattr(OAuthClient, "accepts", fail)
    client_id = OAuthClient.objects.get().client_id
    text = reported(rf.post("/oauth/token"), lambda: oauth.issue_token(client_id, client_secret))
    assert client_secret not in text


def test_a_key_issued_in_the_back_office_is_in_no_history(tenant, admin_client, caplog):
    caplog.set_level(logging.DEBUG)
    data = {"tenant": tenant.pk, "kind": "sk", "label": "canary", "scopes": "country.country_read"}
    answer = admin_client.post("/admin/api_keys/apikey/add/", data, follow=True)
    shown = PATTERN.search(answer.content.decode())
    assert shown
    assert "no-store" in answer.headers["Cache-Control"]
    assert shown[0] not in database_dump()
    assert "gaz_sk_" not in caplog.text
    again = admin_client.get(f"/admin/api_keys/apikey/{ApiKey.objects.get(label='canary').pk}/change/")
    assert not PATTERN.search(again.content.decode())


def test_commands_show_a_secret_on_stdout_only(tenant, caplog):
    caplog.set_level(logging.DEBUG)
    out, err = io.StringIO(), io.StringIO()
    call_command("issue_api_key", "acme", stdout=out, stderr=err)
    assert out.getvalue().startswith("gaz_sk_")
    assert out.getvalue().count("gaz_") == 1
    assert "gaz_" not in err.getvalue() + caplog.text
