"""What the process that delivers looks at, and what `doctor` says where there is none."""

import signal
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.geography.models import City
from apps.operations import examination
from apps.webhooks.delivery import deliver
from apps.webhooks.management.commands.deliver_webhooks import _due
from apps.webhooks.models import Message, OffBecause, Webhook
from tests.factories import TenantFactory


def issue(tenant, **fields):
    return Webhook.objects.issue(tenant, "https://shop.example/changes", **fields)[0]


def found():
    return {status: said for status, said, _ in examination._webhooks()}


def test_one_is_looked_at_again_when_something_has_changed_or_is_to_be_sent_again(tenant, django_assert_num_queries):
    webhook = issue(tenant)
    issue(tenant, off_because=OffBecause.STAFF)
    issue(TenantFactory(is_enabled=False))
    looked_at = {}
    assert _due(looked_at) == [webhook.pk]
    with django_assert_num_queries(3):
        assert _due(looked_at) == []
    City.objects.filter(pk=2867714).update(population=1)
    assert _due(looked_at) == [webhook.pk]
    assert _due(looked_at) == []
    Message.objects.create(webhook=webhook, message_id="msg_a", body="{}", reaches=webhook.position)
    assert _due(looked_at) == [webhook.pk]
    Webhook.objects.update(due_at=timezone.now() + timedelta(seconds=5))
    assert _due(looked_at) == []


def test_doctor_tells_of_what_is_off_cannot_be_signed_or_is_sent_by_nobody(tenant, settings, monkeypatch):
    webhook = issue(tenant)
    assert found() == {"ok": "1 are sent to."}
    City.objects.filter(pk=2867714).update(population=1)
    assert "failed" not in found()
    monkeypatch.setattr(examination, "OVERDUE", -timedelta(minutes=10))
    assert "nobody does it" in found()["failed"]
    monkeypatch.undo()
    settings.SECRET_KEY = "another"
    assert "cannot be read" in found()["failed"]
    Webhook.objects.filter(pk=webhook.pk).update(off_because=OffBecause.FAILING)
    assert "switched off" in found()["warning"]
    assert deliver(webhook.pk) == 0


def test_once_says_how_many_messages_are_left(tenant, monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *arguments: None)
    webhook = issue(tenant, due_at=timezone.now() + timedelta(hours=1))

    def said():
        output = StringIO()
        call_command("deliver_webhooks", "--once", stdout=output)
        return output.getvalue()

    assert said() == ""
    Message.objects.create(webhook=webhook, message_id="msg_a", body="{}", reaches=webhook.position)
    assert said().startswith("1 messages were not taken yet")


@pytest.mark.parametrize("threads", ["0", "-1", "many", "1001", "1.5", "9" * 30])
def test_a_number_of_threads_that_is_none_is_refused(threads):
    with pytest.raises(CommandError, match="is no number from 1 to 1000"):
        call_command("deliver_webhooks", "--once", f"--threads={threads}")
