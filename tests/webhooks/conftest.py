"""A receiver, and a webhook that leads to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.webhooks.models import Webhook
from tests.webhooks.receiver import Receiver, receiving


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
