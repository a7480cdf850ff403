"""Production entry point; defaults to config.settings.prod."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")

application = get_wsgi_application()

# Views are imported with the URLs: now, or the first request of each process would wait a second for them.
get_resolver().url_patterns  # noqa: B018
