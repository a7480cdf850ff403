"""What `manage.py doctor` looks at: all that an installation needs, each thing with what to do about it."""

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple

import redis
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from apps import PROGRAM
from apps.api_keys.peppers.in_use import dependants
from apps.back_office.sealing import Unreadable
from apps.geography.changes.since import moment_of
from apps.geography.sources import pinned
from apps.imports.models import ImportRun
from apps.operations import in_front, readiness
from apps.operations.failures import database, explained
from apps.revisions import migrated, numbers, triggers
from apps.tenants.models import Tenant
from apps.webhooks.models import Webhook

OK, WARNING, FAILED = "ok", "warning", "failed"
TIMEOUT_SECONDS = 2
MOST_SECONDS_APART = 5
LEAST_FREE_MB, FEW_FREE_MB = 100, 1000
# A message that is due is sent within seconds.
OVERDUE = timedelta(minutes=10)
# Whoever is in so large a network is hardly a proxy of the operator's.
WIDEST_PREFIX = 8
# What a wide network means in variables that name networks.
WIDELY = {
    "METRICS_ALLOWED_ADDRESSES": "nearly anybody may read /metrics",
    "WEBHOOK_NETWORKS": "webhooks are sent to nearly any address, your own machines among them",
}
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Finding(NamedTuple):
    """What was looked at, how it is, in words, and what to do where it is not well."""

    check: str
    status: str
    said: str
    remedy: str = ""


def findings() -> Iterator[Finding]:
    """Yield what is found, of each check at least one; nothing is written but a file of no bytes that goes at once."""
    yield from _look("settings", _settings)
    unmet = ""
    for name, look in OF_THE_DATABASE.items():
        if unmet:
            yield Finding(name, FAILED, f"Not looked at, since that takes {unmet}.", f"Mend the {unmet} first.")
            continue
        found = list(_look(name, look))
        yield from found
        if name in BEFORE_OTHERS and any(finding.status == FAILED for finding in found):
            unmet = name
    for name, look in OF_THE_MACHINE.items():
        yield from _look(name, look)


Look = Callable[[], Iterator[tuple[str, str, str]]]


def _look(name: str, look: Look) -> Iterator[Finding]:
    """Yield what a look finds. What it raises is a finding, too."""
    try:
        for found in look():
            yield Finding(name, *found)
    except Exception as error:
        failure = explained(error)
        if failure is None:
            raise
        yield Finding(name, FAILED, failure.text)


def _settings() -> Iterator[tuple[str, str, str]]:
    found = [
        message
        for message in checks.run_checks(include_deployment_checks=settings.IS_PRODUCTION)
        if message.level >= checks.WARNING and not message.is_silenced()
    ]
    for message in found:
        status = FAILED if message.level >= checks.ERROR else WARNING
        yield status, f"{message.msg} ({message.id})", message.hint or f"See {PROGRAM} check --deploy."
    known = {*settings.VARIABLES, *(f"{name}_FILE" for name in settings.VARIABLES)}
    for name in sorted(set(os.environ) - known):
        meant = get_close_matches(name, settings.VARIABLES, n=1, cutoff=0.85)
        if meant and not name.startswith("API_KEY_PEPPER_"):
            yield WARNING, f"The variable {name} means nothing here.", f"Write {meant[0]}, if that is what it is."
    if not found:
        yield OK, f"{settings.SETTINGS_MODULE}: no complaints.", ""


def _database() -> Iterator[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0]
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool")
            if cursor.fetchone()[0]:
                yield FAILED, "It takes no writes.", "Let DATABASE_URL name the primary, not a standby."
            if _sessions_are_shared():
                said = "A pooler in front of it gives each transaction another session."
                yield FAILED, said, "Set its pool_mode to session, or let DATABASE_URL name the database itself."
    yield OK, f"{connection.display_name} {version} answers.", ""
    for alias in connections:
        if alias == DEFAULT_DB_ALIAS:
            continue
        try:
            connections[alias].ensure_connection()
        except Error as error:
            failure = explained(error)
            # It speaks of the primary.
            said = failure.text.replace(database(), database(alias)) if failure else type(error).__name__
            said = said.replace("DATABASE_URL", "REPLICA_URLS")
            yield WARNING, f"{alias}: {said}", "Start it, or take it out of REPLICA_URLS; until then it is left alone."


def _sessions_are_shared() -> bool:
    """Return whether a second connection is given the session that the first has: that one is in no transaction."""
    other = connection.copy()
    try:
        return _session_of(connection) == _session_of(other)
    finally:
        other.close()


def _session_of(database: BaseDatabaseWrapper) -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _migrations() -> Iterator[tuple[str, str, str]]:
    if later := migrated.from_later(connection):
        said = f"A later version of Gazetteer has migrated the database: {', '.join(later[:5])}."
        yield WARNING, said, "Go on with that version, or restore the back-up of before; migrate changes nothing."
    if missing := migrated.unapplied(connection):
        names = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
        yield FAILED, f"{len(missing)} are not applied: {names}.", f"Run {PROGRAM} migrate."
    else:
        yield OK, "All are applied.", ""


def _triggers() -> Iterator[tuple[str, str, str]]:
    if migrated.from_later(connection):
        yield OK, "Left as the later version has them.", ""
    elif repairs := list(triggers.repairs(connection)):
        yield (
            FAILED,
            f"{len(repairs)} are not as they should be: {', '.join(map(str, repairs[:5]))}.",
            f"Run {PROGRAM} migrate.",
        )
    else:
        yield OK, "All are as this version has them.", ""


def _data() -> Iterator[tuple[str, str, str]]:
    if empty := readiness.empty_tables():
        commands = ", then ".join(f"{PROGRAM} {command}" for command in empty.values())
        yield FAILED, f"There are no {', no '.join(empty)}.", f"Run {commands}."
        return
    installed = pinned.versions()
    for command in readiness.DATA.values():
        run = ImportRun.objects.filter(command=command).first()
        former = {name: run.sources.get(name) for name in installed} if run else installed
        if former != installed:
            yield WARNING, f"{command} last ran on other sources than are installed.", f"Run {PROGRAM} {command}."
    yield OK, "Countries, subdivisions and cities are there.", ""


def _credentials() -> Iterator[tuple[str, str, str]]:
    newest = max(settings.API_KEY_PEPPERS)
    for pepper, count in dependants().items():
        if pepper not in settings.API_KEY_PEPPERS:
            said = f"{count:,} credentials do not work: API_KEY_PEPPER_{pepper} is not set."
            yield FAILED, said, f"Set it again, or revoke them: {PROGRAM} list_api_keys --pepper {pepper}"
        elif pepper != newest:
            said = f"{count:,} credentials would stop working without API_KEY_PEPPER_{pepper}. They move when used."
            yield OK, said, f"Before it goes: {PROGRAM} list_api_keys --pepper {pepper}"
    if not Tenant.objects.exists():
        yield WARNING, "There is no tenant.", f"Run {PROGRAM} create_tenant, then issue_api_key."
    named = {"REST_COUNTRIES_TENANT": [settings.REST_COUNTRIES_TENANT], "EXPORTS_TENANTS": settings.EXPORTS_TENANTS}
    there = set(Tenant.objects.values_list("code", flat=True))
    for variable, codes in named.items():
        for code in filter(None, set(codes) - there):
            said = f"{variable} names {code}, which is no tenant."
            yield WARNING, said, f"Run {PROGRAM} create_tenant {code}, or name another."
    if not User.objects.filter(is_active=True, is_staff=True).exists():
        yield WARNING, "Nobody can log in to the back office.", f"Run {PROGRAM} createsuperuser."
    yield OK, f"New ones are stored under API_KEY_PEPPER_{newest}.", ""


def _webhooks() -> Iterator[tuple[str, str, str]]:
    now = timezone.now()
    if broken := Webhook.objects.broken().count():
        yield WARNING, f"{broken} are switched off: nothing could be delivered.", "See them in the back office."
    if unreadable := [webhook.pk for webhook in Webhook.objects.all() if not _is_readable(webhook, now)]:
        said = f"The secrets of {len(unreadable)} cannot be read: they were stored under another SECRET_KEY."
        yield FAILED, said, "Add that to SECRET_KEY_FALLBACKS, or roll them in the back office."
    number = numbers.current("data")["data"]
    due = Webhook.objects.due(now - OVERDUE).select_related("tenant__plan")
    if moment_of(number) < now - OVERDUE and (behind := sum(webhook.is_behind(number) for webhook in due)):
        yield FAILED, f"{behind} have something to send, and nobody does it.", f"Start {PROGRAM} deliver_webhooks."
    yield OK, f"{Webhook.objects.filter(off_because='').count()} are sent to.", ""


def _sign_in() -> Iterator[tuple[str, str, str]]:
    for message in checks.run_checks(tags=["sign_in"], databases=[DEFAULT_DB_ALIAS]):
        yield FAILED, message.msg, message.hint or ""
    yield OK, "Asked for as SECOND_STEP says.", ""


def _is_readable(webhook: Webhook, now: datetime) -> bool:
    try:
        return bool(webhook.keys(now))
    except Unreadable:
        return False


def _redis() -> Iterator[tuple[str, str, str]]:
    if not settings.REDIS_URL:
        yield OK, "Not used: each process counts limits by itself.", ""
        return
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )
    seconds = float(client.time()[0])
    yield OK, "Answers.", ""
    yield from _apart("Redis", seconds)


def _static() -> Iterator[tuple[str, str, str]]:
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        yield OK, "Served out of the packages.", ""
        return
    collected = set(staticfiles_storage.hashed_files)
    missing = [path for finder in get_finders() for path, _ in finder.list([]) if path not in collected]
    if missing:
        said = f"{len(missing)} files are not collected in {settings.STATIC_ROOT}, among them {missing[0]}."
        yield FAILED, said, f"Run {PROGRAM} collectstatic --noinput; without it the back office is an error."
    else:
        yield OK, f"Collected in {settings.STATIC_ROOT}.", ""


def _proxy() -> Iterator[tuple[str, str, str]]:
    if wide := _wide(settings.TRUSTED_PROXIES):
        said = f"TRUSTED_PROXIES has {', '.join(wide)}: nearly anybody may say which address he has."
        yield FAILED, said, "Name the addresses of the proxies alone."
    elif settings.IS_PRODUCTION and not settings.SECURE_PROXY_SSL_HEADER:
        said = (
            "Nothing in front ends TLS and reads requests whole: nobody can log in, and two bodies that are sent half "
        )
        said += "keep others from writing."
        yield (
            WARNING,
            said,
            "Set BEHIND_TLS_PROXY=true and TRUSTED_PROXIES, with a proxy as in config/deploy/nginx.conf.",
        )
    else:
        yield OK, f"Believed: {', '.join(settings.TRUSTED_PROXIES) or 'nobody'}.", ""
    if settings.TRUSTED_PROXIES and settings.PUBLIC_URL:
        yield from _underscores()
    for variable, what in WIDELY.items():
        if wide := _wide(getattr(settings, variable)):
            yield WARNING, f"{variable} has {', '.join(wide)}: {what}.", "Name your own networks alone."


def _underscores() -> Iterator[tuple[str, str, str]]:
    passed = in_front.passes_underscores(settings.PUBLIC_URL, TIMEOUT_SECONDS)
    if passed:
        said = "It passes headers with underscores in their names: with X_Forwarded_For clients choose their address."
        yield FAILED, said, "Let it drop them, as config/deploy/nginx.conf does."
    elif passed is None:
        yield OK, f"{settings.PUBLIC_URL} was not reached, so what passes it is not known.", ""


def _wide(networks: list[str]) -> list[str]:
    return [network for network in networks if ip_network(network).prefixlen < WIDEST_PREFIX]


def _clock() -> Iterator[tuple[str, str, str]]:
    yield OK, f"{timezone.now():%Y-%m-%d %H:%M:%S} UTC.", ""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            yield from _apart("the database", float(cursor.fetchone()[0]))
    newest = ImportRun.objects.order_by("-started_at").values_list("started_at", flat=True).first()
    if newest and newest > timezone.now():
        yield (
            FAILED,
            f"An import was at {newest:%Y-%m-%d %H:%M} UTC, which is to come.",
            "Set the clock (chronyc, timedatectl).",
        )


def _apart(whose: str, seconds: float) -> Iterator[tuple[str, str, str]]:
    if (apart := abs(seconds - time.time())) > MOST_SECONDS_APART:
        said = f"Our clock and that of {whose} are {apart:.0f} s apart; tokens run out at other times than they say."
        yield FAILED, said, "Let both machines keep time by NTP."


def _files() -> Iterator[tuple[str, str, str]]:
    database = Path(str(connection.settings_dict["NAME"])) if connection.vendor == "sqlite" else None
    elsewhere = [Path(folder) for folder in (settings.WARM_FOLDER, settings.EXPORTS_FOLDER, settings.METRICS_FOLDER)]
    elsewhere = [folder for folder in elsewhere if not folder.is_relative_to(settings.VAR_DIR)]
    for folder in {Path(settings.VAR_DIR), *elsewhere, *([database.parent] if database else [])}:
        if not folder.is_dir():
            yield FAILED, f"{folder} is not there.", f"install -d -m 0750 -o <who serves> {folder}"
        elif not os.access(folder, os.W_OK):
            yield FAILED, f"This user may not write to {folder}.", f"chown <who serves> {folder}"
        elif (free := shutil.disk_usage(folder).free / 1e6) < FEW_FREE_MB:
            status = FAILED if free < LEAST_FREE_MB else WARNING
            yield status, f"{free:,.0f} MB are free at {folder}.", "Make room: an import may need 500 MB."
    private = [Path(settings.VAR_DIR) / "secrets.json"]
    private += [database.with_name(database.name + end) for end in ("", "-wal", "-shm")] if database else []
    for path in filter(Path.exists, private):
        if path.stat().st_mode & OTHERS:
            yield WARNING, f"Others may read {path}.", f"chmod 600 {path}"
    imported = Path(settings.IMPORT_FOLDER)
    if not imported.is_relative_to(settings.VAR_DIR) and not os.access(imported, os.R_OK | os.X_OK):
        said = f"IMPORT_FOLDER names {imported}, which is not there or cannot be read."
        yield FAILED, said, f"install -d -m 0750 -o <who serves> {imported}"
    if settings.GEOIP_PATH and not os.access(settings.GEOIP_PATH, os.R_OK):
        yield FAILED, f"GEOIP_PATH names {settings.GEOIP_PATH}, which cannot be read.", "Name a file that is there."
    yield OK, f"Written are files in {settings.VAR_DIR}.", ""


OF_THE_DATABASE: dict[str, Look] = {
    "database": _database,
    "migrations": _migrations,
    "triggers": _triggers,
    "data": _data,
    "credentials": _credentials,
    "sign-in": _sign_in,
    "webhooks": _webhooks,
    "clock": _clock,
}
# Without these the others would fail, too, in words of their own.
BEFORE_OTHERS = {"database", "migrations"}
OF_THE_MACHINE: dict[str, Look] = {"redis": _redis, "static files": _static, "proxy": _proxy, "files": _files}
