"""Production entry point; defaults to config.settings.prod."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config import serving

serving.keep_small()
serving.take_short_turns()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")

_django = get_wsgi_application()
serving.bound_statements()

from apps.api.answers.front import Front  # noqa: E402 - after the settings are there

application = Front(_django)

# Views are imported with the URLs: now, or the first request of each process would wait a second for them.
get_resolver().url_patterns  # noqa: B018
