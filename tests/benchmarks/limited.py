"""Settings of our server with a limit for callers without credentials that none of them reaches."""

from config.settings.dev import *  # noqa: F403

REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 2_000_000_000}
