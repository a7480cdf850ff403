"""Entry point of the project that ours is compared with."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.plain.settings")

application = get_wsgi_application()
