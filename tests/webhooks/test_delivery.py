"""Webhooks against a receiver: signed, in order, at least once, and to no address that they may not have."""

import logging
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError
from urllib3.exceptions import ConnectTimeoutError

from apps.geography.models import City, TenantCountry
from apps.webhooks import addresses, delivery, secrets, sending
from apps.webhooks.delivery import deliver
from apps.webhooks.models import Attempt, Message, OffBecause, Outcome, Webhook
from tests.factories import TenantFactory
from tests.webhooks.receiver import Receiver, receiving, status

MUNICH, WARSAW = 2867714, 756135


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_NETWORKS, settings.WEBHOOK_HTTP = ["127.0.0.1/32"], True
    with receiving() as started:
        yield started


@pytest.fixture
def issued(tenant, receiver) -> tuple[Webhook, str]:
    return Webhook.objects.issue(tenant, receiver.url)


@pytest.fixture
def webhook(issued) -> Webhook:
    return issued[0]


def write(city: int = MUNICH, **values: Any) -> None:
    # A test is one transaction, in which PostgreSQL notes a place once.
    City.objects.filter(pk=city).update(**values)


def due(webhook: Webhook) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(due_at=None)


def now(webhook: Webhook) -> Webhook:
    return Webhook.objects.get(pk=webhook.pk)


def test_what_has_changed_is_sent_once_as_the_feed_tells_it(webhook, receiver, client, secret):
    since = webhook.position
    assert deliver(webhook.pk) == 0
    write(population=1)
    TenantCountry.objects.filter(tenant=webhook.tenant, country="FR").update(active=False)
    assert deliver(webhook.pk) == 1
    assert deliver(webhook.pk) == 0
    (body,) = receiver.bodies()
    asked = client.get(f"/api/changes?since={since}", headers={"Authorization": f"Bearer {secret}"}).json()
    assert body == {"type": "changes", "timestamp": body["timestamp"], "data": asked}
    assert [each["id"] for each in asked["changes"]] == ["FR", str(MUNICH)]
    assert now(webhook).position == asked["next"]


def test_a_message_is_signed_by_standard_webhooks_with_both_secrets_during_a_roll(issued, receiver):
    webhook, old = issued
    _, new = webhook.roll(timedelta(hours=1))
    write(population=1)
    assert deliver(webhook.pk) == 1
    headers, body = receiver.taken[0]
    for secret in (old, new):
        assert Verifier(secret).verify(body, headers)["type"] == "changes"
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(body + b" ", headers)
    Webhook.objects.update(previous_secret_expires_at=timezone.now())
    write(WARSAW, population=2)
    deliver(webhook.pk)
    headers, body = receiver.taken[1]
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(body, headers)


def test_the_signature_is_that_of_the_published_example():
    at = datetime.fromtimestamp(1614265330, UTC)
    signed = secrets.signatures(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_was_not_taken_is_sent_again_unchanged_later_and_later_and_nothing_overtakes_it(webhook, receiver):
    receiver.answer = status(500)
    write(population=1)
    waits = []
    for _ in range(8):
        assert deliver(webhook.pk) == 0
        waits.append(round((now(webhook).due_at - timezone.now()).total_seconds()))
        # Not due yet.
        assert deliver(webhook.pk) == 0
        due(webhook)
    assert waits == [5, 300, 1800, 7200, 18_000, 36_000, 36_000, 36_000]
    write(WARSAW, population=5)
    assert now(webhook).position == webhook.position
    receiver.answer = status(200)
    assert deliver(webhook.pk) == 2
    assert len(set(receiver.ids())) == 2
    assert len({body for _, body in receiver.taken[:9]}) == 1
    assert receiver.bodies()[-1]["data"]["changes"][0]["id"] == str(WARSAW)
    after = now(webhook)
    assert (after.attempts, after.failing_since, after.due_at) == (0, None, None)


def test_after_five_days_in_vain_it_is_off_and_switched_on_it_goes_on_where_it_was(webhook, receiver):
    receiver.answer = status(503)
    write(population=1)
    deliver(webhook.pk)
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=5), due_at=None)
    deliver(webhook.pk)
    assert now(webhook).off_because == OffBecause.FAILING
    due(webhook)
    assert deliver(webhook.pk) == 0
    assert len(receiver.taken) == 2
    Webhook.objects.update(off_because="", attempts=0, failing_since=None)
    receiver.answer = status(200)
    assert deliver(webhook.pk) == 1
    assert len(set(receiver.ids())) == 1


def test_who_answers_410_is_sent_nothing_more(webhook, receiver):
    receiver.answer = status(410)
    write(population=1)
    deliver(webhook.pk)
    assert now(webhook).off_because == OffBecause.GONE
    assert Attempt.objects.get().outcome == Outcome.GONE


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


def test_what_the_settings_allow_no_longer_is_refused_and_stops_nobody(webhook, receiver, settings):
    settings.WEBHOOK_HTTP = False
    write(population=1)
    assert deliver(webhook.pk) == 0
    assert Attempt.objects.get().outcome == Outcome.REFUSED
    assert receiver.taken == []


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


def test_who_has_it_in_hand_keeps_others_away_and_loses_it_when_the_lease_runs_out(webhook, receiver):
    write(population=1)
    counts = []

    def meanwhile(handler: Any) -> None:
        status(200)(handler)

    send = delivery.send

    def sent(*arguments: Any) -> Any:
        # Another process looks, while this one waits for the answer.
        counts.append(deliver(webhook.pk))
        return send(*arguments)

    receiver.answer = meanwhile
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "send", sent)
        assert deliver(webhook.pk) == 1
    assert counts == [0]
    assert len(receiver.taken) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_that_is_killed_loses_nothing(webhook, receiver, moment):
    class Killed(BaseException):
        pass

    send = delivery.send

    def killed(*arguments: Any) -> Any:
        if moment == "after":
            send(*arguments)
        # No more of it is done, nor is the lease given back.
        Webhook.objects.update(lease="of the dead")
        raise Killed

    write(population=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "send", killed)
        with pytest.raises(Killed):
            deliver(webhook.pk)
    assert deliver(webhook.pk) == 0
    assert (now(webhook).position, Message.objects.count()) == (webhook.position, 1)
    Webhook.objects.update(leased_until=timezone.now())
    assert deliver(webhook.pk) == 1
    assert len(set(receiver.ids())) == 1
    assert len(receiver.taken) == (2 if moment == "after" else 1)


def test_many_changes_come_in_pages_that_lead_to_one_another(webhook, receiver, monkeypatch):
    monkeypatch.setattr(delivery, "CHANGES_IN_MESSAGE", 5)
    monkeypatch.setattr(delivery, "MESSAGES_AT_ONCE", 1)
    City.objects.filter(subdivision__code="DE-BE").update(population=1)
    total = City.objects.filter(subdivision__code="DE-BE", withdrawn_on=None).count()
    assert total > 5
    while taken := deliver(webhook.pk):
        assert taken == 1
    told = [each["id"] for body in receiver.bodies() for each in body["data"]["changes"]]
    assert len(told) == len(set(told)) == total
    assert [body["data"]["has_more"] for body in receiver.bodies()].count(False) == 1


def test_where_not_all_is_known_the_receiver_is_told_to_begin_anew(webhook, receiver, tenant):
    tenant.plan.subdivision_access = False
    tenant.plan.save()
    assert deliver(webhook.pk) == 1
    (body,) = receiver.bodies()
    assert (body["type"], body["data"]["changes"]) == ("changes.reset", [])
    write(population=1)
    assert deliver(webhook.pk) == 1
    assert receiver.bodies()[1]["type"] == "changes"


def test_a_tenant_that_is_disabled_is_sent_nothing_and_others_hear_nothing_of_it(webhook, receiver, tenant):
    other = Webhook.objects.issue(TenantFactory(), receiver.url, types=["country"])[0]
    TenantCountry.objects.filter(tenant=tenant, country="FR").update(active=False)
    write(population=1)
    tenant.is_enabled = False
    tenant.save()
    assert (deliver(webhook.pk), deliver(other.pk)) == (0, 0)
    assert receiver.taken == []


def test_a_secret_is_stored_encrypted_moves_to_the_newest_key_and_is_named_when_it_is_lost(issued, receiver, settings):
    webhook, secret = issued
    assert secret.removeprefix("whsec_") not in webhook.secret
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    write(population=1)
    assert deliver(webhook.pk) == 1
    settings.SECRET_KEY_FALLBACKS = []
    assert now(webhook).keys(timezone.now()) == [secret]
    settings.SECRET_KEY = "a third"
    write(WARSAW, population=2)
    assert deliver(webhook.pk) == 0
    assert Attempt.objects.first().outcome == Outcome.UNREADABLE


def test_no_secret_and_no_path_of_a_receiver_is_in_a_log_or_a_name(issued, receiver, caplog):
    caplog.set_level(logging.DEBUG)
    webhook, secret = issued
    receiver.answer = status(500)
    write(population=1)
    deliver(webhook.pk)
    said = caplog.text + str(webhook) + repr(webhook) + "".join(map(str, Attempt.objects.values()))
    assert "canary" not in said
    assert secret not in said


def test_only_the_last_deliveries_are_kept_of_each_webhook(webhook, monkeypatch, receiver):
    monkeypatch.setattr(delivery, "KEPT", 2)
    other, _ = Webhook.objects.issue(TenantFactory(), receiver.url)
    delivery.send_test(other, 1)
    for _ in range(3):
        delivery.send_test(webhook, 1)
    assert [Attempt.objects.filter(webhook=each).count() for each in (webhook, other)] == [2, 1]
    assert {body["type"] for body in receiver.bodies()} == {"changes.test"}
