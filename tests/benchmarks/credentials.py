"""How long it takes to know a caller: `python -m tests.benchmarks.credentials`, on the database of DATABASE_URL.

Prints the median of each step in microseconds. The rows it writes are rolled back.
"""

import os
from collections.abc import Callable
from statistics import median
from time import perf_counter_ns

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from apps.api_keys import credentials, oauth, secrets  # noqa: E402
from apps.api_keys.models import ApiKey, Kind, OAuthClient  # noqa: E402
from apps.revisions import numbers  # noqa: E402
from apps.tenants.models import Plan, Tenant  # noqa: E402


def microseconds(act: Callable[[], object], rounds: int) -> float:
    """Return the median time of `act`."""
    times = []
    for _ in range(rounds):
        start = perf_counter_ns()
        act()
        times.append(perf_counter_ns() - start)
    return median(times) / 1000


def refused(act: Callable[[], object], error: type[Exception]) -> None:
    """Do what must fail."""
    try:
        act()
    except error:
        return
    raise AssertionError("was not refused")


def measure() -> None:
    """Print the table."""
    tenant = Tenant.objects.create(code="benchmark", name="Benchmark", plan=Plan.objects.create(name="Benchmark"))
    _, key = ApiKey.objects.issue(tenant, Kind.PRIVATE)
    client, client_secret = OAuthClient.objects.issue(tenant, "benchmark")
    credentials.authenticate(key)
    unknown, wrong = secrets.generate("sk").text, secrets.generate("cs").text

    def cold() -> None:
        credentials._remembered.clear()
        credentials.authenticate(key)

    rows: list[tuple[str, Callable[[], object], int]] = [
        (
            "malformed token",
            lambda: refused(lambda: credentials.authenticate(key[:-1]), credentials.InvalidCredential),
            20_000,
        ),
        ("the revision", lambda: numbers.current("credentials"), 5_000),
        ("warm key, whole", lambda: credentials.authenticate(key), 5_000),
        ("cold key, whole", cold, 1_000),
        (
            "unknown key, whole",
            lambda: refused(lambda: credentials.authenticate(unknown), credentials.InvalidCredential),
            1_000,
        ),
        ("token endpoint: right secret", lambda: oauth.issue_token(client.client_id, client_secret), 200),
        (
            "token endpoint: wrong secret",
            lambda: refused(lambda: oauth.issue_token(client.client_id, wrong), oauth.InvalidClient),
            500,
        ),
        (
            "token endpoint: unknown client",
            lambda: refused(lambda: oauth.issue_token("unknown", wrong), oauth.InvalidClient),
            500,
        ),
    ]
    print(f"{connection.vendor}: median, µs")
    for name, act, rounds in rows:
        print(f"{microseconds(act, rounds):9.1f}  {name}")


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        measure()
        transaction.set_rollback(True)
