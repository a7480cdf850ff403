"""Typed reads of the environment that fail by name."""

import re
from collections import Counter
from collections.abc import Collection
from ipaddress import ip_network
from os import SEEK_END
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

# Not `environ.FileAwareEnv`: it takes a secret that begins with $ for the name of another variable, which
# it prints when there is none; it takes "maybe" for false, and leaves the end of its line to what a file has.
_variables = FileAwareMapping(cache=False)
# The names of all variables that the settings have asked for.
asked: set[str] = set()


def text(name: str, default: str | None = None) -> str:
    """Return the variable `name`, or the contents of the file that `name`_FILE names.

    Raises ImproperlyConfigured when neither is set and there is no default, or when the file cannot be read.
    """
    asked.add(name)
    try:
        value = _variables.get(name, "").strip() or default
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: what it names is no text in UTF-8.") from error
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name} (or {name}_FILE).")
    return value


def flag(name: str, default: bool = False) -> bool:
    """Return the variable `name` as a boolean; anything but true, false or nothing stops the start."""
    value = text(name, str(default)).lower()
    if value not in {"true", "false"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return value == "true"


def number(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """Return the variable `name` as a whole number in these bounds; anything else stops the start."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(most)) and least <= int(value) <= most):
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value[:20]!r}.")
    return int(value)


# Of whom a second step may be asked at log-in.
SECOND_STEP = ("nobody", "administrators", "everybody")


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    """Return the variable `name`, one of the choices; anything else stops the start."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def words(name: str, *, required: bool = False) -> list[str]:
    """Return the comma-separated variable `name` as a list; raises ImproperlyConfigured when `required` and empty."""
    found = [word.strip() for word in text(name, default="" if not required else None).split(",") if word.strip()]
    if required and not found:
        raise ImproperlyConfigured(f"{name} must name at least one.")
    return found


LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = rf"\.?{LABEL}(\.{LABEL})*|\[[0-9A-Fa-f:.]+\]"
PORT = r"0*[1-9][0-9]{0,4}"
# What words of some variables look like, and an example.
HOSTS = (HOST, "names of hosts, as in gazetteer.example")
ORIGINS = (rf"https?://({HOST}|\*\.{HOST})(:{PORT})?", "origins, as in https://gazetteer.example")
TENANTS = (r"[a-z][a-z0-9]{2,15}", "codes of tenants, as in acme")
SYSTEMS = (r"[A-Z]{2}=[0-9]{4}", "systems, as in NO=2024")


def words_like(name: str, kind: tuple[str, str], *, required: bool = False) -> list[str]:
    """Return the comma-separated variable `name` as a list of one kind of words; any other stops the start."""
    pattern, described = kind
    found = words(name, required=required)
    for word in found:
        if not re.fullmatch(pattern, word) or not _has_port_or_none(word):
            raise ImproperlyConfigured(f"{name} must list {described}, not {word[:50]!r}.")
    return found


def _has_port_or_none(value: str) -> bool:
    """Return whether the port of what may be a URL, if it has one, is one on which somebody can listen."""
    try:
        return urlsplit(value).port != 0
    except ValueError:
        return False


def tenant(name: str) -> str:
    """Return the variable `name`, the code of a tenant, or "" without it; anything else stops the start."""
    found = words_like(name, TENANTS)
    if len(found) > 1:
        raise ImproperlyConfigured(f"{name} must name one tenant, not {len(found)}.")
    return found[0] if found else ""


def url(name: str, *schemes: str) -> str:
    """Return the variable `name`, a URL of one of the schemes, or "" without it; anything else stops the start."""
    value = text(name, default="")
    if value and not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise ImproperlyConfigured(f"{name} must be a URL that begins with {' or '.join(schemes)}://.")
    if len(value.split()) > 1:
        raise ImproperlyConfigured(f"{name} must be a URL without blanks.")
    if not _has_port_or_none(value):
        raise ImproperlyConfigured(f"{name} must be a URL with a number for its port, if it has one.")
    if "#" in value:
        raise ImproperlyConfigured(f"{name} must be a URL without #, which is written %23 in a password.")
    return value


def public_url(name: str) -> str:
    """Return the variable `name`, an address to which paths are added, or "" without it; any other stops the start."""
    value = url(name, "http", "https").rstrip("/")
    if value and not re.fullmatch(rf"https?://({HOST})(:{PORT})?(/[A-Za-z0-9._~-]+)*", value):
        described = "a host and perhaps a path, as in https://gazetteer.example, without user and query"
        raise ImproperlyConfigured(f"{name} must be {described}.")
    return value


def redis_url(name: str) -> str:
    """Return the variable `name`, the URL of a Redis, or "" without it; anything else stops the start."""
    value = url(name, "redis", "rediss", "unix")
    number = urlsplit(value).path.strip("/")
    if not value.startswith("unix") and number and not number.isdigit():
        raise ImproperlyConfigured(f"{name} must end with the number of a database, as in redis://host:6379/0.")
    if value.startswith("unix") and len(urlsplit(value).path) < 2:
        raise ImproperlyConfigured(f"{name} must name a socket, as in unix:///run/redis/redis.sock.")
    if urlsplit(value).query:
        _check_redis_options(name, value)
    return value


def _check_redis_options(name: str, value: str) -> None:
    """Refuse options that the client does not know; what it says of them may have the password in it."""
    # Only who gives options waits for it.
    import redis

    try:
        redis.Redis.from_url(value).connection_pool.make_connection()
    except (TypeError, ValueError, redis.RedisError):
        options = ", ".join(re.findall(r"(?:^|&)([A-Za-z0-9_]{1,30})=", urlsplit(value).query))
        raise ImproperlyConfigured(f"{name} has an option that is none, or a wrong value of one: {options}.") from None


def folder(name: str, default: Path) -> str:
    """Return the variable `name`, the whole path of a folder that may be still to come; a file stops the start."""
    value = text(name, str(default))
    path = Path(value)
    if not path.is_absolute():
        raise ImproperlyConfigured(f"{name} must be the whole path of a folder, as in /srv/files, not {value[:50]!r}.")
    try:
        # The nearest that is there: in a file there will never be a folder.
        there = next(each for each in (path, *path.parents) if each.exists())
    except OSError as error:
        raise ImproperlyConfigured(f"{name} must name a folder that can be entered: {error}.") from error
    if not there.is_dir():
        raise ImproperlyConfigured(f"{name} must name a folder, and {there} is none.")
    return value


def bearer_token(name: str, least: int) -> str:
    """Return the variable `name`, which can be sent as a bearer token, or "" without it; others stop the start."""
    value = text(name, default="")
    if value and len(value) < least:
        raise ImproperlyConfigured(f"{name} must have at least {least} characters.")
    if value and not re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", value):
        raise ImproperlyConfigured(f"{name} must be of letters, digits and - . _ ~ + / alone (openssl rand -hex 32).")
    return value


def readable_file(name: str) -> str:
    """Return the variable `name`, the path of a file, or "" without it; one that cannot be read stops the start."""
    value = text(name, default="")
    try:
        if value:
            Path(value).open("rb").close()
    except OSError as error:
        raise ImproperlyConfigured(f"{name} must name a file that can be read: {error}") from error
    return value


# With this begins what MaxMind's format says of itself, in the last so many bytes of the file.
METADATA, METADATA_WITHIN = b"\xab\xcd\xefMaxMind.com", 128 * 1024


def geoip_file(name: str) -> str:
    """Return the variable `name`, the path of a database in MaxMind's format, or ""; any other stops the start."""
    value = readable_file(name)
    if value:
        with Path(value).open("rb") as file:
            file.seek(max(0, file.seek(0, SEEK_END) - METADATA_WITHIN))
            if METADATA not in file.read():
                raise ImproperlyConfigured(f"{name} must name a database in MaxMind's format (.mmdb); {value} is none.")
    return value


def networks(name: str) -> list[str]:
    """Return the comma-separated variable `name` as networks in CIDR notation; anything else stops the start."""
    found = words(name)
    for network in found:
        try:
            ip_network(network)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must list networks, as in 10.0.0.0/8: {error}.") from error
    return found


def numbered(prefix: str) -> dict[int, str]:
    """Return the variables `prefix`1, `prefix`2 … by their number, but for those that are left empty.

    Raises ImproperlyConfigured when there is none.
    """
    numbers = {name.removeprefix(prefix) for name in _variables if name.startswith(prefix)}
    for number in sorted(numbers):
        if not re.fullmatch(r"[1-9][0-9]{0,3}(_FILE)?", number):
            raise ImproperlyConfigured(f"{prefix}{number} must end in a number from 1 to 9999, as in {prefix}2.")
    given = {int(number): text(f"{prefix}{number}", default="") for number in numbers if number.isdigit()}
    found = {number: value for number, value in given.items() if value}
    if repeated := [number for number, value in sorted(found.items()) if Counter(found.values())[value] > 1]:
        raise ImproperlyConfigured(f"{prefix}{repeated[1]} is the same as {prefix}{repeated[0]}; it must be a new one.")
    return found or {1: text(f"{prefix}1")}


SQLITE_OPTIONS: dict[str, Any] = {
    # A write transaction takes its lock at BEGIN and waits for it, instead of failing at its first write.
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    # 2 MB of pages. Of statements that name a hundred columns Python would keep 128, in 1 MB more.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA cache_size=-2000;",
    "cached_statements": 32,
}


# A server that does not answer is given up soon. After a failover no standby is taken for the primary, nor the primary
# for a replica.
REACH_OPTIONS: dict[str, Any] = {"connect_timeout": 2}
PRIMARY_OPTIONS = REACH_OPTIONS | {"target_session_attrs": "read-write"}
REPLICA_OPTIONS = REACH_OPTIONS | {"target_session_attrs": "standby"}


DATABASE_SCHEMES = ("postgres://", "postgresql://", "sqlite:///")
ESCAPES = "In a password, # / ? @ and % are written %23 %2F %3F %40 %25."
DATABASE_FORMS = "Write postgres://user:password@host:5432/name, or sqlite:////folder/file."


def databases(default_sqlite: Path | None) -> dict[str, dict[str, Any]]:
    """Return `database` as `default`, and as `replica1`, `replica2` … those of REPLICA_URLS.

    Raises ImproperlyConfigured when these are not all PostgreSQL.
    """
    primary = database(default_sqlite)
    urls = words("REPLICA_URLS")
    if urls and primary["ENGINE"].endswith("sqlite3"):
        raise ImproperlyConfigured("REPLICA_URLS needs a DATABASE_URL of PostgreSQL; SQLite has no replicas.")
    if not all(url.startswith(("postgres://", "postgresql://")) for url in urls):
        raise ImproperlyConfigured("REPLICA_URLS must name PostgreSQL databases, each as in postgres://….")
    replicas = {
        f"replica{number}": _settings("REPLICA_URLS", url, REPLICA_OPTIONS) for number, url in enumerate(urls, 1)
    }
    return {"default": primary, **replicas}


def routers(databases: Collection[str]) -> list[str]:
    """Return who says where to read: nobody where there is one database."""
    return ["apps.revisions.replicas.Router"] if len(databases) > 1 else []


def database(default_sqlite: Path | None) -> dict[str, Any]:
    """Return Django's database settings for DATABASE_URL, or for the SQLite file when there is none.

    With no DATABASE_URL and no file, raises ImproperlyConfigured.
    """
    url = text("DATABASE_URL", default=f"sqlite:///{default_sqlite}" if default_sqlite else None)
    return _settings("DATABASE_URL", url, PRIMARY_OPTIONS)


def _settings(name: str, url: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return Django's settings for the URL in the variable `name`; no password is in what is said of a wrong one."""
    if not url.startswith(DATABASE_SCHEMES):
        scheme = url.partition("://")[0][:20] if "://" in url else ""
        known = ", ".join(DATABASE_SCHEMES)
        raise ImproperlyConfigured(f"{name} must begin with one of {known}, not with {scheme!r}. {DATABASE_FORMS}")
    try:
        settings: dict[str, Any] = environ.Env.db_url_config(url)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is no URL of a database. {DATABASE_FORMS} {ESCAPES}") from None
    settings["CONN_MAX_AGE"] = 600
    if settings["ENGINE"].endswith("sqlite3"):
        if settings["NAME"] == ":memory:":
            raise ImproperlyConfigured(f"{name} must name a file, as in sqlite:////folder/file.")
        if set(url) & {"?", "#"}:
            raise ImproperlyConfigured(f"{name} has ? or #, but SQLite has no options. In a name write %3F and %23.")
        if Path(settings["NAME"]).is_dir():
            raise ImproperlyConfigured(f"{name} must name a file, and {settings['NAME']} is a folder.")
        settings["ENGINE"] = "apps.revisions.sqlite3"
        settings["OPTIONS"] = dict(SQLITE_OPTIONS)
    elif settings["ENGINE"].endswith("postgresql"):
        if not _has_port_or_none(url) or " " in str(settings["HOST"]):
            raise ImproperlyConfigured(f"{name} has a blank in its host, or no port that there is. {DATABASE_FORMS}")
        if "#" in url or not settings["NAME"]:
            raise ImproperlyConfigured(f"{name} names no database. {DATABASE_FORMS} {ESCAPES}")
        _check_options(name, settings.get("OPTIONS", {}))
        settings["ENGINE"] = "apps.revisions.postgresql"
        settings["OPTIONS"] = options | settings.get("OPTIONS", {})
        settings["CONN_HEALTH_CHECKS"] = True
    return settings


# Options of libpq that are words; it looks at them when it connects.
DATABASE_OPTIONS = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "gssencmode": ("disable", "prefer", "require"),
    "channel_binding": ("disable", "prefer", "require"),
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
}


def _check_options(name: str, options: dict[str, Any]) -> None:
    """Refuse what the driver does not know, such as ?conect_timeout=5, and words where it wants numbers."""
    # Only who has PostgreSQL needs its driver.
    from psycopg import Error, conninfo

    for option, value in options.items():
        if option.endswith(("port", "timeout", "_idle", "_interval", "_count")) and not str(value).isdigit():
            raise ImproperlyConfigured(f"{name} has {option}={str(value)[:20]!r}; write a number.")
        if value not in (known := DATABASE_OPTIONS.get(option, (value,))):
            raise ImproperlyConfigured(f"{name} has {option}={str(value)[:20]!r}; write one of {', '.join(known)}.")
        try:
            conninfo.make_conninfo(**{option: value})
        except Error:
            raise ImproperlyConfigured(f"{name} has the option {option[:30]!r}, which PostgreSQL has not.") from None
