"""What an import says of itself."""

import json
from pathlib import Path
from typing import Any

from django.core.management import call_command


def reported(data: str, folder: Path, **options: Any) -> list[dict[str, Any]]:
    """Dry-run and run an import, which have to say the same, and return the tables of its report."""
    said = []
    for dry_run in (True, False):
        report = folder / "report.json"
        call_command(f"import_{data}", dry_run=dry_run, report=report, verbosity=0, force=True, **options)
        said.append(json.loads(report.read_text())["tables"])
    assert said[0] == said[1]
    return list(said[1])
