"""Further tenants for the benchmarks: `python -m tests.benchmarks.tenants` prints their private keys as JSON.

`limited` has a plan with a limit that nobody reaches; the others have different languages and no limit.
"""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from apps.api_keys.models import ApiKey, Kind  # noqa: E402
from apps.tenants.models import Plan, Tenant  # noqa: E402

LANGUAGES = {"limited": ["en"], "acme": ["en"], "globex": ["de", "fr", "en"], "initech": ["ja", "ko", "en", "zh-hans"]}
BEYOND_REACH = 2_000_000_000


def main() -> None:
    """Make them."""
    unlimited = Plan.objects.create(name="Unlimited", requests_per_minute=None)
    limited = Plan.objects.create(name="Limited", requests_per_minute=BEYOND_REACH)
    keys = {}
    for code, languages in LANGUAGES.items():
        plan = limited if code == "limited" else unlimited
        tenant = Tenant.objects.create(
            code=code, name=code, plan=plan, languages=languages, default_language=languages[0]
        )
        keys[code] = ApiKey.objects.issue(tenant, Kind.PRIVATE)[1]
    print(json.dumps(keys))


if __name__ == "__main__":
    main()
