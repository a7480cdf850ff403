"""One message to one receiver: soon given up, and to no address that it may not have."""

import shutil
import socket
import subprocess
import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from urllib3.exceptions import ConnectTimeoutError

from apps.webhooks import addresses, sending
from apps.webhooks.models import Outcome, Webhook
from tests.webhooks.receiver import receiving, status


def drip(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(20):
        time.sleep(0.1)
        handler.wfile.write(b"X: y\r\n")
        handler.wfile.flush()


def huge(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def hang_up(handler: Any) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (lambda handler: time.sleep(2), Outcome.TIMEOUT),
        (drip, Outcome.TIMEOUT),
        (huge, Outcome.DELIVERED),
        (hang_up, Outcome.UNREACHABLE),
        (status(302, Location="http://169.254.169.254/latest/meta-data"), Outcome.ANSWERED),
        (status(400), Outcome.ANSWERED),
        (status(299), Outcome.DELIVERED),
        (status(300), Outcome.ANSWERED),
    ],
    ids=[
        "silent",
        "drips",
        "huge",
        "hangs up",
        "redirects",
        "refuses",
        "the last that takes",
        "the first that does not",
    ],
)
def test_no_receiver_holds_the_sender_up(receiver, answer, outcome):
    receiver.answer = answer
    began = time.monotonic()
    assert sending.post(receiver.url, b"{}", {}, seconds=0.5).outcome == outcome
    assert time.monotonic() - began < 1.5
    assert len(receiver.taken) == 1


def test_an_answer_may_take_longer_than_a_connection(receiver, monkeypatch):
    monkeypatch.setattr(sending, "CONNECT_SECONDS", 0.1)
    receiver.answer = lambda handler: (time.sleep(0.3), status(200)(handler))
    assert sending.post(receiver.url, b"{}", {}).outcome == Outcome.DELIVERED


@pytest.mark.parametrize(
    ("url", "port"),
    [("https://shop.example/", 443), ("http://shop.example/", 80), ("https://shop.example:8443/", 8443)],
)
def test_the_port_is_that_of_the_scheme_unless_the_address_names_one(url, port, settings, monkeypatch):
    settings.WEBHOOK_HTTP = True
    asked = []
    monkeypatch.setattr(addresses, "resolved", lambda *where: asked.append(where) or [])
    assert sending.post(url, b"{}", {}).outcome == Outcome.UNREACHABLE
    assert asked == [("shop.example", port)]


@pytest.mark.parametrize("path", ["/", "/a/b", "/?c=d", "/a?c=d&e"])
def test_a_message_goes_to_the_path_and_query_of_its_receiver(receiver, path):
    sending.post(f"http://127.0.0.1:{receiver.port}{path}", b"{}", {})
    assert receiver.paths == [path]


def test_where_one_address_of_a_host_does_not_answer_the_next_is_asked(receiver, monkeypatch):
    monkeypatch.setattr(addresses, "resolved", lambda host, port: ["127.0.0.2", "127.0.0.1"])
    assert sending.post(receiver.url, b"{}", {}).outcome == Outcome.DELIVERED


def test_addresses_that_do_not_answer_are_tried_no_longer_than_a_message_may_take(monkeypatch, settings):
    settings.WEBHOOK_HTTP, asked = True, []

    def late(connection: Any) -> None:
        asked.append(connection.host)
        time.sleep(0.06)
        raise ConnectTimeoutError

    monkeypatch.setattr(addresses, "resolved", lambda host, port: ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
    monkeypatch.setattr(sending.HTTPConnection, "connect", late)
    assert sending.post("http://shop.example/", b"{}", {}, seconds=0.1).outcome == Outcome.TIMEOUT
    assert asked == ["192.0.2.1", "192.0.2.2"]


def test_what_the_last_address_of_a_host_fails_by_is_told(receiver):
    assert sending.post(receiver.url.replace("http:", "https:"), b"{}", {}).outcome == Outcome.CERTIFICATE


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed.")
def test_a_certificate_must_be_the_hosts_and_of_an_authority_that_the_operator_trusts(tmp_path, settings, monkeypatch):
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    key, file = tmp_path / "key", tmp_path / "both"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    make += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key]
    certificate = subprocess.run(make, check=True, capture_output=True, text=True).stdout
    file.write_text(key.read_text() + certificate)
    with receiving(file) as receiver:
        urls = [f"https://{host}:{receiver.port}/" for host in ("localhost", "127.0.0.1")]
        assert sending.post(urls[0], b"{}", {}).outcome == Outcome.CERTIFICATE
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert [sending.post(url, b"{}", {}).outcome for url in urls] == [Outcome.DELIVERED, Outcome.CERTIFICATE]
        assert len(receiver.taken) == 1


PRIVATE = (
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.100.100.200 0.0.0.0 224.0.0.1 255.255.255.255 "
    "168.63.129.16 192.0.0.192 ::1 :: ::ffff:127.0.0.1 ::ffff:169.254.169.254 fe80::1 fd00:ec2::254 ff02::1 "
    "64:ff9b::7f00:1 2002:7f00:1:: fec0::1"
).split()


@pytest.mark.parametrize("address", PRIVATE)
def test_nothing_is_sent_to_an_address_that_not_everybody_can_reach(address, monkeypatch):
    with pytest.raises(ValidationError):
        addresses.validate_url(f"https://[{address}]/" if ":" in address else f"https://{address}/")
    # One of several is enough, and names are looked up once.
    found = [(0, 0, 0, "", (each, 443)) for each in ("93.184.215.14", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **named: found)
    answer = sending.post("https://rebinding.example/", b"{}", {})
    assert (answer.outcome, answer.detail) == (Outcome.REFUSED, address)


def test_what_the_settings_allow_is_sent_to_however_it_is_written(settings):
    settings.WEBHOOK_NETWORKS = ["10.0.0.0/8"]
    for host in ("10.1.2.3", "[::ffff:10.1.2.3]", "93.184.215.14"):
        addresses.validate_url(f"https://{host}/")
    with pytest.raises(ValidationError):
        addresses.validate_url("https://192.168.1.1/")


def test_numbers_that_stand_for_an_address_are_looked_up_as_that():
    assert sending.post("https://2130706433/", b"{}", {}).outcome == Outcome.REFUSED


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "ftp://shop.example/",
        "shop.example",
        "https://",
        "https://user:password@shop.example/",
        "https://shop.example/#a",
        "https://shop.example/a b",
        "https://shop.example/\r\nX: y",
        "https://shop.example:99999/",
        "https://[::1/",
        "https://łódź.example/",
    ],
)
def test_what_is_no_address_of_a_receiver_is_refused(url, tenant):
    with pytest.raises(CommandError):
        call_command("create_webhook", "acme", url)
    assert not Webhook.objects.exists()
