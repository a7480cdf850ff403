"""/metrics: numbers for those who may have them."""

import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from prometheus_client.parser import text_string_to_metric_families

from apps.geography.models import City
from apps.operations import metrics
from apps.operations.observation import OUTCOMES, Note
from apps.webhooks import delivery
from apps.webhooks.models import OffBecause, Outcome, Webhook
from apps.webhooks.sending import Answer
from tests.serving import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TOKEN = "t" * 32


def note(status: int = 200, *, is_hit: bool | None = None, seconds: float = 0.002, style: str = "data") -> Note:
    return Note(0, seconds, status, "GET", "/", "a", style, store=OUTCOMES[is_hit], build_seconds=seconds)


def numbers() -> dict[tuple[str, ...], float]:
    """Return each number by its name and the values of its labels, in the order of their names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def test_they_are_off_until_somebody_may_have_them(client):
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"REMOTE_ADDR": "10.1.2.3"}, 200),
        ({"REMOTE_ADDR": "192.0.2.1"}, 403),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}, 403),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Bearer ü"}, 403),
        # By way of the proxy it is the client's address that counts; of a proxy that nobody has named, none does.
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}, 403),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.1.2.3"}, 200),
        ({"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}, 403),
        ({"REMOTE_ADDR": ""}, 403),
    ],
)
def test_who_may_have_them(client, settings, sent, status):
    settings.METRICS_ALLOWED_ADDRESSES, settings.METRICS_TOKEN = ["10.0.0.0/8"], TOKEN
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    answer = client.get("/metrics", headers={"host": "10.0.0.5"}, **sent)
    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Type"].startswith("text/plain; version=")


def test_requests_are_counted_by_style_status_and_outcome():
    before = numbers()
    metrics.count([note(is_hit=True), note(is_hit=True), note(is_hit=False, seconds=0.3), note(429), note(404)])
    after = numbers()

    def more(*name: str) -> float:
        return round(after[name] - before.get(name, 0), 6)

    assert more("gazetteer_requests_total", "200", "data") == 3
    assert more("gazetteer_requests_total", "404", "data") == 1
    assert more("gazetteer_limited_total", "data") == 1
    assert more("gazetteer_store_total", "hit", "data") == 2
    assert more("gazetteer_store_total", "miss", "data") == 1
    assert more("gazetteer_request_seconds_count", "data") == 5
    assert more("gazetteer_request_seconds_sum", "data") == 0.308
    assert more("gazetteer_request_seconds_bucket", "0.0025", "data") == 4
    assert more("gazetteer_request_seconds_bucket", "0.5", "data") == 5
    assert more("gazetteer_build_seconds_count", "data") == 1
    assert after["gazetteer_database_sessions",] >= 1


def test_times_that_are_added_together_are_observed_like_single_ones():
    together, single = (metrics.Times(name, "", buckets=metrics.SECONDS, registry=None) for name in ("a", "b"))
    seconds = [0.0001, 0.0005, 0.00051, 0.3, 10, 11]
    together.add(seconds)
    for each in seconds:
        single.observe(each)
    assert [each.get() for each in together._buckets] == [each.get() for each in single._buckets]
    assert together._sum.get() == pytest.approx(single._sum.get())


@pytest.mark.both
def test_imports_are_told_out_of_the_database():
    found = numbers()
    assert found["gazetteer_database_up",] == 1
    assert found["gazetteer_import_timestamp_seconds", "import_countries"] > 1.7e9


@pytest.mark.both
def test_deliveries_are_told_by_webhook_and_what_waits_or_is_off(tenant, monkeypatch):
    webhook = Webhook.objects.issue(tenant, "https://shop.example/changes?token=canary")[0]
    Webhook.objects.issue(tenant, "https://gone.example/", off_because=OffBecause.GONE)
    answers = iter([Outcome.TIMEOUT, Outcome.DELIVERED])
    monkeypatch.setattr(delivery, "send", lambda *message: Answer(next(answers)))
    City.objects.filter(pk=2867714).update(population=1)
    delivery.deliver(webhook.pk)
    of = ("gazetteer_webhook_deliveries_total",)
    labels = (str(tenant.code), str(webhook.pk))
    found = numbers()
    assert (found[*of, "failed", *labels], found[*of, "delivered", *labels]) == (1, 0)
    assert found["gazetteer_webhook_messages_waiting",] == 1
    assert (found["gazetteer_webhooks", "on"], found["gazetteer_webhooks", "gone"]) == (1, 1)
    Webhook.objects.update(due_at=None)
    delivery.deliver(webhook.pk)
    found = numbers()
    assert (found[*of, "failed", *labels], found[*of, "delivered", *labels]) == (1, 1)
    assert found["gazetteer_webhook_messages_waiting",] == 0
    assert b"canary" not in metrics.exposition()


def test_processes_are_added_up_and_the_dead_have_no_sessions(tmp_path, monkeypatch):
    counted = (
        "import django; django.setup()\n"
        "from apps.operations import metrics\n"
        "from apps.operations.observation import Note\n"
        "metrics.count([Note(0, 0.002, 200, 'GET', '/livez', 'a', 'operations')] * 3)\n"
        "metrics.SESSIONS.set(4)\n"
    )
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    processes = [
        subprocess.Popen([sys.executable, "-c", counted], cwd=ROOT, env={"PATH": "/usr/bin:/bin", **environment})
        for _ in range(2)
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    found = numbers()
    assert found["gazetteer_requests_total", "200", "operations"] == 6
    assert found["gazetteer_request_seconds_count", "operations"] == 6
    assert found.get(("gazetteer_database_sessions",), 0) == 0


@pytest.mark.parametrize("name", ["METRICS_ALLOWED_ADDRESSES", "METRICS_TOKEN"])
def test_a_misspelt_setting_stops_the_start(name: str, monkeypatch: Any) -> None:
    import importlib

    from config.settings import base

    monkeypatch.setenv(name, "foo")
    with pytest.raises(ImproperlyConfigured, match=name):
        importlib.reload(base)
    monkeypatch.delenv(name)
    importlib.reload(base)
