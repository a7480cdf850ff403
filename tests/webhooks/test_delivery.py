"""Webhooks against a receiver: signed, in order, at least once."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from apps.geography.models import City, TenantCountry
from apps.webhooks import delivery, secrets
from apps.webhooks.delivery import deliver
from apps.webhooks.models import Attempt, Message, OffBecause, Outcome, Webhook
from tests.factories import TenantFactory
from tests.webhooks.receiver import status

MUNICH, WARSAW = 2867714, 756135


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


def test_what_the_settings_allow_no_longer_is_refused_and_stops_nobody(webhook, receiver, settings):
    settings.WEBHOOK_HTTP = False
    write(population=1)
    assert deliver(webhook.pk) == 0
    assert Attempt.objects.get().outcome == Outcome.REFUSED
    assert receiver.taken == []


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
