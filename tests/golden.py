"""Response bodies kept as files and compared as parsed JSON."""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "api_styles" / "golden"


def assert_golden(style: str, name: str, body: Any) -> None:
    """Compare `body` with golden/<style>/<name>.json; with WRITE_GOLDENS=1 set, write the file instead.

    Read what was written before you commit it.
    """
    path = FOLDER / style / f"{name}.json"
    if os.environ.get("WRITE_GOLDENS") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert body == json.loads(path.read_text(encoding="utf-8"))
