"""oauth2_provider's own clearcimdapplications, which comes with its cleartokens: silent with `-v 0`."""

from oauth2_provider.management.commands import clearcimdapplications

from apps.operations.quiet import Quiet


class Command(Quiet, clearcimdapplications.Command):  # type: ignore[misc]
    """Say how many there were, but not to cron."""
