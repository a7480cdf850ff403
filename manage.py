#!/usr/bin/env python
"""Django's entry point; takes production's settings where production's secrets are set, else those of development.

Nothing has to be installed for `manage.py version`, and any Python 3 is told which one is needed.
"""

import os
import sys

from config import PYTHON, __version__

SECRETS = ("SECRET_KEY", "API_KEY_PEPPER_1")
# An exit status; the others are where they arise (see `apps.operations.failures`).
UNSUPPORTED_PYTHON = 10
INTERRUPTED = 130


def main() -> None:
    """Run one management command, where this Python can."""
    python = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON:
        needed = ".".join(map(str, PYTHON))
        sys.stderr.write(
            f"Gazetteer {__version__} needs Python {needed} or newer; {sys.executable} is Python {python}.\n"
        )
        sys.exit(UNSUPPORTED_PYTHON)
    # Left empty it is not set, as any other variable.
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        os.environ["DJANGO_SETTINGS_MODULE"] = f"config.settings.{'prod' if _has_secrets() else 'dev'}"
    try:
        from apps.operations import failures
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)

    # Django would answer with its own.
    if sys.argv[1:] in (["version"], ["--version"]):
        said = f"Gazetteer {__version__} on Python {python}"
        failures.run(sys.argv, lambda _: print(said, flush=True))  # noqa: T201 - before there is a command to say it
    else:
        failures.run(sys.argv)


def _has_secrets() -> bool:
    """Return whether the shell has what production alone is given: then its commands are production's, too."""
    return any(os.environ.get(name) for secret in SECRETS for name in (secret, f"{secret}_FILE"))


if __name__ == "__main__":
    main()
