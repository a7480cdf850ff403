"""auditlog's own auditlogflush, which deletes the history, all of it or that before a day: silent with `-v 0`."""

from auditlog.management.commands import auditlogflush

from apps.operations.quiet import Quiet


class Command(Quiet, auditlogflush.Command):  # type: ignore[misc]
    """Say how many entries are gone, but not to cron."""
