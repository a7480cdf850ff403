"""Send each webhook what has changed: in order, at least once, and not by two processes at a time.

How far a webhook has told moves when a message is taken, with the message gone, in one transaction: whatever ends
a process in between, the same message is sent again. A lease keeps others away meanwhile; it runs out by itself.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import orjson
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.api.changes import listed
from apps.back_office.sealing import Unreadable
from apps.geography.changes import feed
from apps.geography.changes.since import parsed
from apps.geography.models.search import Kind
from apps.revisions import numbers
from apps.webhooks import secrets
from apps.webhooks.models import Attempt, Message, OffBecause, Outcome, Webhook
from apps.webhooks.sending import SECONDS, Answer, post

# As Standard Webhooks suggests: the last one again and again.
DELAYS = [
    timedelta(seconds=seconds) for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600)
]  # fmt: skip
GIVE_UP_AFTER = timedelta(days=5)
# Longer than a message can take, names and all.
LEASE = timedelta(seconds=90)
# Small enough for receivers that take 20 KB.
CHANGES_IN_MESSAGE = 100
MESSAGES_AT_ONCE = 50
KEPT = 50

Stop = Callable[[], bool]


def deliver(webhook_id: int, stop: Stop = lambda: False) -> int:
    """Send what one webhook has to send, and return how many messages were taken; 0 where another is at work on it."""
    lease, taken = token_hex(16), 0
    if not Webhook.objects.due(timezone.now()).filter(pk=webhook_id).update(lease=lease, leased_until=_lease_end()):
        return 0
    mine = Webhook.objects.filter(pk=webhook_id, lease=lease)
    try:
        while taken < MESSAGES_AT_ONCE and not stop():
            webhook = mine.select_related("tenant__plan").first()
            if webhook is None or webhook.off_because or not mine.update(leased_until=_lease_end()):
                break
            message = Message.objects.filter(webhook=webhook).first() or _next_message(webhook)
            if message is None:
                break
            if not _store(webhook, message, send(webhook, message.message_id, message.body)):
                break
            taken += 1
    finally:
        mine.update(leased_until=None)
    return taken


def send_test(webhook: Webhook, seconds: float) -> Answer:
    """Send a message that says nothing, once, and note what became of it."""
    data = {"changes": [], "next": webhook.position, "has_more": False}
    message_id, body = _message("changes.test", data)
    answer = send(webhook, message_id, body, seconds)
    _note(webhook, message_id, answer)
    return answer


def send(webhook: Webhook, message_id: str, body: str, seconds: float = SECONDS) -> Answer:
    """Sign a message, and send it once."""
    at = datetime.now(UTC)
    try:
        signed = secrets.signatures(webhook.keys(at), message_id, at, body)
    except Unreadable:
        return Answer(Outcome.UNREADABLE)
    headers = {"webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed}
    return post(webhook.url, body.encode(), headers, seconds)


def _lease_end() -> datetime:
    return timezone.now() + LEASE


def _next_message(webhook: Webhook) -> Message | None:
    """Store the next message and return it, None where there is nothing to say; how far that goes is told already."""
    tenant, kind = webhook.tenant, "changes"
    with numbers.snapshot(tenant.pk):
        try:
            since = parsed(webhook.position, tenant, timezone.now())
            kinds = [each for each in Kind if each.label in webhook.types]
            page = feed.page(tenant, since, kinds=kinds, limit=CHANGES_IN_MESSAGE)
        except (ValueError, feed.TooOld, feed.NotYet):
            # Not all that has changed since is known, or the plan shows other places than it did.
            page, kind = feed.beginning(tenant), "changes.reset"
    data = listed(page, tenant)
    if kind == "changes" and not page.changes and not page.has_more:
        if data["next"] != webhook.position:
            Webhook.objects.filter(pk=webhook.pk, lease=webhook.lease).update(position=data["next"])
        return None
    message_id, body = _message(kind, data)
    return Message.objects.create(webhook=webhook, message_id=message_id, body=body, reaches=data["next"])


def _message(kind: str, data: dict[str, object]) -> tuple[str, str]:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = orjson.dumps({"type": kind, "timestamp": now, "data": data})
    return f"msg_{token_hex(16)}", body.decode()


@transaction.atomic
def _store(webhook: Webhook, message: Message, answer: Answer) -> bool:
    """Store what became of a message; return whether it was taken. Whoever has lost the lease stores nothing."""
    mine, now = Webhook.objects.filter(pk=webhook.pk, lease=webhook.lease), timezone.now()
    if not mine.update(leased_until=_lease_end()):
        return False
    _note(webhook, message.message_id, answer)
    if answer.outcome == Outcome.DELIVERED:
        mine.update(
            position=message.reaches, attempts=0, failing_since=None, due_at=None, delivered=F("delivered") + 1,
            **_resealed(webhook),
        )  # fmt: skip
        message.delete()
        return True
    since = webhook.failing_since or now
    delay = DELAYS[min(webhook.attempts, len(DELAYS) - 1)]
    mine.update(attempts=webhook.attempts + 1, failing_since=since, due_at=now + delay, failed=F("failed") + 1)
    if answer.outcome == Outcome.GONE or now - since >= GIVE_UP_AFTER:
        mine.update(off_because=OffBecause.GONE if answer.outcome == Outcome.GONE else OffBecause.FAILING)
    return False


def _note(webhook: Webhook, message_id: str, answer: Answer) -> None:
    """Note what became of a message, and forget the oldest."""
    Attempt.objects.create(
        webhook=webhook, message_id=message_id, outcome=answer.outcome, status=answer.status, ms=answer.ms,
        detail=answer.detail,
    )  # fmt: skip
    old = Attempt.objects.filter(webhook=webhook).order_by("-pk").values_list("pk", flat=True)[KEPT:]
    Attempt.objects.filter(pk__in=list(old)).delete()


def _resealed(webhook: Webhook) -> dict[str, str]:
    """Return the secret under the newest SECRET_KEY, where it is under a former one."""
    return {} if secrets.is_current(webhook.secret) else {"secret": secrets.sealed(secrets.opened(webhook.secret))}
