"""A demo that has been in use, so that no page of it is empty: what looks wrong in its data, and requests."""

import os
import subprocess
import sys
from datetime import timedelta

from tests.databases import ROOT
from tests.serving import Server

# Kind, code, language, name and evidence: of a country, a subdivision, a city, and a place that is gone meanwhile.
FOUND = (
    ("borrowed_country_name", "GE", "en", "Georgia", "the name of US-GA"),
    ("wrong_script", "EG-C", "ar", "Cairo", "holds LATIN"),
    ("doubled_city", "2950159", "", "Berlin", "1 km from 2950158"),
    ("odd_characters", "XX-1", "de", "Irgend\u00adwo", "take out an invisible character, U+00AD, at place 7"),
)
ASKED = (("data", 200, 1234), ("country_list", 304, 567), ("constants", 404, 8))


def use(server: Server) -> None:
    """Put it into the database of a server."""
    environment = os.environ | server.environment
    subprocess.run([sys.executable, "-m", "tests.browser.busy"], cwd=ROOT, env=environment, check=True)


def main() -> None:
    """Put it into the database that the settings name."""
    import django

    django.setup()
    from django.utils import timezone

    from apps.api_keys.models import ApiKey, RequestCount
    from apps.geography.report import stored
    from apps.geography.report.suspicions import Suspicion
    from apps.geography.report.words import KINDS

    stored.store(tuple(KINDS), (Suspicion(*each) for each in FOUND))
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    # Of each key, of one that is gone, and of nobody.
    callers = [*ApiKey.objects.values_list("key_id", "tenant__code"), ("gone", "demo"), ("", "")]
    RequestCount.objects.bulk_create(
        RequestCount(
            hour=now - timedelta(hours=hours),
            style=style,
            status=status,
            tenant=tenant,
            credential_id=credential,
            number=number + hours,
        )
        for hours in range(0, 90, 9)
        for credential, tenant in callers
        for style, status, number in ASKED
    )


if __name__ == "__main__":
    main()
