"""Production entry point; defaults to config.settings.prod."""

import gc
import importlib
import os
from pathlib import Path

from config import serving

# Before what takes time to import.
serving.end_when_told()
# None of it is garbage; `keep_what_is_loaded` looks for cycles again.
gc.disable()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from apps.operations import failures  # noqa: E402

serving.keep_small()
os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("DJANGO_SETTINGS_MODULE") or "config.settings.prod"

with failures.stopping_servers():
    _django = get_wsgi_application()
serving.bound_statements()
serving.keep_few_pages()

from django.conf import settings  # noqa: E402

from apps.api.answers.front import Application, Front  # noqa: E402 - after the settings are there
from apps.operations import observation, usage  # noqa: E402
from apps.operations.middleware import metrics_are_on  # noqa: E402

application: Application = Front(serving.ShortTurns(_django))
sinks: list[observation.Sink] = [observation.log] if settings.REQUEST_LOG else []
if metrics_are_on():
    # The library looks for it once, when it is imported.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", settings.METRICS_FOLDER)
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    from apps.operations import metrics

    sinks.append(metrics.count)
if settings.USAGE_INTERVAL_SECONDS is not None:
    sinks.append(usage.Usage(settings.USAGE_INTERVAL_SECONDS))
if sinks:
    application = observation.Observed(application, sinks)

# Views are imported with the URLs: now, or the first request of each process would wait a second for them.
get_resolver().url_patterns  # noqa: B018
if settings.REDIS_URL:
    importlib.import_module("apps.api.limits.in_redis")
serving.keep_what_is_loaded()
