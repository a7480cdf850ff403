"""Secrets from the environment, security headers, logging; no defaults for what must be chosen.

Every variable is described in `.env.example`; each can also be read from a file named by NAME_FILE.
"""

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR

MIN_PEPPER_LENGTH = 32

DEBUG = False
IS_PRODUCTION = True
SECRET_KEY = env.text("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
API_KEY_PEPPERS = env.numbered("API_KEY_PEPPER_")
# Older ones stay as they are while credentials hang on them.
if len(API_KEY_PEPPERS[max(API_KEY_PEPPERS)]) < MIN_PEPPER_LENGTH:
    raise ImproperlyConfigured(
        f"API_KEY_PEPPER_{max(API_KEY_PEPPERS)} must have at least {MIN_PEPPER_LENGTH} characters. Where credentials "
        f"hang on it, keep it and add API_KEY_PEPPER_{max(API_KEY_PEPPERS) + 1}."
    )
ALLOWED_HOSTS = env.words_like("ALLOWED_HOSTS", env.HOSTS, required=True)
CSRF_TRUSTED_ORIGINS = env.words_like("CSRF_TRUSTED_ORIGINS", env.ORIGINS)

DATABASES = env.databases(default_sqlite=None)
DATABASE_ROUTERS = env.routers(DATABASES)
REDIS_URL = env.redis_url("REDIS_URL")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

REQUEST_LOG = env.flag("REQUEST_LOG", default=True)
SECOND_STEP = env.choice("SECOND_STEP", env.SECOND_STEP, default="administrators")

STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# The proxy in front ends TLS and must set X-Forwarded-Proto itself. API paths are exact and never
# redirect; only pages, which people open by hand, are sent to https.
if env.flag("BEHIND_TLS_PROXY"):
    if not TRUSTED_PROXIES:
        # Every client would have the proxy's address, and one client's wrong passwords would lock out all.
        raise ImproperlyConfigured(
            "BEHIND_TLS_PROXY needs TRUSTED_PROXIES: the networks of the proxy, as in 127.0.0.1."
        )
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^(?!admin/|docs(?:/|$)|language$|$)"]
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", default=True)
SESSION_COOKIE_NAME = "__Host-sessionid"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
