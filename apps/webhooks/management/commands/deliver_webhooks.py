"""Send webhooks what has changed."""

import signal
from argparse import ArgumentParser, ArgumentTypeError
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone

from apps.revisions import numbers
from apps.webhooks.delivery import deliver
from apps.webhooks.models import Message, Webhook

LOOK_SECONDS = 2.0
FORGET_SECONDS = 60.0
MOST_THREADS = 1000


class Command(BaseCommand):
    """`deliver_webhooks`."""

    help = (
        "Send the webhooks of all tenants what has changed, until it is told to stop (SIGTERM lets messages in hand "
        "end). Several may run at once. What was not taken is sent again, later and later, for five days."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--once", action="store_true", help="Send what is due now, and end.")
        parser.add_argument("--threads", type=_number, default=4, help="So many receivers at a time (default: 4).")

    def handle(self, *, once: bool, threads: int, verbosity: int, **options: Any) -> None:
        """Look, send, wait."""
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        looked_at: dict[int, int] = {}
        forget_at = 0.0
        with ThreadPoolExecutor(threads) as pool:
            while not stop.is_set():
                if monotonic() > forget_at:
                    # Another process may have been at work on some, and have ended in the middle.
                    looked_at, forget_at = {}, monotonic() + FORGET_SECONDS
                due = _due(looked_at)
                counts = list(pool.map(lambda pk: _deliver(pk, stop), due))
                for webhook, count in zip(due, counts, strict=True):
                    if count:
                        looked_at.pop(webhook)
                taken = sum(counts)
                if verbosity and taken:
                    self.stdout.write(f"{taken} messages were taken.")
                if not taken and (once or stop.wait(LOOK_SECONDS)):
                    break
        if once and verbosity and (waiting := Message.objects.count()):
            said = f"{waiting} messages were not taken yet; they are sent again when due. The back office tells why."
            self.stdout.write(said)


def _number(text: str) -> int:
    """Return how many threads a word means; raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_THREADS):
        raise ArgumentTypeError(f"{text[:20]!r} is no number from 1 to {MOST_THREADS}")
    return int(text)


def _due(looked_at: dict[int, int]) -> list[int]:
    """Return the webhooks for which something is new since one looked, or is to be sent again."""
    due = dict(Webhook.objects.due(timezone.now()).values_list("pk", "tenant"))
    if not due:
        return []
    now = numbers.current("data", *{f"tenant:{tenant}" for tenant in due.values()})
    waiting = set(Message.objects.filter(webhook__in=due).values_list("webhook", flat=True))
    found = []
    for webhook, tenant in due.items():
        number = now["data"] + now[f"tenant:{tenant}"]
        if looked_at.get(webhook) != number or webhook in waiting:
            found.append(webhook)
        looked_at[webhook] = number
    return found


def _deliver(webhook: int, stop: Event) -> int:
    try:
        return deliver(webhook, stop.is_set)
    finally:
        # This thread's own.
        connections.close_all()
