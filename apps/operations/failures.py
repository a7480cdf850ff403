"""What goes wrong with a command, in one line with its remedy, and as an exit status of its own.

Here is what any command may meet: settings, packages, databases, files, somebody who stops it. What a command refuses
by itself it says by a CommandError, with a status that is beside it (in `imports.run`, …). `config/deploy/README.md`
lists them all. Nothing here needs a package until it is asked about an error.
"""

import errno
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import IntEnum
from getpass import GetPassWarning
from pathlib import Path
from typing import NamedTuple

from apps import PROGRAM

# What people type in there is their own, and so is the traceback.
INTERACTIVE = {"shell", "dbshell"}
LONGEST = 400
# By this one gunicorn knows that the application cannot be loaded, and stops; by others it starts workers for ever.
NOT_LOADED = 4


class Status(IntEnum):
    """How a command ends that met something; `manage.py` itself ends with 10 under a Python that is too old."""

    UNANSWERED = 1
    PACKAGE = 11
    SETTING = 12
    UNREACHABLE = 20
    LOG_IN = 21
    NO_DATABASE = 22
    NOT_MIGRATED = 23
    BUSY = 24
    REDIS = 25
    FILE = 30
    PORT = 31
    BUG = 70
    INTERRUPTED = 130
    PIPE = 141


class Failure(NamedTuple):
    """A status, and a line for people."""

    status: int
    text: str


def run(arguments: Sequence[str], execute: Callable[[list[str]], object] | None = None) -> None:
    """Run one management command, of Django's or the one given; with `--traceback` whatever it raises is raised."""
    if sys.stdout is None:
        # What a command prints, such as a secret, is not to be lost.
        _end(Failure(Status.FILE, "Standard output is closed. Give the command one, such as >/dev/null."))
    if sys.stderr is None:
        # Whoever closes it wants to hear nothing.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the process ends
    # Without a terminal a password would be read, and shown, all the same.
    warnings.simplefilter("error", GetPassWarning)
    try:
        (execute or _commands())(list(arguments))
        _written_out()
    except BaseException as error:
        is_theirs = isinstance(error, SystemExit) or "--traceback" in arguments
        failure = None if is_theirs else explained(error)
        if failure is None and (is_theirs or set(arguments[1:2]) & INTERACTIVE):
            _let_go()
            raise
        _end(failure or _bug(error))
    _let_go()


def _written_out() -> None:
    """Have what was printed written; else Python finds out while it ends, with words and a status of its own."""
    try:
        sys.stdout.flush()
    except OSError as error:
        error.filename = error.filename or "Standard output"
        raise


def _let_go() -> None:
    """Forget of both streams what cannot be written any more: the status of the command is what counts."""
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except (OSError, AttributeError):
            setattr(sys, name, None)


def _commands() -> Callable[[list[str]], object]:
    from django.core.management import execute_from_command_line

    return execute_from_command_line


@contextmanager
def stopping_servers() -> Iterator[None]:
    """End a process that is to serve by one line, where it meets what is no bug, such as a variable that is missing."""
    try:
        yield
    except Exception as error:
        failure = explained(error)
        if failure is None:
            raise
        _end(failure._replace(status=NOT_LOADED))


def explained(error: BaseException) -> Failure | None:
    """Return what an error that is no bug means, None for any other."""
    try:
        return next(filter(None, (kind(error) for kind in KINDS)), None)
    except ModuleNotFoundError as missing:
        # What is asked whether it raised the error is not there itself.
        return _package(missing)


def _end(failure: Failure) -> None:
    if failure.status != Status.PIPE:
        with suppress(OSError):
            print(failure.text, file=sys.stderr, flush=True)  # noqa: T201 - no command is left that could say it
    if failure.status == Status.INTERRUPTED:
        # What is left in the middle, such as the rows of an export, is closed in whatever order; some of it complains.
        sys.unraisablehook = lambda _: None
    # Python would complain once more while it ends.
    _let_go()
    sys.exit(int(failure.status))


def _bug(error: BaseException) -> Failure:
    """Return what is said of an error that nobody expected: what it is, and where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""
    text = f"{type(error).__name__}: {line(error)}{where}. This is a bug; --traceback shows where it comes from."
    return Failure(Status.BUG, text)


def line(error: BaseException) -> str:
    """Return what an error says, in one line of bounded length; not where in a statement PostgreSQL saw it."""
    said = " ".join(str(error).partition("\nLINE ")[0].split())
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


def _interruption(error: BaseException) -> Failure | None:
    if isinstance(error, BrokenPipeError):
        return Failure(Status.PIPE, "")
    # Whoever stops a statement of PostgreSQL finds the session closed besides, which is what is raised in the end.
    interrupt = next((cause for cause in _causes(error) if isinstance(cause, KeyboardInterrupt)), None)
    if interrupt is None:
        return None
    return Failure(Status.INTERRUPTED, str(interrupt) or "Interrupted. What was not finished was not written.")


def _question(error: BaseException) -> Failure | None:
    if not isinstance(error, (EOFError, GetPassWarning)):
        return None
    text = "There is no terminal in which it could ask. Run it in one, or give what it asks for as options (--help)."
    return Failure(Status.UNANSWERED, text)


LOCKS = Path(__file__).resolve().parents[2] / "config" / "requirements"
# What `compile_fixtures` reads, which is not for who serves.
OF_DEVELOPERS = {"iso3166_2", "natsort", "thefuzz"}


def _package(error: BaseException) -> Failure | None:
    causes = [cause for cause in _causes(error) if isinstance(cause, ModuleNotFoundError)]
    # The deepest one is what is really missing.
    name = causes[-1].name if causes else None
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if name and f"{settings}.".startswith(f"{name}."):
        text = (
            f"DJANGO_SETTINGS_MODULE names {settings}, which is not there. Leave it out, or name config.settings.prod."
        )
        return Failure(Status.SETTING, text)
    if not name or name.partition(".")[0] in {"apps", "config"}:
        return None
    lock = LOCKS / ("dev.txt" if name.partition(".")[0] in OF_DEVELOPERS else "run.txt")
    text = (
        f"The package {name} is not installed in {sys.prefix}. Install the lock: "
        f"{sys.executable} -m pip install --require-hashes -r {lock}"
    )
    return Failure(Status.PACKAGE, text)


def _setting(error: BaseException) -> Failure | None:
    from django.core.exceptions import ImproperlyConfigured

    if not isinstance(error, ImproperlyConfigured):
        return None
    return Failure(Status.SETTING, f"{line(error)} (.env.example describes every variable.)")


def _redis(error: BaseException) -> Failure | None:
    from redis import RedisError

    if not isinstance(error, RedisError):
        return None
    said = line(error).rstrip(".")
    text = f"The Redis that REDIS_URL names does not answer: {said}. Start it, or leave REDIS_URL empty."
    return Failure(Status.REDIS, text)


def _database(error: BaseException) -> Failure | None:
    from django.db import Error

    if not isinstance(error, Error):
        return None
    said = line(error)
    code = next((state for cause in _causes(error) if (state := getattr(cause, "sqlstate", None))), "")
    for status, states, words, remedy in DATABASE_FAILURES:
        if code in states or (not code and any(word in said.lower() for word in words)):
            return Failure(status, f"{remedy.format(database=database())} It said: {said}")
    return None


def _file(error: BaseException) -> Failure | None:
    if not isinstance(error, OSError):
        return None
    what = f"{error.filename}: {error.strerror}." if error.filename else f"{line(error)}."
    if error.errno == errno.EADDRINUSE:
        return Failure(Status.PORT, f"{what} Stop what listens there, or choose another port.")
    return Failure(Status.FILE, f"{what} {FILE_REMEDIES.get(error.errno or 0, 'Look at the file and its folder.')}")


def database(alias: str = "default") -> str:
    """Return which database the settings name, without its password."""
    from django.conf import settings

    named = settings.DATABASES[alias]
    if named["ENGINE"].endswith("sqlite3"):
        return str(named["NAME"])
    place = f"{named['HOST'] or 'localhost'}:{named['PORT'] or 5432}/{named['NAME']}"
    return f"{named['USER']}@{place}" if named["USER"] else place


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


KINDS: tuple[Callable[[BaseException], Failure | None], ...] = (
    _interruption, _question, _package, _file, _setting, _redis, _database,
)  # fmt: skip

# Status, SQLSTATEs of PostgreSQL, words of SQLite and of libpq, what to say. The first that fits; words count where
# there is no SQLSTATE, as before there is a session.
DATABASE_FAILURES: tuple[tuple[Status, frozenset[str], tuple[str, ...], str], ...] = (
    (
        Status.UNREACHABLE,
        frozenset({"42P05", "26000"}),
        (),
        "A pooler in front of {database} gives each transaction another session. Set its pool_mode to session, or let "
        "DATABASE_URL name the database itself.",
    ),
    (
        Status.NOT_MIGRATED,
        frozenset({"42P01", "42703"}),
        ("no such table", "no such column"),
        f"The tables of {{database}} are not those of this version. Run: {PROGRAM} migrate.",
    ),
    (
        Status.NO_DATABASE,
        frozenset(),
        ("file is not a database", "malformed"),
        "{database} is no database of SQLite, or a damaged one. Let DATABASE_URL name another, or restore this one.",
    ),
    (
        Status.BUSY,
        frozenset({"55P03", "57014", "40P01", "40001"}),
        ("locked",),
        "{database} is kept busy by somebody else, such as an import. Try again when it has finished.",
    ),
    (
        Status.FILE,
        frozenset({"25006", "53100"}),
        ("readonly", "unable to open", "disk"),
        "{database} cannot be opened or written. Look for its folder, for the right to write to file and folder, and "
        "for space on the disk.",
    ),
    (
        Status.LOG_IN,
        frozenset({"28P01", "28000", "3D000", "42501", "53300"}),
        ("fatal:", "fe_sendauth", "no password supplied"),
        "{database} lets us not in. Check user, password and name in DATABASE_URL, and what the user may do there.",
    ),
    (
        Status.UNREACHABLE,
        frozenset({"57P01", "57P02", "57P03", "08006", "08001", "25P03", "25P04"}),
        ("connection", "connect", "server", "resolve", "host", "timeout"),
        "{database} cannot be reached. Check host, port and options in DATABASE_URL, and whether the server runs.",
    ),
)

FILE_REMEDIES = {
    errno.EACCES: "Give the user that runs this the right to it, or name another place.",
    errno.EPERM: "Give the user that runs this the right to it, or name another place.",
    errno.EROFS: "Name a place on a disk that may be written.",
    errno.ENOSPC: "Make room on the disk.",
    errno.ENOENT: "Name a file that is there, in a folder that is there.",
    errno.EEXIST: "Name another place, or move away what is there.",
    errno.EISDIR: "Name a file, not a folder.",
    errno.ENOTDIR: "Name a file in a folder.",
}
