"""axes' own axes_reset_ip, which lets log-ins from an address in again: silent with `-v 0`."""

from axes.management.commands import axes_reset_ip

from apps.operations.quiet import Quiet


class Command(Quiet, axes_reset_ip.Command):  # type: ignore[misc]
    """Say how many were locked out, but not to cron."""
