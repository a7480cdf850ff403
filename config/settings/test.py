"""Fast hashers, fixed keys, everything else as in production."""

import os

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import VAR_DIR

DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SECRET_KEY = "not-a-secret-only-for-tests"  # noqa: S105
API_KEY_PEPPERS = {1: "a pepper that only tests know"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "apps.api_keys.peppers.hashers.PepperedHMAC"]
DATABASES = {"default": env.database(default_sqlite=VAR_DIR / "test.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file as in production: an in-memory database is one connection that threads cannot share.
    VAR_DIR.mkdir(exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.tests"}
REDIS_URL = os.environ.get("REDIS_URL", "")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Not written, so that a test's query count is the request's own.
LAST_USED_INTERVAL_SECONDS = None
USAGE_INTERVAL_SECONDS = None
# All tests have one address; those of limits set their own.
REQUESTS_PER_MINUTE_BY_ADDRESS = {}
