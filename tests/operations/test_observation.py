"""One line of JSON for each request, warm or not, by which an operator finds it again; no secret is in it."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, close_old_connections
from django.test import Client, RequestFactory

from apps.api.answers.front import Front
from apps.api_keys.secrets import generate
from apps.operations import observation
from apps.operations.observation import Note, Observed
from config.logs import Line

pytestmark = [pytest.mark.django_db, pytest.mark.once]

COUNTRIES = "/api/data/countries"


class Service:
    """The whole service as a server calls it, with what it writes to its log."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self.application = Observed(Front(get_wsgi_application()), [observation.log])
        self.capfd = capfd

    def ask(self, path: str, **environ: Any) -> tuple[dict[str, str], bytes]:
        """Return the headers, in lower case, and the body."""
        found: dict[str, str] = {}

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            found.update({name.lower(): value for name, value in headers}, status=status)

        whole = RequestFactory().generic(environ.pop("REQUEST_METHOD", "GET"), "/").environ
        answer = self.application(whole | {"PATH_INFO": path, "HTTP_HOST": "testserver", **environ}, start)
        return found, b"".join(answer)

    def lines(self) -> list[dict[str, Any]]:
        """Return what was logged since the last look."""
        self.application.notes.flush()
        return [json.loads(line) for line in self.capfd.readouterr().out.splitlines()]


@pytest.fixture
def service(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    # Who wants a line asks for it, so that none is written while another is looked for.
    monkeypatch.setattr(observation.Notes, "_start", lambda self: None)
    # A request that ends closes connections that are too old; this one is the test's.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Service(capfd)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_request_is_a_line_whether_its_answer_is_warm_or_not(service, secret, request):
    sent = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    headers = [service.ask(COUNTRIES, **sent)[0] for _ in range(2)]
    first, second = service.lines()
    assert list(first) == "time request_id style tenant key method path status ms store".split()
    assert [line["request_id"] for line in (first, second)] == [each["x-request-id"] for each in headers]
    assert (first["style"], first["tenant"], first["method"], first["path"]) == ("data", "acme", "GET", COUNTRIES)
    assert (first["status"], first["store"]) == (200, "miss")
    assert second["store"] == ("miss" if request.config.getoption("--store") == "off" else "hit")
    assert first["key"] == second["key"] == secret.split("_")[2]
    assert second["ms"] > 0
    assert secret not in json.dumps([first, second])


@pytest.mark.parametrize(
    ("path", "environ", "style", "status"),
    [
        (COUNTRIES, {}, "data", 401),
        (COUNTRIES, {"REQUEST_METHOD": "OPTIONS"}, "data", 204),
        ("/v1/no/such/path", {}, "country_list", 401),
        ("/nothing", {}, "none", 404),
        ("/livez", {}, "operations", 200),
        ("/admin/login/", {}, "back_office", 200),
        ("/openapi/data.json", {}, "site", 200),
        (COUNTRIES, {"HTTP_HOST": "evil.example"}, "none", 400),
    ],
)
def test_what_no_style_has_answered_is_a_line_too(service, path, environ, style, status):
    service.ask(path, **environ)
    (line,) = service.lines()
    assert (line["style"], line["status"], line["tenant"], line["key"]) == (style, status, None, None)


def test_nothing_that_is_sent_breaks_the_line_or_betrays_a_secret(service, secret):
    service.ask(f"/{secret}\r\n\x1b[31m\xe4\x85", HTTP_X_REQUEST_ID=secret, QUERY_STRING=f"access_token={secret}")
    service.application.notes.flush()
    written = service.capfd.readouterr().out
    assert secret not in written
    assert written.count("\n") == 1
    assert written.isascii()
    line = json.loads(written)
    assert line["path"].endswith("...%0D%0A%1B%5B31m%E4%85")
    assert len(json.loads(observation.line(Note(0, 0, 200, "X" * 999, "/" * 9999, "a")))["path"]) == 500


def test_lines_are_written_in_pieces_that_a_pipe_takes_whole(monkeypatch):
    pieces: list[bytes] = []
    monkeypatch.setattr(os, "write", lambda where, piece: pieces.append(piece) or len(piece))
    observation.log([Note(0, 0, 200, "GET", "/" * 400, "a")] * 50)
    assert all(len(piece) <= 4096 and piece.endswith(b"}\n") for piece in pieces)
    assert sum(piece.count(b"\n") for piece in pieces) == 50


def test_a_log_that_nobody_reads_stops_no_answer(monkeypatch):
    def broken(where: int, piece: bytes) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(os, "write", broken)
    observation.log([Note(0, 0, 200, "GET", "/", "a")])


def test_the_id_of_a_500_stands_in_the_answer_and_twice_in_the_log(service, secret, monkeypatch, caplog):
    def fail(*arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("apps.api_keys.credentials.identify", fail)
    headers, body = service.ask(COUNTRIES, HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert headers["status"].startswith("500")
    (line,) = service.lines()
    assert line["status"] == 500
    assert line["request_id"] == headers["x-request-id"]
    assert headers["x-request-id"] in body.decode()
    (record,) = [each for each in caplog.records if each.name == "django.request"]
    told = Line("%(name)s %(message)s").format(record)
    assert told.startswith(f"django.request [request {headers['x-request-id']}] Internal Server Error: {COUNTRIES}\n")
    assert "ZeroDivisionError" in told


def test_a_database_that_is_away_is_a_line_and_no_traceback():
    record = logging.makeLogRecord({"name": "django.request", "msg": "Service Unavailable: /", "status_code": 503})
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        record.exc_info = sys.exc_info()
    assert Line("%(message)s").format(record) == "Service Unavailable: /"


def test_a_wrong_host_is_one_line_without_a_traceback(caplog):
    answer = Client().get("/nothing", headers={"host": "evil.example"})
    (record,) = [each for each in caplog.records if each.name.startswith("django.security")]
    told = Line("%(message)s").format(record)
    assert "\n" not in told
    assert "evil.example" in told
    assert answer["X-Request-Id"] in told


def test_no_line_betrays_a_secret_that_somebody_has_put_into_a_header_that_is_quoted(caplog):
    secret = generate("sk")
    Client().get("/v1/country/list", HTTP_HOST=f"{secret.text}.example")
    try:
        raise ValueError(secret.text)
    except ValueError as error:
        logging.getLogger("gazetteer").exception("Referer checking failed - %s", secret.text, exc_info=error)
    told = [Line("%(message)s").format(record) for record in caplog.records]
    assert len(told) == 2
    for text in told:
        assert f"gaz_sk_{secret.key_id}_..." in text
        assert secret.text not in text


def test_a_message_does_not_write_lines_of_its_own():
    record = logging.LogRecord("a", logging.WARNING, "", 1, "Not Found: %s", ("/x\nERROR forged\x1b[2J",), None)
    assert Line("%(message)s").format(record) == r"Not Found: /x\x0aERROR forged\x1b[2J"


def test_a_failed_log_in_names_user_and_client(caplog, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    User.objects.create_user("ada", password="right", is_staff=True)
    for name in ("ada", "eve\nforged"):
        forwarded = {"x-forwarded-for": "198.51.100.7"}
        Client().post("/admin/login/", {"username": name, "password": "wrong-one"}, headers=forwarded)
    told = [Line("%(message)s").format(each) for each in caplog.records if each.name == "gazetteer.back_office"]
    assert len(told) == 2
    assert "'ada' from 198.51.100.7" in told[0]
    assert "\n" not in told[1]
    assert "wrong-one" not in " ".join(told)
