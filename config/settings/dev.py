"""Runs from a bare checkout: SQLite and generated secrets under var/."""

import os

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import VAR_DIR
from config.settings.secrets import development_secrets

DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, os.environ.get("ALLOWED_HOSTS", "").split(","))]

_secrets = development_secrets(VAR_DIR / "secrets.json")
SECRET_KEY = _secrets["SECRET_KEY"]
API_KEY_PEPPERS = {1: _secrets["API_KEY_PEPPER_1"]}

DATABASES = env.databases(default_sqlite=VAR_DIR / "gazetteer.sqlite3")
DATABASE_ROUTERS = env.routers(DATABASES)
REDIS_URL = env.redis_url("REDIS_URL")
# All clients of a development checkout have one address.
REQUESTS_PER_MINUTE_BY_ADDRESS = {}

REQUEST_LOG = env.flag("REQUEST_LOG")
SECOND_STEP = env.choice("SECOND_STEP", env.SECOND_STEP, default="nobody")

# quickstart gives out credentials with full rights.
QUICKSTART_ALLOWED = True

# Static files are read from the packages, so that a checkout needs no collectstatic.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
