"""Secrets of a development checkout, generated once."""

import json
import os
import secrets
from pathlib import Path


def development_secrets(path: Path) -> dict[str, str]:
    """Return the secrets stored at `path`, generating the file (mode 0600) when it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two processes that start together, one writes and the other reads.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    generated = {"SECRET_KEY": secrets.token_urlsafe(64), "API_KEY_PEPPER_1": secrets.token_urlsafe(32)}
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(generated, file)
    return generated
