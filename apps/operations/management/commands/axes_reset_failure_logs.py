"""axes' own axes_reset_failure_logs, which empties the log of log-ins that failed: silent with `-v 0`."""

from axes.management.commands import axes_reset_failure_logs

from apps.operations.quiet import Quiet


class Command(Quiet, axes_reset_failure_logs.Command):  # type: ignore[misc]
    """Say how many entries went, but not to cron."""
