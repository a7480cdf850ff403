"""nginx as `config/deploy/nginx.conf` has it, with TLS, before production's settings: what each does for the other."""

import gzip
import http.client
import json
import re
import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from apps.operations import in_front
from tests.proxying import ALLOWED, NAME, PROGRAMS, Proxy, in_front_of, proxied

OTHER = "127.0.0.2"
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not all(map(shutil.which, PROGRAMS)), reason="nginx (Debian: nginx-light) or openssl is not installed."
    ),
]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The proxy, and the demo behind it."""
    with proxied(tmp_path_factory.mktemp("nginx")) as running:
        yield running


def test_bodies_that_are_never_finished_hold_no_thread(proxy: Proxy) -> None:
    half = (
        f"POST /oauth/token HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 100\r\n\r\ngrant_type="
    ).encode()
    with ExitStack() as stack:
        for _ in range(40):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", proxy.port), timeout=20))
            stack.enter_context(proxy.context.wrap_socket(plain)).sendall(half)
        assert {proxy.ask("/api/data/countries", Authorization=proxy.bearer).status for _ in range(5)} == {200}


def test_who_asks_is_the_address_that_the_proxy_sees_whatever_the_client_says(proxy: Proxy) -> None:
    assert proxy.ask("/metrics", source=ALLOWED).status == 200
    assert proxy.ask("/metrics", source=OTHER).status == 403
    assert proxy.ask("/metrics", source=OTHER, X__Forwarded__For=ALLOWED).status == 403
    assert proxy.ask("/metrics", source=OTHER, X_Forwarded_For=ALLOWED).status == 403


def test_doctor_sees_that_no_header_with_underscores_passes(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    def named(url: str, headers: dict[str, str]) -> Request:
        return Request(url, headers=headers | {"Host": NAME})  # noqa: S310

    monkeypatch.setattr(in_front, "urlopen", partial(urlopen, context=proxy.context))
    monkeypatch.setattr(in_front, "Request", named)
    assert in_front.passes_underscores(f"https://127.0.0.1:{proxy.port}", 20) is False


def test_answers_keep_coding_and_entity_tag_on_their_way(proxy: Proxy) -> None:
    asked = {"Authorization": proxy.bearer, "Accept__Encoding": "gzip"}
    answer = proxy.ask("/api/data/countries", **asked)
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.body))
    assert proxy.ask("/api/data/countries", If__None__Match=answer.headers["etag"], **asked).status == 304


def test_a_switch_under_a_condition_keeps_it_on_its_way(proxy: Proxy) -> None:
    asked = {"Authorization": proxy.bearer, "X__Version": "v2"}
    path = f"/country/{proxy.demo['tenant']}/countries/PL"
    tag = proxy.ask(path, **asked).headers["etag"]
    switch = {"method": "PATCH", "body": b'{"active": false}', "Content__Type": "application/json", "If__Match": tag}
    assert proxy.ask(path, **asked, **switch).status == 204
    assert proxy.ask(path, **asked, **switch).status == 412


def test_other_hosts_are_refused_and_so_is_plain_http(proxy: Proxy) -> None:
    assert proxy.ask("/api/data/countries", Host="attacker.example", Authorization=proxy.bearer).status == 400
    forwarded = proxy.ask("/admin/login/", X__Forwarded__Host="attacker.example")
    assert b"attacker.example" not in forwarded.body
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as plain:
        plain.sendall(f"GET /api/data/countries HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        assert plain.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_body_of_more_than_ten_megabytes_is_refused_before_it_reaches_us(proxy: Proxy) -> None:
    headers = {"Content__Length": str(200 * 1024 * 1024), "Content__Type": "text/csv"}
    assert proxy.ask("/admin/", method="POST", **headers).status == 413


# Framings of a request on which two programs may disagree; what one takes for the body is a request to the other.
FRAMINGS = {
    "two lengths": b"Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "two lengths in one": b"Content-Length: 0, {length}\r\n\r\n{hidden}",
    "a length with a sign": b"Content-Length: +{length}\r\n\r\n{hidden}",
    "a length below zero": b"Content-Length: -1\r\n\r\n{hidden}",
    "a length without end": b"Content-Length: 99999999999999999999\r\n\r\n{hidden}",
    "length and chunks": b"Content-Length: {beyond}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
    "chunks and length": b"Transfer-Encoding: chunked\r\nContent-Length: {beyond}\r\n\r\n0\r\n\r\n{hidden}",
    "another coding": b"Transfer-Encoding: xchunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "two codings": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{hidden}",
    "identity": b"Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n{hidden}",
    "a space before the colon": b"Transfer-Encoding : chunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "a tab in the coding": b"Transfer-Encoding:\x0bchunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "an underscore": b"Transfer_Encoding: chunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "an underscore in the length": b"Content-Length: {length}\r\nContent_Length: 0\r\n\r\n{hidden}",
    "a folded coding": b"Transfer-Encoding:\r\n chunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "a folded length": b"X-A: b\r\n Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "a bare carriage return": b"X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "a NUL": b"X-A: b\0\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "a chunk in C": b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n{hidden}",
    "a chunk with a sign": b"Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n{hidden}",
    "a chunk that overflows": b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n{hidden}",
}


@pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS)
def test_a_request_hidden_in_the_body_of_another_is_none(proxy: Proxy, framing: bytes) -> None:
    """It has a credential, and would switch a country off; but the proxy gives one answer, to the request around it."""
    path = f"/country/{proxy.demo['tenant']}/countries/FR"
    hidden = (
        f"PATCH {path} HTTP/1.1\r\nHost: {NAME}\r\nX-Version: v2\r\nAuthorization: {proxy.bearer}\r\n"
        'Content-Type: application/json\r\nContent-Length: 17\r\n\r\n{"active": false}'
    ).encode()
    for name, value in {b"{length}": len(hidden), b"{beyond}": len(hidden) + 5}.items():
        framing = framing.replace(name, b"%d" % value)
    start = f"POST /web/v1/system/constants/countries HTTP/1.1\r\nHost: {NAME}\r\n".encode()
    said = proxy.send(start + framing.replace(b"{hidden}", hidden))
    [status] = re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", said)
    # The last one is nginx's word for codings that it does not have.
    assert status in {b"400", b"405", b"501"}
    asked = {"Authorization": proxy.bearer, "X__Version": "v2"}
    assert json.loads(proxy.ask(path, **asked).body)["active"] is True


def test_a_log_in_that_names_a_long_address_is_no_bad_gateway(proxy: Proxy) -> None:
    answer = proxy.ask(f"/admin/{'x' * 6000}/")
    assert answer.status == 302
    assert len(answer.headers["location"]) > 6000


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("PATCH", 502)])
def test_a_read_that_two_dying_workers_cut_off_is_asked_a_third_time(tmp_path: Path, method: str, status: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as behind, ThreadPoolExecutor(1) as pool:

        def serve() -> None:
            # As a worker that is killed: one connection that it had, one that had waited for it.
            for last in (False, False, True):
                connection, _ = behind.accept()
                with connection:
                    connection.recv(65_536)
                    if last:
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    if method != "GET":
                        return

        served = pool.submit(serve)
        with in_front_of(behind.getsockname()[1], tmp_path) as (port, context):
            asking = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=20)
            asking.request(method, "/", headers={"Host": NAME, "Content-Length": "0"})
            assert asking.getresponse().status == status
            asking.close()
        served.result(timeout=20)
