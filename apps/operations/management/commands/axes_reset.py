"""axes' own axes_reset, which lets all log-ins in again: silent with `-v 0`."""

from axes.management.commands import axes_reset

from apps.operations.quiet import Quiet


class Command(Quiet, axes_reset.Command):  # type: ignore[misc]
    """Say how many were locked out, but not to cron."""
