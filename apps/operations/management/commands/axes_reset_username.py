"""axes' own axes_reset_username, which lets log-ins of a user in again: silent with `-v 0`."""

from axes.management.commands import axes_reset_username

from apps.operations.quiet import Quiet


class Command(Quiet, axes_reset_username.Command):  # type: ignore[misc]
    """Say how many were locked out, but not to cron."""
