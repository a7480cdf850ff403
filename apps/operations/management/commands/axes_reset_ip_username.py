"""axes' own axes_reset_ip_username, which lets log-ins of a user from an address in again: silent with `-v 0`."""

from axes.management.commands import axes_reset_ip_username

from apps.operations.quiet import Quiet


class Command(Quiet, axes_reset_ip_username.Command):  # type: ignore[misc]
    """Say how many were locked out, but not to cron."""
