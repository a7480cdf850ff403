"""Secrets of a development checkout, generated once."""

import json
import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile


def development_secrets(path: Path) -> dict[str, str]:
    """Return the secrets stored at `path`, generating the file (mode 0600) when it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    generated = {"SECRET_KEY": secrets.token_urlsafe(64), "API_KEY_PEPPER_1": secrets.token_urlsafe(32)}
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent) as file:
        json.dump(generated, file)
        file.flush()
        try:
            # Whole, or not at all: of two processes that start together, one writes and the other reads.
            os.link(file.name, path)
        except FileExistsError:
            return dict(json.loads(path.read_text(encoding="utf-8")))
    return generated
