"""From an empty folder to a running service."""

import errno
import json
import os
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from importlib import import_module
from typing import Any, NoReturn

import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps import PROGRAM
from apps.geography.models import City
from apps.quickstart import demo
from apps.quickstart.listening import Address
from apps.tenants.options import add_x_version

DEFAULT_ADDRESS = "127.0.0.1:8000"
DEFAULT_CITIES = "15000"
CITY_SETS = ("15000", "5000", "1000", "500", "none")
MAX_WORKERS = 4
# The exit status of an address on which nobody can listen.
PORT = 31
REDIS_SECONDS = 2
X_VERSION_HINTS = {
    "required": "  (clients that do not send the header: quickstart --x-version optional)",
    "optional": "  (clients that send the header are served, too)",
}


class Command(BaseCommand):
    """`quickstart`."""

    help = (
        "Create the database, import the data, make a demo tenant with fresh credentials, print a curl line for each "
        "endpoint, and serve. Run again, it imports only what is new and replaces the demo's credentials."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--no-serve", action="store_true", help="Stop after printing; start no server.")
        parser.add_argument(
            "--bind",
            type=Address.parse,
            default=DEFAULT_ADDRESS,
            metavar="HOST:PORT",
            help="Where to serve (default: %(default)s). ALLOWED_HOSTS names further hosts that may be asked for.",
        )
        parser.add_argument(
            "--cities",
            choices=CITY_SETS,
            help="Cities of at least so many people; the smaller, the longer the import (default: those that are "
            "there already, else 15000).",
        )
        add_x_version(parser)
        parser.add_argument("--json", action="store_true", help="Print one JSON object instead, and nothing else.")

    def handle(self, *, bind: Address, no_serve: bool, cities: str | None, **options: Any) -> None:
        """Set up, print, serve."""
        if not getattr(settings, "QUICKSTART_ALLOWED", False):
            raise CommandError(
                "quickstart gives out demo credentials with full rights, so it runs under development settings only. "
                "For production, see config/deploy/ and the README."
            )
        if not no_serve:
            # Raises ModuleNotFoundError, before credentials are replaced that nobody could use.
            import_module("granian")
            self._check_free(bind)
            # Raises RedisError, before anything is made.
            if settings.REDIS_URL:
                redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=REDIS_SECONDS).ping()
        self.verbosity = options["verbosity"]
        self._fill(cities)
        fresh = demo.renew(bind.base_url, requires_x_version=options.get("requires_x_version"))
        if options["json"]:
            self.stdout.write(json.dumps(asdict(fresh), indent=2))
        else:
            self._introduce(fresh)
        if not no_serve:
            # The import may have taken minutes.
            self._check_free(bind)
            self._serve(bind)

    def _check_free(self, bind: Address) -> None:
        try:
            bind.check_free()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {bind.port} on {bind.host} is in use. Stop the program that listens there, or choose "
                    f"another port: {PROGRAM} quickstart --bind {bind.host}:{bind.port + 1}",
                    returncode=PORT,
                ) from error
            raise CommandError(
                f"Cannot listen on {bind.host}:{bind.port}: {error.strerror}. Choose an address of this machine and "
                f"a port above 1023: {PROGRAM} quickstart --bind {DEFAULT_ADDRESS}",
                returncode=PORT,
            ) from error

    def _fill(self, cities: str | None) -> None:
        """Migrate and import; progress goes to stderr, not in the red of errors."""
        self.stderr.style_func = None
        self._say("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)
        self._import("import_countries")
        self._import("import_subdivisions")
        # Another set than the one that is there would withdraw cities, so it has to be asked for.
        if cities is None and City.objects.exists():
            self._say(f"Cities are there already; {PROGRAM} import_cities brings them up to date")
        elif cities != "none":
            self._import("import_cities", cities=int(cities or DEFAULT_CITIES))

    def _import(self, name: str, **options: int) -> None:
        self._say(name.replace("_", " ").capitalize())
        call_command(name, stdout=self.stderr, stderr=self.stderr, verbosity=self.verbosity, **options)

    def _say(self, text: str) -> None:
        if self.verbosity:
            self.stderr.write(text)

    def _introduce(self, fresh: demo.Demo) -> None:
        rows = [
            ("Back office", f"{fresh.admin_url}  {fresh.admin_username} / {fresh.admin_password}"),
            ("Tenant", f"{fresh.tenant}  (workspace {fresh.workspace_id})"),
            ("Private key", fresh.private_key),
            ("Public key", fresh.public_key),
            ("OAuth2 client", fresh.client_id),
            ("OAuth2 secret", fresh.client_secret),
            ("X-Version", f"{fresh.x_version}{X_VERSION_HINTS[fresh.x_version]}"),
        ]
        self.stdout.write()
        self.stdout.write(self.style.MIGRATE_HEADING("Your demo, with credentials that are shown this once"))
        for name, value in rows:
            self.stdout.write(f"  {name:<15}{self.style.SUCCESS(value)}")
        self.stdout.write()
        self.stdout.write(self.style.MIGRATE_HEADING("Try it: each line works as it is"))
        for title, line in demo.calls(fresh):
            self.stdout.write(self.style.MIGRATE_LABEL(f"# {title}"))
            self.stdout.write(line)
        self.stdout.write()

    def _serve(self, bind: Address) -> NoReturn:
        """Become the server, so that Ctrl-C and signals reach it; its log goes to stderr."""
        self._say(f"Serving on {bind.base_url} (Ctrl-C stops it)")
        self.stdout.flush()
        self.stderr.flush()
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        allowed = [*filter(None, os.environ.get("ALLOWED_HOSTS", "").split(",")), *bind.names()]
        os.environ["ALLOWED_HOSTS"] = ",".join(dict.fromkeys(allowed))
        os.environ["DJANGO_SETTINGS_MODULE"] = settings.SETTINGS_MODULE
        os.environ.setdefault("REST_COUNTRIES_TENANT", demo.NAME)
        os.environ.setdefault("PUBLIC_URL", bind.base_url)
        workers = min(os.cpu_count() or 1, MAX_WORKERS)
        options = f"--interface wsgi --http 1 --blocking-threads 4 --workers {workers} --log-level warning".split()
        options += ["--respawn-failed-workers", "--workers-kill-timeout", "10"]
        # The server finds the code from wherever quickstart was started, and files where it did.
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")]))
        address = ["--host", bind.host, "--port", str(bind.port)]
        os.execv(  # noqa: S606 - our own interpreter, no shell
            sys.executable, [sys.executable, "-m", "granian", *options, *address, "config.wsgi:application"]
        )
