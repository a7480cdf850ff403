"""Work that staff start and nobody waits for: a command in a process of its own, which outlives the server's worker."""

import subprocess
import sys
import threading

from django.conf import settings
from django.db import transaction


def start(*arguments: str) -> None:
    """Let a process run a command of `manage.py` once this transaction is committed."""
    transaction.on_commit(lambda: _spawn(arguments))


def _spawn(arguments: tuple[str, ...]) -> None:
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    process = subprocess.Popen(  # noqa: S603
        [*manage, *arguments], stdin=subprocess.DEVNULL, start_new_session=True
    )
    # Somebody has to take note of its end, or it stays in the process table.
    threading.Thread(target=process.wait, daemon=True).start()
