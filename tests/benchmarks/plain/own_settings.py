"""The same project over our own models, with every column that they have."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import INSTALLED_APPS
from tests.benchmarks.plain.settings import ALLOWED_HOSTS, DATABASES, MIDDLEWARE, REST_FRAMEWORK  # noqa: F401

INSTALLED_APPS = [*INSTALLED_APPS, "tests.benchmarks.plain"]
ROOT_URLCONF = "tests.benchmarks.plain.own"
