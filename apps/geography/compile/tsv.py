"""Write the tables of `fixtures/`, which `imports/files/source.py` reads."""

from collections.abc import Iterable
from pathlib import Path


def write_tsv(path: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> int:
    """Write a tab-separated file with a header, and return how many rows it has."""
    lines = ["\t".join(row) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["\t".join(columns), *lines]) + "\n", encoding="utf-8")
    return len(lines)
