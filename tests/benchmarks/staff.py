"""What pages of the back office cost on full data: `python -m tests.benchmarks.staff`.

For every page the queries, and the time of the server as a multiple of what Django's own change list of 100 plain rows
takes in the same run: asked for are 12 and 3 at most. Lists are asked for their first page, their last page and a
search; forms for the row with the most below it. The database is that of `--database`, or one of its own with the
cities of 500 people and more. Ends with 1 where a page is over.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_QUERIES, MOST_RATIO = 12, 3
PLAIN = "/plain/"
# The heaviest row of a table, where it is not just any.
HEAVIEST = {"country": {"code": "US"}, "subdivision": {"code": "US-CA"}, "city": {"name": "London", "country": "GB"}}
FURTHER = (
    "/admin/", "/admin/sessions/", "/admin/places/?q=munchen", "/admin/places/?q=a", "/admin/places/?q=springfield, il",
    "/admin/geography/tenantcountry/of/1/", "/admin/geography/tenantcountry/of/1/?region=Europe",
    "/admin/translations/?kind=country&language=ar", "/admin/translations/?kind=subdivision&language=ar",
    "/admin/translations/?kind=city&language=ar", "/admin/translations/?kind=city&language=de&country=US",
    "/admin/geography/subdivision/?country=US", "/admin/geography/city/?country=US&p=9",
    "/admin/places/tree/", "/admin/places/tree/?country=US",
    "/admin/geography/country/spreadsheet/", "/admin/geography/city/spreadsheet/",
)  # fmt: skip


def addresses() -> Iterator[str]:
    """Yield the address of every page."""
    from django.contrib import admin
    from django.urls import reverse

    yield from FURTHER
    for model, page in admin.site._registry.items():
        opts: Any = model._meta
        of_model = f"admin:{opts.app_label}_{opts.model_name}"
        rows: Any = model._default_manager
        listed = reverse(f"{of_model}_changelist")
        yield listed
        if (last := (rows.count() - 1) // page.list_per_page) > 0:
            yield f"{listed}?p={last + 1}"
        if page.search_fields:
            yield f"{listed}?q=paris"
        yield reverse(f"{of_model}_add")
        row = rows.filter(**HEAVIEST.get(opts.model_name, {})).order_by("pk").first()
        if row is not None:
            yield from (reverse(f"{of_model}_{name}", args=[row.pk]) for name in ("change", "history"))


def cost(client: Any, address: str, rounds: int) -> tuple[float, float, int, int, int]:
    """Return the least time of some rounds, that of Django's own list in turns with it, status, queries and bytes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    # SQLite works in this thread, and what else the machine does is left out.
    clock = time.thread_time if connection.vendor == "sqlite" else time.perf_counter
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        queries = len(captured)
    times: dict[str, list[float]] = {PLAIN: [], address: []}
    for _ in range(rounds):
        for each, taken in times.items():
            started = clock()
            client.get(each)
            taken.append(clock() - started)
    return min(times[address]), min(times[PLAIN]), answer.status_code, queries, len(answer.content)


def measure(rounds: int, only: str) -> int:
    """Print a line for each page, and return how many are over."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "tests.benchmarks.plain.staff_urls", ["*"]
    client = Client()
    client.force_login(User.objects.filter(is_superuser=True)[0])
    seconds, _, status, queries, size = cost(client, PLAIN, rounds)
    print(
        f"| Page | Queries (≤ {MOST_QUERIES}) | Time | Ratio (≤ {MOST_RATIO}) | KB |\n| --- | --- | --- | --- | --- |"
    )
    print(f"| Django's own, 100 rows | {queries} | {seconds * 1000:.0f} ms | 1 | {size >> 10} |", flush=True)
    over = int(status != 200)
    for address in (each for each in addresses() if only in each):
        seconds, plain, status, queries, size = cost(client, address, rounds)
        if status in {302, 403}:
            # Nobody adds or changes such rows by hand.
            continue
        is_over = status != 200 or queries > MOST_QUERIES or seconds > MOST_RATIO * plain
        over += is_over
        marked = f"**{address}**" if is_over else address
        print(f"| {marked} | {queries} | {seconds * 1000:.0f} ms | {seconds / plain:.1f} | {size >> 10} |", flush=True)
    return over


def main() -> int:
    """Measure, and return how to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", metavar="URL", help="of a database that quickstart has filled")
    parser.add_argument("--rounds", type=int, default=5, help="of which the fastest counts (%(default)s)")
    parser.add_argument("--only", default="", metavar="TEXT", help="pages with this in their address")
    arguments = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "REDIS_URL": ""}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = arguments.database or f"sqlite:///{Path(folder) / 'staff.sqlite3'}"
        from tests.benchmarks import servers

        if not arguments.database:
            servers.set_up(servers.Database("SQLite", os.environ["DATABASE_URL"]))
        over = measure(arguments.rounds, arguments.only)
    print(f"{over} pages are over." if over else "No page is over.")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
