"""A Django project without middleware, on the tables of DATABASE_URL with the database options of ours."""

from config import env
from config.settings.base import VAR_DIR
from config.settings.secrets import development_secrets

_secrets = development_secrets(VAR_DIR / "secrets.json")
SECRET_KEY = _secrets["SECRET_KEY"]
API_KEY_PEPPER = _secrets["API_KEY_PEPPER_1"]
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": env.database(default_sqlite=None)}
INSTALLED_APPS = ["rest_framework", "tests.benchmarks.plain"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.benchmarks.plain.urls"
USE_TZ = True
TIME_ZONE = "UTC"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
