"""All that is common; no secret, no environment-dependent list of apps or languages."""

from datetime import timedelta
from pathlib import Path

import django_stubs_ext
from csp import constants as csp
from django.conf.global_settings import LANGUAGES_BIDI as DJANGO_LANGUAGES_BIDI
from django.conf.locale import LANG_INFO

from apps.api_keys.scopes import SCOPES
from config import __version__, env

# Lets Django's generic classes be written with their model, as in ModelAdmin[Tenant].
django_stubs_ext.monkeypatch()

MIN_TOKEN_LENGTH = 32

VERSION = __version__
BASE_DIR = Path(__file__).resolve().parent.parent.parent
# What this installation writes: in a checkout beside the code, else where it was started.
VAR_DIR = (BASE_DIR if (BASE_DIR / "pyproject.toml").exists() else Path.cwd()) / "var"

INSTALLED_APPS = [
    "modeltranslation",
    "apps.staff.apps.AdminSiteConfig",
    # Before the app one of whose commands it puts right.
    "apps.operations",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "oauth2_provider",
    "auditlog",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "csp",
    "apps.revisions",
    "apps.back_office",
    "apps.tenants",
    "apps.api_keys",
    "apps.imports",
    "apps.geography",
    "apps.api",
    "apps.webhooks",
    "apps.api_styles.constants",
    "apps.api_styles.data",
    "apps.api_styles.country_list",
    "apps.api_styles.tenant_countries",
    "apps.api_styles.search",
    "apps.api_styles.rest_countries",
    "apps.api_styles.csc",
    "apps.quickstart",
    "apps.site",
    "apps.staff",
]

MIDDLEWARE = [
    "apps.api.answers.front.TellRequestId",
    "apps.operations.middleware.Probes",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Warm answers do not come this way, and no other requests of the API go further: what follows is for pages.
    "apps.api.answers.front.CallStyle",
    "apps.back_office.words.interface_language.InterfaceLanguage",
    "apps.back_office.middleware.ContentSecurityPolicy",
    "apps.back_office.middleware.ShortAddress",
    "apps.back_office.middleware.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The last one is for OAuth2 client secrets only, which are random.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", "apps.api_keys.peppers.hashers.PepperedHMAC"]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Five wrong passwords for one name from one address: a stranger elsewhere cannot lock a colleague out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "apps.api.callers.client_address"
# What of a form that failed is not kept.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]

# Of whom a code is asked after the password, whether they want it or not: nobody, administrators or everybody.
SECOND_STEP = "nobody"
OTP_TOTP_ISSUER = "Gazetteer"

SESSION_ENGINE = "apps.staff.sign_in.sessions"
# A session ends so many seconds after the log-in, and sooner where nobody has used it for so many.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_IDLE_SECONDS = 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
# A form of the back office has a field for each of some ninety languages, and inline rows.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Every language Django knows for which CLDR has all country names. Each is a column of
# django-modeltranslation, so the list is code: changing it is a migration.
LANGUAGE_CODES = (
    "af ar ar-dz az be bg bn br bs ca ckb cs cy da de dsb el en en-au en-gb eo es es-ar es-co es-mx es-ni es-ve "
    "et eu fa fi fr fy ga gd gl he hi hr hsb hu hy ia id ig is it ja ka kab kk km kn ko ky lb lt lv mk ml mn mr "
    "ms my nb ne nl nn pa pl pt pt-br ro ru sk sl sq sr sr-latn sv sw ta te tg th tk tr tt ug uk ur uz vi "
    "zh-hans zh-hant"
).split()
LANGUAGES = [(code, LANG_INFO[code]["name"]) for code in LANGUAGE_CODES]
# Django lists Azerbaijani as right-to-left; it is written in Latin script.
LANGUAGES_BIDI = [code for code in DJANGO_LANGUAGES_BIDI if code != "az"]
LANGUAGE_CODE = "en"
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "apps" / "api_styles" / "constants" / "locale", BASE_DIR / "config" / "locale"]
# Those of LANGUAGES in which the back office and the site speak (decision 28); config/locale has all but English.
INTERFACE_LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pl": "Polski",
    "ar": "العربية",
    "zh-hans": "简体中文",
}
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# A GeoIP database in MaxMind's format; empty: callers are nowhere.
GEOIP_PATH = env.geoip_file("GEOIP_PATH")

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.SELF],
        "object-src": [csp.NONE],
        "base-uri": [csp.NONE],
        "form-action": [csp.SELF],
        "frame-ancestors": [csp.NONE],
    },
}

# By what names of variables the settings go, for who looks for misspelt ones.
VARIABLES = env.asked
# Production's settings mark their database, which others then refuse.
IS_PRODUCTION = False

# Closed by default: a view that forgets its style answers nobody.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["apps.api.callers.DenyAll"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_FILTER_BACKENDS": [],
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}

OAUTH2_PROVIDER_APPLICATION_MODEL = "api_keys.OAuthClient"
OAUTH2_PROVIDER = {
    "SCOPES": SCOPES,
    "OAUTH2_VALIDATOR_CLASS": "apps.api_keys.oauth.Validator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    # Nobody is given refresh tokens; without a number `cleartokens` complains every day.
    "REFRESH_TOKEN_EXPIRE_SECONDS": 3600,
    "CLIENT_SECRET_HASHER": "gaz_hmac",
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

DEFAULT_EXCEPTION_REPORTER_FILTER = "apps.api.reports.SecretFilter"
# How often the last use of a credential is written; None: never.
LAST_USED_INTERVAL_SECONDS: float | None = 60
# How often a process writes how much it was asked; None: never.
USAGE_INTERVAL_SECONDS: float | None = 60
# What a process keeps of its answers, in MB; 0: nothing.
REPRESENTATION_STORE_MB = env.number("REPRESENTATION_STORE_MB", default=16, most=100_000)
# Whether requests may go by revisions of the last second, for a PostgreSQL across a network.
REVISION_LEASE = env.flag("REVISION_LEASE")
# Where `manage.py warm` puts answers for all processes of this machine.
WARM_FOLDER = env.folder("WARM_FOLDER", VAR_DIR / "warm")
# How long browsers may keep a workspace's constants without asking again; a switch shows there when it is over.
WORKSPACE_CACHE_SECONDS = env.number("WORKSPACE_CACHE_SECONDS", default=24 * 60 * 60, most=366 * 24 * 60 * 60)
# The tenant whose countries `/v3.1/` and `/explore` show without a credential; empty: nobody's.
REST_COUNTRIES_TENANT = env.tenant("REST_COUNTRIES_TENANT")
# Where clients find this service, for the addresses of flags; empty: they are without scheme and host.
PUBLIC_URL = env.public_url("PUBLIC_URL")
# The tenants whose exports anyone may take at /exports/; empty: nobody's, and there is no such page.
EXPORTS_TENANTS = env.words_like("EXPORTS_TENANTS", env.TENANTS)
# Where `manage.py build_exports` writes, and the service takes them from.
EXPORTS_FOLDER = env.folder("EXPORTS_FOLDER", VAR_DIR / "exports")
# The files that staff may import in the back office, and what they upload, below "uploaded".
IMPORT_FOLDER = env.folder("IMPORT_FOLDER", VAR_DIR / "imports")
# Systems of subdivisions that are newer than ISO's list and are imported in the place of it, as in NO=2024.
SUBDIVISION_SYSTEMS = env.words_like("SUBDIVISION_SYSTEMS", env.SYSTEMS)
# Networks of the reverse proxies whose X-Forwarded-For is believed; empty: nobody's.
TRUSTED_PROXIES: list[str] = []
# How many of the threads of a process, which are four as documented, may work for one tenant while others ask, too.
THREADS_PER_TENANT = env.number("THREADS_PER_TENANT", default=3, least=1, most=100)
# Requests that one address may make without a credential; what is left out has no limit.
REQUESTS_PER_MINUTE_BY_ADDRESS: dict[str, int] = {"anonymous": 6000, "token": 300, "failed-authentication": 300}

# Networks to which webhooks are sent though not everybody can reach them, and whether without TLS.
WEBHOOK_NETWORKS = env.networks("WEBHOOK_NETWORKS")
WEBHOOK_HTTP = env.flag("WEBHOOK_HTTP")

# Whether each request is a line of JSON on standard output.
REQUEST_LOG = False
# Who may ask for metrics: from these networks, or with this bearer token. Nobody: none are counted.
METRICS_ALLOWED_ADDRESSES = env.networks("METRICS_ALLOWED_ADDRESSES")
METRICS_TOKEN = env.bearer_token("METRICS_TOKEN", MIN_TOKEN_LENGTH)
# Where each process that serves keeps what it has counted.
METRICS_FOLDER = env.folder("METRICS_FOLDER", VAR_DIR / "metrics")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.Line", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    # Django's own would log a bug nowhere while DEBUG is off.
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Every answer of 400 and more is logged as a warning; only those of 500 and more are ours.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "ERROR"},
        # Failed log-ins are told by the back office, in one line each.
        "axes": {"level": "ERROR"},
    },
}
